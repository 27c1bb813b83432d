"""Availability kept in memory as one table: for a live service, a replay or a simulation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, tzinfo

import numpy as np

from sync.domain.errors import ComptoirError, InvalidInput
from sync.sourcing.arrays import Bools, Ints
from sync.sourcing.decision import Decision
from sync.sourcing.network import Network
from sync.sourcing.request import Request

ATTEMPTS_MAX = 3
TAKEN = "stock.taken"


def source_until_committed(
    decide: Callable[[], Decision],
    commit: Callable[[Decision], None],
    attempts_max: int = ATTEMPTS_MAX,
) -> Decision:
    """Decide and commit; when another order took the stock in between, decide again.

    `commit` raises an error with code "stock.taken" when it lost the race. Raises that error
    when it lost `attempts_max` times: the order stays where it was, to be tried later.
    """
    for attempt in range(1, attempts_max + 1):
        decision = decide()
        try:
            commit(decision)
        except ComptoirError as error:
            if error.code != TAKEN or attempt == attempts_max:
                raise
        else:
            return decision
    raise InvalidInput("At least one attempt is needed.", code="sourcing.attempts")


class LiveStock:
    """Pieces available to promise, by article and location, that follow what is decided.

    It is a `Stock` like a `Snapshot`, without a copy for each order. Safety stock and threshold
    are deducted once, when the opening stock is read, and kept as `withheld`. Not thread-safe.
    """

    def __init__(
        self,
        network: Network,
        on_hand: Mapping[str, Mapping[str, int]],
        *,
        known_skus: Iterable[str] | None = None,
        zone: tzinfo = UTC,
    ) -> None:
        """`on_hand`: sku -> location -> pieces; with `known_skus`, any other SKU is refused. Days
        are those of `zone`."""
        self.network = network
        self.position = 0
        known = None if known_skus is None else set(known_skus)
        self._row = {sku: row for row, sku in enumerate(sorted(on_hand))}
        shape = (len(self._row) + 1, len(network))  # the last row stands for unknown articles
        on_shelf = np.zeros(shape, np.int64)
        for sku, by_location in on_hand.items():
            if known is not None and sku not in known:
                raise InvalidInput(
                    "There is stock of {sku}, which is not in the catalogue.",
                    code="stock.unknown_sku",
                    sku=sku,
                )
            for code, pieces in by_location.items():
                on_shelf[self._row[sku], self._place(code)] = pieces
        kept = np.array([loc.safety_stock for loc in network.locations], np.int64)
        unsure = np.array([loc.threshold for loc in network.locations], np.int64)
        sure = np.maximum(on_shelf - unsure, 0)
        self._table = np.maximum(sure - kept, 0)
        self._withheld = sure - self._table
        self._zone = zone
        self._due: dict[date, Ints] = {}
        self._none_due = np.zeros((2, len(network)), np.int64)
        self._opening = self._table.copy()

    def pieces(self, sku: str, network: Network, *, with_withheld: bool = False) -> Ints:
        """Pieces of `sku` by location; `network` must be the one that this was built with."""
        row = self._row.get(sku, -1)
        stock: Ints = self._table[row]
        return stock + self._withheld[row] if with_withheld else stock

    def due(self, network: Network, day: date) -> Ints:
        """Orders and pieces [2, N] that each location is to have ready on `day`."""
        return self._due.get(day, self._none_due)

    def commit(self, request: Request, decision: Decision) -> None:
        """Take what `decision` allocates; raises InvalidInput when it is not there any more.

        Nothing is taken then: the order is to be sourced again.
        """
        sku_of = {line.line_id: line.sku for line in request.lines}
        wanted: dict[tuple[int, int], int] = {}
        for shipment in decision.shipments:
            place = self._place(shipment.location)
            for line_id, quantity in shipment.lines:
                key = (self._row[sku_of[line_id]], place)
                wanted[key] = wanted.get(key, 0) + quantity
        if any(self._table[k] + self._withheld[k] < quantity for k, quantity in wanted.items()):
            raise InvalidInput(
                "Order {order}: the stock was taken by another order. Source it again.",
                code=TAKEN,
                order=request.order_number,
            )
        for key, quantity in wanted.items():
            from_open = min(quantity, int(self._table[key]))
            self._table[key] -= from_open
            self._withheld[key] -= quantity - from_open
        for shipment in decision.shipments:
            day = shipment.ready_at.astimezone(self._zone).date()
            if day not in self._due:
                self._due[day] = np.zeros_like(self._none_due)
            self._due[day][:, self._place(shipment.location)] += (1, shipment.quantity)
        self.position += 1

    def receive(self, sku: str, location: str, pieces: int) -> None:
        """Goods that came in."""
        row = self._row.get(sku)
        if row is not None:
            self._table[row, self._place(location)] += pieces
            self.position += 1

    def forget_before(self, day: date) -> None:
        """What was to be ready before `day` is of no more use."""
        for past in [past for past in self._due if past < day]:
            del self._due[past]

    def replenish(self) -> None:
        """Fill every shelf up to its opening stock."""
        np.maximum(self._table, self._opening, out=self._table)

    @property
    def never_negative(self) -> bool:
        """Whether no shelf was promised beyond what it held."""
        below: Bools = (self._table < 0) | (self._withheld < 0)
        return not bool(below.any())

    def _place(self, code: str) -> int:
        place = self.network.index.get(code)
        if place is None:
            raise InvalidInput(
                "There is stock at {location}, which is not a location that holds stock.",
                code="stock.unknown_location",
                location=code,
            )
        return place
