"""What a person should look at in a document; samples for review, their notes, and the verdicts on them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the column and the tables. Documents of before keep no mark (null) until they are ingested again."""
    op.add_column("documents", sa.Column("review", sa.JSON))
    op.create_table(
        "review_samples",
        sa.Column("id", sa.Integer, autoincrement=True, nullable=False),
        sa.Column("queue", sa.String, nullable=False),
        sa.Column("created", sa.String, nullable=False),
        sa.Column("seed", sa.Integer, nullable=False),
        sa.Column("method", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_review_samples"),
    )
    op.create_table(
        "review_items",
        sa.Column("sample", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("doc_id", sa.String, nullable=False),
        sa.Column("doc_sha256", sa.String, nullable=False),
        sa.Column("part", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("words", sa.Integer, nullable=False),
        sa.Column("replaced", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("sample", "position", name="pk_review_items"),
        sa.ForeignKeyConstraint(["sample"], ["review_samples.id"], ondelete="CASCADE", name="fk_review_items_sample"),
    )
    op.create_index("ix_review_items_doc_id", "review_items", ["doc_id"])
    op.create_table(
        "review_verdicts",
        sa.Column("id", sa.Integer, autoincrement=True, nullable=False),
        sa.Column("queue", sa.String, nullable=False),
        sa.Column("doc_id", sa.String, nullable=False),
        sa.Column("doc_sha256", sa.String, nullable=False),
        sa.Column("reviewer", sa.String, nullable=False),
        sa.Column("time", sa.String, nullable=False),
        sa.Column("leaks", sa.JSON, nullable=False),
        sa.Column("over_redactions", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_review_verdicts"),
    )
    op.create_index("ix_review_verdicts_doc_id", "review_verdicts", ["doc_id"])


def downgrade() -> None:
    """Drop samples, verdicts and marks."""
    for name in ("review_verdicts", "review_items", "review_samples"):
        op.drop_table(name)
    op.drop_column("documents", "review")
