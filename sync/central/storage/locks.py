"""One change of an order at a time, where several processes write.

What is decided from sums over an order (captured against authorised, returned against sold) must
not be decided twice at once. The lock is taken with the first read of the order, before anything
that a decision rests on; several orders in the order of their numbers. Then come the balances,
then the buckets of the feed: all writers take them in this order, so none waits for each other.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa


def held(query: sa.Select[Any]) -> sa.Select[Any]:
    """`query` on orders, with what it finds held until the commit.

    `SELECT ... FOR UPDATE` where the database has it. SQLite has one writer at a time anyway.
    """
    return query.with_for_update()
