"""The day of a till: counted from the journal, closed once, printed."""

from __future__ import annotations

import pytest

from app.device import Device
from app.usecases.store.sign_in import Person
from sync.domain.associate import Right
from sync.domain.errors import Refused
from sync.domain.money import Money, total
from sync.domain.payment import TenderKind
from sync.terminal import journal
from tests.app.device_fixtures import PINS


def sell(device: Device, leo: Person, sku: str = "A0004") -> Money:
    device.basket.add(sku)
    return device.checkout.pay_cash(Money(50_00), leo).order.total


def test_the_day_so_far_is_what_was_sold(device: Device, leo: Person) -> None:
    sold = [sell(device, leo), sell(device, leo, "A0005")]
    report = device.day_closing.so_far()
    assert (report.closing_number, report.sale_count) == (None, 2)
    assert report.sales == report.takings == report.perpetual_total == total(sold)
    ((kind, count, amount),) = [(t.kind, t.count, t.amount) for t in report.tenders]
    assert (kind, count, amount) == (TenderKind.CASH, 2, total(sold))
    assert total(line.gross for line in report.vat) == total(sold)
    assert report.first_receipt != report.last_receipt


def test_a_closing_is_printed_and_the_next_day_begins_with_what_was_counted(
    device: Device, leo: Person
) -> None:
    first = sell(device, leo)
    report, job = device.day_closing.close(leo, Money(120_00))
    assert (report.closing_number, report.cash_counted) == (1, Money(120_00))
    assert job.key == f"z_report/{device.code}-1/0"
    assert report.proof
    second = sell(device, leo)
    later = device.day_closing.so_far()
    assert (later.sales, later.cash_opening) == (second, Money(120_00))
    assert later.cash_expected == Money(120_00) + second
    assert later.perpetual_total == first + second
    assert device.day_closing.close(leo, None)[0].closing_number == 2
    assert journal.first_broken(device._store) == ""


def test_an_empty_day_is_not_closed(device: Device, leo: Person) -> None:
    with pytest.raises(Refused) as caught:
        device.day_closing.close(leo, None)
    assert caught.value.code == "closing.nothing"
    sell(device, leo)
    device.day_closing.close(leo, None)
    with pytest.raises(Refused):
        device.day_closing.close(leo, None)


def test_a_drawer_that_is_opened_without_a_sale_is_counted(device: Device, leo: Person) -> None:
    given = device.sign_in.approve(Right.OPEN_DRAWER, device.code, "A01", PINS["A01"])
    device.day_closing.open_drawer(leo, given)
    sell(device, leo)
    assert device.day_closing.so_far().drawer_openings == 1
    entry = next(e for e in journal.entries_after(device._store, 0, 99) if e.kind == "no_sale")
    assert entry.content["approved_by"] == "A01"
    with pytest.raises(Refused) as caught:
        device.day_closing.open_drawer(leo, None)
    assert caught.value.code == "closing.drawer"
