"""Run by alembic; the connection, in a transaction, comes from `sync.central.storage.schema`."""

from __future__ import annotations

from alembic import context

from sync.central.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
context.run_migrations()
