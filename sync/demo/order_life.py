"""Two orders that a first look at the demo should meet: a bag that nobody collected, and a
pre-order of goods that are to come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from sync.central.allocation.decisions import Decisions
from sync.central.composition import Central
from sync.central.fulfilment import fulfilments
from sync.central.inventory.arrivals import arrivals
from sync.central.orders import place_order as orders
from sync.central.records import order_records
from sync.central.records.fulfilment_rows import change
from sync.central.storage.database import Transaction, unstamp
from sync.demo.company import DEMO_STORE
from sync.domain.catalogue import Article
from sync.domain.fulfilment import FulfilmentState
from sync.domain.identifiers import DocumentNumber
from sync.domain.order import FulfilmentMode, Order

WAITED_DAYS = 16  # longer than the demo company keeps a bag
MORE_THAN_THERE = 2
Make = Callable[[Article, int, DocumentNumber], Order]
NextNumber = Callable[[Transaction], DocumentNumber]


def show(central: Central, articles: dict[str, Article], make: Make, number: NextNumber) -> None:
    """Place both; one for which the demo has no fitting article is left out."""
    _uncollected(central, articles, make, number)
    _pre_order(central, articles, make, number)


def _uncollected(
    central: Central, articles: dict[str, Article], make: Make, number: NextNumber
) -> None:
    """A bag at the demo store that was ready long ago."""
    free = central.view.available(sorted(articles))
    here = [sku for sku in sorted(articles) if free[sku].get(DEMO_STORE, 0) >= 3]
    if not here:
        return
    placed = _place(central, make, number, articles[here[0]], 1, FulfilmentMode.COLLECT)
    with central.database.write("demo:orders") as tx:
        record = order_records.load(tx, placed)
        for found in record.alive():
            fulfilment = found.fulfilment
            if (fulfilment.location, fulfilment.state) != (DEMO_STORE, FulfilmentState.ALLOCATED):
                continue
            code = fulfilment.fulfilment_id
            fulfilments.pack(central.context, tx, DEMO_STORE, code, "A02", ())
            packed = record.fulfilments[code]
            change(tx, record, packed, ready_at=unstamp(tx.at) - timedelta(days=WAITED_DAYS))


def _pre_order(
    central: Central, articles: dict[str, Article], make: Make, number: NextNumber
) -> None:
    """An order of more than there is of an article, of which more is to come."""
    skus, today = sorted(articles), central.clock().date()
    with central.database.read() as connection:
        coming = arrivals(connection, skus, today)
    free = central.view.available(skus)
    there = {one.sku: sum(free[one.sku].values()) for one in coming}
    fitting = sorted(
        (there[one.sku], one.sku, one.day) for one in coming if one.pieces > MORE_THAN_THERE
    )
    if fitting:
        pieces, sku, _ = fitting[0]
        wanted = pieces + MORE_THAN_THERE
        _place(central, make, number, articles[sku], wanted, FulfilmentMode.SHIP_HOME)


def _place(
    central: Central,
    make: Make,
    number: NextNumber,
    article: Article,
    quantity: int,
    mode: FulfilmentMode,
) -> str:
    decisions = Decisions(central.context)

    def place(tx: Transaction) -> str:
        order = make(article, quantity, number(tx))
        if mode is FulfilmentMode.COLLECT:
            collected = [
                replace(line, mode=mode, collect_at=DEMO_STORE, promised_at=None)
                for line in order.lines
            ]
            placed_at = order.placed_at - timedelta(days=WAITED_DAYS + 1)
            order = replace(order, lines=tuple(collected), ship_to=None, placed_at=placed_at)
        orders.place_order(central.context, tx, order, decisions)
        return order.number.value

    return central.database.settle("demo:orders", place)
