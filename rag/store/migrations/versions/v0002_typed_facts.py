"""Facts with slots, the time of day, an end and an origin; threads; indexes that cover a typed answer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the columns with their defaults: facts of before have no slots until their documents are ingested again."""
    op.add_column("documents", sa.Column("time", sa.String))
    op.add_column("facts", sa.Column("origin", sa.String, nullable=False, server_default="resource"))
    op.add_column("facts", sa.Column("clock", sa.String, nullable=False, server_default=""))
    op.add_column("facts", sa.Column("end_time", sa.String))
    op.add_column("facts", sa.Column("experiencer", sa.String, nullable=False, server_default="patient"))
    op.add_column("facts", sa.Column("section", sa.String, nullable=False, server_default=""))
    op.add_column("facts", sa.Column("slots", sa.Text, nullable=False, server_default="[]"))
    op.drop_index("ix_facts_patient_kind_code", "facts")
    op.drop_index("ix_facts_doc_id", "facts")
    op.create_index("ix_facts_chart", "facts", ["patient", "kind", "code", "display", "corpus", "doc_id", "time"])
    op.create_index("ix_facts_document", "facts", ["doc_id", "origin"])
    op.drop_index("ix_documents_patient_corpus", "documents")
    op.create_index("ix_documents_patient_corpus", "documents", ["patient", "corpus", "current", "kind", "date", "doc_id", "sha256"])
    op.create_table(
        "threads",
        sa.Column("thread", sa.String, nullable=False),
        sa.Column("principal", sa.String, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("updated", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("thread", "principal", name="pk_threads"),
    )


def downgrade() -> None:
    """Back to facts without slots; threads are lost."""
    op.drop_table("threads")
    op.drop_index("ix_documents_patient_corpus", "documents")
    op.create_index("ix_documents_patient_corpus", "documents", ["patient", "corpus", "current", "kind", "date"])
    op.drop_index("ix_facts_chart", "facts")
    op.drop_index("ix_facts_document", "facts")
    op.create_index("ix_facts_patient_kind_code", "facts", ["patient", "kind", "code"])
    op.create_index("ix_facts_doc_id", "facts", ["doc_id"])
    op.drop_column("documents", "time")
    for name in ("slots", "section", "experiencer", "end_time", "clock", "origin"):
        op.drop_column("facts", name)
