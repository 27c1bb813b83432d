"""Changes of an order at the counter: pieces cancelled, a bag put back, another address.

The till says what it did at once and signs the money in its journal; the server decides. When it
refuses, a counter-entry takes the refund back and the order is shown as it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from app.usecases.context import Context
from app.usecases.orders.order_store import order_state
from app.usecases.store.sign_in import Person
from sync.domain.associate import Right
from sync.domain.customer import Address
from sync.domain.errors import Conflict, InvalidInput, NotFound, Refused
from sync.domain.fulfilment import Fulfilment, FulfilmentState
from sync.domain.identifiers import RETURN, DocumentNumber
from sync.domain.money import Money
from sync.domain.order import FulfilmentMode, OrderLine
from sync.domain.order_change import (
    AddressChange,
    Cancellation,
    CancelReason,
    LineCount,
    LineStanding,
    cancellation,
)
from sync.domain.order_status import BEGUN_BY_NOBODY
from sync.domain.returns import refund_parts
from sync.protocol.codec import to_wire
from sync.protocol.commands import CancelPieces, ChangeAddress
from sync.protocol.feed import LineState, OrderState
from sync.protocol.journal import REFUND
from sync.protocol.journal_bodies import cancellation_body
from sync.protocol.sessions import Approval
from sync.terminal.store import fulfilment_queries
from sync.terminal.store import overlays as documents
from sync.terminal.store.local_store import Transaction

NEEDS_APPROVAL = "cancel.needs_approval"


@dataclass(frozen=True, slots=True)
class CancellableLine:
    """`quantity_max` pieces of a line may still be cancelled."""

    line: OrderLine
    quantity_max: int


class OrderChanges:
    """What a person at the counter changes of an order before its goods leave."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def cancellable(self, number: str) -> list[CancellableLine]:
        """The lines of which something may still be cancelled; raises NotFound."""
        state = order_state(self._context, number)
        found = standing(state)
        return [
            CancellableLine(line, found[line.line_id].cancellable)
            for line in state.order.lines
            if found[line.line_id].cancellable
        ]

    def quote(self, number: str, pieces: Mapping[int, int]) -> Cancellation:
        """What goes back for so many `pieces` by line, and to which tenders; nothing is changed.

        Raises Refused or InvalidInput when they cannot be cancelled.
        """
        state = order_state(self._context, number)
        return self._document(state, _counts(pieces), "quote", CancelReason.CUSTOMER, "", {})

    def cancel(
        self,
        number: str,
        pieces: Mapping[int, int],
        reason: CancelReason,
        person: Person,
        approval: Approval | None = None,
    ) -> Cancellation:
        """Cancel so many `pieces` by line; it is on disk when this returns.

        Raises Refused: `cancel.needs_approval` for an amount above the company's limit that nobody
        with the right has approved, and what `quote` raises.
        """
        with self._context.store.transaction() as tx:
            state = order_state(self._context, number)
            document = self._document(
                state, _counts(pieces), self._number(tx), reason, person.code, {}
            )
            self._keep(tx, state, document, person, approval)
        self._context.kick()
        return document

    def uncollected(self, fulfilment_id: str) -> Cancellation:
        """What goes back when a bag that waits here is put back; nothing is changed."""
        fulfilment = self._waiting(fulfilment_id)
        state = order_state(self._context, str(fulfilment.order_number))
        return self._of_bag(state, fulfilment, "quote", "")

    def put_back(
        self, fulfilment_id: str, person: Person, approval: Approval | None = None
    ) -> Cancellation:
        """Nobody came for this bag: its goods are on sale again, its pieces are cancelled.

        Raises Conflict when it is not waiting for its customer here, and what `cancel` raises.
        """
        with self._context.store.transaction() as tx:
            fulfilment = self._waiting(fulfilment_id)
            state = order_state(self._context, str(fulfilment.order_number))
            document = self._of_bag(state, fulfilment, self._number(tx), person.code)
            command = self._keep(tx, state, document, person, approval, fulfilment_id)
            gone = replace(fulfilment, state=FulfilmentState.CANCELLED)
            documents.put_overlay(tx, command, "fulfilment", fulfilment_id, to_wire(gone))
            here = self._context.identity.location
            documents.put_stock_overlay(
                tx, command, [(here, line.sku, line.quantity) for line in fulfilment.lines]
            )
        self._context.kick()
        return document

    def change_address(self, number: str, home: Address, person: Person) -> OrderState:
        """Deliver elsewhere what nobody has begun; it is on disk when this returns.

        Raises InvalidInput for what is no address, Refused when nothing is to be delivered.
        """
        context = self._context
        if not home.street.strip():
            raise InvalidInput(
                "Enter the street, and choose the commune from the list.",
                code="customer.address_missing",
            )
        with context.store.transaction() as tx:
            state = order_state(context, number)
            if state.order.ship_to is None or not deliverable(state):
                raise Refused(
                    "Nothing of order {order} is still to be delivered. Nothing was changed.",
                    code="order.nothing_to_deliver",
                    order=number,
                )
            change = AddressChange(str(uuid4()), state.order.number, home, person.code)
            command = context.outbox.add(
                tx,
                ChangeAddress(change, person.code),
                number,
                context.outbox.builds_on(tx, number),
            )
            after = replace(state, order=replace(state.order, ship_to=home))
            documents.put_overlay(tx, command.command_id, "order", number, to_wire(after))
            context.journal.append(
                tx, "change_address", {"order": number, "associate": person.code}
            )
        context.kick()
        return after

    def refund_limit(self) -> Money:
        """Above it a refund needs somebody who may approve it."""
        company = self._context.reference.company()
        return Money(company.staff.refund_minor_max, company.region.currency)

    def _number(self, tx: Transaction) -> str:
        identity = self._context.identity
        return str(DocumentNumber.build(RETURN, identity.number, tx.count_up("return")))

    def _document(
        self,
        state: OrderState,
        wanted: Sequence[LineCount],
        number: str,
        reason: CancelReason,
        by: str,
        bag: Mapping[int, int],
        fulfilment_id: str = "",
    ) -> Cancellation:
        found = standing(state)
        if bag:
            found = {
                line_id: replace(known, cancellable=bag.get(line_id, 0))
                for line_id, known in found.items()
            }
        identity = self._context.identity
        document = cancellation(
            state.order,
            found,
            wanted,
            number=number,
            location=identity.location,
            device=identity.code,
            created_at=self._context.clock(),
            reason=reason,
            by=by,
            fulfilment_id=fulfilment_id,
        )
        parts = refund_parts(state.order, state.refunded, document.refund)
        return replace(document, parts=tuple(parts))

    def _of_bag(
        self, state: OrderState, fulfilment: Fulfilment, number: str, by: str
    ) -> Cancellation:
        held = {line.line_id: line.quantity for line in fulfilment.lines}
        return self._document(
            state,
            _counts(held),
            number,
            CancelReason.NOT_COLLECTED,
            by,
            held,
            fulfilment.fulfilment_id,
        )

    def _waiting(self, fulfilment_id: str) -> Fulfilment:
        fulfilment = fulfilment_queries.find(self._context.store, fulfilment_id)
        if fulfilment is None:
            raise NotFound(
                "This fulfilment is no longer on the list of this store.",
                code="fulfil.unknown",
                fulfilment=fulfilment_id[:40],
            )
        if not is_waiting(fulfilment, self._context.identity.location):
            raise Conflict(
                "These goods are not waiting to be collected. Nothing was changed.",
                code="cancel.not_waiting",
            )
        return fulfilment

    def _keep(
        self,
        tx: Transaction,
        state: OrderState,
        document: Cancellation,
        person: Person,
        approval: Approval | None,
        *more: str,
    ) -> UUID:
        """The command, what it shows at once, and the journal; gives the command's number."""
        context, number = self._context, str(state.order.number)
        self._check_limit(document.refund, person, approval)
        earlier = [one.number for one in state.cancellations]
        command = context.outbox.add(
            tx,
            CancelPieces(replace(document, parts=()), person.code),
            document.number,
            context.outbox.builds_on(tx, number, *more, *earlier),
            approvals=(approval,) if approval else (),
        )
        documents.put_overlay(
            tx, command.command_id, "order", number, to_wire(_cancelled(state, document))
        )
        if document.refund:
            body = cancellation_body(document, document.parts, person.code)
            context.journal.append(tx, REFUND, body)
        return command.command_id

    def _check_limit(self, amount: Money, person: Person, approval: Approval | None) -> None:
        limit = self.refund_limit()
        may = self._context.reference.company().may(person.role, Right.REFUND_ABOVE_LIMIT)
        if amount > limit and approval is None and not may:
            raise Refused(
                "A refund above {limit} needs somebody who may approve it. Nothing was refunded.",
                code=NEEDS_APPROVAL,
                limit=limit,
            )


