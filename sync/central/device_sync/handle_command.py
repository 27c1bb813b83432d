"""Commands: each in a transaction of its own, with one effect and one answer for ever."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import sqlalchemy as sa
import structlog

from sync.central.allocation.decisions import Decisions
from sync.central.context import Context
from sync.central.devices.capabilities import check_command
from sync.central.devices.devices import Device
from sync.central.fulfilment import fulfilments, rejections
from sync.central.notifications import document_email as document_email
from sync.central.orders import cancel_order, change_address
from sync.central.orders import place_order as orders
from sync.central.records import discrepancies
from sync.central.records.discrepancies import Discrepancy
from sync.central.returns import payouts, returns
from sync.central.staff.authority import Approver, check_person
from sync.central.staff.pins import reset_pin
from sync.central.storage import tables
from sync.central.storage.database import Transaction
from sync.domain.associate import Right
from sync.domain.errors import ComptoirError, InvalidInput, Refused, Unavailable
from sync.domain.identifiers import ORDER, RETURN, DocumentNumber
from sync.domain.order import Channel
from sync.domain.stock import DiscrepancyKind
from sync.protocol.codec import parse_json, to_json, to_wire
from sync.protocol.commands import (
    FACTS,
    PAYLOADS,
    PROTOCOL_VERSION,
    Answer,
    CancelPieces,
    ChangeAddress,
    Command,
    EmailDocument,
    HandOver,
    InspectReturn,
    Outcome,
    PackFulfilment,
    Payload,
    PayOutCash,
    PlaceOrder,
    RegisterReturn,
    RejectFulfilment,
    ResetPin,
    StartPicking,
)

log = structlog.get_logger(__name__)
DEPENDENCIES_MAX = 100
_ROWS = tables.command.c
_KNOWN = sa.select(
    _ROWS.command_id, _ROWS.fingerprint, _ROWS.device, _ROWS.outcome, _ROWS.answer
).where(_ROWS.command_id.in_(sa.bindparam("wanted", expanding=True)))


class _NotApplied(Exception):
    """Undoes the transaction of a command; carries the answer that it gets instead."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.code)
        self.answer = answer


def handle(ctx: Context, device: Device, command: Command) -> Answer:
    """Apply `command` once, or give the answer that it got before.

    A command that this server cannot judge yet (something it depends on is missing, a newer
    version, a fault of ours) is answered `waiting` and leaves no trace: the device keeps it.
    """
    decisions, body = Decisions(ctx), cache(command.body)
    try:
        try:
            return ctx.database.settle(
                f"command:{command.command_id}",
                lambda tx: _handle(ctx, tx, device, command, body, decisions),
            )
        except _NotApplied as undone:
            if undone.answer.outcome is Outcome.WAITING:
                return undone.answer
            return _keep_refusal(ctx, device, command, undone.answer)
    except Exception:
        # One command that we cannot digest must not stop those after it, nor be lost.
        log.exception("command_failed", command=str(command.command_id), kind=command.kind)
        return _waiting(
            command,
            "server.fault",
            "The server could not handle this now. It is kept on the device and sent again.",
        )


def _handle(
    ctx: Context,
    tx: Transaction,
    device: Device,
    command: Command,
    body: Callable[[], Payload],
    decisions: Decisions,
) -> Answer:
    """The answer of a command that was known or is applied; raises _NotApplied for another, and
    Stale while something is to be decided first."""
    rows = _rows(tx, command)
    known = rows.pop(str(command.command_id), None)
    if known is not None:
        return _known_answer(device, command, known)
    if not 1 <= command.version <= PROTOCOL_VERSION or command.kind not in PAYLOADS:
        raise _NotApplied(
            _waiting(
                command,
                "command.unknown_kind",
                "This server does not know the command “{kind}”. It is kept on the device; "
                "update the server or the device.",
                kind=command.kind[:40],
            )
        )
    try:
        missing = _missing(command, rows)
        if missing:
            raise _NotApplied(
                _waiting(
                    command,
                    "command.depends_on",
                    "Another command has to arrive first. It is sent again by itself.",
                    depends_on=missing,
                )
            )
        check_command(device.kind, command.kind)
        _check_person(ctx, tx, device, command, body())
        result = _apply(ctx, tx, device, command, body(), decisions)
    except Unavailable as error:
        raise _NotApplied(
            _waiting(command, error.code, error.template, **wire_params(error))
        ) from error
    except ComptoirError as error:
        raise _NotApplied(_refused(command, error)) from error
    answer = Answer(command.command_id, Outcome.APPLIED, result=to_wire(result))
    _store(tx, device, command, answer)
    return answer


def _keep_refusal(ctx: Context, device: Device, command: Command, answer: Answer) -> Answer:
    """Keep a refusal, once what was begun is undone; gives the answer that counts.

    The same command may have come twice at once: the first answer that was kept is its answer.
    """
    with ctx.database.write(f"command:{command.command_id}") as tx:
        known = _rows(tx, command).get(str(command.command_id))
        if known is not None:
            return _known_answer(device, command, known)
        _store(tx, device, command, answer)
    return answer


def _rows(tx: Transaction, command: Command) -> dict[str, Any]:
    """What is known of the command and of those that it depends on, by their numbers."""
    wanted = {str(command.command_id)}
    wanted |= {str(needed) for needed in command.depends_on[:DEPENDENCIES_MAX]}
    found = tx.connection.execute(_KNOWN, {"wanted": sorted(wanted)})
    return {row.command_id: row for row in found}


