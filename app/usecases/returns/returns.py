"""Returns: recognise the receipt, say what is refunded and why, take the goods, inspect them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from app.usecases.context import Context
from app.usecases.orders.lookup import OrderLookup
from app.usecases.orders.order_store import (
    credited_pieces,
    handed_over_pieces,
    returned_pieces,
)
from app.usecases.returns import order_after
from app.usecases.returns.quote import RefundQuote, notes, sentences
from app.usecases.store.sign_in import Person
from sync.domain.associate import Right
from sync.domain.errors import Conflict, InvalidInput, NotFound, Refused
from sync.domain.identifiers import RETURN, DocumentNumber
from sync.domain.money import Money, total
from sync.domain.order import Order, OrderLine
from sync.domain.payment import TenderKind
from sync.domain.return_rules import PERIOD_OVER, Eligibility, ReturnCase
from sync.domain.returns import (
    Disposition,
    InspectedLine,
    RefundPart,
    Return,
    ReturnLine,
    ReturnReason,
    ReturnRight,
    ReturnState,
    refund_parts,
    return_line,
    shipping_vat,
)
from sync.i18n import I18n
from sync.protocol.codec import to_wire
from sync.protocol.commands import InspectReturn, RegisterReturn
from sync.protocol.feed import OrderState, ReturnRecord
from sync.protocol.journal import REFUND
from sync.protocol.journal_bodies import counter_entry, refund_body
from sync.protocol.sessions import Approval
from sync.terminal import journal
from sync.terminal.store import catalogue_queries, return_queries
from sync.terminal.store import overlays as documents
from sync.terminal.store.local_store import Transaction

LISTED_MAX = 50
NEEDS_APPROVAL = "return.needs_approval"
RETURN_REFUSED = "return_refused"


@dataclass(frozen=True, slots=True)
class ReturnableLine:
    """`quantity_max` pieces may come back, for one of `reasons`; when 0, `reason` says why. `note`:
    what the customer should know of it. Both are translated."""

    line: OrderLine
    quantity_max: int
    reason: str = ""
    reasons: tuple[ReturnReason, ...] = tuple(ReturnReason)
    note: str = ""


@dataclass(frozen=True, slots=True)
class Returnable:
    """An order that was found for a return; `until`: the last day for it, None where the goods have
    not arrived yet."""

    order: Order
    lines: tuple[ReturnableLine, ...]
    until: date | None
    receipt_code: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the customer brings back of a line, and why."""

    line_id: int
    quantity: int
    reason: ReturnReason


@dataclass(frozen=True, slots=True)
class Registered:
    """A return that is on disk, and the order that the goods come from. Its receipt is printed
    or sent only when the customer wants it."""

    goods: Return
    order: Order


@dataclass(frozen=True, slots=True)
class InspectionResult:
    """What the inspection refunds; `cash` is to be handed out now."""

    goods: Return
    parts: tuple[RefundPart, ...]
    cash: Money


