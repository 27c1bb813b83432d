"""Sessions, approvals and new PINs on the device, with and without a network."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.device import Device
from app.usecases.returns.returns import NEEDS_APPROVAL, Choice
from app.usecases.store.sign_in import TRIES_MAX, Person
from sync.central.catalogue import people
from sync.domain.associate import ASSOCIATE, MANAGER, Right
from sync.domain.errors import ComptoirError, InvalidInput, Refused
from sync.domain.money import Money
from sync.domain.returns import Disposition, InspectedLine, ReturnReason
from sync.protocol.commands import Outcome
from tests.app.central_link import PIN, Shops
from tests.app.device_fixtures import PINS, Clock
from tests.sync.central.world import World

ZOE = Person("A01", "Léo Martin", MANAGER, "LM")
NEW = "902461"


def code_of(job: object, *args: object) -> str:
    with pytest.raises(ComptoirError) as caught:
        job(*args)  # type: ignore[operator]
    return caught.value.code


def test_somebody_who_may_approves_with_their_pin(device: Device) -> None:
    right = Right.REFUND_ABOVE_LIMIT
    assert [p.code for p in device.sign_in.who_may(right)] == ["A01"]
    given = device.sign_in.approve(right, "R0001-000001-4", "A01", PINS["A01"])
    assert (given.by, given.subject, given.right) == ("A01", "R0001-000001-4", right)
    identity = device.sign_in._context.identity
    assert given.is_of(identity.key.public_key(), identity.code)


def test_who_may_not_does_not_approve_and_wrong_pins_are_counted(
    device: Device, clock: Clock
) -> None:
    approve = device.sign_in.approve
    right = Right.REFUND_ABOVE_LIMIT
    assert code_of(approve, right, "x", "A02", PINS["A02"]) == "sign_in.may_not_approve"
    for _ in range(TRIES_MAX - 1):
        assert code_of(approve, right, "x", "A01", "000000") == "sign_in.wrong_pin"
        clock.pass_(hours=1)
    assert code_of(approve, right, "x", "A01", "000000") == "sign_in.locked"
    assert code_of(approve, right, "x", "A01", PINS["A01"]) == "sign_in.locked"
    assert code_of(device.sign_in.sign_in, "A01", PINS["A01"]) == "sign_in.locked"


def test_a_manager_sets_a_pin_that_counts_at_once(device: Device) -> None:
    manager = device.sign_in.sign_in("A01", PINS["A01"])
    device.sign_in.reset_pin(manager, "A02", NEW)
    assert device.sign_in.sign_in("A02", NEW).code == "A02"
    assert code_of(device.sign_in.sign_in, "A02", PINS["A02"]) == "sign_in.wrong_pin"


def test_nobody_else_sets_one_and_no_pin_that_is_guessed_first(device: Device) -> None:
    leo = device.sign_in.sign_in("A02", PINS["A02"])
    with pytest.raises(Refused):
        device.sign_in.reset_pin(leo, "A03", NEW)
    manager = device.sign_in.sign_in("A01", PINS["A01"])
    for pin in ("123456", "12345", "000000", "abcdef"):
        with pytest.raises(InvalidInput):
            device.sign_in.reset_pin(manager, "A03", pin)
    assert device.sign_in.sign_in("A03", PINS["A03"]).code == "A03"


@pytest.fixture
def shops(tmp_path: Path) -> Shops:
    return Shops(tmp_path, World(tmp_path / "central"))


def test_a_large_refund_is_approved_offline_and_the_server_agrees(shops: Shops) -> None:
    world = shops.world
    till, kiosk = shops.open(), shops.open(kind="kiosk")
    world.hire("A02", ASSOCIATE)
    with world.central.database.write("pin") as tx:
        people.put_pin(tx, "A02", people.hashed(NEW), "test")
    till.sync_once()
    seller = till.sign_in.sign_in("A02", NEW)
    till.basket.add("LAMP")
    for _ in range(4):
        till.basket.add("LAMP")
    total = till.basket.view().total
    assert total > Money(20_000)
    sale = till.checkout.pay_cash(total, seller)
    till.sync_once()
    goods = kiosk.returns.register(
        str(sale.order.number), [Choice(1, 5, ReturnReason.OTHER)], sale.receipt_code
    ).goods
    shops.sync_all()
    number, lines = str(goods.number), [InspectedLine(1, Disposition.RESTOCK)]
    shops.cable(till).down = True
    assert code_of(till.returns.inspect, number, lines, seller) == NEEDS_APPROVAL
    given = till.sign_in.approve(Right.REFUND_ABOVE_LIMIT, number, "A01", PIN)
    till.returns.inspect(number, lines, seller, given)
    shops.sync_all()
    entry = till.sign_in._context.outbox.last("inspect_return", number)
    assert entry is not None
    assert entry.state.value == Outcome.APPLIED.value
    assert world.check() == []
    shops.close()


def test_a_person_who_was_disabled_is_gone_from_the_till(shops: Shops) -> None:
    till = shops.open()
    with shops.world.central.database.write("staff") as tx:
        people.enable(tx, "A01", "test", enabled=False)
    shops.world.central.reference.refresh()
    till.sync_once()
    assert code_of(till.sign_in.sign_in, "A01", PIN) == "sign_in.unknown_person"
    shops.close()
