"""Several policies, and every version of each.

Revision ID: r0004
"""

from __future__ import annotations

import json
import tomllib
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "r0004"
down_revision = "r0003"
branch_labels = None
depends_on = None

ONE_POLICY = "policy"  # the setting that held the only policy


def upgrade() -> None:
    policy = op.create_table(
        "policy",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("loaded_at", sa.String(length=32), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("name", "version", name=op.f("pk_policy")),
    )
    setting = sa.table("setting", sa.column("name"), sa.column("body"))
    connection = op.get_bind()
    only = connection.execute(
        sa.select(setting.c.body).where(setting.c.name == ONE_POLICY)
    ).scalar()
    if only is None:
        return
    known = json.loads(only)
    connection.execute(
        policy.insert().values(
            name=known["name"],
            version=tomllib.loads(known["text"])["version"],
            text=known["text"],
            loaded_at=datetime.now(UTC).isoformat(),
            current=True,
        )
    )
    connection.execute(setting.delete().where(setting.c.name == ONE_POLICY))


def downgrade() -> None:
    op.drop_table("policy")
