"""A small France to source in: two warehouses, three stores, real tariff shapes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sync.domain.location import Location, LocationKind
from sync.domain.money import Money
from sync.sourcing import (
    Decision,
    Destination,
    FactorRow,
    Network,
    Policy,
    Request,
    RequestLine,
    Snapshot,
    Tables,
    TariffRow,
    source,
)
from sync.sourcing.network import Work
from sync.sourcing.policy.policy_file import parse_policy

TUESDAY_10H = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # 10:00 in Paris

HOME_BRACKETS = ((250, 495), (500, 670), (1000, 825), (2000, 955), (5000, 1465), (30000, 3340))
POINT_BRACKETS = ((250, 425), (500, 595), (1000, 755), (2000, 885), (5000, 1395))


def tables() -> Tables:
    tariffs = [TariffRow("colissimo", "home", "home", w, p) for w, p in HOME_BRACKETS]
    tariffs += [TariffRow("colissimo", "point", "pickup_point", w, p) for w, p in POINT_BRACKETS]
    tariffs += [
        TariffRow("chronopost", "express", "home", w, p * 2, transit_working_days=1)
        for w, p in HOME_BRACKETS
    ]
    factors = [
        FactorRow("trunk_truck", 0.126, "kg/t.km"),
        FactorRow("delivery_van", 0.316, "kg/km"),
        FactorRow("customer_trip", 0.216, "kg/km"),
    ]
    return Tables.of(tariffs, factors)


def location(code: str, kind: str, lat: float, lon: float, **more: object) -> Location:
    return Location(
        code,
        LocationKind(kind),
        code.title(),
        "",
        "",
        "",
        lat,
        lon,
        **more,  # type: ignore[arg-type]
    )


def locations() -> list[Location]:
    return [
        location("wh-north", "warehouse", 50.63, 3.06, lead_time_hours=2.0),
        location("wh-south", "warehouse", 43.84, 4.36, lead_time_hours=2.0),
        location("lyon", "store", 45.76, 4.85),
        location("nantes", "store", 47.22, -1.55),
        location("paris", "store", 48.86, 2.35),
        location("relay", "pickup_point", 48.85, 2.36),
    ]


def network() -> Network:
    return Network.of(locations())


PARIS_HOME = Destination(48.87, 2.33, "home", postcode="75009")


def line(
    line_id: int, sku: str, quantity: int = 1, weight_g: int = 400, eur: int = 20
) -> RequestLine:
    return RequestLine(line_id, sku, quantity, weight_g, Money(eur * 100 * quantity))


def request(*lines: RequestLine, **more: object) -> Request:
    given: dict[str, object] = {
        "order_number": "W-1",
        "channel": "web",
        "lines": lines,
        "destination": PARIS_HOME,
        "placed_at": TUESDAY_10H,
    }
    return Request(**(given | more))  # type: ignore[arg-type]


def stock(
    available: Mapping[str, Mapping[str, int]],
    load: Mapping[str, int] | None = None,
    next_day: Mapping[str, int] | None = None,
    withheld: Mapping[str, Mapping[str, int]] | None = None,
) -> Snapshot:
    """`load`: orders to have ready on the Tuesday of the tests, `next_day` on the day after."""
    return Snapshot(7, available, work(load or {}, next_day or {}), withheld or {})


def work(*days: Mapping[str, int]) -> dict[date, dict[str, Work]]:
    """Orders of three pieces each, from the Tuesday on."""
    return {
        TUESDAY_10H.date() + timedelta(n): {code: (x, 3 * x) for code, x in orders.items()}
        for n, orders in enumerate(days)
    }


def policy(text: str = "") -> Policy:
    return parse_policy('version = "t"\n' + text, "test")


def decide(
    asked: Request, snapshot: Snapshot, rules: Policy | None = None, **more: Any
) -> Decision:
    """The decision in the small France."""
    return source(asked, network(), snapshot, rules or policy(), tables(), **more)


def sent(decision: Decision) -> dict[str, dict[int, int]]:
    """Pieces by line that each location sends."""
    return {s.location: dict(s.lines) for s in decision.shipments}
