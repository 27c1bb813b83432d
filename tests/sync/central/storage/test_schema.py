"""The schema: what migrations make is what the tables say, and it survives a restart."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from sync.central.composition import Central
from sync.central.storage import dialect, schema, tables
from sync.domain.errors import Unavailable
from tests.sync.central.world import CARRY, World


def test_the_migrations_make_the_tables(tmp_path: Path) -> None:
    engine = dialect.open_engine(tmp_path / "central.db")
    schema.migrate(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata) == []
    engine.dispose()


def test_data_of_another_version_is_left_as_it_is(tmp_path: Path) -> None:
    engine = dialect.open_engine(tmp_path / "central.db")
    schema.migrate(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0999'")
    with pytest.raises(Unavailable, match="made by another version of Comptoir") as raised:
        schema.migrate(engine)
    assert raised.value.code == "server.schema"
    with engine.connect() as connection:
        version = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    assert version == "0999"
    engine.dispose()


def definitions(engine: sa.Engine) -> dict[str, list[str]]:
    """What each table and index is made of, by name: columns, checks and keys, in any order."""
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"
        ).all()
    return {
        name: sorted(part.strip().rstrip(",") for part in text.splitlines() if part.strip())
        for name, text in rows
        if name not in ("alembic_version", "sqlite_sequence")
    }


def test_the_first_migration_is_the_tables_to_the_letter(tmp_path: Path) -> None:
    """Checks and numbering are among what alembic's own comparison does not see."""
    migrated = dialect.open_engine(tmp_path / "migrated.db")
    schema.migrate(migrated)
    created = dialect.open_engine(tmp_path / "created.db")
    with created.begin() as connection:
        tables.metadata.create_all(connection)
    made = definitions(migrated)
    assert (
        "CONSTRAINT ck_order_line_sold CHECK (in_return + returned + cancelled <= quantity)"
        in (made["order_line"])
    )
    assert made == definitions(created)
    for engine in (migrated, created):
        engine.dispose()


def test_migrating_twice_changes_nothing(tmp_path: Path) -> None:
    engine = dialect.open_engine(tmp_path / "central.db")
    schema.migrate(engine)
    schema.migrate(engine)
    with engine.connect() as connection:
        names = set(sa.inspect(connection).get_table_names())
    assert names == set(tables.metadata.tables) | {"alembic_version"}
    engine.dispose()


def test_what_is_acknowledged_is_on_disk(tmp_path: Path) -> None:
    engine = dialect.open_engine(tmp_path / "central.db")
    with engine.connect() as connection:
        told = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert told == ["wal", 2, 1]
    engine.dispose()


def test_the_sqlite_in_use_has_no_known_fault() -> None:
    assert dialect.sqlite_module().sqlite_version_info >= dialect.SAFE_SQLITE_VERSION


def test_a_restart_keeps_everything(world: World) -> None:
    order = world.placed(("MUG", 1, CARRY))
    before = (world.state(order), world.central.epoch, world.central.keys.web_shop)
    folder = world.central.folder
    world.close()
    again = Central(folder, lambda: world.now, world.random_bytes)
    world.central = again
    assert (world.state(order), again.epoch, again.keys.web_shop) == before
    assert world.available("S1", "MUG") == 4
    assert world.check() == []


def test_the_api_key_is_for_its_owner_only(world: World) -> None:
    path = world.central.folder / "api-key.txt"
    assert path.stat().st_mode & 0o077 == 0
    assert len(world.central.keys.web_shop) == 48


@pytest.mark.parametrize("table", ["balance", "order_line", "payment_event"])
def test_the_database_itself_refuses_what_can_never_be(world: World, table: str) -> None:
    wrong = {
        "balance": "UPDATE balance SET allocated = -1",
        "order_line": "UPDATE order_line SET returned = quantity + 1",
        "payment_event": "UPDATE payment_event SET minor = -5",
    }[table]
    world.placed(("MUG", 1, CARRY))
    with pytest.raises(sa.exc.IntegrityError), world.central.database.write("test") as tx:
        tx.connection.exec_driver_sql(wrong)
