"""Run by alembic; the connection, in a transaction, comes from `comptoir.sync.central.schema`."""

from __future__ import annotations

from alembic import context

from comptoir.sync.central.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
context.run_migrations()
