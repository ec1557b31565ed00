"""The tables. SQL is the truth: the vector index can be made again from them without the encoder.

Text columns hold de-identified text; what identifies is in ``vault.sealed``, ``patients.sealed`` and
``threads.sealed``, encrypted by the caller.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

corpora = Table(
    "corpora",
    metadata,
    Column("name", String, primary_key=True),
    Column("version", String, nullable=False),
    Column("license", String, nullable=False),
    Column("contains_phi", Boolean, nullable=False),
    Column("policy", String, nullable=False),
    Column("roles", JSON, nullable=False),
    Column("identity_domain", String, nullable=False),
)

patients = Table(
    "patients",
    metadata,
    Column("pseudonym", String, primary_key=True),
    Column("domain", String, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

patient_lookups = Table(
    "patient_lookups",
    metadata,
    Column("domain", String, primary_key=True),
    Column("lookup", String, primary_key=True),
    Column("pseudonym", String, primary_key=True),
)

documents = Table(
    "documents",
    metadata,
    Column("doc_id", String, primary_key=True),
    Column("sha256", String, primary_key=True),
    Column("corpus", String, nullable=False),
    Column("patient", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("title", Text, nullable=False),
    Column("date", String),
    Column("time", String),
    Column("uri", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("pages", JSON, nullable=False),
    Column("superseded", Boolean, nullable=False),
    Column("current", Boolean, nullable=False),
    Column("key_digest", String, nullable=False),
    Column("source_sha256", String, nullable=False),
    Column("pipeline", String, nullable=False),
    Column("review", JSON),
    # covers what a receipt counts and which versions are current
    Index("ix_documents_patient_corpus", "patient", "corpus", "current", "kind", "date", "doc_id", "sha256"),
    Index("ix_documents_corpus", "corpus", "current"),
)

resource_spans = Table(
    "resource_spans",
    metadata,
    Column("doc_id", String, primary_key=True),
    Column("doc_sha256", String, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("resource", String, nullable=False),
    ForeignKeyConstraint(["doc_id", "doc_sha256"], ["documents.doc_id", "documents.sha256"], ondelete="CASCADE"),
    Index(None, "resource"),
)

chunks = Table(
    "chunks",
    metadata,
    Column("chunk_id", String, primary_key=True),
    Column("doc_id", String, nullable=False),
    Column("doc_sha256", String, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("section", Text, nullable=False),
    Column("sentences", JSON, nullable=False),
    Column("copied_from", String),
    Column("vector", LargeBinary, nullable=False),
    Column("sentence_vectors", LargeBinary, nullable=False),
    UniqueConstraint("doc_id", "doc_sha256", "ordinal"),
    ForeignKeyConstraint(["doc_id", "doc_sha256"], ["documents.doc_id", "documents.sha256"], ondelete="CASCADE"),
)

facts = Table(
    "facts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("doc_id", String, nullable=False),
    Column("doc_sha256", String, nullable=False),
    Column("corpus", String, nullable=False),
    Column("patient", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("code", String, nullable=False),
    Column("display", Text, nullable=False),
    Column("value", Text),
    Column("unit", String),
    Column("time", String),
    Column("status", String, nullable=False),
    Column("assertion", String, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("origin", String, nullable=False, server_default="resource"),
    Column("clock", String, nullable=False, server_default=""),
    Column("end_time", String),
    Column("experiencer", String, nullable=False, server_default="patient"),
    Column("section", String, nullable=False, server_default=""),
    Column("slots", Text, nullable=False, server_default="[]"),
    ForeignKeyConstraint(["doc_id", "doc_sha256"], ["documents.doc_id", "documents.sha256"], ondelete="CASCADE"),
    # covers what a chart has facts on, its last date, and finding the rows of some things
    Index("ix_facts_chart", "patient", "kind", "code", "display", "corpus", "doc_id", "time"),
    Index(None, "code", "patient"),
    Index("ix_facts_document", "doc_id", "origin"),
)

threads = Table(
    "threads",
    metadata,
    Column("thread", String, primary_key=True),
    Column("principal", String, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("updated", String, nullable=False),
)

vault = Table(
    "vault",
    metadata,
    Column("doc_id", String, primary_key=True),
    Column("doc_sha256", String, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    ForeignKeyConstraint(["doc_id", "doc_sha256"], ["documents.doc_id", "documents.sha256"], ondelete="CASCADE"),
)

tombstones = Table(
    "tombstones",
    metadata,
    Column("doc_id", String, primary_key=True),
    Column("reason", String, nullable=False),
    Column("erased", Boolean, nullable=False),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("doc_id", String, primary_key=True),
    Column("corpus", String, nullable=False),
    Column("key_digest", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("source_sha256", String, nullable=False),
    Column("pipeline", String, nullable=False),
)

units = Table(
    "units",
    metadata,
    Column("corpus", String, primary_key=True),
    Column("uri_digest", String, primary_key=True),
    Column("sha256", String, nullable=False),
    Column("pipeline", String, nullable=False),
)

unit_documents = Table(
    "unit_documents",
    metadata,
    Column("corpus", String, primary_key=True),
    Column("uri_digest", String, primary_key=True),
    Column("doc_id", String, primary_key=True),
    ForeignKeyConstraint(["corpus", "uri_digest"], ["units.corpus", "units.uri_digest"], ondelete="CASCADE"),
    Index(None, "doc_id"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("action", String, nullable=False),
    Column("chunk_id", String, nullable=False),
    sqlite_autoincrement=True,
)

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("started", String, nullable=False),
    Column("finished", String, nullable=False),
    Column("corpora", JSON, nullable=False),
    Column("accounts", JSON, nullable=False),
)

properties = Table(
    "properties",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", Text, nullable=False),
)

review_samples = Table(
    "review_samples",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("queue", String, nullable=False),
    Column("created", String, nullable=False),
    Column("seed", Integer, nullable=False),
    Column("method", JSON, nullable=False),
)

review_items = Table(
    "review_items",
    metadata,
    Column("sample", Integer, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("doc_id", String, nullable=False),
    Column("doc_sha256", String, nullable=False),
    Column("part", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("words", Integer, nullable=False),
    Column("replaced", JSON, nullable=False),
    ForeignKeyConstraint(["sample"], ["review_samples.id"], ondelete="CASCADE"),
    Index(None, "doc_id"),
)

# Evidence: neither samples nor verdicts go when their document is replaced or erased; they hold offsets and no text.
review_verdicts = Table(
    "review_verdicts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("queue", String, nullable=False),
    Column("doc_id", String, nullable=False),
    Column("doc_sha256", String, nullable=False),
    Column("reviewer", String, nullable=False),
    Column("time", String, nullable=False),
    Column("leaks", JSON, nullable=False),
    Column("over_redactions", JSON, nullable=False),
    Index(None, "doc_id"),
)
