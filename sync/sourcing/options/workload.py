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
    `postponed` [N]: the second one is meant; `room` [N]: orders that both have room for.
    """

    first: date
    ready: Ints
    share: Floats
    full: Bools
    days: Ints
    postponed: Bools
    room: Ints

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
        taken = np.stack([_due(network, stock, first, offsets) for offsets in days])
        share = np.maximum(
            taken[:, 0] / np.maximum(orders, 1), taken[:, 1] / np.maximum(pieces, 1) * (pieces > 0)
        )
        no_room = (taken[:, 0] >= orders) | ((pieces > 0) & (taken[:, 1] >= pieces))
        if not policy.filters.respect_capacity:
            no_room[:] = False
        postponed = no_room[0]
        # Begun with the day: of work for several days, what is left for the last one.
        hours = network.closes_minute - network.opens_minute
        last = np.maximum(network.lead_minutes - 1, 0) % hours + 1
        later = days[1] * DAY + network.opens_minute + np.minimum(last, network.lead_minutes)
        return cls(
            first,
            np.where(postponed, later, soon),
            np.where(postponed, share[1], share[0]),
            no_room[0] & no_room[1],
            days,
            postponed,
            np.where(no_room, 0, orders - taken[:, 0]).sum(axis=0),
        )

    def seen(self, network: Network, stock: Stock) -> Iterator[tuple[date, Ints]]:
        """The days that were looked at, each with the orders and pieces due [2, N] where it was."""
        for offset in np.unique(self.days).tolist():
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
    for offset in np.unique(offsets).tolist():
        mask = offsets == offset
        found[:, mask] = stock.due(network, first + timedelta(offset))[:, mask]
    return found
