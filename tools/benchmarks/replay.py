"""A replay of many orders under two policies: minutes, on as many cores as there are policies.

Orders of one policy follow each other: what one takes, the next does not find, and the load of a
location weighs on every later cost. Policies do not depend on each other and run side by side.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Executor, Future, wait
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np

from sync.domain.location import Location, LocationKind
from sync.domain.money import Money
from sync.replay.run import Scenario, Tally, replay
from sync.sourcing import Destination, Policy, Request, RequestLine
from tools.benchmarks.figure import Figure
from tools.benchmarks.instances import tables

LOCATIONS, SKUS, SHELVES, DAYS = 500, 2000, 60, 90
COFFEE_MINUTES = 15.0
SEED = 20261124


def scenario(orders: int, locations: int = LOCATIONS, skus: int = SKUS) -> Scenario:
    """Orders of 1 to 5 lines, popular articles asked for more, stock a little above demand."""
    rng = np.random.default_rng(SEED)
    places = tuple(
        Location(
            f"L{n:04}",
            LocationKind.WAREHOUSE if n < 5 else LocationKind.STORE,
            "",
            "",
            "",
            "",
            43 + 7 * rng.random(),
            6 * rng.random(),
        )
        for n in range(locations)
    )
    popular = 1 / np.arange(10, skus + 10) ** 0.7
    popular /= popular.sum()
    sizes = rng.choice([1, 2, 3, 4, 5], orders, p=[0.4, 0.25, 0.15, 0.1, 0.1])
    start = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
    requests, asked = [], np.zeros(skus, np.int64)
    for number, size in enumerate(sizes):
        wanted = rng.choice(skus, int(size), replace=False, p=popular)
        asked[wanted] += 1
        requests.append(
            Request(
                f"R{number:06}",
                "web",
                tuple(
                    RequestLine(line, f"sku{sku}", 1, 200 + int(sku) % 900, Money(2000))
                    for line, sku in enumerate(wanted, start=1)
                ),
                Destination(43 + 7 * rng.random(), 6 * rng.random(), "home"),
                start + timedelta(days=DAYS) * (number / orders),
            )
        )
    on_hand: dict[str, dict[str, int]] = {}
    for sku in range(skus):
        shelves = rng.choice(locations, min(SHELVES, locations), replace=False)
        pieces = rng.multinomial(
            int(asked[sku] * 1.15) + 2, np.full(len(shelves), 1 / len(shelves))
        )
        on_hand[f"sku{sku}"] = {
            places[place].code: int(count) for place, count in zip(shelves, pieces, strict=True)
        }
    return Scenario("bench", places, tables(), on_hand, tuple(requests))


def run(orders: int, policy: Policy) -> tuple[float, int]:
    """Seconds and orders that were filled; made anew in the process that replays it."""
    given = scenario(orders)
    tally = Tally(policy)
    start = time.perf_counter()
    for request, decision in replay(given, policy):
        tally.add(request, decision)
    return time.perf_counter() - start, tally.statuses["sourced"]


def replay_figures(
    orders: int, executor: Executor | None = None, tell: Callable[[float], None] = lambda _: None
) -> list[Figure]:
    """Minutes for `orders` under two policies; the goal is for 100,000."""
    policy = Policy()
    green = replace(policy, name="green", weights=replace(policy.weights, ecological=20.0))
    if executor is None:
        found = [run(orders, each) for each in (policy, green)]
    else:
        futures: list[Future[tuple[float, int]]] = [
            executor.submit(run, orders, each) for each in (policy, green)
        ]
        while wait(futures, timeout=1.0).not_done:
            tell(sum(future.done() for future in futures) / 2)
        found = [future.result() for future in futures]
    each = (sum if executor is None else max)(seconds for seconds, _ in found) / orders
    return [
        Figure(
            "replay of 100,000 orders x 500 locations, two policies",
            each * 100_000 / 60,
            COFFEE_MINUTES,
            "lower",
            "minutes",
            f"{orders} orders replayed under each policy, one process a policy, "
            f"{each * 1e3:.2f} ms an order; {found[0][1]} and {found[1][1]} filled"
            + ("" if orders == 100_000 else "; minutes in proportion"),
        )
    ]
