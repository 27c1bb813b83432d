"""On which day each location would have an order ready, by what it has promised for that day.

A location prepares so many orders and pieces a day. What it is given counts on the day on which it
is to be ready. A location whose day is full has the order ready on its next working day; one whose
next day is full too takes no more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from sync.sourcing.arrays import Bools, Floats, Ints
from sync.sourcing.network import Network, Stock
from sync.sourcing.policy.policy import Policy
from sync.sourcing.rates.working_days import Calendar, ready_minutes

DAY = 24 * 60


@dataclass(frozen=True, eq=False)
class Workload:
    """By location [N]: minutes after midnight of `first` at which an order would be ready; the
    share of that day's capacity that is taken; whether neither day has room.

    `days` [2, N]: offsets from `first` of the day that comes first and of the next one;
    `postponed` [N]: the second one is meant.
    """

    first: date
    ready: Ints
    share: Floats
    full: Bools
    days: Ints
    postponed: Bools

    @classmethod
    def of(
        cls,
        network: Network,
        stock: Stock,
        policy: Policy,
        first: date,
        shop_days: Ints,
        soon: Ints,
    ) -> Workload:
        """From `soon` [N], when each would be ready if it had nothing else to do.

        `shop_days`: offsets from `first` of the days on which locations work.
        """
        orders, pieces = day_limits(network, policy), network.capacity_pieces
        day = soon // DAY
        after = np.minimum(np.searchsorted(shop_days, day, side="right"), len(shop_days) - 1)
        days = np.stack([day, shop_days[after]])
        limits = orders, pieces if pieces.any() else None
        respected = policy.filters.respect_capacity
        share, postponed = _used(_due(network, stock, first, day), *limits)
        if not (respected and postponed.any()):
            none = np.zeros(len(network), np.bool_)
            return cls(first, soon, share, none, days, none)
        share_after, full_after = _used(_due(network, stock, first, days[1]), *limits)
        # Begun with the day: of work for several days, what is left for the last one.
        hours = network.closes_minute - network.opens_minute
        last = np.maximum(network.lead_minutes - 1, 0) % hours + 1
        later = days[1] * DAY + network.opens_minute + np.minimum(last, network.lead_minutes)
        return cls(
            first,
            np.where(postponed, later, soon),
            np.where(postponed, share_after, share),
            postponed & full_after,
            days,
            postponed,
        )

    def room(self, network: Network, stock: Stock, policy: Policy) -> Ints:
        """Orders that both days have room for [N]."""
        orders, pieces = day_limits(network, policy), network.capacity_pieces
        left = np.zeros(len(network), np.int64)
        for offsets in self.days:
            taken = _due(network, stock, self.first, offsets)
            _, full = _used(taken, orders, pieces)
            left += np.where(full, 0, orders - taken[0])
        return left

    def seen(self, network: Network, stock: Stock) -> Iterator[tuple[date, Ints]]:
        """The days that were looked at, each with the orders and pieces due [2, N] where it was."""
        if not self.days.size:
            return
        for offset in range(int(self.days.min()), int(self.days.max()) + 1):
            day = self.first + timedelta(offset)
            looked = (self.days[0] == offset) | (self.postponed & (self.days[1] == offset))
            due = stock.due(network, day) * looked
            if not network.capacity_pieces.any():
                due[1] = 0
            if due.any():
                yield day, due


def workload(
    network: Network, stock: Stock, policy: Policy, calendar: Calendar, now: datetime
) -> Workload:
    """The workload as it is for an order that is decided on `now`."""
    midnight = calendar.midnight(now)
    days = calendar.shop_days(midnight.date())
    soon = ready_minutes(
        calendar.minutes(midnight, now),
        days,
        network.opens_minute,
        network.closes_minute,
        network.lead_minutes,
    )
    return Workload.of(network, stock, policy, midnight.date(), days, soon)


def day_limits(network: Network, policy: Policy) -> Ints:
    """Orders a day that each location may take: its own capacity, or its kind's cap if lower."""
    caps = policy.limits.orders_per_day
    if not caps:
        return network.capacity_orders
    by_kind = [caps.get(loc.kind.value, np.iinfo(np.int64).max) for loc in network.locations]
    return np.minimum(network.capacity_orders, np.array(by_kind, np.int64))


def _due(network: Network, stock: Stock, first: date, offsets: Ints) -> Ints:
    """Orders and pieces [2, N] due on the day `offsets` [N] of each location."""
    found = np.zeros((2, len(network)), np.int64)
    if len(offsets):
        for offset in range(int(offsets.min()), int(offsets.max()) + 1):
            mask = offsets == offset
            if mask.any():
                found += stock.due(network, first + timedelta(offset)) * mask
    return found


def _used(taken: Ints, orders: Ints, pieces: Ints | None) -> tuple[Floats, Bools]:
    """The share of a day [N] that `taken` [2, N] uses, and where it has no room; `pieces` 0 or
    None for any number."""
    share = taken[0] / np.maximum(orders, 1)
    full = taken[0] >= orders
    if pieces is not None:
        share = np.maximum(share, taken[1] / np.maximum(pieces, 1) * (pieces > 0))
        full = full | ((pieces > 0) & (taken[1] >= pieces))
    return share, full
