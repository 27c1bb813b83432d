"""Many at once after the last pieces: none is promised twice, and nobody waits for each other."""

from __future__ import annotations

import itertools
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sync.central.inventory import changes, consignments, reservations
from sync.domain.consignment import ChangeKind, GoodsLine, Receipt, StockChange, Transfer
from sync.domain.errors import Conflict, Refused
from sync.domain.reservation import Reservation
from sync.domain.stock import StockReason
from tests.sync.central.both_databases import BOTH_DATABASES
from tests.sync.central.world import World

pytestmark = BOTH_DATABASES
AT_ONCE, EACH = 8, 12
PLACES = ("S1", "S2", "W2")
SKUS = ("MUG", "BAG")


class Crowd:
    """People who hold, let go, send, receive and write off, each as chance has it."""

    def __init__(self, world: World) -> None:
        self.world, self.reference = world, world.central.reference
        self.serial = itertools.count(1)
        self.held: list[str] = []
        self.sent: list[str] = []
        self.refused = 0

    def one(self, seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(EACH):
            work = chance.choice([self.hold, self.hold, self.let_go, self.send, self.receive,
                                  self.write_off])  # fmt: skip
            try:
                work(chance)
            except (Refused, Conflict):
                self.refused += 1

    def hold(self, chance: random.Random) -> None:
        number, until = f"R{next(self.serial)}", self.world.now + timedelta(hours=1)
        wanted = Reservation(
            number, chance.choice(PLACES), chance.choice(SKUS), chance.randint(1, 3), until
        )
        with self.world.central.database.write("crowd") as tx:
            reservations.reserve(self.reference, tx, wanted, "crowd")
        self.held.append(number)

    def let_go(self, chance: random.Random) -> None:
        if self.held:
            with self.world.central.database.write("crowd") as tx:
                reservations.release(tx, chance.choice(self.held))

    def send(self, chance: random.Random) -> None:
        source, destination = chance.sample(PLACES, 2)
        lines = tuple(GoodsLine(sku, 1) for sku in chance.sample(SKUS, 2))
        number = f"T{next(self.serial)}"
        transfer = Transfer(number, source, destination, self.world.now.date(), lines)
        with self.world.central.database.write("crowd") as tx:
            consignments.send(self.reference, tx, transfer, "crowd")
        self.sent.append(number)

    def receive(self, chance: random.Random) -> None:
        if self.sent:
            counted = Receipt((GoodsLine(chance.choice(SKUS), chance.randint(0, 2)),))
            number = chance.choice(self.sent)
            with self.world.central.database.write("crowd") as tx:
                consignments.receive(self.reference, tx, number, counted, "crowd")

    def write_off(self, chance: random.Random) -> None:
        wanted = StockChange(
            f"W{next(self.serial)}",
            ChangeKind.WRITE_OFF,
            chance.choice(PLACES),
            chance.choice(SKUS),
            1,
            StockReason.BROKEN,
        )
        with self.world.central.database.write("crowd") as tx:
            changes.change(self.reference, tx, wanted, "crowd")


def test_a_crowd_after_the_last_pieces_breaks_no_balance(world: World) -> None:
    crowd = Crowd(world)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for done in [threads.submit(crowd.one, seed) for seed in range(AT_ONCE)]:
            done.result()
    assert world.check() == []
    assert crowd.held
    assert crowd.sent
    for place, sku in itertools.product(PLACES, SKUS):
        assert world.balance(place, sku).on_hand >= 0


def test_the_last_piece_is_held_once_whoever_asks(world: World) -> None:
    free = world.available("S2", "BAG")
    until = world.now + timedelta(hours=1)

    def hold(number: int) -> bool:
        wanted = Reservation(f"R{number}", "S2", "BAG", 1, until)
        try:
            with world.central.database.write("crowd") as tx:
                reservations.reserve(world.central.reference, tx, wanted, "crowd")
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(AT_ONCE) as threads:
        got = [found.result() for found in [threads.submit(hold, n) for n in range(16)]]
    assert sum(got) == free
    assert world.balance("S2", "BAG").reserved == free
    assert world.check() == []
