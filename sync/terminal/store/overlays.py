"""Orders, fulfilments and returns: what the server says, and what this device did since.

A command of ours that is still on its way keeps an overlay: the document as this device left
it. The latest overlay is shown; the server's row shows again when no overlay is left. An overlay
is `held` while its command is unanswered, `settling` from the answer until a pull begun later has
brought the server's own row, then `gone` (kept as long as the command, for a server that lost
it).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sync.domain.order_status import LineProgress, order_status
from sync.terminal.store.local_store import Transaction
from sync.terminal.store.search_text import fold

Wire = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Columns:
    """What stands in columns of its own: `at` sorts, `words` is searched."""

    state: str
    at: str
    about: str
    words: str


def sortable(moment: str) -> str:
    """An ISO time with a zone as UTC text that sorts."""
    return datetime.fromisoformat(moment).astimezone(UTC).isoformat(timespec="microseconds")


_COUNTED = ("handed_over", "returning", "returned", "unfilled", "cancelled")


def _order_columns(body: Wire) -> Columns:
    order = body["order"]
    states = {line["line_id"]: line for line in body["lines"]}
    status = order_status(
        LineProgress(
            line["quantity"],
            *(states.get(line["line_id"], {}).get(name, 0) for name in _COUNTED),
        )
        for line in order["lines"]
    )
    words = [order["number"]["value"], order["receipt_number"]]
    words += [order["customer"]["name"], order["customer"]["email"]]
    for line in order["lines"]:
        words += [line["name"], line["sku"]]
    return Columns(
        status.value,
        sortable(order["placed_at"]),
        order["location"],
        fold(" ".join(words)),
    )


def _fulfilment_columns(body: Wire) -> Columns:
    number = body["order_number"]["value"]
    words = fold(" ".join([number, body["customer_name"], body["fulfilment_id"]]))
    return Columns(body["state"], sortable(body["due_at"]), number, words)


def _return_columns(body: Wire) -> Columns:
    goods = body["goods"]
    number, order = goods["number"]["value"], goods["order_number"]["value"]
    return Columns(goods["state"], sortable(goods["created_at"]), order, fold(f"{number} {order}"))


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """A kind of document: its table, the topic that listeners hear, how columns are filled."""

    table: str
    topic: str
    columns: Callable[[Wire], Columns]


KINDS: Mapping[str, DocumentKind] = {
    "order": DocumentKind("orders", "orders", _order_columns),
    "fulfilment": DocumentKind("fulfilments", "fulfilments", _fulfilment_columns),
    "return": DocumentKind("returns", "returns", _return_columns),
}


def put_server_row(tx: Transaction, kind: str, key: str, body: Wire | None) -> None:
    """What the server says of a document; None when it is gone."""
    text = None if body is None else json.dumps(body, separators=(",", ":"))
    tx.execute(
        f"INSERT INTO {KINDS[kind].table} (key, server_body) VALUES (?, ?) "
        "ON CONFLICT (key) DO UPDATE SET server_body = excluded.server_body",
        (key, text),
    )
    refresh(tx, kind, key)


def put_overlay(tx: Transaction, command_id: UUID, kind: str, key: str, body: Wire) -> None:
    """The document as the command leaves it; shown at once."""
    row = tx.one("SELECT seq FROM outbox WHERE command_id = ?", (str(command_id),))
    if row is None:
        raise AssertionError("an overlay belongs to a command that is in the outbox")
    tx.execute(
        "INSERT INTO overlays (seq, command_id, kind, key, body) VALUES (?, ?, ?, ?, ?)",
        (row[0], str(command_id), kind, key, json.dumps(body, separators=(",", ":"))),
    )
    refresh(tx, kind, key)


def put_stock_overlay(
    tx: Transaction, command_id: UUID, changes: Sequence[tuple[str, str, int]]
) -> None:
    """What the command does to stock: (location, SKU, signed pieces free to sell)."""
    for location, sku, pieces in changes:
        tx.execute(
            "INSERT INTO stock_overlays (command_id, sku, location, pieces) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (sku, location, command_id) DO UPDATE SET "
            "pieces = pieces + excluded.pieces",
            (str(command_id), sku, location, pieces),
        )
    if changes:
        tx.touch("stock")


def move_overlays(tx: Transaction, command_id: str, phase: str) -> None:
    """Put the overlays of a command into another phase."""
    documents = tx.all("SELECT kind, key FROM overlays WHERE command_id = ?", (command_id,))
    tx.execute("UPDATE overlays SET phase = ? WHERE command_id = ?", (phase, command_id))
    if tx.execute("UPDATE stock_overlays SET phase = ? WHERE command_id = ?", (phase, command_id)):
        tx.touch("stock")
    for kind, key in documents:
        refresh(tx, kind, key)


def hold_again(tx: Transaction, command_id: str) -> None:
    """The command goes up again: its documents show what this device made of them until it is
    answered. Its stock is left to the server, whose own figures it is about to send."""
    documents = tx.all("SELECT kind, key FROM overlays WHERE command_id = ?", (command_id,))
    tx.execute("UPDATE overlays SET phase = 'held' WHERE command_id = ?", (command_id,))
    for kind, key in documents:
        refresh(tx, kind, key)


def settle(tx: Transaction) -> None:
    """A pull begun after the answers is complete: the server's rows take over."""
    documents = tx.all("SELECT DISTINCT kind, key FROM overlays WHERE phase = 'settling'")
    tx.execute("UPDATE overlays SET phase = 'gone' WHERE phase = 'settling'")
    if tx.execute("UPDATE stock_overlays SET phase = 'gone' WHERE phase = 'settling'"):
        tx.touch("stock")
    for kind, key in documents:
        refresh(tx, kind, key)


def refresh(tx: Transaction, kind: str, key: str) -> None:
    """Work out anew what is shown of a document."""
    document = KINDS[kind]
    overlay = tx.one(
        "SELECT body, phase FROM overlays WHERE kind = ? AND key = ? AND phase != 'gone' "
        "ORDER BY seq DESC LIMIT 1",
        (kind, key),
    )
    server = tx.one(f"SELECT server_body FROM {document.table} WHERE key = ?", (key,))
    text = overlay[0] if overlay else (server[0] if server else None)
    tx.touch(document.topic)
    if text is None:
        tx.execute(f"DELETE FROM {document.table} WHERE key = ?", (key,))
        return
    columns = document.columns(json.loads(text))
    held = int(overlay is not None and overlay[1] == "held")
    tx.execute(
        f"INSERT INTO {document.table} (key, body, held, state, at, about, words) "
        "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET body = excluded.body, "
        "held = excluded.held, state = excluded.state, at = excluded.at, "
        "about = excluded.about, words = excluded.words",
        (key, text, held, columns.state, columns.at, columns.about, columns.words),
    )
