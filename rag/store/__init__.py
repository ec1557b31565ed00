"""The truth: documents, chunks, facts, vault, ledger and outbox in SQL."""
