"""Changes that name themselves are done once: the same again changes nothing."""

from __future__ import annotations

import hashlib
from typing import Any

import sqlalchemy as sa

from sync.central.catalogue.reference import Reference
from sync.central.storage import tables
from sync.central.storage.database import Transaction
from sync.central.storage.dialect import insert_missing
from sync.domain.consignment import GoodsLine
from sync.domain.errors import Conflict, InvalidInput
from sync.domain.location import Location
from sync.protocol.codec import to_json


def fingerprint(said: Any) -> str:
    """Tells a repeat from something else under the same number."""
    return hashlib.sha256(to_json(said)).hexdigest()


def key_used(key: str) -> Conflict:
    """Something else has that number."""
    return Conflict(
        "The number {key} is already used for something else. Nothing was changed.",
        code="stock.key_used",
        key=key,
    )


def first_time(tx: Transaction, key: str, said: Any, who: str) -> bool:
    """Whether the change `key` was never done before; raises Conflict when it was another one."""
    row = {"key": key, "fingerprint": fingerprint(said), "at": tx.at, "by": who}
    if insert_missing(tx.connection, tables.stock_change, row):
        return True
    columns = tables.stock_change.c
    known = tx.connection.execute(sa.select(columns.fingerprint).where(columns.key == key)).scalar()
    if known != row["fingerprint"]:
        raise key_used(key)
    return False


def stock_point(reference: Reference, code: str) -> Location:
    """The location `code`; raises InvalidInput for one that is not there or holds no stock."""
    found = reference.locations.get(code)
    if found is None or not found.holds_stock:
        raise InvalidInput(
            "{location} is no location that holds stock. Nothing was changed.",
            code="stock.location",
            location=code[:40],
        )
    return found


def check_articles(reference: Reference, lines: tuple[GoodsLine, ...]) -> None:
    """Raise InvalidInput for an article that nobody knows."""
    for line in lines:
        if line.sku not in reference.articles:
            raise InvalidInput(
                "There is no article {sku}. Nothing was changed.",
                code="stock.article",
                sku=line.sku[:60],
            )