class Returns:
    """Returns at the kiosk and at the counter.

    Where an `i18n` is taken, sentences are in the language of the customer who reads them; without
    it in that of the device.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._lookup = OrderLookup(context)

    def find(self, text: str, *, i18n: I18n | None = None) -> Returnable:
        """The order behind a receipt code or order number.

        One that this device does not hold is asked of the server. Raises InvalidInput (broken or
        forged code), NotFound `return.receipt_not_here`.
        """
        state, code = self._lookup.scanned(text)
        return self._returnable(state, code, i18n or self._context.i18n)

    def quote(
        self, order_number: str, choices: Sequence[Choice], *, i18n: I18n | None = None
    ) -> RefundQuote:
        """What these choices are worth; raises Refused or InvalidInput when they cannot be."""
        state = self._lookup.state(order_number)
        case = self._case(state)
        lines = self._lines(state, case, choices)
        shipping = case.delivery_back(lines, credited_pieces(state))
        amount = total((line.refund for line in lines), state.order.total.currency) + shipping
        parts = tuple(self._parts(state, amount))
        words = i18n or self._context.i18n
        told = notes(state, shipping, words)
        return RefundQuote(amount, parts, (*sentences(lines, parts, words), *told), told)

    def register(
        self,
        order_number: str,
        choices: Sequence[Choice],
        receipt_code: str = "",
        *,
        i18n: I18n | None = None,
        person: Person | None = None,
        late: Approval | None = None,
    ) -> Registered:
        """Take the goods; the return is on disk when this returns.

        `person`: who takes them at a counter; `late`: somebody accepts them although the period
        is over.
        """
        context = self._context
        self._lookup.state(order_number, receipt_code)  # asks the server outside the transaction
        with context.store.transaction() as tx:
            state = self._lookup.state(order_number, receipt_code)
            case = self._case(state, late=late is not None)
            lines = self._lines(state, case, choices)
            shipping = case.delivery_back(lines, credited_pieces(state))
            now, identity = context.clock(), context.identity
            goods = Return(
                DocumentNumber.build(RETURN, identity.number, tx.count_up("return")),
                state.order.number,
                identity.location,
                identity.code,
                now,
                lines,
                shipping=shipping,
                shipping_vat=shipping_vat(state.order, shipping),
            )
            number = str(goods.number)
            command = context.outbox.add(
                tx,
                RegisterReturn(goods, receipt_code),
                number,
                # What a piece is worth depends on how many came back before.
                context.outbox.builds_on(
                    tx,
                    order_number,
                    *return_queries.numbers_of_order(tx, order_number),
                    *(one.number for one in state.cancellations),
                ),
                person=person.code if person else None,
                approvals=(late,) if late else (),
            )
            documents.put_overlay(
                tx, command.command_id, "return", number, to_wire(ReturnRecord(goods))
            )
            documents.put_overlay(
                tx,
                command.command_id,
                "order",
                order_number,
                to_wire(order_after.deposited(state, lines)),
            )
            self._context.journal.append(
                tx,
                "return",
                {"return": number, "order": order_number, "refund_minor": goods.refund.minor},
            )
        context.kick()
        return Registered(goods, state.order)

    def to_inspect(self, limit: int = LISTED_MAX, offset: int = 0) -> list[ReturnRecord]:
        """Returns to be inspected, the oldest first."""
        return return_queries.deposited(self._context.store, limit, offset)

    def to_inspect_count(self) -> int:
        """How many returns are to be inspected (the badge)."""
        return return_queries.deposited_count(self._context.store)

    def get(self, number: str) -> ReturnRecord:
        """One return; raises NotFound."""
        record = return_queries.find(self._context.store, number)
        if record is None:
            raise NotFound(
                "Return {number} is not known to this device.",
                code="return.not_here",
                number=number[:40],
            )
        return record

    def inspect(
        self,
        number: str,
        lines: Sequence[InspectedLine],
        person: Person,
        approval: Approval | None = None,
    ) -> InspectionResult:
        """Say what becomes of the goods; raises Conflict when it was inspected before.

        Raises Refused `return.needs_approval` for a refund above the company's limit that nobody
        with the right has approved.
        """
        context = self._context
        with context.store.transaction() as tx:
            goods = self.get(number).goods
            inspected_lines = _inspected_lines(goods, lines)
            order_number = str(goods.order_number)
            state = self._lookup.state(order_number)
            accepted = [line for line in goods.lines if inspected_lines[line.line_id].accepted]
            amount = goods.refund_of({line.line_id for line in accepted})
            self._check_limit(amount, person, approval)
            parts = tuple(self._parts(state, amount)) if amount else ()
            after = ReturnState.REFUNDED if accepted else ReturnState.REFUSED
            inspected = replace(goods, state=after)
            command = context.outbox.add(
                tx,
                InspectReturn(goods.number, person.code, tuple(lines)),
                number,
                context.outbox.builds_on(tx, number),
                approvals=(approval,) if approval else (),
            )
            record = ReturnRecord(inspected, parts, person.code)
            documents.put_overlay(tx, command.command_id, "return", number, to_wire(record))
            documents.put_overlay(
                tx,
                command.command_id,
                "order",
                order_number,
                to_wire(order_after.inspected(state, goods, accepted, parts)),
            )
            documents.put_stock_overlay(
                tx,
                command.command_id,
                [
                    (context.identity.location, line.sku, line.quantity)
                    for line in accepted
                    if inspected_lines[line.line_id].disposition is Disposition.RESTOCK
                ],
            )
            told = refund_body(goods, accepted, parts, person.code)
            context.journal.append(tx, REFUND if amount else RETURN_REFUSED, told)
        context.kick()
        cash = total(
            (part.amount for part in parts if part.kind is TenderKind.CASH), amount.currency
        )
        return InspectionResult(inspected, parts, cash)

    def _check_limit(self, amount: Money, person: Person, approval: Approval | None) -> None:
        company, limit = self._context.reference.company(), self.refund_limit()
        may = company.may(person.role, Right.REFUND_ABOVE_LIMIT)
        if amount > limit and approval is None and not may:
            raise Refused(
                "A refund above {limit} needs somebody who may approve it. Nothing was refunded; "
                "the goods stay here.",
                code=NEEDS_APPROVAL,
                limit=limit,
            )

    def refund_limit(self) -> Money:
        """Above it a refund needs somebody who may approve it."""
        company = self._context.reference.company()
        return Money(company.staff.refund_minor_max, company.region.currency)

    def take_back_refund(self, tx: Transaction, kind: str, about: str) -> None:
        """The server did not agree to a refund that is in the journal: a counter-entry says so."""
        if kind in ("inspect_return", "cancel_pieces"):
            made = journal.last_refund(tx, about)
            if made is not None:
                self._context.journal.append(tx, REFUND, counter_entry(made))

    def history(self, limit: int = LISTED_MAX, offset: int = 0) -> list[ReturnRecord]:
        """Returns that were inspected, the latest first."""
        return return_queries.inspected(self._context.store, limit, offset)

    def _returnable(self, state: OrderState, code: str, i18n: I18n) -> Returnable:
        case = self._case(state)
        eligible = self._eligibility(state, case)
        lines = tuple(
            _returnable_line(line, eligible[line.line_id], i18n) for line in state.order.lines
        )
        rights = [right for found in eligible.values() for right in found.rights]
        own = [right for right in rights if right.right is not ReturnRight.GUARANTEE] or rights
        days = [right.until for right in own if right.until is not None]
        last = max(days, default=None) if len(days) == len(own) else None
        if not own:
            last = state.order.placed_at + timedelta(days=case.rules.period_days)
        until = None if last is None else last.astimezone(i18n.zone).date()
        return Returnable(state.order, lines, until, code)

    def _case(self, state: OrderState, *, late: bool = False) -> ReturnCase:
        company = self._context.reference.company()
        skus = {line.sku for line in state.order.lines}
        categories = catalogue_queries.categories(self._context.store, skus)
        return ReturnCase(
            state.order,
            company.returns,
            company.zone,
            company.withdrawal,
            company.guarantee,
            state.received_at,
            categories,
            late,
        )

    def _eligibility(self, state: OrderState, case: ReturnCase) -> dict[int, Eligibility]:
        now, there = self._context.clock(), handed_over_pieces(state)
        return {one.line_id: one for one in case.eligibility(returned_pieces(state), now, there)}

    def _lines(
        self, state: OrderState, case: ReturnCase, choices: Sequence[Choice]
    ) -> tuple[ReturnLine, ...]:
        """The choices as lines of a return; raises when one cannot be."""
        if not choices:
            raise InvalidInput(
                "Nothing is chosen yet: choose what you want to return.", code="return.empty"
            )
        if len({choice.line_id for choice in choices}) != len(choices):
            raise InvalidInput("A line was chosen twice.", code="return.twice")
        eligible, back = self._eligibility(state, case), credited_pieces(state)
        lines = []
        for choice in choices:
            line = state.order.line(choice.line_id)
            found = eligible[choice.line_id]
            right = found.right_for(choice.reason)
            if choice.quantity < 1:
                raise InvalidInput("At least one piece has to come back.", code="return.quantity")
            if choice.quantity > found.quantity_max or right is None:
                reason = found.reason or (PERIOD_OVER if right is None else "")
                raise Refused(
                    "“{name}”: {left} can be returned. {reason} Nothing was changed.",
                    code="return.not_returnable",
                    name=line.name,
                    left=found.quantity_max if right is not None else 0,
                    reason=self._context.i18n.t(reason) if reason else "",
                )
            before = back.get(choice.line_id, 0)
            lines.append(
                return_line(
                    state.order,
                    line.line_id,
                    before,
                    choice.quantity,
                    choice.reason,
                    right.right,
                )
            )
        return tuple(lines)

    def _parts(self, state: OrderState, amount: Money) -> list[RefundPart]:
        """The refund by tender, last tender first, after what was given back before."""
        return refund_parts(state.order, state.refunded, amount)


def _returnable_line(line: OrderLine, found: Eligibility, i18n: I18n) -> ReturnableLine:
    note = ""
    if found.rights and all(right.right is ReturnRight.GUARANTEE for right in found.rights):
        note = i18n.t("The guarantee still covers what is faulty or not as it was sold.")
    reason = i18n.t(found.reason) if found.reason else ""
    return ReturnableLine(line, found.quantity_max, reason, found.reasons, note)


def _inspected_lines(goods: Return, lines: Sequence[InspectedLine]) -> dict[int, InspectedLine]:
    if goods.state is not ReturnState.DEPOSITED:
        raise Conflict(
            "Return {number} was already inspected. Nothing was changed.",
            code="return.inspected",
            number=goods.number,
        )
    inspected_lines = {line.line_id: line for line in lines}
    if len(inspected_lines) != len(lines) or set(inspected_lines) != {
        line.line_id for line in goods.lines
    }:
        raise InvalidInput(
            "Each line of return {number} has to be inspected once. Nothing was changed.",
            code="return.inspection",
            number=goods.number,
        )
    return inspected_lines
