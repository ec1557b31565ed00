"""Alembic's entry: runs the migrations on the connection that ``rag.store.migration`` hands over, in its transaction."""

from __future__ import annotations

from alembic import context

from rag.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=False,  # the caller's transaction holds all of it
)
context.run_migrations()