def _known_answer(device: Device, command: Command, row: Any) -> Answer:
    if row.fingerprint != command.fingerprint() or row.device != device.code:
        return _refused(
            command,
            Refused(
                "This command number was used before for something else. Nothing was changed.",
                code="command.reused",
            ),
        )
    answer: Answer = parse_json(Answer, row.answer)
    return answer


def _missing(command: Command, rows: Mapping[str, Any]) -> list[str]:
    """Commands that must come first and have not.

    Raises Refused when one was refused, except for a fact, which happened all the same.
    """
    if len(command.depends_on) > DEPENDENCIES_MAX:
        raise InvalidInput(
            "A command depends on at most {maximum} others.",
            code="command.too_many_dependencies",
            maximum=DEPENDENCIES_MAX,
        )
    refused = any(row.outcome == Outcome.REFUSED.value for row in rows.values())
    if refused and command.kind not in FACTS:
        raise Refused(
            "What this depends on was refused, so it cannot be done. A person has to look at it.",
            code="command.dependency_refused",
        )
    return sorted({str(needed) for needed in command.depends_on} - set(rows))


def _check_person(
    ctx: Context, tx: Transaction, device: Device, command: Command, body: Payload
) -> None:
    """Raises Refused for who may not; what has happened already is put on the list instead."""
    try:
        check_person(ctx, tx, device, command, body)
    except Refused:
        if command.kind not in FACTS:
            raise
        kind, document = DiscrepancyKind.PERSON, None
        match body:
            case PlaceOrder(order=order):
                kind, document = DiscrepancyKind.SALE_PERSON, order.number.value
            case RegisterReturn(goods):
                document = goods.number.value
            case PayOutCash(number):
                document = number.value
            case HandOver(fulfilment_id):
                document = fulfilment_id
        discrepancies.record(tx, Discrepancy(kind, device.location, tx.cause, document=document))


def _apply(
    ctx: Context,
    tx: Transaction,
    device: Device,
    command: Command,
    body: Payload,
    decisions: Decisions,
) -> Any:
    here = device.location
    match body:
        case PlaceOrder(order, reserved):
            _check_maker(device, order.number, ORDER, order.location, order.device)
            if order.channel is not Channel.STORE:
                raise InvalidInput(
                    "A device takes orders of the channel store only.", code="order.channel"
                )
            return orders.place_order(ctx, tx, order, decisions, bought=reserved)
        case StartPicking(fulfilment_id, associate):
            return fulfilments.start_picking(ctx, tx, here, fulfilment_id, associate)
        case PackFulfilment(fulfilment_id, associate, parcels):
            return fulfilments.pack(ctx, tx, here, fulfilment_id, associate, parcels)
        case HandOver(fulfilment_id, associate):
            return fulfilments.hand_over(ctx, tx, here, fulfilment_id, associate)
        case RejectFulfilment(fulfilment_id, associate, reason, lines):
            return rejections.reject(
                ctx, tx, here, fulfilment_id, associate, reason, decisions, lines
            )
        case RegisterReturn(goods, receipt_code):
            _check_maker(device, goods.number, RETURN, goods.location, goods.device)
            late = Approver(ctx, tx, device, command, Right.ACCEPT_LATE_RETURNS)
            return returns.register_return(ctx, tx, goods, receipt_code, late)
        case InspectReturn(number, associate, lines):
            above = Approver(ctx, tx, device, command, Right.REFUND_ABOVE_LIMIT)
            return returns.inspect_return(ctx, tx, device, number, associate, lines, above)
        case PayOutCash(number, associate, amount):
            return payouts.pay_out_cash(ctx, tx, device, number, associate, amount)
        case CancelPieces(document, associate):
            _check_maker(
                device,
                DocumentNumber(document.number),
                RETURN,
                document.location,
                document.device,
            )
            above = Approver(ctx, tx, device, command, Right.REFUND_ABOVE_LIMIT)
            return cancel_order.cancel_at_till(ctx, tx, device, document, associate, above)
        case ChangeAddress(change, associate):
            return change_address.readdress_at_till(ctx, tx, device, change, associate, decisions)
        case EmailDocument():
            return document_email.queue(tx, device, body)
        case ResetPin():
            return reset_pin(ctx, tx, device, body)


def _check_maker(
    device: Device, number: DocumentNumber, letter: str, location: str, code: str
) -> None:
    """A device makes documents in its own name, place and range of numbers only."""
    prefix = f"{letter}{device.number:04d}-"
    if not number.value.startswith(prefix) or location != device.location or code != device.code:
        raise Refused(
            "This document was not made by the device that sends it. Nothing was changed.",
            code="command.foreign_document",
        )


def _store(tx: Transaction, device: Device, command: Command, answer: Answer) -> None:
    tx.later(
        tables.command,
        {
            "command_id": str(command.command_id),
            "device": device.code,
            "kind": command.kind,
            "fingerprint": command.fingerprint(),
            "received_at": tx.at,
            "outcome": answer.outcome.value,
            "answer": to_json(answer).decode(),
        },
    )


def wire_params(error: ComptoirError) -> dict[str, Any]:
    """The gaps of an error's sentence as JSON: numbers stay numbers, the rest becomes text."""
    return {
        name: value if isinstance(value, (int, float)) else str(value)
        for name, value in error.params.items()
    }


def _refused(command: Command, error: ComptoirError) -> Answer:
    return Answer(
        command.command_id, Outcome.REFUSED, error.code, error.template, wire_params(error)
    )


def _waiting(command: Command, code: str, template: str, **params: Any) -> Answer:
    return Answer(command.command_id, Outcome.WAITING, code, template, params)
