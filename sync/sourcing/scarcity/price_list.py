"""Prices of scarce stock as a document: computed whole or not at all, the same bytes again."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from sync.domain.errors import Unavailable
from sync.sourcing.network import Network, Snapshot
from sync.sourcing.options.costs import Prices
from sync.sourcing.policy.policy import Policy
from sync.sourcing.rates.tariffs import Tables
from sync.sourcing.rates.working_days import Calendar
from sync.sourcing.scarcity.prices import Expected, scarcity_prices

DECIMALS = 4  # of a euro: beyond it two machines may differ


@dataclass(frozen=True, eq=False)
class PriceInputs:
    """All that prices follow from; a copy, so that solving disturbs nobody."""

    expected: Sequence[Expected]
    network: Network
    stock: Snapshot
    policy: Policy
    tables: Tables
    now: datetime
    calendar: Calendar


@dataclass(frozen=True, eq=False)
class PriceList:
    """Prices (sku -> location -> euros a piece) of the stock `at` a moment and a `position`."""

    at: datetime
    position: int
    prices: Prices

    def too_old(self, now: datetime, policy: Policy) -> bool:
        """Whether a decision of `now` does better without them."""
        return now - self.at > timedelta(minutes=policy.scarcity.too_old_minutes)


def price_bytes(inputs: PriceInputs, clock: Callable[[], float] = monotonic) -> bytes:
    """The prices as JSON with sorted keys; the same inputs give the same bytes.

    Raises Unavailable when the solver fails or takes longer than the policy's `seconds_max`:
    prices of a part of the articles would depend on how fast the machine is.
    """
    ends = clock() + inputs.policy.scarcity.seconds_max
    found: dict[str, dict[str, float]] = {}
    for article in inputs.expected:
        if clock() > ends:
            raise Unavailable(
                "The prices of scarce stock took longer than {seconds} s. The old ones stay in "
                "use; let the policy price fewer articles.",
                code="sourcing.prices_slow",
                seconds=inputs.policy.scarcity.seconds_max,
            )
        prices = scarcity_prices(
            [article],
            inputs.network,
            inputs.stock,
            inputs.policy,
            inputs.tables,
            inputs.now,
            inputs.calendar,
        )
        for sku, by_location in prices.items():
            if rounded := _rounded(by_location):
                found[sku] = rounded
    return json.dumps(found, sort_keys=True, separators=(",", ":")).encode()


def read_prices(body: bytes) -> Prices:
    """What `price_bytes` wrote."""
    prices: Prices = json.loads(body)
    return prices


def _rounded(by_location: Mapping[str, float]) -> dict[str, float]:
    rounded = {code: round(price, DECIMALS) for code, price in by_location.items()}
    return {code: price for code, price in rounded.items() if price > 0}
