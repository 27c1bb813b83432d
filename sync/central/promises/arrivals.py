"""What can be promised of stock once goods are in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.engine import Connection

from sync.central.context import Context
from sync.central.inventory import ledger as stock
from sync.central.inventory.arrivals import Arrival, arrivals
from sync.central.inventory.stock_copy import StockCopy
from sync.domain.stock import Balance

DAYS_MAX = 12  # days with arrivals that are tried, the soonest first


@dataclass(frozen=True)
class StockByDay:
    """What a channel may have of some articles, now and once goods are in."""

    ctx: Context
    skus: tuple[str, ...]
    channel: str
    balances: dict[tuple[str, str], Balance]
    arriving: tuple[Arrival, ...]

    @classmethod
    def read(
        cls, ctx: Context, connection: Connection, skus: Sequence[str], channel: str, now: datetime
    ) -> StockByDay:
        """As it is committed."""
        wanted = tuple(sorted(set(skus)))
        today = now.astimezone(ctx.reference.company.zone).date()
        return cls(
            ctx,
            wanted,
            channel,
            stock.balances(connection, wanted),
            tuple(arrivals(connection, wanted, today)),
        )

    def days(self) -> list[date]:
        """Days on which something comes, the soonest first."""
        return sorted({one.day for one in self.arriving})[:DAYS_MAX]

    def once_in(self, day: date) -> StockCopy:
        """The stock with everything that is expected up to `day`."""
        known = dict(self.balances)
        for one in self.arriving:
            if one.day <= day:
                key = one.sku, one.location
                before = known.get(key, Balance())
                known[key] = replace(before, on_hand=before.on_hand + one.pieces)
        return self.ctx.view.copy(self.skus, known, channel=self.channel)
