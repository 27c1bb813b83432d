"""Large orders: the demo's real wholesale orders, each on the full opening stock."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np

from sync.demo import company as files
from sync.domain.catalogue import Article
from sync.domain.money import Money
from sync.replay.scenario import demo_scenario
from sync.replay.stock import LiveStock
from sync.sourcing import Destination, Network, Policy, Request, RequestLine, source
from tools.benchmarks.figure import Figure

LINES_MIN, LINES_MAX = 13, 40
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def wholesale_figures(count: int, tell: Callable[[float], None] = lambda _: None) -> list[Figure]:
    """How many are proven within the policy's budget, and what the others leave open."""
    scenario = demo_scenario()
    network, policy = Network.of(scenario.locations), Policy()
    stock = LiveStock(network, scenario.on_hand)
    by_sku = {article.sku: article for article in files.load_articles()}
    homes = [order.destination for order in scenario.orders]
    orders = large_orders(count, by_sku, homes)
    gaps, times = [], []
    for done, request in enumerate(orders, start=1):
        start = time.perf_counter()
        found = source(request, network, stock, policy, scenario.tables, explain=False)
        times.append(time.perf_counter() - start)
        gaps.append(found.gap_micro / max(1, found.cost.total_micro))
        tell(done / len(orders))
    how = (
        f"{len(orders)} of the demo's real orders of {LINES_MIN}-{LINES_MAX} lines over "
        f"{len(network)} locations, {policy.limits.work_max:,} million steps each at most; median "
        f"{np.median(times):.2f} s, all within {max(times):.1f} s; largest gap {max(gaps):.1%}"
    )
    return [
        Figure(
            "large orders proven optimal",
            100 * float(np.mean([gap == 0 for gap in gaps])),
            95.0,
            "higher",
            "%",
            how,
        ),
        Figure("large orders, mean gap", 100 * float(np.mean(gaps)), 0.5, "lower", "%", how),
    ]


def large_orders(count: int, by_sku: dict[str, Article], homes: list[Destination]) -> list[Request]:
    """`count` orders of `LINES_MIN` to `LINES_MAX` articles, evenly over the year."""
    lines: dict[str, dict[str, int]] = {}
    for line in files.all_order_lines():
        if line.sku in by_sku and line.quantity > 0:
            of_order = lines.setdefault(line.invoice, {})
            of_order[line.sku] = min(999, of_order.get(line.sku, 0) + line.quantity)
    large = sorted(key for key, held in lines.items() if LINES_MIN <= len(held) <= LINES_MAX)
    chosen = large[:: max(1, len(large) // count)][:count]
    return [
        Request(
            key,
            "web",
            tuple(
                RequestLine(number, sku, pieces, by_sku[sku].weight_g, _value(by_sku[sku], pieces))
                for number, (sku, pieces) in enumerate(lines[key].items(), start=1)
            ),
            homes[place % len(homes)],
            NOW,
        )
        for place, key in enumerate(chosen)
    ]


def _value(article: Article, pieces: int) -> Money:
    return Money(article.price.minor * pieces, article.price.currency)
