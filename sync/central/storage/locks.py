"""One change of an order at a time, where several processes write.

What is decided from sums over an order (captured against authorised, returned against sold) must
not be decided twice at once. Lock when consuming, once in a transaction, before anything is read
that the decision rests on; several orders in the order of their numbers. Then come the balances,
then the buckets of the feed: all writers take them in this order, so none waits for each other.
"""

from __future__ import annotations

import sqlalchemy as sa

from sync.central.storage import tables
from sync.central.storage.database import Transaction


def lock_order(tx: Transaction, number: str) -> None:
    """Hold the order `number` until the commit; one that does not exist is not held.

    `SELECT ... FOR UPDATE` where the database has it. SQLite has one writer at a time anyway.
    """
    if tx.connection.dialect.name != "sqlite":
        tx.connection.execute(lock_statement(number))


def lock_order_of(tx: Transaction, fulfilment_id: str) -> None:
    """Hold the order that a fulfilment is for; a fulfilment never changes its order."""
    if tx.connection.dialect.name != "sqlite":
        fulfilments = tables.fulfilment.c
        query = sa.select(fulfilments.order_number).where(
            fulfilments.fulfilment_id == fulfilment_id
        )
        number = tx.connection.execute(query).scalar()
        if number is not None:
            lock_order(tx, number)


def lock_statement(number: str) -> sa.Select[tuple[str]]:
    """What takes the lock."""
    orders = tables.order_document.c
    return sa.select(orders.number).where(orders.number == number).with_for_update()
