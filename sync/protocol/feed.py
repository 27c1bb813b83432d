"""The change feed: what a terminal subscribes to, and the rows that come down.

A bucket keeps one row for each (kind, key): its latest state and the position at which it last
changed; a `body` of None says that it is gone. Reading from cursor 0 is the first load, reading
from a later cursor brings what changed since. Positions are given out inside the transaction
that makes the change, under one lock per bucket, so a reader never skips a row committed late.

Buckets: `catalogue` (articles, locations, policy, tables, company: the same for everybody),
`network` (stock by location) and `store:<code>` (orders, fulfilments, returns, people and
devices of one store). A device reads the first two and its own store's, nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
import zstandard

from sync.domain.associate import ASSOCIATE
from sync.domain.device import DeviceKind
from sync.domain.errors import InvalidInput
from sync.domain.fulfilment import FulfilmentState
from sync.domain.money import Money
from sync.domain.order import Order
from sync.domain.order_change import Cancellation
from sync.domain.order_status import LineProgress, OrderStatus, order_status
from sync.domain.returns import RefundPart, Return

CATALOGUE, NETWORK = "catalogue", "network"
PAGE_ROWS_MAX = 10_000
_FORBID = {"extra": "forbid"}


def store_bucket(location: str) -> str:
    """The bucket of one store."""
    return f"store:{location}"


class Change(msgspec.Struct, frozen=True, array_like=True):
    """One row: `body` is JSON-able data, or None for a thing that is gone."""

    position: int
    kind: str
    key: str
    body: Any


class Page(msgspec.Struct, frozen=True):
    """Changes after the asked cursor, in order of position.

    `cursor` is where to go on; `more` says that the next page is ready now. `high_water` was
    fixed when the pull began, so a pull ends under steady writes. An unknown `epoch` means that
    the server is another incarnation: read from cursor 0 and push again what is still held.
    """

    epoch: str
    bucket: str
    cursor: int
    high_water: int
    more: bool
    changes: list[Change]


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Page)


def encode_page(page: Page) -> bytes:
    """MessagePack, compressed with zstandard level 1."""
    return zstandard.ZstdCompressor(level=1).compress(_ENCODER.encode(page))


def decode_page(data: bytes) -> Page:
    """Raises InvalidInput when the bytes are not a whole page."""
    try:
        return _DECODER.decode(zstandard.ZstdDecompressor().decompress(data))
    except (zstandard.ZstdError, msgspec.MsgspecError) as error:
        raise InvalidInput(
            "The answer of the server is damaged; it is asked again. Nothing was changed.",
            code="feed.damaged",
        ) from error


# ---- bodies, by kind -------------------------------------------------------------------------
# "article": domain Article      "location": domain Location      "fulfilment": domain Fulfilment
# "policy": {"name", "text"}     "tables": tariffs, factors, services, regions
# "company": domain CompanySettings, without `mail`: what sends mail is the server's own
# "reservation": domain Reservation, of pieces that a customer comes for
# "stock": key "<location>|<sku>", body [available, on_hand, allocated, inbound, inbound_on]
#          (pieces; `available` to promise; `inbound` with what is in transit; `inbound_on` an
#          ISO date or None)
# the rest below


@dataclass(frozen=True, slots=True)
class Associate:
    """A person of the store. `pin_hash` is argon2id."""

    __pydantic_config__ = _FORBID
    code: str
    name: str
    pin_hash: str
    role: str = ASSOCIATE


@dataclass(frozen=True, slots=True)
class DeviceKey:
    """A device of the store and the Ed25519 key (hex) that its receipts are signed with."""

    __pydantic_config__ = _FORBID
    code: str
    number: int
    kind: DeviceKind
    public_key: str


@dataclass(frozen=True, slots=True)
class LineSource:
    """Where pieces of an order line come from, and how far that is."""

    __pydantic_config__ = _FORBID
    location: str
    quantity: int
    fulfilment_id: str
    state: FulfilmentState
    tracking_number: str = ""


@dataclass(frozen=True, slots=True)
class LineState:
    """What became of an order line, in pieces; `unfilled` waits for stock or a person."""

    __pydantic_config__ = _FORBID
    line_id: int
    sources: tuple[LineSource, ...] = ()
    handed_over: int = 0
    returning: int = 0
    returned: int = 0
    unfilled: int = 0
    cancelled: int = 0


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an order, for its history."""

    __pydantic_config__ = _FORBID
    at: str
    kind: str
    text: str
    params: dict[str, Any]


@dataclass(frozen=True, slots=True)
class OrderState:
    """Feed kind "order": the order, and what became of each line and of its money.

    `refunded` maps a tender's place in the order to what was given back to it, captured or not.
    `decisions` holds sourcing decisions as they are on the wire, the latest last. `received_at`:
    when the customer had the last of it in hand; None before.
    """

    __pydantic_config__ = _FORBID
    order: Order
    lines: tuple[LineState, ...]
    captured: Money
    refunded: dict[int, Money]
    decisions: tuple[dict[str, Any], ...] = ()
    events: tuple[Event, ...] = ()
    cancellations: tuple[Cancellation, ...] = ()
    received_at: datetime | None = None

    @property
    def status(self) -> OrderStatus:
        """How far the order is as a whole."""
        states = {state.line_id: state for state in self.lines}
        return order_status(
            LineProgress(
                line.quantity,
                known.handed_over,
                known.returning,
                known.returned,
                known.unfilled,
                known.cancelled,
            )
            for line in self.order.lines
            for known in [states.get(line.line_id) or LineState(line.line_id)]
        )


@dataclass(frozen=True, slots=True)
class ReturnRecord:
    """Feed kind "return": the return, and what was refunded once it was inspected."""

    __pydantic_config__ = _FORBID
    goods: Return
    parts: tuple[RefundPart, ...] = ()
    inspected_by: str = ""
