"""Commands: a change asked for, with its UUID, and the answer it gets.

A command has one effect, however often it arrives. `depends_on` names the commands that must be
applied before it (packing a parcel of an order that is itself still on the way, say); nothing
else makes it wait.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sync.domain.errors import InvalidInput
from sync.domain.fulfilment import Parcel, RejectionReason
from sync.domain.identifiers import DocumentNumber
from sync.domain.money import Money
from sync.domain.order import Order
from sync.domain.order_change import AddressChange, Cancellation, LineCount
from sync.domain.returns import InspectedLine, Return
from sync.protocol.codec import parse, to_wire
from sync.protocol.sessions import Approval, Session

PROTOCOL_VERSION = 1
COMMANDS_PER_PUSH_MAX = 200
EMAILED_PDF_BYTES_MAX = 512 * 1024
_FORBID = {"extra": "forbid"}


@dataclass(frozen=True, slots=True)
class PlaceOrder:
    """An order taken and paid: order, payment and receipt travel as one.

    `reservations`: numbers of what was held in the store for this customer, who has come.
    """

    __pydantic_config__ = _FORBID
    order: Order
    reservations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StartPicking:
    """An associate takes this fulfilment from the list."""

    __pydantic_config__ = _FORBID
    fulfilment_id: str
    associate: str


@dataclass(frozen=True, slots=True)
class PackFulfilment:
    """The goods are in these parcels (one without label for a click and collect bag)."""

    __pydantic_config__ = _FORBID
    fulfilment_id: str
    associate: str
    parcels: tuple[Parcel, ...]


@dataclass(frozen=True, slots=True)
class HandOver:
    """The parcels were given to the carrier, or the bag to the customer."""

    __pydantic_config__ = _FORBID
    fulfilment_id: str
    associate: str


@dataclass(frozen=True, slots=True)
class RejectFulfilment:
    """This location cannot fill it; the server finds another.

    `lines`: only these pieces of it; the rest is prepared here. Empty for all of it.
    """

    __pydantic_config__ = _FORBID
    fulfilment_id: str
    associate: str
    reason: RejectionReason
    lines: tuple[LineCount, ...] = ()


@dataclass(frozen=True, slots=True)
class RegisterReturn:
    """Goods were left at the kiosk or the counter. `receipt_code` is what was scanned."""

    __pydantic_config__ = _FORBID
    goods: Return
    receipt_code: str = ""


@dataclass(frozen=True, slots=True)
class InspectReturn:
    """An associate has inspected the goods: refund what is accepted, move the stock."""

    __pydantic_config__ = _FORBID
    number: DocumentNumber
    associate: str
    lines: tuple[InspectedLine, ...]


@dataclass(frozen=True, slots=True)
class PayOutCash:
    """The cash of return `number` was handed out of the drawer of this till: a fact.

    A till hands out only once its own `InspectReturn` of that return is answered `applied` (the
    state of that command in its outbox tells; an inspection of another device pays nothing here),
    and never more than that answer's `cash_minor`. The server books what is said and refuses
    none of it; what deviates becomes a discrepancy for a person.
    """

    __pydantic_config__ = _FORBID
    number: DocumentNumber
    associate: str
    amount: Money


@dataclass(frozen=True, slots=True)
class CancelPieces:
    """Pieces of an order are not wanted any more, or were not collected; `document.number` is one
    of the till's own numbers of returns, and the refund is in its journal."""

    __pydantic_config__ = _FORBID
    document: Cancellation
    associate: str


@dataclass(frozen=True, slots=True)
class ChangeAddress:
    """What is still to be delivered of an order goes elsewhere."""

    __pydantic_config__ = _FORBID
    change: AddressChange
    associate: str


@dataclass(frozen=True, slots=True)
class EmailDocument:
    """A document goes to the customer by e-mail, in place of print.

    `document` names it for ever, such as `sales_receipt/C0012-000345-6/1`; the last number counts
    how often it was sent. `language` as in BCP 47; `body` is the document as plain text,
    `pdf_base64` the same as a picture (RFC 4648, section 4).
    """

    __pydantic_config__ = _FORBID
    document: str
    order_number: DocumentNumber
    recipient: str
    language: str
    subject: str
    body: str
    file_name: str
    pdf_base64: str


