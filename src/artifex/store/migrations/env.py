"""Run by Alembic: applies revisions on the given connection, within its transaction."""

from alembic import context

from artifex.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True
)  # fmt: skip
context.run_migrations()
