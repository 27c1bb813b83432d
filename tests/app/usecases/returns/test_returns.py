"""Returns: never more than was sold, never to a forged receipt, and the goods are never lost."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.device import Device
from app.usecases.returns.returns import Choice
from app.usecases.selling.checkout import Sale
from app.usecases.store.sign_in import Person
from sync.domain.associate import ASSOCIATE
from sync.domain.errors import ComptoirError, Conflict, InvalidInput, NotFound, Refused
from sync.domain.money import Money
from sync.domain.order import FulfilmentMode
from sync.domain.payment import TenderKind
from sync.domain.returns import Disposition, InspectedLine, RefundPart, ReturnReason, ReturnState
from sync.protocol.codec import parse_json, to_wire
from sync.protocol.commands import (
    Command,
    InspectReturn,
    RegisterReturn,
)
from sync.protocol.feed import Change
from sync.terminal.link import apply
from tests.app.device_fixtures import ARTICLES, Clock, make_device

WHY = ReturnReason.NOT_SUITABLE


def commands(device: Device) -> list[Command]:
    rows = device._store.all("SELECT body FROM outbox ORDER BY seq")
    return [parse_json(Command, body) for (body,) in rows]


def sell(device: Device, person: Person, quantity: int = 3) -> Sale:
    device.basket.add("A0004", quantity)
    device.basket.add("A0005")
    return device.checkout.pay_cash(device.basket.view().total, person)


def test_a_receipt_opens_its_order(device: Device, leo: Person) -> None:
    sale = sell(device, leo)
    found = device.returns.find(f"  {sale.receipt_code.lower()}\n")
    assert found.order == sale.order
    assert [(x.line.sku, x.quantity_max, x.reason) for x in found.lines] == [
        ("A0004", 3, ""),
        ("A0005", 1, ""),
    ]
    assert (found.until, found.receipt_code) == (date(2026, 12, 24), sale.receipt_code)
    assert device.returns.find(str(sale.order.number)).order == sale.order


def test_a_return_goes_the_whole_way_to_the_shelf(device: Device, leo: Person) -> None:
    sale = sell(device, leo)
    number, price = str(sale.order.number), ARTICLES[3].price
    shelf = device.catalogue.article("A0004").here.available
    quote = device.returns.quote(number, [Choice(1, 2, WHY)])
    assert quote.total == price * 2
    assert quote.parts == (RefundPart(TenderKind.CASH, price * 2),)
    assert quote.sentences == (
        "“Lanterne de jardin”: 2 pieces at the price paid, €59.80.",
        "€59.80 in cash at the counter.",
        "The refund is made once a person of the store has inspected the goods.",
    )
    registered = device.returns.register(number, [Choice(1, 2, WHY)], sale.receipt_code)
    goods = registered.goods
    assert (str(goods.number), goods.refund, goods.state) == (
        "R0012-000001-0",
        price * 2,
        ReturnState.DEPOSITED,
    )
    assert device.documents.jobs() == []  # its receipt is printed when the customer wants it
    job = device.documents.make_return_receipt(registered.goods, registered.order)
    assert job.document_type == "return_receipt"
    assert [record.goods for record in device.returns.to_inspect()] == [goods]
    assert device.returns.find(number).lines[0].quantity_max == 1
    assert device.catalogue.article("A0004").here.available == shelf  # not inspected yet

    inspected_lines = [InspectedLine(1, Disposition.RESTOCK)]
    result = device.returns.inspect(str(goods.number), inspected_lines, leo)
    assert (result.cash, result.goods.state) == (price * 2, ReturnState.REFUNDED)
    assert device.returns.to_inspect() == []
    assert [r.goods.number for r in device.returns.history()] == [goods.number]
    assert device.catalogue.article("A0004").here.available == shelf + 2
    placed, register, inspect = commands(device)
    assert register.body() == RegisterReturn(goods, sale.receipt_code)
    assert register.depends_on == (placed.command_id,)
    assert inspect.body() == InspectReturn(goods.number, "A02", tuple(inspected_lines))
    assert inspect.depends_on == (register.command_id,)


def test_the_returns_are_read_page_by_page_oldest_first(
    device: Device, leo: Person, clock: Clock
) -> None:
    deposited = []
    for _ in range(3):
        sale = sell(device, leo, 1)
        number, choices = str(sale.order.number), [Choice(1, 1, WHY)]
        deposited.append(device.returns.register(number, choices, sale.receipt_code).goods)
        clock.pass_(minutes=1)
    pages = [device.returns.to_inspect(2, offset) for offset in (0, 2, 4)]
    assert [[record.goods for record in page] for page in pages] == [
        deposited[:2],
        deposited[2:],
        [],
    ]


@pytest.mark.parametrize("disposition", [Disposition.DESTROY, Disposition.REFURBISH])
def test_what_is_not_for_sale_again_stays_off_the_shelf(
    device: Device, leo: Person, disposition: Disposition
) -> None:
    sale = sell(device, leo)
    shelf = device.catalogue.article("A0004").here.available
    goods = device.returns.register(str(sale.order.number), [Choice(1, 1, WHY)]).goods
    result = device.returns.inspect(str(goods.number), [InspectedLine(1, disposition)], leo)
    assert result.cash == ARTICLES[3].price
    assert device.catalogue.article("A0004").here.available == shelf


def test_refused_goods_go_back_to_the_customer_and_may_come_again(
    device: Device, leo: Person
) -> None:
    sale = sell(device, leo)
    number = str(sale.order.number)
    goods = device.returns.register(number, [Choice(1, 3, WHY)]).goods
    assert device.returns.find(number).lines[0].quantity_max == 0
    inspected_line = InspectedLine(1, Disposition.RESTOCK, accepted=False)
    result = device.returns.inspect(str(goods.number), [inspected_line], leo)
    assert (result.cash, result.parts, result.goods.state) == (Money(0), (), ReturnState.REFUSED)
    assert device.returns.find(number).lines[0].quantity_max == 3


def test_a_card_sale_is_refunded_to_the_card(device: Device, leo: Person) -> None:
    device.basket.add("A0004")
    reference = device.checkout.pay_card(leo).reference
    order = device.checkout.finish_card(reference, leo).order
    quote = device.returns.quote(str(order.number), [Choice(1, 1, WHY)])
    assert quote.parts == (RefundPart(TenderKind.CARD, ARTICLES[3].price, reference, "4242"),)
    assert "€29.90 to the card ending in 4242." in quote.sentences


def test_nothing_comes_back_before_it_was_handed_over(device: Device, leo: Person) -> None:
    from sync.domain.customer import Customer

    device.basket.set_customer(
        Customer("Jeanne", "j@example.fr"), "3 rue X", device.basket.places("69003")[0]
    )
    promise = next(
        p for p in device.catalogue.promises("A0005") if p.mode is FulfilmentMode.SHIP_HOME
    )
    device.basket.add("A0005", 1, promise)
    order = device.checkout.pay_cash(Money(5000), leo).order
    (line,) = device.returns.find(str(order.number)).lines
    assert (line.quantity_max, line.reason) == (0, "Not handed over yet.")
    with pytest.raises(Refused) as caught:
        device.returns.quote(str(order.number), [Choice(1, 1, WHY)])
    assert caught.value.code == "return.not_returnable"


def test_after_thirty_days_only_what_is_not_as_it_was_sold_comes_back(
    device: Device, leo: Person, clock: Clock
) -> None:
    sale = sell(device, leo)
    clock.pass_(days=31)
    found = device.returns.find(sale.receipt_code)
    assert {line.note for line in found.lines} == {
        "The guarantee still covers what is faulty or not as it was sold."
    }
    assert found.lines[0].reasons == (
        ReturnReason.DAMAGED,
        ReturnReason.FAULTY,
        ReturnReason.WRONG_ITEM,
    )
    assert found.until == (sale.order.placed_at + timedelta(days=730)).date()
    with pytest.raises(Refused, match="The period for a return is over"):
        device.returns.register(str(sale.order.number), [Choice(1, 1, WHY)])
    assert device.returns.to_inspect() == []
    clock.pass_(days=700)
    over = device.returns.find(sale.receipt_code)
    assert {line.reason for line in over.lines} == {"The period for a return is over."}
    assert {line.quantity_max for line in over.lines} == {0}


@pytest.mark.parametrize(
    ("choices", "code"),
    [
        ([], "return.empty"),
        ([Choice(1, 0, WHY)], "return.quantity"),
        ([Choice(1, -2, WHY)], "return.quantity"),
        ([Choice(1, 4, WHY)], "return.not_returnable"),
        ([Choice(1, 10**9, WHY)], "return.not_returnable"),
        ([Choice(1, 1, WHY), Choice(1, 1, WHY)], "return.twice"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_taken(
    device: Device, leo: Person, choices: list[Choice], code: str
) -> None:
    number = str(sell(device, leo).order.number)
    for attempt in (device.returns.quote, device.returns.register):
        with pytest.raises(ComptoirError) as caught:
            attempt(number, choices)
        assert caught.value.code == code
    assert device.returns.to_inspect() == []
    assert len(commands(device)) == 1


def test_a_line_that_the_order_does_not_have_is_said(device: Device, leo: Person) -> None:
    number = str(sell(device, leo).order.number)
    with pytest.raises((InvalidInput, NotFound)):
        device.returns.quote(number, [Choice(9, 1, WHY)])


def test_a_real_receipt_that_is_not_here_sends_to_the_counter(
    tmp_path: Path, device: Device, leo: Person
) -> None:
    sale = sell(device, leo)
    kiosk = make_device(tmp_path / "elsewhere", "kiosk", language="en")
    with kiosk._store.transaction() as tx:  # it knows the till's key, not the sale
        row = device._store.one("SELECT code, body FROM device_keys")
        assert row is not None
        tx.execute("INSERT INTO device_keys VALUES (?, 12, ?)", row)
    for text in (sale.receipt_code, str(sale.order.number)):
        with pytest.raises(NotFound) as caught:
            kiosk.returns.find(text)
        assert caught.value.code == "return.receipt_not_here"
        assert "counter" in str(caught.value)
    kiosk.stop()


def test_a_receipt_of_an_unknown_till_sends_to_the_counter(
    tmp_path: Path, device: Device, leo: Person
) -> None:
    sale = sell(device, leo)
    kiosk = make_device(tmp_path / "elsewhere", "kiosk")
    with pytest.raises(InvalidInput) as caught:
        kiosk.returns.find(sale.receipt_code)
    assert caught.value.code == "receipt.unknown_till"
    kiosk.stop()


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_no_changed_receipt_opens_an_order(device: Device, data: st.DataObject) -> None:
    if not device.orders.list("C0012"):
        sell(device, Person("A02", "Léo", ASSOCIATE, "L"))
    from app.usecases.orders.receipt_codes import receipt_code

    order = device.orders.get("C0012-000001-0").state.order
    code = receipt_code(device.returns._context, order)
    # The last sign of base 32 has three bits to spare; they are not part of the signature.
    place = data.draw(st.integers(0, len(code) - 2))
    sign = data.draw(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/- "))
    changed = code[:place] + sign + code[place + 1 :]
    if changed.strip() == code:
        return
    with pytest.raises(ComptoirError):
        device.returns.find(changed)


@pytest.mark.parametrize("text", ["", "hello", "CPT1/", "C0012-000001-1", "\x00"])
def test_what_is_no_receipt_is_said(device: Device, text: str) -> None:
    with pytest.raises(InvalidInput):
        device.returns.find(text)


def test_goods_are_inspected_once(device: Device, leo: Person) -> None:
    sale = sell(device, leo)
    number = str(device.returns.register(str(sale.order.number), [Choice(1, 1, WHY)]).goods.number)
    for wrong in (
        [],
        [InspectedLine(2, Disposition.RESTOCK)],
        [InspectedLine(1, Disposition.RESTOCK), InspectedLine(1, Disposition.DESTROY)],
    ):
        with pytest.raises(InvalidInput):
            device.returns.inspect(number, wrong, leo)
    device.returns.inspect(number, [InspectedLine(1, Disposition.RESTOCK)], leo)
    with pytest.raises(Conflict):
        device.returns.inspect(number, [InspectedLine(1, Disposition.RESTOCK)], leo)
    with pytest.raises(NotFound):
        device.returns.inspect("R0012-000009-6", [InspectedLine(1, Disposition.RESTOCK)], leo)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    steps=st.lists(st.tuples(st.integers(1, 3), st.booleans(), st.booleans()), max_size=6),
)
def test_never_more_comes_back_than_was_sold(
    tmp_path: Path, steps: list[tuple[int, bool, bool]]
) -> None:
    import tempfile

    person = Person("A02", "Léo", ASSOCIATE, "L")
    device = make_device(Path(tempfile.mkdtemp(dir=tmp_path)))
    sale = sell(device, person)
    number = str(sale.order.number)
    refunded = Money(0)
    accepted_pieces = 0
    for quantity, inspect, accepted in steps:
        try:
            goods = device.returns.register(number, [Choice(1, quantity, WHY)]).goods
        except Refused:
            continue
        if inspect:
            inspected_line = InspectedLine(1, Disposition.RESTOCK, accepted)
            refunded += device.returns.inspect(str(goods.number), [inspected_line], person).cash
            accepted_pieces += quantity if accepted else 0
    assert accepted_pieces <= 3
    assert refunded == ARTICLES[3].price * accepted_pieces
    state = device.orders.get(number).state
    assert state.lines[0].returning + state.lines[0].returned <= 3
    assert sum(m.minor for m in state.refunded.values()) == refunded.minor
    device.stop()


def test_the_kiosk_takes_back_what_its_store_sold_also_offline(
    tmp_path: Path, device: Device, leo: Person
) -> None:
    sale = sell(device, leo)
    number = str(sale.order.number)
    kiosk = make_device(tmp_path / "elsewhere", "kiosk", language="en")
    with kiosk._store.transaction() as tx:  # what the feed has brought it
        till = device._store.one("SELECT code, number, body FROM device_keys")
        assert till is not None
        tx.execute("INSERT INTO device_keys VALUES (?, ?, ?)", till)
        state = to_wire(device.orders.get(number).state)
        apply.apply_changes(tx, [Change(1, "order", number, state)])
    assert not kiosk.status.now().online
    found = kiosk.returns.find(sale.receipt_code)
    assert found.lines[0].quantity_max == 3
    goods = kiosk.returns.register(number, [Choice(1, 1, WHY)], found.receipt_code).goods
    assert (str(goods.number), goods.device) == ("R0013-000001-7", "K1")
    assert kiosk.returns.find(sale.receipt_code).lines[0].quantity_max == 2
    assert kiosk.status.now().to_send == 1
    kiosk.stop()
