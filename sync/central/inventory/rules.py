"""The rules of what may be sold: set as a whole, and which of them made which number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Connection

from sync.central.catalogue.reference import Reference, current_rules, load_stock_rules
from sync.central.inventory import ledger
from sync.central.storage.database import Transaction
from sync.domain.errors import InvalidInput, NotFound
from sync.domain.order import Channel
from sync.domain.stock import Balance
from sync.domain.stock_rules import RuleBook, StockRules
from sync.protocol.feed import NETWORK

STORE = Channel.STORE.value


@dataclass(frozen=True, slots=True)
class ToldNumber:
    """A number of the limits and what made it: a rule, or the location itself."""

    name: str
    value: int | None
    made_by: str


@dataclass(frozen=True, slots=True)
class ExplainedStock:
    """How many pieces a channel may have of an article at a location, and why."""

    location: str
    name: str
    on_hand: int
    reserved: int
    allocated: int
    available: int
    numbers: list[ToldNumber]


def set_rules(reference: Reference, tx: Transaction, rules: StockRules) -> int:
    """Sell by these rules from now on, in place of those before; refresh the reference after it.

    Gives of how many balances devices are told anew. Raises InvalidInput for an article, category
    or location that nobody knows.
    """
    check_names(reference, rules)
    load_stock_rules(tx, rules)
    days = ledger.inbound_days(tx.connection)
    told = 0
    for (sku, location), balance in ledger.balances(tx.connection).items():
        before = reference.limits(sku, location, STORE).available(balance.free)
        after = reference.limits(sku, location, STORE, rules).available(balance.free)
        if before != after:
            told += 1
            day = days.get((sku, location))
            tx.changes.documents[NETWORK, "stock", f"{location}|{sku}"] = row(after, balance, day)
    return told


def row(available: int, balance: Balance, day: str | None) -> list[int | str | None]:
    """The body of a feed row of the kind "stock"."""
    return [available, balance.on_hand, balance.allocated, balance.to_come, day]


def check_names(reference: Reference, rules: StockRules) -> None:
    """Raise InvalidInput for a rule about something that is not there: it would do nothing."""
    categories = {article.category for article in reference.articles.values()}
    known: Mapping[str, Any] = {
        "sku": reference.articles,
        "category": categories,
        "location": reference.locations,
    }
    for rule in rules.rules:
        for name, there in known.items():
            said = getattr(rule, name)
            if said and said not in there:
                raise _for_nothing(name, said)
    for codes in rules.groups.values():
        for code in codes:
            if code not in reference.locations:
                raise _for_nothing("location", code)


def _for_nothing(name: str, said: str) -> InvalidInput:
    return InvalidInput(
        "A rule is for the {name} {said}, which is not there. Nothing was changed.",
        code="stock.rule_for_nothing",
        name=name,
        said=said[:60],
    )


def explain(
    reference: Reference, connection: Connection, sku: str, channel: str
) -> list[ExplainedStock]:
    """What may be sold of an article where there is some, and which rule made which number.

    Raises NotFound for an article that nobody knows.
    """
    if sku not in reference.articles:
        raise NotFound("There is no article {sku}.", code="stock.unknown_article", sku=sku[:60])
    found = []
    for (_, location), balance in sorted(ledger.balances(connection, [sku]).items()):
        place = reference.locations.get(location)
        if place is None or not place.holds_stock or not (balance.on_hand or balance.allocated):
            continue
        numbers = reference.stock_rules.numbers(sku, reference.category(sku), place, channel)
        told = [
            ToldNumber(
                number.name,
                number.value,
                f"rule for {number.rule.told()}" if number.rule else "the location",
            )
            for number in numbers
        ]
        limits = reference.limits(sku, location, channel)
        found.append(
            ExplainedStock(
                location,
                place.name,
                balance.on_hand,
                balance.reserved,
                balance.allocated,
                limits.available(balance.free),
                told,
            )
        )
    return found


def current(connection: Connection) -> RuleBook:
    """The rules in force, with the groups of locations."""
    return current_rules(connection).book
