"""The schema's history: brought up to date at start, by alembic, inside the package."""

from __future__ import annotations

from pathlib import Path

import alembic.command
import sqlalchemy as sa
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy.engine import Connection, Engine

from sync.central.storage import tables
from sync.central.storage.dialect import insert_missing
from sync.domain.errors import Unavailable

MIGRATIONS = Path(__file__).parent / "migrations"
EPOCH, NEXT_WEB_NUMBER = "epoch", "next_web_number"


def migrate(engine: Engine) -> None:
    """Apply every migration that is missing, in one transaction.

    Raises Unavailable for data of a version that this one does not know.
    """
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with _connected(engine) as connection, connection.begin():
        config.attributes["connection"] = connection
        try:
            alembic.command.upgrade(config, "head")
        except CommandError as error:
            raise Unavailable(
                "The data in this folder was made by another version of Comptoir, and this one "
                "cannot read it ({reason}). Nothing was changed. Use that version; the demo begins "
                "again with `make demo-reset`.",
                code="server.schema",
                reason=error,
            ) from error


def _connected(engine: Engine) -> Connection:
    try:
        return engine.connect().execution_options(writes=True)
    except sa.exc.OperationalError as error:
        url = engine.url
        raise Unavailable(
            "The database {database} at {host} does not answer, or lets nobody in by that name. "
            "Nothing was changed.",
            code="database.unreachable",
            database=url.database or "",
            host=url.host or url.query.get("host", "") or "this machine",
        ) from error


def read_meta(connection: Connection, name: str) -> str:
    """A value of the `meta` table, empty when there is none."""
    query = sa.select(tables.meta.c.value).where(tables.meta.c.name == name)
    return connection.execute(query).scalar() or ""


def ensure_meta(connection: Connection, name: str, value: str) -> str:
    """Write `value` unless there is one; gives the one that is there."""
    insert_missing(connection, tables.meta, {"name": name, "value": value})
    return read_meta(connection, name)


def write_meta(connection: Connection, name: str, value: str) -> None:
    """Write or replace a value."""
    ensure_meta(connection, name, value)
    connection.execute(sa.update(tables.meta).where(tables.meta.c.name == name).values(value=value))
