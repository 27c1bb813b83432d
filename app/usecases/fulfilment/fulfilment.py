"""The fulfilment of this store for orders: pick, pack, label, hand over, or say that it cannot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from app.usecases.context import Context
from app.usecases.documents.print_documents import Documents
from app.usecases.store.sign_in import Person
from printing.spool.spool import Job
from sync.domain.errors import Conflict, InvalidInput, NotFound
from sync.domain.fulfilment import (
    Fulfilment,
    FulfilmentLine,
    FulfilmentState,
    Parcel,
    RejectionReason,
)
from sync.domain.identifiers import Gtin, Sscc
from sync.domain.order_change import LineCount
from sync.domain.order_status import LOSES_STOCK, OPEN, check_transition
from sync.protocol.codec import to_wire
from sync.protocol.commands import (
    HandOver,
    PackFulfilment,
    Payload,
    RejectFulfilment,
    StartPicking,
)
from sync.terminal.store import fulfilment_queries
from sync.terminal.store import overlays as documents
from sync.terminal.store.local_store import Transaction

DONE = frozenset(FulfilmentState) - OPEN
TODO_MAX = 200
SSCC_PER_DEVICE = 100_000  # and ten times that with the extension digit
PACKAGING_WEIGHT_G = 150


@dataclass(frozen=True, slots=True)
class PickedLine:
    """`picked` of `quantity` pieces of a line were scanned."""

    line_id: int
    sku: str
    name: str
    picked: int
    quantity: int


@dataclass(frozen=True, slots=True)
class PickProgress:
    """`complete`: everything was scanned; `last_line_id` is the line of the last scan."""

    lines: tuple[PickedLine, ...]
    complete: bool
    last_line_id: int = 0


class Fulfilments:
    """The list of fulfilments of this store."""

    def __init__(self, context: Context, documents: Documents) -> None:
        self._context, self._documents = context, documents

    def todo(self, limit: int = TODO_MAX, offset: int = 0) -> list[Fulfilment]:
        """What is to be picked, packed or handed over, the most urgent first.

        A parcel from elsewhere that a customer collects here is among it, as packed.
        """
        return fulfilment_queries.most_urgent(self._context.store, OPEN, limit, offset)

    def done(self, limit: int = 50, offset: int = 0) -> list[Fulfilment]:
        """What was handed over or rejected, the latest first."""
        return fulfilment_queries.latest(self._context.store, DONE, limit, offset)

    def get(self, fulfilment_id: str) -> Fulfilment:
        """One fulfilment; raises NotFound."""
        fulfilment = fulfilment_queries.find(self._context.store, fulfilment_id)
        if fulfilment is None:
            raise NotFound(
                "This fulfilment is no longer on the list of this store.",
                code="fulfil.unknown",
                fulfilment=fulfilment_id[:40],
            )
        return fulfilment

    def progress(self, fulfilment_id: str) -> PickProgress:
        """What was scanned so far."""
        return self._progress(self.get(fulfilment_id))

    def start(self, fulfilment_id: str, person: Person) -> Fulfilment:
        """Take the fulfilment; raises Conflict when it is no longer to be taken."""
        command = StartPicking(fulfilment_id, person.code)
        return self._go(
            fulfilment_id, FulfilmentState.PICKING, lambda _tx, fulfilment: (command, fulfilment)
        )

    def picked(self, fulfilment_id: str, text: str) -> PickProgress:
        """A scan while picking; raises InvalidInput that says what was expected instead."""
        with self._context.store.transaction() as tx:
            fulfilment = self.get(fulfilment_id)
            before = self._progress(fulfilment)
            line = _line_scanned(fulfilment, before, text)
            fulfilment_queries.add_picked(tx, fulfilment_id, line.line_id)
            return self._progress(fulfilment, line.line_id)

    def pack(self, fulfilment_id: str, person: Person) -> tuple[Fulfilment, Job]:
        """The goods are packed: gives the fulfilment and its parcel (or bag) label."""

        def packed(tx: Transaction, fulfilment: Fulfilment) -> tuple[Payload, Fulfilment]:
            parcels = (self._parcel(tx, fulfilment),) if fulfilment.leaves_by_carrier else ()
            command = PackFulfilment(fulfilment_id, person.code, parcels)
            return command, replace(fulfilment, parcels=parcels)

        fulfilment = self._go(fulfilment_id, FulfilmentState.PACKED, packed)
        return fulfilment, self._documents.make_label(fulfilment)

    def label(self, fulfilment_id: str) -> Job:
        """The label of a packed fulfilment once more, should it not have come out."""
        fulfilment = self.get(fulfilment_id)
        if fulfilment.state is not FulfilmentState.PACKED:
            raise Conflict(
                "There is a label once the goods are packed, and until they are handed over.",
                code="fulfil.not_packed",
            )
        return self._documents.make_label(fulfilment)

    def hand_over(self, fulfilment_id: str, person: Person) -> Fulfilment:
        """The parcel is with the carrier, or the bag with the customer."""
        command = HandOver(fulfilment_id, person.code)
        return self._go(
            fulfilment_id,
            FulfilmentState.HANDED_OVER,
            lambda _tx, fulfilment: (command, fulfilment),
            own=False,
        )

    def reject(self, fulfilment_id: str, reason: RejectionReason, person: Person) -> Fulfilment:
        """This store cannot; the server finds another location."""
        command = RejectFulfilment(fulfilment_id, person.code, reason)
        return self._go(
            fulfilment_id,
            FulfilmentState.REJECTED,
            lambda _tx, fulfilment: (command, replace(fulfilment, rejection=reason)),
        )

    def reject_missing(
        self, fulfilment_id: str, reason: RejectionReason, person: Person
    ) -> Fulfilment:
        """What was not picked cannot be prepared here; what was is packed and sent from here.

        Raises Conflict when nothing was picked, or nothing is missing.
        """
        context, outbox = self._context, self._context.outbox
        with context.store.transaction() as tx:
            fulfilment = self.get(fulfilment_id)
            check_transition(fulfilment.state, FulfilmentState.REJECTED)
            picked = {line.line_id: line.picked for line in self._progress(fulfilment).lines}
            missing = {
                line.line_id: line.quantity - min(line.quantity, picked[line.line_id])
                for line in fulfilment.lines
            }
            left = tuple(
                replace(line, quantity=line.quantity - missing[line.line_id])
                for line in fulfilment.lines
                if line.quantity > missing[line.line_id]
            )
            gone = tuple(LineCount(line, pieces) for line, pieces in missing.items() if pieces)
            if not left or not gone or fulfilment.state is FulfilmentState.PACKED:
                raise Conflict(
                    "Nothing of it is missing, or all of it is. Nothing was changed.",
                    code="fulfil.not_partly",
                )
            command = outbox.add(
                tx,
                RejectFulfilment(fulfilment_id, person.code, reason, gone),
                fulfilment_id,
                outbox.builds_on(tx, fulfilment_id),
            )
            changed = replace(fulfilment, lines=left)
            documents.put_overlay(
                tx, command.command_id, "fulfilment", fulfilment_id, to_wire(changed)
            )
            if reason not in LOSES_STOCK:
                back = [
                    (fulfilment.location, line.sku, missing[line.line_id])
                    for line in fulfilment.lines
                    if missing[line.line_id]
                ]
                documents.put_stock_overlay(tx, command.command_id, back)
            context.journal.append(
                tx,
                command.kind,
                {"fulfilment": fulfilment_id, "order": str(fulfilment.order_number)},
            )
        context.kick()
        return changed

    def counts(self) -> int:
        """How many fulfilments wait (the badge)."""
        return fulfilment_queries.count(self._context.store, OPEN)

    def _go(
        self,
        fulfilment_id: str,
        wanted: FulfilmentState,
        change: Callable[[Transaction, Fulfilment], tuple[Payload, Fulfilment]],
        *,
        own: bool = True,
    ) -> Fulfilment:
        """Change the state here at once and queue the command, in one transaction."""
        with self._context.store.transaction() as tx:
            fulfilment = self.get(fulfilment_id)
            if own and fulfilment.location != self._context.identity.location:
                raise Conflict(
                    "This parcel was prepared elsewhere; it only waits here for its customer.",
                    code="fulfil.not_ours",
                )
            check_transition(fulfilment.state, wanted)
            payload, changed = change(tx, fulfilment)
            changed = replace(changed, state=wanted)
            outbox = self._context.outbox
            command = outbox.add(tx, payload, fulfilment_id, outbox.builds_on(tx, fulfilment_id))
            documents.put_overlay(
                tx, command.command_id, "fulfilment", fulfilment_id, to_wire(changed)
            )
            if wanted is FulfilmentState.REJECTED:
                documents.put_stock_overlay(tx, command.command_id, _given_back(changed))
            if wanted in DONE:
                fulfilment_queries.forget_picked(tx, fulfilment_id)
            self._context.journal.append(
                tx,
                command.kind,
                {"fulfilment": fulfilment_id, "order": str(fulfilment.order_number)},
            )
        self._context.kick()
        return changed

    def _parcel(self, tx: Transaction, fulfilment: Fulfilment) -> Parcel:
        """A parcel with the next SSCC of this device: each device counts in its own range."""
        extension, serial = divmod(tx.count_up("sscc"), SSCC_PER_DEVICE)
        number = self._context.identity.number * SSCC_PER_DEVICE + serial
        prefix = self._context.reference.company().codes.gs1_company_prefix
        sscc = Sscc.build(extension, prefix, number)
        return Parcel(sscc, fulfilment.weight_g + PACKAGING_WEIGHT_G)

    def _progress(self, fulfilment: Fulfilment, last_line_id: int = 0) -> PickProgress:
        counts = fulfilment_queries.picked(self._context.store, fulfilment.fulfilment_id)
        lines = tuple(
            PickedLine(
                line.line_id, line.sku, line.name, counts.get(line.line_id, 0), line.quantity
            )
            for line in fulfilment.lines
        )
        complete = all(line.picked >= line.quantity for line in lines)
        return PickProgress(lines, complete, last_line_id)


def _line_scanned(fulfilment: Fulfilment, progress: PickProgress, text: str) -> FulfilmentLine:
    """The line that a scanned barcode (or typed SKU) counts for."""
    cleaned = text.strip()
    gtin14 = "" if cleaned in {line.sku for line in fulfilment.lines} else Gtin(cleaned).gtin14
    matching = [
        line
        for line in fulfilment.lines
        if line.sku == cleaned or (gtin14 and Gtin(line.gtin).gtin14 == gtin14)
    ]
    counts = {line.line_id: line.picked for line in progress.lines}
    missing = [line for line in fulfilment.lines if counts[line.line_id] < line.quantity]
    if not matching:
        raise InvalidInput(
            "That is not what is asked for here. Expected: {expected}.",
            code="fulfil.wrong_article",
            expected=", ".join(line.name for line in (missing or fulfilment.lines)[:3]),
        )
    for line in matching:
        if line in missing:
            return line
    raise InvalidInput(
        "“{name}” is complete already: {quantity} picked. Put this one back.",
        code="fulfil.too_many",
        name=matching[0].name,
        quantity=sum(line.quantity for line in matching),
    )


def _given_back(fulfilment: Fulfilment) -> list[tuple[str, str, int]]:
    """Pieces that can be sold here again: those that are still there."""
    if fulfilment.rejection in LOSES_STOCK:
        return []
    return [(fulfilment.location, line.sku, line.quantity) for line in fulfilment.lines]
