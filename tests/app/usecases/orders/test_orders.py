"""The orders of the store, and the sentences about them."""

from app.device import Device
from app.usecases.store.sign_in import Person
from sync.domain.customer import Customer
from sync.domain.money import Money
from sync.domain.order import FulfilmentMode
from sync.domain.order_status import OrderStatus
from sync.protocol.codec import parse_json
from sync.protocol.commands import (
    Answer,
    Command,
    Outcome,
)


def place(device: Device, leo: Person) -> str:
    device.basket.set_customer(
        Customer("Jérôme Noël", "noel@example.fr"), "3 rue X", device.basket.places("69003")[0]
    )
    device.basket.add("A0004")
    promise = next(
        p for p in device.catalogue.promises("A0005") if p.mode is FulfilmentMode.SHIP_HOME
    )
    device.basket.add("A0005", 1, promise)
    return str(device.checkout.pay_cash(Money(50_000), leo).order.number)


def test_the_latest_order_comes_first_and_says_that_it_waits(device: Device, leo: Person) -> None:
    number = place(device, leo)
    rows = device.orders.list()
    under_way = OrderStatus.IN_PREPARATION
    assert [(row.number, row.status, row.sent) for row in rows] == [
        (number, under_way, False),
        ("W0000-000001-7", under_way, True),
        ("W0000-000002-4", under_way, True),
    ]
    assert (rows[0].customer_name, rows[0].channel, rows[0].lines) == ("Jérôme Noël", "store", 2)
    assert device.orders.list(limit=1, offset=1) == rows[1:2]


def test_orders_are_found_by_number_customer_and_article(device: Device, leo: Person) -> None:
    number = place(device, leo)
    for text in (number, number[:12], "jerome", "NOËL", "lanterne", "A0004", "noel lanterne"):
        assert [row.number for row in device.orders.list(text)] == [number], text
    assert device.orders.list("jerome bougie") == []
    assert device.orders.list("%") == []


def test_an_order_on_its_way_says_what_is_expected(device: Device, leo: Person) -> None:
    detail = device.orders.get(place(device, leo))
    assert not detail.sent
    source = detail.state.order.lines[1].promised_from
    name = device.catalogue.location(source).name
    assert detail.explanation == (
        "“Lanterne de jardin”: the customer took it along.",
        f"“Boîte à goûter éléphant”: expected from {name}; decided as soon as the server is "
        "reached.",
    )


def test_an_order_that_arrived_says_where_each_line_comes_from(device: Device) -> None:
    detail = device.orders.get("W0000-000001-7")
    assert detail.sent
    assert detail.explanation == (
        "“Boîte à goûter éléphant”: 2 pieces come from Comptoir Lyon Bellecour.",
    )


def test_an_order_that_the_server_refused_asks_for_a_person(device: Device, leo: Person) -> None:
    number = place(device, leo)
    row = device._store.one("SELECT body FROM outbox")
    assert row is not None
    command: Command = parse_json(Command, row[0])
    device._sync._outbox.record([Answer(command.command_id, Outcome.REFUSED, "x", "No.")])
    assert device.orders.list(number)[0].refused and device.orders.get(number).refused
    device.status.dismiss(command.command_id)
    assert not device.orders.list(number)[0].refused


def test_a_sale_that_was_carried_out_and_sent_is_done(device: Device, leo: Person) -> None:
    device.basket.add("A0004")
    number = str(device.checkout.pay_cash(Money(5000), leo).order.number)
    row = device._store.one("SELECT body FROM outbox")
    assert row is not None
    command: Command = parse_json(Command, row[0])
    device._sync._outbox.record([Answer(command.command_id, Outcome.APPLIED)])
    assert device.orders.list(number)[0].status is OrderStatus.COMPLETED
    assert device.orders.get(number).sent
