"""Run by Alembic: applies revisions on the connection, and in the transaction, that it is handed."""

from alembic import context

from artifex.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True
)  # fmt: skip
context.run_migrations()
