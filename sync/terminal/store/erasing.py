"""Erases a client from what this device keeps of an order; the feed replaces the documents."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sync.terminal.store.local_store import Transaction

NOBODY = {"name": "", "email": "", "phone": ""}
NOWHERE = {"name": "", "street": ""}


def erase_client(tx: Transaction, said: dict[str, Any]) -> None:
    """Blank the client of `said["order"]` in commands that were answered, in local changes that
    are over, and in card payments; forget e-mails that were sent."""
    number = str(said["order"])
    tx.execute(
        "DELETE FROM outbox WHERE kind = 'email_document' AND state IN ('applied', 'refused') "
        "AND (instr(about, ?) = 1 OR json_extract(body, '$.payload.order_number.value') = ?)",
        (number, number),
    )
    for seq, text in tx.all(
        "SELECT seq, body FROM outbox WHERE kind = 'place_order' AND about = ? "
        "AND state IN ('applied', 'refused')",
        (number,),
    ):
        body = json.loads(text)
        _blank(body["payload"]["order"])
        tx.execute("UPDATE outbox SET body = ? WHERE seq = ?", (_text(body), seq))
    keys = [number, *said.get("fulfilments", ()), *said.get("returns", ())]
    for key in keys:
        tx.execute("DELETE FROM overlays WHERE key = ? AND phase = 'gone'", (key,))
    tx.execute("UPDATE card_intents SET basket = '' WHERE order_number = ?", (number,))


def erase_old_baskets(tx: Transaction, before: datetime) -> None:
    """Blank the client of baskets that were put aside before then; the goods stay in them."""
    for place, text in tx.all("SELECT id, body FROM parked WHERE at < ?", (before.isoformat(),)):
        body = json.loads(text)
        _blank(body)
        tx.execute("UPDATE parked SET body = ?, label = '' WHERE id = ?", (_text(body), place))


def _blank(order: dict[str, Any]) -> None:
    order["customer"] |= NOBODY
    if order.get("ship_to") is not None:
        order["ship_to"] |= NOWHERE


def _text(body: Any) -> str:
    return json.dumps(body, separators=(",", ":"))
