"""Consignments: goods that are to come, announced by a supplier or sent by another location."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sync.domain.errors import InvalidInput
from sync.domain.stock import StockReason, StockState

PIECES_MAX = 1_000_000
LINES_MAX = 2_000
KEY_CHARACTERS_MAX = 40


class ConsignmentState(StrEnum):
    """How far a consignment is."""

    REQUESTED = "requested"  # a location is asked to send it: nothing has moved
    ANNOUNCED = "announced"  # a supplier says that it comes
    SENT = "sent"  # it has left another location
    RECEIVED = "received"
    CANCELLED = "cancelled"


OPEN_CONSIGNMENTS = (ConsignmentState.ANNOUNCED, ConsignmentState.SENT)  # on their way


@dataclass(frozen=True, slots=True)
class GoodsLine:
    """Pieces of one SKU."""

    __pydantic_config__ = {"extra": "forbid"}

    sku: str
    quantity: int


@dataclass(frozen=True, slots=True)
class AdvanceNotice:
    """A supplier's goods that are expected at `destination` on `expected_on`, under its number."""

    __pydantic_config__ = {"extra": "forbid"}

    number: str
    destination: str
    expected_on: date
    lines: tuple[GoodsLine, ...]
    supplier: str = ""

    def __post_init__(self) -> None:
        check_key(self.number)
        check_lines(self.lines)


@dataclass(frozen=True, slots=True)
class Transfer:
    """Goods that leave `source`, out of what is there in `state`, for `destination`."""

    __pydantic_config__ = {"extra": "forbid"}

    number: str
    source: str
    destination: str
    expected_on: date
    lines: tuple[GoodsLine, ...]
    state: StockState = StockState.ON_HAND

    def __post_init__(self) -> None:
        check_key(self.number)
        check_lines(self.lines)
        if self.source == self.destination:
            raise InvalidInput(
                "A transfer goes to another location. Nothing was changed.",
                code="stock.transfer_to_itself",
            )


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was counted of a consignment. `complete`: nothing more of it will come."""

    __pydantic_config__ = {"extra": "forbid"}

    lines: tuple[GoodsLine, ...]
    complete: bool = True

    def __post_init__(self) -> None:
        check_lines(self.lines, minimum=0)


class ChangeKind(StrEnum):
    """What a person does to the stock of one SKU at one location."""

    COUNT = "count"  # `quantity` pieces for sale were counted
    MOVE = "move"  # from `state` to `to`
    WRITE_OFF = "write_off"  # out of `state`, for good
    SUPPLIER_RETURN = "supplier_return"  # out of `state`, back to who supplied it


@dataclass(frozen=True, slots=True)
class StockChange:
    """A change of what is there, done once however often its `key` comes."""

    __pydantic_config__ = {"extra": "forbid"}

    key: str
    kind: ChangeKind
    location: str
    sku: str
    quantity: int
    reason: StockReason = StockReason.CORRECTION
    state: StockState = StockState.ON_HAND
    to: StockState = StockState.ON_HAND

    def __post_init__(self) -> None:
        check_key(self.key)
        check_lines(
            (GoodsLine(self.sku, self.quantity),), minimum=int(self.kind is not ChangeKind.COUNT)
        )
        if self.kind is ChangeKind.MOVE and self.state is self.to:
            raise InvalidInput(
                "Goods are moved from one state to another. Nothing was changed.",
                code="stock.same_state",
            )


def check_key(key: str) -> None:
    """Raise InvalidInput for what cannot name something."""
    if not 1 <= len(key) <= KEY_CHARACTERS_MAX or not key.isascii() or not key.isprintable():
        raise InvalidInput(
            "A number has 1 to {longest} plain characters. Nothing was changed.",
            code="stock.key",
            longest=KEY_CHARACTERS_MAX,
        )


def check_lines(lines: tuple[GoodsLine, ...], minimum: int = 1) -> None:
    """Raise InvalidInput for lines that nobody can mean."""
    if not 1 <= len(lines) <= LINES_MAX or len({line.sku for line in lines}) != len(lines):
        raise InvalidInput(
            "There are 1 to {maximum} lines, each of another article. Nothing was changed.",
            code="stock.lines",
            maximum=LINES_MAX,
        )
    for line in lines:
        if not minimum <= line.quantity <= PIECES_MAX:
            raise InvalidInput(
                "{quantity} pieces of {sku} cannot be right. Nothing was changed.",
                code="stock.quantity",
                quantity=line.quantity,
                sku=line.sku[:60],
            )
