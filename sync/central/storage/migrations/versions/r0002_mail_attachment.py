"""Papers that are sent by e-mail.

Revision ID: r0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0002"
down_revision = "r0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mail_attachment",
        sa.Column("mail_key", sa.String(length=120), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mail_key"], ["mail.key"], name=op.f("fk_mail_attachment_mail_key")
        ),
        sa.PrimaryKeyConstraint("mail_key", name=op.f("pk_mail_attachment")),
    )


def downgrade() -> None:
    op.drop_table("mail_attachment")
