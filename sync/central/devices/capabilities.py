"""What each kind of device may do, as data: the server decides, a screen only shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sync.domain.associate import Right
from sync.domain.device import DeviceKind
from sync.domain.errors import Refused
from sync.protocol.commands import PAYLOADS

COMMANDS: Mapping[DeviceKind, frozenset[str]] = {
    DeviceKind.TERMINAL: frozenset(PAYLOADS),
    DeviceKind.KIOSK: frozenset({"register_return", "email_document"}),
}
# The right that a person at a terminal needs for each; a kiosk has no people.
NEEDED: Mapping[str, Right] = {
    "place_order": Right.SELL,
    "start_picking": Right.PREPARE,
    "pack_fulfilment": Right.PREPARE,
    "hand_over": Right.PREPARE,
    "reject_fulfilment": Right.PREPARE,
    "register_return": Right.TAKE_RETURNS,
    "inspect_return": Right.INSPECT_RETURNS,
    "pay_out_cash": Right.PAY_OUT_CASH,
    "cancel_pieces": Right.CHANGE_ORDERS,
    "change_address": Right.CHANGE_ORDERS,
    "email_document": Right.SEND_DOCUMENTS,
    "reset_pin": Right.MANAGE_STAFF,
}
# What a kiosk may send by e-mail: the receipt of a return, never a document of the order.
EMAILED_BY_A_KIOSK = "return_receipt"
EXPLANATIONS = frozenset({DeviceKind.TERMINAL})
# Kinds of feed rows of its store that a kiosk never gets: people, and goods to be prepared.
KEPT_FROM_A_KIOSK = frozenset({"associate", "fulfilment", "reservation"})


def check_command(kind: DeviceKind, command: str) -> None:
    """Raise Refused for a command that is not for this kind of device."""
    if command not in COMMANDS[kind]:
        raise not_allowed()


def not_allowed() -> Refused:
    """What a device is told that asks for more than it may."""
    return Refused(
        "This kind of device may not do that. Nothing was changed; do it at a till.",
        code="device.not_allowed",
    )


def for_kiosk(kind: str, body: Any) -> Any:
    """A feed row as a kiosk gets it: a receipt and its lines, without who bought or sold them."""
    if body is None:
        return None
    if kind == "order":
        return order_for_kiosk(body)
    if kind == "return":
        return body | {"inspected_by": ""}
    return body


def order_for_kiosk(state: dict[str, Any]) -> dict[str, Any]:
    """An order's state (on the wire) without customer, associate, address and history."""
    order = state["order"]
    address = order["ship_to"]
    if address is not None:  # an order that is shipped has one, even if it says nothing
        address = dict.fromkeys(address, "") | {"lat": 0.0, "lon": 0.0}
    tenders = [tender | {"reference": "", "authorisation_code": ""} for tender in order["tenders"]]
    lines = [
        line | {"sources": [source | {"tracking_number": ""} for source in line["sources"]]}
        for line in state["lines"]
    ]
    hidden = {
        "customer": dict.fromkeys(order["customer"], ""),
        "associate": "",
        "ship_to": address,
        "tenders": tenders,
    }
    return state | {
        "order": order | hidden,
        "lines": lines,
        "decisions": [],
        "events": [],
        "cancellations": [],
    }
