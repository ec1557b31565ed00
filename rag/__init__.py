"""The engine: text, stores, retrieval, answers. Never imports ingestion, finetune, evaluation or api."""
