"""What is asked of the engine: the lines of an order, where they go and by when."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sync.domain.errors import InvalidInput
from sync.domain.money import Money
from sync.domain.order import LINES_MAX, check_quantity
from sync.sourcing.rates.services import DESTINATION_KINDS

WEIGHT_MAX_G = 1_000_000


@dataclass(frozen=True, slots=True)
class RequestLine:
    """`quantity` pieces of `sku`; `weight_g` of one piece, `value` of the whole line.

    `volume_cm3` of one piece, 0 when unknown: read by services with a volumetric divisor.
    `tags` are the article's, as "hazmat": a policy has rules for them. `vat_rate_bp`: the VAT in
    `value`, in basis points.
    """

    line_id: int
    sku: str
    quantity: int
    weight_g: int
    value: Money
    category: str = ""
    volume_cm3: int = 0
    tags: tuple[str, ...] = ()
    vat_rate_bp: int = 0

    def __post_init__(self) -> None:
        check_quantity(self.quantity)
        if not 0 <= self.weight_g <= WEIGHT_MAX_G or self.volume_cm3 < 0:
            raise InvalidInput(
                "The weight of {sku} is {weight} g; it must be between 0 and {maximum}.",
                code="sourcing.weight",
                sku=self.sku,
                weight=self.weight_g,
                maximum=WEIGHT_MAX_G,
            )


@dataclass(frozen=True, slots=True)
class Destination:
    """Where the order goes: `kind` is "home", "store" or "pickup_point"; degrees.

    `location` is the code of the store or of the pickup point.
    """

    lat: float
    lon: float
    kind: str
    location: str = ""
    country: str = "FR"
    postcode: str = ""

    def __post_init__(self) -> None:
        if self.kind not in DESTINATION_KINDS:
            raise InvalidInput(
                "“{kind}” is not a kind of destination.",
                code="sourcing.destination",
                kind=self.kind,
            )
        check_coordinates("the destination", self.lat, self.lon)


@dataclass(frozen=True, slots=True)
class Request:
    """An order to be sourced. `placed_at`, `promised_by` carry a time zone.

    `excluded` maps locations that must not be asked (again) to the reason, as after a rejection.
    `preferred` is the store that took the order. `service` is the delivery that the customer
    chose, as `carrier:service`; empty for any. `customer_class` as the company names its customers.
    """

    order_number: str
    channel: str
    lines: tuple[RequestLine, ...]
    destination: Destination
    placed_at: datetime
    promised_by: datetime | None = None
    excluded: Mapping[str, str] = field(default_factory=dict)
    preferred: str = ""
    service: str = ""
    customer_class: str = ""

    def __post_init__(self) -> None:
        if not 1 <= len(self.lines) <= LINES_MAX:
            raise InvalidInput(
                "Order {order} has {count} lines; between 1 and {maximum} can be sourced.",
                code="sourcing.lines",
                order=self.order_number,
                count=len(self.lines),
                maximum=LINES_MAX,
            )
        if len({line.line_id for line in self.lines}) != len(self.lines):
            raise InvalidInput("Two lines have the same number.", code="order.line_ids")
        for moment in (self.placed_at, self.promised_by):
            if moment is not None and moment.tzinfo is None:
                raise InvalidInput("A time needs its zone.", code="order.naive_time")

    @property
    def value_minor(self) -> int:
        """What the goods are worth, in cents."""
        return sum(line.value.minor for line in self.lines)


def check_coordinates(what: str, lat: float, lon: float) -> None:
    """Raise InvalidInput when `lat`, `lon` are not degrees on the globe."""
    if not (math.isfinite(lat) and math.isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180):
        raise InvalidInput(
            "The coordinates of {what} are missing or wrong.",
            code="sourcing.coordinates",
            what=what,
        )
