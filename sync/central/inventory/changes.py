"""What people do to the stock of a location: counts, moves between states, goods that leave."""

from __future__ import annotations

from sync.central.catalogue.reference import Reference
from sync.central.inventory import ledger
from sync.central.inventory.once import check_articles, first_time, stock_point
from sync.central.storage.database import Transaction
from sync.domain.consignment import ChangeKind, GoodsLine, StockChange
from sync.domain.errors import Refused
from sync.domain.stock import Balance, Movement, MovementKind, StockState

_LEAVES = {
    ChangeKind.WRITE_OFF: MovementKind.WRITE_OFF,
    ChangeKind.SUPPLIER_RETURN: MovementKind.SUPPLIER_RETURN,
}


def change(reference: Reference, tx: Transaction, wanted: StockChange, who: str) -> Balance:
    """Do what is wanted, once; gives the balance after it.

    Raises InvalidInput for a place or an article that is not known, Refused when fewer pieces are
    there in that state: they are counted first.
    """
    stock_point(reference, wanted.location)
    check_articles(reference, (GoodsLine(wanted.sku, wanted.quantity),))
    key = (wanted.sku, wanted.location)
    if not first_time(tx, wanted.key, wanted, who):
        return ledger.balances(tx.connection, [wanted.sku]).get(key, Balance())
    cause = f"change:{wanted.key}"
    if wanted.kind is ChangeKind.COUNT:
        return ledger.count(tx, wanted.location, wanted.sku, wanted.quantity, cause)
    pieces = {wanted.state.value: -wanted.quantity}
    if wanted.kind is ChangeKind.MOVE:
        pieces[wanted.to.value] = wanted.quantity
    kind = _LEAVES.get(wanted.kind, MovementKind.MOVE)
    movement = Movement(wanted.location, wanted.sku, kind, cause, reason=wanted.reason, **pieces)
    check_there(tx, {key: (wanted.state, wanted.quantity)})
    (after,) = ledger.move(tx, movement)
    return after


def check_there(tx: Transaction, wanted: dict[tuple[str, str], tuple[StockState, int]]) -> None:
    """Raise Refused when, of a (sku, location), fewer pieces are there in that state.

    The rows stay locked until the commit, in the order in which all writers lock them.
    """
    found = ledger.hold(tx, sorted(wanted))
    for (sku, location), (state, quantity) in sorted(wanted.items()):
        there = found.get((sku, location), Balance()).of(state)
        if there < quantity:
            raise Refused(
                "Only {there} pieces of {sku} are at {location} as “{state}”. Nothing was "
                "changed; count them first.",
                code="stock.not_there",
                there=max(0, there),
                sku=sku,
                location=location,
                state=state.value,
            )
