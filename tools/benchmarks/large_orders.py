"""Seeded large orders: 60 lines of 11 pieces over 65, 1,000 and 5,000 points, made anew each time.

*mixed*: one location in ten is a warehouse that holds much; *stores*: nobody holds much; *tight*:
1.15 times what is asked lies spread over many shelves. Four services, one of them volumetric.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

import numpy as np

from sync.domain.location import Location, LocationKind
from sync.domain.money import Money
from sync.replay.stock import LiveStock
from sync.sourcing import (
    Destination,
    FactorRow,
    Network,
    Policy,
    Request,
    RequestLine,
    Tables,
    TariffRow,
)
from sync.sourcing.policy.policy import Limits

Kind = Literal["mixed", "stores", "tight"]
KINDS: tuple[Kind, ...] = ("mixed", "stores", "tight")
POINTS = (65, 1000, 5000)
SPLITS: tuple[Literal["when_needed", "always"], ...] = ("when_needed", "always")
SEEDS = (1, 2)
LINES, PIECES = 60, 11
STOCKED = 0.3  # of shelves
TIGHT = 1.15  # pieces there for each one asked
PLACED = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Case:
    """An order with all that `source` needs to decide it."""

    name: str
    request: Request
    network: Network
    stock: LiveStock
    policy: Policy
    tables: Tables


def cases() -> list[Case]:
    """The 36 of the benchmark, in order."""
    return [
        case(kind, points, split, seed)
        for kind in KINDS
        for points in POINTS
        for split in SPLITS
        for seed in SEEDS
    ]


def case(
    kind: Kind,
    points: int,
    split: Literal["when_needed", "always"],
    seed: int,
    lines: int = LINES,
    pieces: int = PIECES,
) -> Case:
    """One order, the same each time."""
    rng = np.random.default_rng((20261124, KINDS.index(kind), points, seed))
    warehouse = (rng.random(points) < 0.1) if kind == "mixed" else np.zeros(points, np.bool_)
    places = [
        Location(
            f"L{n:04}",
            LocationKind.WAREHOUSE if warehouse[n] else LocationKind.STORE,
            "",
            "",
            "",
            "",
            43 + 7 * rng.random(),
            -1 + 7 * rng.random(),
        )
        for n in range(points)
    ]
    counts = _shelves(rng, kind, warehouse, lines, pieces)
    shelves = {
        f"sku{line:03}": {
            place.code: int(count)
            for place, count in zip(places, counts[:, line], strict=True)
            if count
        }
        for line in range(lines)
    }
    weights = rng.integers(100, 1500, lines)
    volumes = (weights * rng.uniform(1.0, 9.0, lines)).astype(int)
    request = Request(
        f"{kind}-{points}-{split}-{seed}",
        "web",
        tuple(
            RequestLine(
                n + 1,
                f"sku{n:03}",
                pieces,
                int(weights[n]),
                Money(2000 * pieces),
                volume_cm3=int(volumes[n]),
            )
            for n in range(lines)
        ),
        Destination(48.87, 2.33, "home"),
        PLACED,
    )
    network = Network.of(places)
    policy = replace(Policy(), limits=Limits(split_lines=split))
    name = f"{kind}, {points} points, {split}, seed {seed}"
    return Case(name, request, network, LiveStock(network, shelves), policy, tables())


def _shelves(
    rng: np.random.Generator, kind: Kind, warehouse: np.ndarray, lines: int, pieces: int
) -> np.ndarray:
    """Pieces [N, L]."""
    count = len(warehouse)
    stocked = rng.random((count, lines)) < STOCKED
    if kind == "tight":
        shelves = np.zeros((count, lines), np.int64)
        there = int(np.ceil(TIGHT * pieces))
        for line in range(lines):
            holders = np.flatnonzero(stocked[:, line])
            np.add.at(shelves[:, line], rng.choice(holders, there), 1)
        return shelves
    shelf = pieces + 1 if kind == "stores" else max(2, pieces // 2)
    most = np.where(warehouse, 4 * pieces, shelf)[:, None]
    return np.asarray(stocked * rng.integers(1, most + 1, (count, lines)), np.int64)


def tables() -> Tables:
    """Four services: two carriers by weight, one by volume, one fast and dear."""
    brackets = ((500, 670), (1000, 825), (2000, 955), (5000, 1465), (10_000, 2130), (30_000, 3340))
    made = (
        ("one", "home", 1.0, 0, 2, 0),
        ("two", "home", 0.93, 55, 3, 0),
        ("vast", "home", 0.80, 20, 2, 5000),
        ("swift", "express", 1.7, 100, 1, 0),
    )
    return Tables.of(
        [
            TariffRow(
                carrier,
                service,
                "home",
                weight,
                round(price * factor) + more,
                transit_working_days=days,
                volumetric_divisor=divisor,
            )
            for carrier, service, factor, more, days, divisor in made
            for weight, price in brackets
        ],
        [
            FactorRow("trunk_truck", 0.126, "kg/t.km"),
            FactorRow("delivery_van", 0.316, "kg/km"),
            FactorRow("customer_trip", 0.216, "kg/km"),
        ],
    )
