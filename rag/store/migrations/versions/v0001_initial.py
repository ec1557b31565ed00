"""The first schema: documents, chunks, facts, vault, ledger, outbox."""

from __future__ import annotations

from alembic import op

from rag.store.schema import metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table. The first later migration replaces this by a copy of the tables as they were."""
    metadata.create_all(op.get_bind())


def downgrade() -> None:
    """Drop every table, and all that is stored."""
    metadata.drop_all(op.get_bind())