def standing(state: OrderState) -> dict[int, LineStanding]:
    """What may still be cancelled of each line, as far as this device knows: what waits, and what
    nobody has begun. The server knows better, and says so."""
    known = {line.line_id: line for line in state.lines}
    found = {}
    for line in state.order.lines:
        of = known.get(line.line_id) or LineState(line.line_id)
        begun = sum(s.quantity for s in of.sources if s.state not in BEGUN_BY_NOBODY)
        gone = line.quantity if line.mode is FulfilmentMode.CARRY_OUT else begun
        found[line.line_id] = LineStanding(
            of.cancelled, of.returning + of.returned, max(0, line.quantity - of.cancelled - gone)
        )
    return found


def deliverable(state: OrderState) -> bool:
    """Whether something is still to be delivered, and nothing of that is being prepared."""
    cancellable = standing(state)
    sent = {
        line.line_id
        for line in state.order.lines
        if line.mode is FulfilmentMode.SHIP_HOME and cancellable[line.line_id].cancellable
    }
    begun = {FulfilmentState.PICKING, FulfilmentState.PACKED}
    under_way = {line.line_id for line in state.lines for s in line.sources if s.state in begun}
    homes = {x.line_id for x in state.order.lines if x.mode is FulfilmentMode.SHIP_HOME}
    return bool(sent) and not under_way & homes


