"""What the tables share: their metadata, and the types of columns that mean the same."""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer, MetaData, String

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite numbers rows by itself only for the type INTEGER.
SERIAL = BigInteger().with_variant(Integer(), "sqlite")
CODE = String(40)
SKU = String(60)
NUMBER = String(20)
TIME = String(32)
