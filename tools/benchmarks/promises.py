"""Promises, measured: what a basket costs beside the server's shortest answer, and whether a date
that is told at 95 % holds for 95 of 100 in each carrier, zone and weekday of a made history."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import httpx
import numpy as np

from sync.sourcing.rates.lateness import (
    Lateness,
    Sample,
    after_working_days,
    working_position,
)
from sync.sourcing.rates.working_days import Calendar
from tools.benchmarks.figure import Figure
from tools.benchmarks.server_world import ARTICLES

P95_MAX, KEPT = 10.0, (0.93, 0.97)
PROBABILITY = 0.95
LINES, SEED = 5, 20261127
LEARNT, TOLD = 60_000, 40_000
HOME = {"lat": 45.75, "lon": 4.83, "country": "FR", "postcode": "69002"}
# Mean working days late: of a service, and what a zone, a location and the weekday of the plan add.
SERVICES = {"parcel:home": 0.25, "parcel:point": 0.4, "letter:home": 0.8, "express:home": 0.05}
ZONES = {"FR75": 0.0, "FR69": 0.05, "FR13": 0.25, "FR20": 0.9, "FR35": 0.1}
LOCATIONS = {f"L{number:02}": 0.05 * (number % 5) for number in range(40)}


def basket_figures(http: httpx.Client, rounds: int) -> list[Figure]:
    """A basket of five promised over HTTP, in turn with the status."""
    bodies = [
        {
            "lines": [
                {"line_id": n + 1, "sku": f"A{(first * LINES + n) % ARTICLES:02}", "quantity": 1}
                for n in range(LINES)
            ],
            "home": HOME,
        }
        for first in range(8)
    ]
    floor, ours, options = [], [], 0
    for turn in range(rounds):
        start = time.perf_counter()
        http.get("/v1/status")
        floor.append(time.perf_counter() - start)
        start = time.perf_counter()
        answer = http.post("/v1/promises", json=bodies[turn % len(bodies)])
        ours.append(time.perf_counter() - start)
        assert answer.status_code == 200, answer.text
        options += len(answer.json()["options"])
    slow, base = (float(np.percentile(times, 95)) for times in (ours, floor))
    how = (
        f"POST over HTTP, home and places near it, {options / rounds:.1f} options in the mean, "
        f"{rounds} in turn with the status; p95 {slow * 1e3:.1f} ms against {base * 1e3:.1f} ms"
    )
    return [
        Figure("promise of a basket of 5, p95", slow / base, P95_MAX, "lower", "times status", how)
    ]


@dataclass(frozen=True)
class _History:
    """Parcels with delays of a gamma law, whose mean depends on who carries what where."""

    chance: np.random.Generator
    calendar: Calendar

    def parcel(self) -> tuple[Sample, datetime, datetime]:
        """The parcel, when it was planned and when it came."""
        pick = self.chance.choice
        service, zone, location = (str(pick(list(of))) for of in (SERVICES, ZONES, LOCATIONS))
        first = datetime(2026, 3, 2, 13, 0, tzinfo=self.calendar.zone)
        planned = first + timedelta(days=int(self.chance.integers(0, 180)))
        while planned.weekday() > 4 or planned.date() in self.calendar.non_working:
            planned += timedelta(days=1)
        mean = SERVICES[service] + ZONES[zone] + LOCATIONS[location]
        late = float(self.chance.gamma(1.2, mean / 1.2)) - 0.15
        came = after_working_days(self.calendar, planned, late)
        measured = working_position(self.calendar, came) - working_position(self.calendar, planned)
        return Sample(location, service, zone, measured), planned, came


def calibration_figures() -> list[Figure]:
    """The lowest and highest share kept over all carriers, zones and weekdays."""
    holidays = frozenset(date(2026, 5, day) for day in (1, 8, 14, 25))
    history = _History(np.random.default_rng(SEED), Calendar(holidays))
    learnt = Lateness(history.parcel()[0] for _ in range(LEARNT))
    shares: dict[str, list[bool]] = defaultdict(list)
    for _ in range(TOLD):
        one, planned, came = history.parcel()
        days = learnt.quantile(one.location, one.service, one.zone, PROBABILITY)
        kept = came <= after_working_days(history.calendar, planned, days)
        for cell in (one.service, one.zone, f"{planned:%A}"):
            shares[cell].append(kept)
    found = {cell: sum(kept) / len(kept) for cell, kept in shares.items()}
    low, high = min(found, key=found.__getitem__), max(found, key=found.__getitem__)
    how = (
        f"{LEARNT:,} parcels learnt, {TOLD:,} others told at 0.95: {len(SERVICES)} services, "
        f"{len(ZONES)} zones, weekdays; gamma delays by service, zone and location"
    )
    return [
        Figure(f"promises kept, lowest ({low})", found[low], KEPT[0], "higher", "share", how),
        Figure(f"promises kept, highest ({high})", found[high], KEPT[1], "lower", "share", how),
    ]
