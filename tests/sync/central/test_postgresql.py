"""What only a database with several writers can do wrong, on a real PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from sync.central.device_sync.publish_feed import read_page
from sync.central.inventory import ledger as stock
from sync.central.inventory.ledger import Taken, Wanted
from sync.central.storage import tables
from sync.central.storage.database import TRIES_MAX, Contended, Transaction
from sync.central.storage.dialect import open_engine
from sync.central.storage.schema import migrate
from sync.domain.errors import InvalidInput, Unavailable
from sync.protocol.commands import PlaceOrder
from sync.protocol.feed import NETWORK
from tests.sync.central.both_databases import ON_POSTGRESQL
from tests.sync.central.world import SHIP, World

pytestmark = ON_POSTGRESQL


def allocate(world: World, tx: Transaction, *wanted: tuple[str, str, int]) -> None:
    asked = [Wanted(code, sku, count, world.limits(sku, code)) for sku, code, count in wanted]
    stock.allocate(tx, asked, "test", release_safety_stock=True)


def test_the_last_pieces_are_promised_once_whoever_asks(world: World) -> None:
    free = world.available("S1", "MUG") + world.withheld("S1", "MUG")
    assert free > 0
    start = threading.Barrier(8)

    def take() -> int:
        got = 0
        start.wait()
        for _ in range(free):
            try:
                world.central.database.settle(
                    "race", lambda tx: allocate(world, tx, ("MUG", "S1", 1))
                )
            except Taken:
                continue
            got += 1
        return got

    with ThreadPoolExecutor(8) as pool:
        taken = [job.result() for job in [pool.submit(take) for _ in range(8)]]
    assert sum(taken) == free
    assert world.balance("S1", "MUG").allocated == free
    assert world.available("S1", "MUG") == 0  # the memory follows, whoever committed last
    assert world.withheld("S1", "MUG") == 0


def test_many_tills_place_orders_at_once_and_everything_adds_up(world: World) -> None:
    orders = [world.order(("BAG", 2, SHIP), ("MUG", 1, SHIP)) for _ in range(24)]
    payloads = [world.command(PlaceOrder(order)) for order in orders]
    till = world.till()
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda command: world.send(till, command), payloads))
    assert {answer.outcome.value for answer in answers} == {"applied"}
    assert world.check() == []


def in_turn(world: World) -> list[int]:
    """Two transactions that lock two balances each, the other way round, both at the first."""
    met = threading.Barrier(2)
    tries = [0, 0]

    def work(number: int, keys: list[str]) -> Callable[[Transaction], None]:
        def do(tx: Transaction) -> None:
            tries[number] += 1
            for place_of, code in enumerate(keys):
                tx.connection.execute(
                    sa.update(tables.balance)
                    .where(tables.balance.c.sku == "MUG", tables.balance.c.location == code)
                    .values(inbound=tables.balance.c.inbound + 1)
                )
                if place_of == 0 and tries[number] == 1:
                    met.wait(timeout=10)

        return do

    with ThreadPoolExecutor(2) as pool:
        jobs = [
            pool.submit(world.central.database.settle, "deadlock", work(0, ["S1", "S2"])),
            pool.submit(world.central.database.settle, "deadlock", work(1, ["S2", "S1"])),
        ]
        for job in jobs:
            job.result(timeout=30)
    return tries


def test_of_two_that_wait_for_each_other_one_is_done_again(world: World) -> None:
    before = [world.balance(code, "MUG").inbound for code in ("S1", "S2")]
    tries = in_turn(world)
    assert sorted(tries) == [1, 2]
    after = [world.balance(code, "MUG").inbound for code in ("S1", "S2")]
    assert after == [count + 2 for count in before]


def test_a_serialisation_failure_is_tried_again_and_then_refused(world: World) -> None:
    database = world.central.database
    tries = 0

    def always_late(tx: Transaction) -> None:
        nonlocal tries
        tries += 1
        # The other transaction commits between this one's snapshot and its write.
        tx.connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        tx.connection.execute(sa.select(tables.balance.c.inbound).limit(1)).all()
        with database.engine.begin() as other:
            other.execute(sa.update(tables.balance).values(inbound=tables.balance.c.inbound + 1))
        tx.connection.execute(
            sa.update(tables.balance)
            .where(tables.balance.c.sku == "MUG")
            .values(inbound=tables.balance.c.inbound + 100)
        )

    with pytest.raises(Contended, match="Nothing was changed; try again"):
        database.settle("late", always_late)
    assert tries == TRIES_MAX
    assert world.balance("S1", "MUG").inbound < 100


def test_balances_are_locked_in_one_order_whatever_the_order_of_the_lines(world: World) -> None:
    start = threading.Barrier(2)

    def take(*wanted: tuple[str, str, int]) -> None:
        for _ in range(15):
            start.wait(timeout=20)
            with world.central.database.write("test") as tx:  # no second try here
                allocate(world, tx, *wanted)

    one, two = ("BAG", "W1", 1), ("MUG", "W1", 1)
    with ThreadPoolExecutor(2) as pool:
        for job in [pool.submit(take, one, two), pool.submit(take, two, one)]:
            job.result(timeout=60)
    assert world.balance("W1", "BAG").allocated == 30


def test_no_state_is_missed_though_transactions_commit_out_of_order(world: World) -> None:
    """A reader that follows the feed to its end while slow and quick writers overlap."""
    database = world.central.database
    epoch = world.central.epoch
    done = threading.Event()
    seen: dict[str, int] = {}

    def read_on() -> None:
        cursor = 0
        last = False
        while True:
            with database.read() as connection:
                page = read_page(connection, epoch, NETWORK, cursor, 0)
            for change in page.changes:
                if change.kind == "test":
                    seen[change.key] = change.position
            cursor = page.cursor
            if last and not page.more:
                return
            last = done.is_set()

    def write(number: int) -> None:
        for turn in range(10):
            with database.write("feed") as tx:
                tx.changes.documents[NETWORK, "test", f"{number}/{turn}"] = turn
                pause = threading.Event()
                pause.wait(0.002 * (number % 3))  # some are slow between their start and commit

    reader = threading.Thread(target=read_on)
    reader.start()
    with ThreadPoolExecutor(6) as pool:
        for job in [pool.submit(write, number) for number in range(6)]:
            job.result(timeout=60)
    done.set()
    reader.join(timeout=30)
    assert not reader.is_alive()
    assert set(seen) == {f"{number}/{turn}" for number in range(6) for turn in range(10)}
    assert len(set(seen.values())) == 60


def test_a_reader_keeps_to_one_moment(world: World) -> None:
    with world.central.database.read() as connection:
        query = sa.select(tables.balance.c.inbound).where(
            tables.balance.c.sku == "MUG", tables.balance.c.location == "S1"
        )
        before = connection.execute(query).scalar_one()
        with world.central.database.write("test") as tx:
            tx.connection.execute(sa.update(tables.balance).values(inbound=before + 7))
        assert connection.execute(query).scalar_one() == before


@pytest.mark.parametrize(
    "url", ["postgres", "mysql://root@localhost/x", "http://example.org", "sqlite:///x.db"]
)
def test_an_address_of_anything_else_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        open_engine(url)
    assert refused.value.code == "database.url"


def test_a_server_that_does_not_answer_is_said_without_its_password(tmp_path: Path) -> None:
    engine = open_engine(f"postgresql://comptoir:s3cret@/books?host={tmp_path}")
    with pytest.raises(Unavailable) as refused:
        migrate(engine)
    assert refused.value.code == "database.unreachable"
    assert "books" in str(refused.value)
    assert "s3cret" not in str(refused.value)
    assert "s3cret" not in repr(engine)
