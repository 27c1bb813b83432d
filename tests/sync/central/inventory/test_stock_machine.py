"""Stock driven through legal and illegal steps, beside a model of plain numbers."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from sync.central.inventory import changes, consignments, reservations
from sync.central.storage.database import Transaction
from sync.domain.consignment import (
    AdvanceNotice,
    ChangeKind,
    GoodsLine,
    Receipt,
    StockChange,
    Transfer,
)
from sync.domain.errors import ComptoirError
from sync.domain.reservation import Reservation
from sync.domain.stock import Balance, StockState
from tests.sync.central import postgresql
from tests.sync.central.both_databases import POSTGRESQL, SQLITE
from tests.sync.central.world import CARRY, World, copy_of

PLACES = st.sampled_from(["S1", "S2", "W1"])
STATES = st.sampled_from(StockState)
FEW = st.integers(1, 8)
DAY = date(2026, 12, 24)
Opened = Callable[[], World]


class StockMachine(RuleBasedStateMachine):
    """`model`: pieces of MUG by (location, state); `open_worlds` gives a fresh server."""

    open_world: Opened

    def __init__(self) -> None:
        super().__init__()
        self.world = type(self).open_world()
        self.numbers = itertools.count(1)
        self.model: dict[tuple[str, str], int] = {
            ("S1", "on_hand"): 6,
            ("S2", "on_hand"): 5,
            ("W1", "on_hand"): 40,
        }
        self.coming: dict[str, tuple[str, str, int]] = {}  # number -> destination, kind, left
        self.holds: dict[str, tuple[str, int]] = {}

    def teardown(self) -> None:
        assert self.world.check() == []
        self.world.close()

    def _there(self, place: str, state: str) -> int:
        return self.model.get((place, state), 0)

    def _add(self, place: str, state: str, pieces: int) -> None:
        self.model[place, state] = self._there(place, state) + pieces

    def _number(self) -> str:
        return f"N{next(self.numbers)}"

    def _free(self, place: str) -> int:
        kept = self.world.central.reference.locations[place]
        promised = self._there(place, "reserved") + kept.safety_stock + kept.threshold
        return max(0, self._there(place, "on_hand") - promised)

    def _done(self, work: Callable[[Transaction], object]) -> bool:
        try:
            with self.world.central.database.write("test") as tx:
                work(tx)
        except ComptoirError:
            return False
        return True

    @rule(place=PLACES, source=STATES, to=STATES, pieces=FEW)
    def move(self, place: str, source: StockState, to: StockState, pieces: int) -> None:
        may = source is not to and self._there(place, source.value) >= pieces

        def work(tx: Transaction) -> None:
            wanted = StockChange(
                self._number(), ChangeKind.MOVE, place, "MUG", pieces, state=source, to=to
            )
            changes.change(self.world.central.reference, tx, wanted, "test")

        assert self._done(work) is may
        if may:
            self._add(place, source.value, -pieces)
            self._add(place, to.value, pieces)

    @rule(place=PLACES, state=STATES, pieces=FEW)
    def write_off(self, place: str, state: StockState, pieces: int) -> None:
        may = self._there(place, state.value) >= pieces
        wanted = StockChange(
            self._number(), ChangeKind.WRITE_OFF, place, "MUG", pieces, state=state
        )
        context = self.world.central.reference
        assert self._done(lambda tx: changes.change(context, tx, wanted, "test")) is may
        if may:
            self._add(place, state.value, -pieces)

    @rule(place=PLACES, pieces=st.integers(0, 20))
    def count(self, place: str, pieces: int) -> None:
        wanted = StockChange(self._number(), ChangeKind.COUNT, place, "MUG", pieces)
        context = self.world.central.reference
        assert self._done(lambda tx: changes.change(context, tx, wanted, "test"))
        self.model[place, "on_hand"] = pieces

    @rule(place=PLACES, pieces=FEW)
    def announce(self, place: str, pieces: int) -> None:
        notice = AdvanceNotice(self._number(), place, DAY, (GoodsLine("MUG", pieces),))
        context = self.world.central.reference
        assert self._done(lambda tx: consignments.announce(context, tx, notice, "test"))
        self._add(place, "inbound", pieces)
        self.coming[notice.number] = (place, "inbound", pieces)

    @rule(source=PLACES, to=PLACES, state=STATES, pieces=FEW)
    def send(self, source: str, to: str, state: StockState, pieces: int) -> None:
        may = source != to and self._there(source, state.value) >= pieces
        number, lines = self._number(), (GoodsLine("MUG", pieces),)
        context = self.world.central.reference
        assert may is self._done(
            lambda tx: consignments.send(
                context, tx, Transfer(number, source, to, DAY, lines, state), "test"
            )
        )
        if may:
            self._add(source, state.value, -pieces)
            self._add(to, "in_transit", pieces)
            self.coming[number] = (to, "in_transit", pieces)

    @rule(pieces=st.integers(0, 10), complete=st.booleans(), which=st.randoms())
    def receive(self, pieces: int, complete: bool, which: random.Random) -> None:
        if not self.coming:
            return
        number = which.choice(sorted(self.coming))
        place, kind, left = self.coming[number]
        counted = Receipt((GoodsLine("MUG", pieces),), complete)
        context = self.world.central.reference
        assert self._done(lambda tx: consignments.receive(context, tx, number, counted, "test"))
        self._add(place, "on_hand", pieces)
        self._add(place, kind, -(left if complete else min(pieces, left)))
        self.coming[number] = (place, kind, max(0, left - pieces))
        if complete:
            del self.coming[number]
            assert not self._done(
                lambda tx: consignments.receive(context, tx, number, counted, "test")
            )

    @rule(place=PLACES, pieces=FEW, minutes=st.integers(1, 90))
    def hold(self, place: str, pieces: int, minutes: int) -> None:
        may = self._free(place) >= pieces
        until = self.world.now + timedelta(minutes=minutes)
        wanted = Reservation(self._number(), place, "MUG", pieces, until)
        context = self.world.central.reference
        assert may is self._done(lambda tx: reservations.reserve(context, tx, wanted, "test"))
        if may:
            self._add(place, "reserved", pieces)
            self.holds[wanted.number] = (place, pieces)

    @rule(which=st.randoms())
    def release(self, which: random.Random) -> None:
        if not self.holds:
            return
        number = which.choice(sorted(self.holds))
        place, pieces = self.holds.pop(number)
        for _ in range(2):
            assert self._done(lambda tx: reservations.release(tx, number))
        self._add(place, "reserved", -pieces)

    @rule(pieces=st.integers(1, 3))
    def sell(self, pieces: int) -> None:
        self.world.placed(("MUG", pieces, CARRY))
        self._add("S1", "on_hand", -pieces)

    @invariant()
    def balances_are_those_of_the_model(self) -> None:
        for place in ("S1", "S2", "W1"):
            wanted = {state: n for (at, state), n in self.model.items() if at == place}
            assert self.world.balance(place, "MUG") == Balance(**wanted)
            assert self.world.available(place, "MUG") == self._free(place)


@pytest.fixture(params=[SQLITE, POSTGRESQL])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opened]:
    count = itertools.count()
    if request.param == SQLITE:
        template = request.getfixturevalue("template")
        yield lambda: copy_of(template, tmp_path / f"world-{next(count)}")
        return
    server = request.getfixturevalue("postgresql_server")
    copies = []

    def fresh() -> World:
        copy = postgresql.copy_of_template(server)
        copies.append(copy)
        return World(tmp_path / f"world-{next(count)}", database_url=copy.__enter__())

    yield fresh
    for copy in copies:
        copy.__exit__(None, None, None)


def test_stock_is_that_of_a_plain_model(opened: Opened, request: pytest.FixtureRequest) -> None:
    on_sqlite = SQLITE in request.node.name

    class Machine(StockMachine):
        open_world = staticmethod(opened)

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=12 if on_sqlite else 4,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
