"""What an applied command gives, in the `result` of its answer."""

from __future__ import annotations

from dataclasses import dataclass

from sync.domain.stock import DiscrepancyKind

_FORBID = {"extra": "forbid"}


@dataclass(frozen=True, slots=True)
class OrderPlaced:
    """`unfilled`: pieces that no location has; they wait for stock."""

    __pydantic_config__ = _FORBID
    order_number: str
    unfilled: int


@dataclass(frozen=True, slots=True)
class FulfilmentChanged:
    """Picking has begun, or the goods are packed."""

    __pydantic_config__ = _FORBID
    fulfilment_id: str


@dataclass(frozen=True, slots=True)
class GoodsHandedOver:
    """`discrepancy`: what a person has to look at, when the hand-over came as a surprise."""

    __pydantic_config__ = _FORBID
    fulfilment_id: str
    discrepancy: DiscrepancyKind | None = None


@dataclass(frozen=True, slots=True)
class FulfilmentRejected:
    """`unfilled`: pieces that no other location has."""

    __pydantic_config__ = _FORBID
    fulfilment_id: str
    unfilled: int


@dataclass(frozen=True, slots=True)
class ReturnRegistered:
    """`refund_minor`: cents that are refunded when the goods are as said."""

    __pydantic_config__ = _FORBID
    return_number: str
    refund_minor: int


@dataclass(frozen=True, slots=True)
class ReturnInspected:
    """Cents that were refunded; `cash_minor` of them leave the drawer of the inspecting till."""

    __pydantic_config__ = _FORBID
    return_number: str
    refunded_minor: int
    cash_minor: int


@dataclass(frozen=True, slots=True)
class OrderCancelled:
    """Cents that go back; `cash_minor` of them leave the drawer of the till that cancelled."""

    __pydantic_config__ = _FORBID
    order_number: str
    number: str
    refunded_minor: int
    cash_minor: int


@dataclass(frozen=True, slots=True)
class AddressChanged:
    """What is delivered of the order goes to its new address."""

    __pydantic_config__ = _FORBID
    order_number: str


@dataclass(frozen=True, slots=True)
class CashPaidOut:
    """`discrepancy`: what a person has to look at, when the payout is not as it should be."""

    __pydantic_config__ = _FORBID
    return_number: str
    discrepancy: DiscrepancyKind | None


@dataclass(frozen=True, slots=True)
class PinReset:
    """The person signs in with a new PIN from now on."""

    __pydantic_config__ = _FORBID
    person: str
