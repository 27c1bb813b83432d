"""The first schema: the tables as `tables.py` has them.

Nothing is released, so a change of the tables is made there and the data is begun anew. With the
first release this file is written out, table by table, and changed no more.

Revision ID: r0001
"""

from __future__ import annotations

from alembic import op

from sync.central.storage.tables import metadata

revision = "r0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    metadata.create_all(op.get_bind())


def downgrade() -> None:
    metadata.drop_all(op.get_bind())
