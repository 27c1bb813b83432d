"""A kiosk stands where anybody stands: its token opens returns, and nothing else."""

from __future__ import annotations

import msgspec
import pytest

from sync.central.catalogue import people
from sync.central.devices.capabilities import COMMANDS
from sync.domain.associate import MANAGER
from sync.domain.device import DeviceKind
from sync.domain.fulfilment import RejectionReason
from sync.protocol.codec import parse
from sync.protocol.commands import (
    PAYLOADS,
    EmailDocument,
    HandOver,
    Outcome,
    PackFulfilment,
    Payload,
    PlaceOrder,
    RejectFulfilment,
    StartPicking,
)
from sync.protocol.feed import Associate, OrderState, store_bucket
from tests.sync.central.client import Client
from tests.sync.central.notifications.test_document_email import wanted
from tests.sync.central.world import CARRY, SHIP, World

PERSONAL = (b"Zo\xc3\xa9", b"zoe@example.com", b"rue du Bac", b"Claire", b"argon2", b"A01")


def test_every_kind_of_device_has_its_row() -> None:
    assert set(COMMANDS) == set(DeviceKind)
    assert COMMANDS[DeviceKind.TERMINAL] == frozenset(PAYLOADS)
    assert COMMANDS[DeviceKind.KIOSK] == {"register_return", "email_document"}


def forbidden(world: World) -> list[Payload]:
    order = world.placed(("MUG", 1, CARRY), ("BAG", 1, SHIP))
    sold = world.order(("LAMP", 1, CARRY), till=world.till("S1", "kiosk"))
    goods = world.goods_back(order, {1: 1})
    world.deposit(goods)
    code = world.fulfilments(order)[0].fulfilment_id
    return [
        PlaceOrder(sold),
        StartPicking(code, "A01"),
        PackFulfilment(code, "A01", (world.parcel(),)),
        HandOver(code, "A01"),
        RejectFulfilment(code, "A01", RejectionReason.NO_TIME),
        world.inspected(goods),
        wanted(order),
    ]


@pytest.mark.parametrize("place", range(7))
def test_a_kiosk_sells_refunds_and_hands_over_nothing(world: World, place: int) -> None:
    payload = forbidden(world)[place]
    before = world.check()
    answer = world.do(payload, world.till("S1", "kiosk"))
    assert (answer.outcome, answer.code) == (Outcome.REFUSED, "device.not_allowed")
    assert world.check() == before == []


def test_a_kiosk_takes_goods_back_and_sends_the_receipt_of_its_own_return(world: World) -> None:
    kiosk = world.till("S1", "kiosk")
    order = world.placed(("MUG", 1, CARRY))
    goods = world.goods_back(order, {1: 1}, kiosk)
    assert world.deposit(goods, till=kiosk).outcome is Outcome.APPLIED
    sent: EmailDocument = wanted(order, document=f"return_receipt/{goods.number}/1")
    assert world.do(sent, kiosk).outcome is Outcome.APPLIED
    other = wanted(order, document="return_receipt/R0009-000001-0/1")
    assert world.do(other, kiosk).code == "device.not_allowed"


def test_a_kiosk_reads_receipts_and_no_word_of_people(world: World) -> None:
    kiosk, client = world.till("S1", "kiosk"), Client(world)
    with world.central.database.write("people") as tx:
        people.load(tx, "S1", [Associate("A01", "Claire", "$argon2id$x", MANAGER)])
    order = world.placed(("MUG", 1, CARRY), ("BAG", 1, SHIP))
    world.fulfil(order)
    goods = world.goods_back(order, {1: 1})
    world.deposit(goods)
    world.applied(world.inspected(goods))
    page = client.page(kiosk, store_bucket("S1"))
    for change in page.changes:
        packed = msgspec.json.encode(change.body)
        assert not [word for word in PERSONAL if word in packed], change
    assert {change.kind for change in page.changes} == {"device", "order", "return"}
    (row,) = [c for c in page.changes if c.kind == "order"]
    state = parse(OrderState, row.body)
    assert [(n.sku, n.quantity, n.unit_price) for n in state.order.lines] == [
        (n.sku, n.quantity, n.unit_price) for n in order.lines
    ]
    assert (state.order.number, state.order.total) == (order.number, order.total)
    assert [line.handed_over for line in state.lines] == [
        line.handed_over for line in world.state(order).lines
    ]
    # A till of the same store goes on reading all of it, at the same positions.
    till_page = client.page(world.till(), store_bucket("S1"))
    assert till_page.cursor == page.cursor
    assert {"associate", "order"} <= {change.kind for change in till_page.changes}


def test_a_kiosk_is_shown_the_order_of_a_receipt_without_its_people(world: World) -> None:
    kiosk, client = world.till("S2", "kiosk"), Client(world)
    order = world.placed(("MUG", 1, CARRY))
    receipt = world.receipt(order)
    found = client.get(f"/v1/orders/{order.number}", kiosk, receipt_code=receipt)
    assert found.status_code == 200
    assert not [word for word in PERSONAL if word in found.content]
    assert parse(OrderState, found.json()).order.lines == order.lines
    till = client.get(f"/v1/orders/{order.number}", world.till("S1"))
    assert parse(OrderState, till.json()).order == order
    explained = client.get(f"/v1/orders/{order.number}/explanation", world.till("S1", "kiosk"))
    assert (explained.status_code, explained.json()["code"]) == (403, "device.not_allowed")