@dataclass(frozen=True, slots=True)
class ResetPin:
    """`associate` gives `person`, of the same store, a new PIN; `pin_hash` is argon2id."""

    __pydantic_config__ = _FORBID
    associate: str
    person: str
    pin_hash: str


Payload = (
    PlaceOrder
    | StartPicking
    | PackFulfilment
    | HandOver
    | RejectFulfilment
    | RegisterReturn
    | InspectReturn
    | PayOutCash
    | CancelPieces
    | ChangeAddress
    | EmailDocument
    | ResetPin
)
PAYLOADS: Mapping[str, type[Payload]] = {
    "place_order": PlaceOrder,
    "start_picking": StartPicking,
    "pack_fulfilment": PackFulfilment,
    "hand_over": HandOver,
    "reject_fulfilment": RejectFulfilment,
    "register_return": RegisterReturn,
    "inspect_return": InspectReturn,
    "pay_out_cash": PayOutCash,
    "cancel_pieces": CancelPieces,
    "change_address": ChangeAddress,
    "email_document": EmailDocument,
    "reset_pin": ResetPin,
}
# These happened in the shop whatever the server says: goods or money changed hands.
FACTS = frozenset({"place_order", "register_return", "hand_over", "pay_out_cash"})
_KINDS = {payload: kind for kind, payload in PAYLOADS.items()}


def named_person(payload: Payload) -> str | None:
    """The code of the person in whose name it is; None where it names nobody."""
    match payload:
        case PlaceOrder(order=order):
            return order.associate
        case RegisterReturn() | EmailDocument():
            return None
    return payload.associate


@dataclass(frozen=True, slots=True)
class Command:
    """The envelope. `created_at` is the device's clock: evidence, never order.

    `session`: who was signed in, None at a kiosk; `approvals`: what somebody else allowed.
    """

    __pydantic_config__ = _FORBID
    command_id: UUID
    kind: str
    created_at: datetime
    payload: dict[str, Any]
    depends_on: tuple[UUID, ...] = ()
    version: int = PROTOCOL_VERSION
    session: Session | None = None
    approvals: tuple[Approval, ...] = ()

    @classmethod
    def of(
        cls,
        command_id: UUID,
        created_at: datetime,
        payload: Payload,
        depends_on: tuple[UUID, ...] = (),
        session: Session | None = None,
        approvals: tuple[Approval, ...] = (),
    ) -> Command:
        """Wrap a payload."""
        return cls(
            command_id,
            _KINDS[type(payload)],
            created_at,
            to_wire(payload),
            depends_on,
            session=session,
            approvals=approvals,
        )

    def body(self) -> Payload:
        """The payload as its type; raises InvalidInput with the field that is wrong."""
        payload_type = PAYLOADS.get(self.kind)
        if payload_type is None:
            raise InvalidInput(
                "This server does not know the command “{kind}”. It is kept on the device; "
                "update the server or the device.",
                code="command.unknown_kind",
                kind=self.kind,
            )
        parsed: Payload = parse(payload_type, self.payload)
        return parsed

    def fingerprint(self) -> str:
        """Tells a repeat of the same command from another one under the same UUID."""
        text = json.dumps([self.kind, self.payload], sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


class Outcome(StrEnum):
    """What became of a command."""

    APPLIED = "applied"
    REFUSED = "refused"  # final: a person at the device must look at it
    WAITING = "waiting"  # one that it depends on has not arrived; send it again later


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a command, the same whenever it is asked again."""

    __pydantic_config__ = _FORBID
    command_id: UUID
    outcome: Outcome
    code: str = ""
    template: str = ""
    params: dict[str, Any] = field(default_factory=dict)
    result: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Push:
    """What a device sends: commands in the order in which it made them."""

    __pydantic_config__ = _FORBID
    commands: tuple[Command, ...]


@dataclass(frozen=True, slots=True)
class PushAnswer:
    """One answer for each command, in the order sent."""

    __pydantic_config__ = _FORBID
    epoch: str
    answers: tuple[Answer, ...]