def is_waiting(fulfilment: Fulfilment, here: str) -> bool:
    """Whether a bag waits at the store `here` for the customer who collects it."""
    return (
        fulfilment.mode is FulfilmentMode.COLLECT
        and fulfilment.collect_at == here
        and fulfilment.state is FulfilmentState.PACKED
    )


def _counts(pieces: Mapping[int, int]) -> tuple[LineCount, ...]:
    wanted = tuple(LineCount(line, count) for line, count in pieces.items() if count)
    if not wanted:
        raise InvalidInput("At least one piece has to be cancelled.", code="cancel.quantity")
    return wanted


def _cancelled(state: OrderState, document: Cancellation) -> OrderState:
    """The order as this device shows it until the server has answered."""
    fewer = {line.line_id: line.quantity for line in document.lines}
    refunded = dict(state.refunded)
    for part in document.parts:
        place = next(
            place
            for place, tender in enumerate(state.order.tenders)
            if (tender.kind, tender.reference) == (part.kind, part.reference)
        )
        refunded[place] = refunded.get(place, Money(0, part.amount.currency)) + part.amount
    return replace(
        state,
        lines=tuple(
            replace(
                line,
                cancelled=line.cancelled + fewer.get(line.line_id, 0),
                unfilled=max(0, line.unfilled - fewer.get(line.line_id, 0)),
            )
            for line in state.lines
        ),
        refunded=refunded,
        cancellations=(*state.cancellations, document),
    )
