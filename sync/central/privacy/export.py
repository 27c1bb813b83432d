"""What is kept of a client, as files that they can read (GDPR, articles 15 and 20)."""

from __future__ import annotations

import html
import io
import json
import zipfile
from typing import Any

from sync.central.context import Context
from sync.central.privacy.clients import Client, find
from sync.central.privacy.inventory import INVENTORY
from sync.domain.errors import NotFound
from sync.protocol.codec import to_wire


def export(ctx: Context, email: str) -> bytes:
    """A ZIP; raises NotFound for an address of which nothing is kept."""
    with ctx.database.read() as connection:
        client = find(connection, email)
        if not client.orders and not client.mails:
            raise NotFound("Nothing is kept of {email}.", code="privacy.nobody", email=client.email)
        files = {
            "client.json": _client(client),
            "orders.json": [to_wire(record.state()) for record in client.orders],
            "returns.json": [
                to_wire(entry.published)
                for record in client.orders
                for entry in record.returns.values()
            ],
            "messages.json": [
                {name: value for name, value in mail.items() if name not in ("id", "key")}
                for mail in client.mails
            ],
            "processing.json": [
                {
                    "where": place.where,
                    "what": place.what,
                    "purpose": place.purpose,
                    "basis": place.basis,
                    "kept": place.kept,
                }
                for place in INVENTORY
            ],
        }
    texts = {
        name: json.dumps(body, indent=1, ensure_ascii=False, default=str) + "\n"
        for name, body in files.items()
    }
    texts["index.html"] = _page(client, files)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(texts):
            archive.writestr(zipfile.ZipInfo(name), texts[name], zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _client(client: Client) -> dict[str, Any]:
    people = {
        (order.customer.name, order.customer.phone)
        for order in (record.order for record in client.orders)
    }
    addresses = {
        (to.name, to.street, to.postcode, to.commune, to.country)
        for to in (record.order.ship_to for record in client.orders)
        if to is not None
    }
    return {
        "email": client.email,
        "names": sorted({name for name, _ in people if name}),
        "telephones": sorted({phone for _, phone in people if phone}),
        "addresses": [", ".join(part for part in address if part) for address in sorted(addresses)],
    }


def _page(client: Client, files: dict[str, Any]) -> str:
    """The same, to be read by a person."""
    told = files["client.json"]
    rows = "".join(
        f"<tr><td>{html.escape(record.number)}</td>"
        f"<td>{record.order.placed_at:%Y-%m-%d}</td>"
        f"<td>{html.escape(', '.join(line.name for line in record.order.lines))}</td>"
        f"<td>{html.escape(str(record.order.total))}</td></tr>"
        for record in client.orders
    )
    mails = "".join(
        f"<tr><td>{html.escape(mail['created_at'][:10])}</td>"
        f"<td>{html.escape(mail['subject'])}</td></tr>"
        for mail in client.mails
    )
    who = "".join(
        f"<dt>{name}</dt><dd>{html.escape('; '.join(told[name]))}</dd>"
        for name in ("names", "telephones", "addresses")
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Your data</title>'
        "<style>body{font:16px/1.5 system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem}"
        "td{padding:.3rem .8rem .3rem 0;vertical-align:top}</style>"
        f"<h1>What is kept of {html.escape(client.email)}</h1><dl>{who}</dl>"
        f"<h2>Orders</h2><table>{rows}</table><h2>Messages</h2><table>{mails}</table>"
        "<p>The files beside this page hold all of it; processing.json says why each is kept and "
        "for how long.</p></html>\n"
    )
