"""An order with all that became of it, as one transaction knows it.

It is loaded once (`order_records.load`), kept up to date by whoever changes a table of it, and
published from at the commit. What can be derived is derived here, and kept nowhere.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import zstandard

from sync.domain.fulfilment import Fulfilment, FulfilmentState
from sync.domain.money import Money, total
from sync.domain.order import FulfilmentMode, Order
from sync.domain.order_change import AddressChange, Cancellation, LineStanding, OrderChange
from sync.domain.order_status import BEGUN_BY_NOBODY, GIVEN_UP
from sync.domain.payment import PaymentKind, TenderSums
from sync.domain.returns import InspectedLine, RefundPart, Return, ReturnState
from sync.protocol.feed import Event, LineSource, LineState, OrderState, ReturnRecord


@dataclass(slots=True)
class LineRecord:
    """Pieces of an order line: carried out at the sale, unfilled, back, and not wanted any more."""

    line_id: int
    sku: str
    quantity: int
    carried_out: int = 0
    unfilled: int = 0
    in_return: int = 0
    returned: int = 0
    cancelled: int = 0

    @property
    def wanted(self) -> int:
        """Pieces that the customer has or is to have."""
        return self.quantity - self.cancelled


@dataclass(frozen=True, slots=True)
class FulfilmentRecord:
    """A fulfilment; `left_at`: when it left its location, `collected_at`: when a parcel for another
    store was collected there, `delivered_at`: when the carrier brought the last of its parcels."""

    fulfilment: Fulfilment
    collected_at: datetime | None = None
    left_at: datetime | None = None
    delivered_at: datetime | None = None

    @property
    def with_customer(self) -> bool:
        """Whether the customer has the goods, or a carrier on the way to the customer's door.

        A parcel for another store is with the customer once that store has handed it over.
        """
        if self.fulfilment.state is not FulfilmentState.HANDED_OVER:
            return False
        return not self.bound_for_store or self.collected_at is not None

    @property
    def received_at(self) -> datetime | None:
        """When the customer had the goods in hand; None before, or while a parcel is on its way."""
        if not self.with_customer:
            return None
        if self.bound_for_store:
            return self.collected_at
        return self.delivered_at if self.fulfilment.parcels else self.left_at

    @property
    def bound_for_store(self) -> bool:
        """Whether it is a parcel that a customer collects at another store."""
        fulfilment = self.fulfilment
        return (
            fulfilment.mode is FulfilmentMode.COLLECT
            and fulfilment.collect_at != fulfilment.location
        )

    def at_store(self, code: str) -> Fulfilment | None:
        """The fulfilment as the store `code` sees it; None when it is none of its business (yet).

        A parcel from elsewhere that a customer collects at `code` is there as `packed` (it waits
        for the customer) from the moment at which it left, and `handed_over` once it was collected.
        """
        fulfilment = self.fulfilment
        if code == fulfilment.location:
            return fulfilment
        if fulfilment.mode is not FulfilmentMode.COLLECT or code != fulfilment.collect_at:
            return None
        if fulfilment.state is FulfilmentState.CANCELLED and fulfilment.ready_at is not None:
            return fulfilment  # it waited there, and nobody came
        if fulfilment.state is not FulfilmentState.HANDED_OVER:
            return None
        if self.collected_at is not None:
            return fulfilment
        return replace(fulfilment, state=FulfilmentState.PACKED)


@dataclass(frozen=True, slots=True)
class ReturnEntry:
    """A return; the rest is None or empty until it was inspected."""

    goods: Return
    inspected: tuple[InspectedLine, ...] = ()
    inspected_by: str | None = None
    parts: tuple[RefundPart, ...] = ()

    @property
    def published(self) -> ReturnRecord:
        """The return as its store sees it."""
        return ReturnRecord(self.goods, self.parts, self.inspected_by or "")


@dataclass(slots=True)
class OrderRecord:
    """The order and what became of it; `decisions` are as they are kept, the latest last.

    `order` is what was sold, with the address of the latest of `changes`.
    """

    order: Order
    lines: dict[int, LineRecord]
    fulfilments: dict[str, FulfilmentRecord] = field(default_factory=dict)
    paid: Counter[tuple[int, PaymentKind]] = field(default_factory=Counter)
    returns: dict[str, ReturnEntry] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    decisions: list[bytes] = field(default_factory=list)
    changes: list[OrderChange] = field(default_factory=list)

    def add_change(self, change: OrderChange) -> None:
        """Keep a change, which is the latest."""
        self.changes.append(change)
        if isinstance(change, AddressChange):
            self.order = replace(self.order, ship_to=change.ship_to)

    @property
    def cancellations(self) -> list[Cancellation]:
        """What was cancelled, the oldest first."""
        return [change for change in self.changes if isinstance(change, Cancellation)]

    def standing(self) -> dict[int, LineStanding]:
        """What may still be cancelled of each line: what waits, and what nobody has begun."""
        begun_by_nobody = pieces_by_line(
            found.fulfilment for found in self.alive() if found.fulfilment.state in BEGUN_BY_NOBODY
        )
        return {
            line.line_id: LineStanding(
                line.cancelled,
                line.in_return + line.returned,
                min(line.wanted, line.unfilled + begun_by_nobody[line.line_id]),
            )
            for line in self.lines.values()
        }

    @property
    def number(self) -> str:
        """The number of the order."""
        return self.order.number.value

    def put(self, record: FulfilmentRecord) -> None:
        """Keep a fulfilment in place of what was known of it."""
        self.fulfilments[record.fulfilment.fulfilment_id] = record

    def in_order(self) -> list[FulfilmentRecord]:
        """The fulfilments, oldest first; those that were given up too."""
        return sorted(
            self.fulfilments.values(),
            key=lambda found: (found.fulfilment.created_at, found.fulfilment.fulfilment_id),
        )

    def alive(self) -> list[FulfilmentRecord]:
        """The fulfilments that nobody has given up, oldest first."""
        return [found for found in self.in_order() if found.fulfilment.state not in GIVEN_UP]

    def left_pieces(self) -> dict[int, int]:
        """Pieces of each line that have left us: carried out, or handed over anywhere.

        Never more than were sold: what went out twice by mistake is not paid twice.
        """
        gone = pieces_by_line(
            found.fulfilment
            for found in self.alive()
            if found.fulfilment.state is FulfilmentState.HANDED_OVER
        )
        return {
            line.line_id: min(line.wanted, line.carried_out + gone[line.line_id])
            for line in self.lines.values()
        }

    def beyond_sold(self) -> Counter[int]:
        """Pieces of each line that are somewhere or waited for, less what is wanted of it.

        0 when all is well; below 0 while pieces have to be found; above 0 when they go out twice.
        """
        placed = pieces_by_line(found.fulfilment for found in self.alive())
        beyond: Counter[int] = Counter()
        for line in self.lines.values():
            somewhere = line.carried_out + placed[line.line_id] + line.unfilled
            beyond[line.line_id] = somewhere - line.wanted
        return beyond

    def returned_pieces(self) -> Counter[int]:
        """Pieces by line that came back and were accepted, from the returns themselves."""
        counted: Counter[int] = Counter()
        for entry in self.returns.values():
            if entry.goods.state is ReturnState.REFUNDED:
                accepted = {line.line_id for line in entry.inspected if line.accepted}
                for line in entry.goods.lines:
                    counted[line.line_id] += line.quantity if line.line_id in accepted else 0
        return counted

    def received_at(self) -> datetime | None:
        """When the customer had the last of what is wanted of it; None before."""
        with_customer = [found for found in self.alive() if found.with_customer]
        there = pieces_by_line(found.fulfilment for found in with_customer)
        wanted = [line for line in self.lines.values() if line.wanted]
        on_the_way = any(line.carried_out + there[line.line_id] < line.wanted for line in wanted)
        if not wanted or on_the_way:
            return None
        received = [found.received_at for found in with_customer]
        if any(line.carried_out for line in wanted):
            received.append(self.order.placed_at)
        known = [moment for moment in received if moment is not None]
        return max(known) if known and len(known) == len(received) else None

    def returned_fee(self) -> Money:
        """What returns have given back of the delivery fee."""
        given = (
            entry.goods.delivery_of({line.line_id for line in entry.inspected if line.accepted})
            for entry in self.returns.values()
            if entry.goods.state is ReturnState.REFUNDED
        )
        return total((fee for fee in given if fee), self.order.total.currency)

    def tender_sums(self) -> list[TenderSums]:
        """The sums of each tender of the order, in its place."""
        return [
            TenderSums(
                *(Money(self.paid[place, kind], tender.amount.currency) for kind in PaymentKind)
            )
            for place, tender in enumerate(self.order.tenders)
        ]

    def refunded_unsent(self) -> Money:
        """What was captured, and refunded for pieces that never left."""
        parts = [part for document in self.cancellations for part in document.parts]
        return total((part.refunded for part in parts), self.order.total.currency)

    def cancelled_fee(self) -> Money:
        """What cancellations have given back of the delivery fee."""
        return total((one.shipping for one in self.cancellations), self.order.total.currency)

    def audience(self) -> set[str]:
        """Locations that may see it: it was taken, is prepared, handed over or returned there."""
        found = {self.order.location} | {line.collect_at for line in self.order.lines}
        for record in self.fulfilments.values():
            found |= {record.fulfilment.location, record.fulfilment.collect_at}
        return (found | {entry.goods.location for entry in self.returns.values()}) - {""}

    def line_states(self) -> tuple[LineState, ...]:
        """What became of each line, in order of line number."""
        alive = self.alive()
        there = pieces_by_line(found.fulfilment for found in alive if found.with_customer)
        sources: dict[int, list[LineSource]] = {line_id: [] for line_id in self.lines}
        for found in alive:
            for line in found.fulfilment.lines:
                sources[line.line_id].append(_source(found.fulfilment, line.quantity))
        return tuple(
            LineState(
                line.line_id,
                tuple(sources[line.line_id]),
                min(line.wanted, line.carried_out + there[line.line_id]),
                line.in_return,
                line.returned,
                line.unfilled,
                line.cancelled,
            )
            for line in sorted(self.lines.values(), key=lambda line: line.line_id)
        )

    def decision_wires(self) -> tuple[dict[str, Any], ...]:
        """The decisions as plain JSON values, the latest last."""
        return tuple(json.loads(zstandard.decompress(body)) for body in self.decisions)

    def state(self) -> OrderState:
        """The order, and what became of its lines and its money, as devices see it."""
        money = self.tender_sums()
        return OrderState(
            order=self.order,
            lines=self.line_states(),
            captured=total((known.captured for known in money), self.order.total.currency),
            refunded={
                place: known.given_back for place, known in enumerate(money) if known.given_back
            },
            decisions=self.decision_wires(),
            events=tuple(self.events),
            cancellations=tuple(self.cancellations),
            received_at=self.received_at(),
        )


def pieces_by_line(fulfilments: Iterable[Fulfilment]) -> Counter[int]:
    """How many pieces of each line `fulfilments` hold."""
    counted: Counter[int] = Counter()
    for fulfilment in fulfilments:
        for line in fulfilment.lines:
            counted[line.line_id] += line.quantity
    return counted


def _source(fulfilment: Fulfilment, quantity: int) -> LineSource:
    tracking = (parcel.tracking_number for parcel in fulfilment.parcels)
    return LineSource(
        fulfilment.location,
        quantity,
        fulfilment.fulfilment_id,
        fulfilment.state,
        next((number for number in tracking if number), ""),
    )
