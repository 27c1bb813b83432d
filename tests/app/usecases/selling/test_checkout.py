"""Payment: what is said to be done is on disk, once, whatever happens between two steps."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.device import Device
from app.usecases.selling.card_payments import CardPayments
from app.usecases.store.sign_in import Person
from sync.domain.customer import Customer
from sync.domain.errors import Conflict, InvalidInput, NotFound, Refused
from sync.domain.money import Money
from sync.domain.order import FulfilmentMode
from sync.domain.payment import PaymentState, TenderKind
from sync.domain.payment_terminal import CardAnswer
from sync.protocol.codec import parse_json
from sync.protocol.commands import Command, PlaceOrder
from sync.protocol.receipt_code import read_receipt_code
from sync.terminal import journal
from tests.app.device_fixtures import ARTICLES, HERE, NOW, card_terminal, make_device

JEANNE = Customer("Jeanne Petit", "jeanne@example.fr")


def fill_three_modes(device: Device) -> None:
    place = device.basket.places("69003")[0]
    device.basket.set_customer(JEANNE, "3 rue Mercière", place)
    device.basket.add("A0004")
    for sku, mode in (("A0005", FulfilmentMode.SHIP_HOME), ("A0006", FulfilmentMode.COLLECT)):
        promise = next(p for p in device.catalogue.promises(sku) if p.mode is mode)
        device.basket.add(sku, 1, promise)


def commands(device: Device) -> list[Command]:
    rows = device._store.all("SELECT body FROM outbox ORDER BY seq")
    return [parse_json(Command, body) for (body,) in rows]


def test_a_cash_sale_gives_change_and_one_document(device: Device, leo: Person) -> None:
    device.basket.add("A0004")
    sale = device.checkout.pay_cash(Money(5000), leo)
    assert sale.change == Money(5000 - ARTICLES[3].price.minor)
    order = sale.order
    assert (str(order.number), order.receipt_number) == ("C0012-000001-0", "T0012-000001-0")
    assert (order.location, order.device, order.associate) == (HERE, "T1", "A02")
    assert [t.kind for t in order.tenders] == [TenderKind.CASH]
    (command,) = commands(device)
    assert command.body() == PlaceOrder(order)
    assert device.basket.view().lines == ()
    assert not device.basket.view().can_undo
    assert sale.jobs == ()  # document only when it is asked for


def test_an_order_with_three_delivery_options_says_how_each_line_goes(
    device: Device, leo: Person
) -> None:
    fill_three_modes(device)
    view = device.basket.view()
    order = device.checkout.pay_cash(Money(50_000), leo).order
    assert [line.mode for line in order.lines] == [
        FulfilmentMode.CARRY_OUT,
        FulfilmentMode.SHIP_HOME,
        FulfilmentMode.COLLECT,
    ]
    assert [line.promised_from for line in order.lines] == [x.promise.source for x in view.lines]
    assert order.total == view.total
    assert order.ship_to == view.ship_to
    assert order.customer == JEANNE


def test_an_address_stays_out_of_an_order_that_ships_nothing(device: Device, leo: Person) -> None:
    device.basket.set_customer(JEANNE, "3 rue Mercière", device.basket.places("69003")[0])
    device.basket.add("A0004")
    assert device.checkout.pay_cash(Money(5000), leo).order.ship_to is None


def test_numbers_count_up_also_over_a_restart(tmp_path: Path, leo: Person) -> None:
    numbers = []
    for _ in range(3):
        device = make_device(tmp_path)
        device.basket.add("A0004")
        order = device.checkout.pay_cash(Money(5000), leo).order
        numbers.append((str(order.number)[:12], order.receipt_number[:12]))
        device.stop()
    assert numbers == [(f"C0012-00000{n}", f"T0012-00000{n}") for n in (1, 2, 3)]


def test_the_receipt_code_is_signed_by_this_till(device: Device, leo: Person) -> None:
    device.basket.add("A0004")
    sale = device.checkout.pay_cash(Money(5000), leo)
    key = device._store.meta("private_key")
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    public = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(key)).public_key()
    read = read_receipt_code(sale.receipt_code, {12: public})
    assert (read.order_number, read.total, read.at) == (sale.order.number, sale.order.total, NOW)


def test_a_sale_lowers_the_stock_where_it_was_promised_from(device: Device, leo: Person) -> None:
    fill_three_modes(device)
    before = {
        line.article.sku: device._store.one(
            "SELECT available FROM current_stock WHERE sku = ? AND location = ?",
            (line.article.sku, line.promise.source),
        )
        for line in device.basket.view().lines
    }
    order = device.checkout.pay_cash(Money(50_000), leo).order
    for line in order.lines:
        after = device._store.one(
            "SELECT available FROM current_stock WHERE sku = ? AND location = ?",
            (line.sku, line.promised_from),
        )
        was = before[line.sku]
        assert was is not None
        assert after is not None
        assert after[0] == was[0] - 1


def test_too_little_cash_sells_nothing(device: Device, leo: Person) -> None:
    device.basket.add("A0004")
    with pytest.raises(InvalidInput) as caught:
        device.checkout.pay_cash(Money(1), leo)
    assert caught.value.code == "payment.cash_short"
    assert commands(device) == []
    assert len(device.basket.view().lines) == 1


def test_a_basket_of_nothing_is_not_sold(device: Device, leo: Person) -> None:
    for pay in (
        lambda: device.checkout.pay_cash(Money(100), leo),
        lambda: device.checkout.pay_card(leo),
    ):
        with pytest.raises(InvalidInput) as caught:
            pay()
        assert caught.value.code == "order.empty_basket"
    assert card_terminal(device).charged == {}


def test_the_card_is_not_asked_before_everything_is_known(device: Device, leo: Person) -> None:
    promise = next(
        p for p in device.catalogue.promises("A0005") if p.mode is FulfilmentMode.SHIP_HOME
    )
    device.basket.add("A0005", 1, promise)
    with pytest.raises(InvalidInput) as caught:
        device.checkout.pay_card(leo)
    assert caught.value.code == "order.no_address"
    assert card_terminal(device).charged == {}
    assert device.checkout.pending() is None


class PowerCut(BaseException):
    """Not an Exception: nothing may catch it."""


@pytest.mark.parametrize(
    "step",
    [
        "sync.terminal.link.outbox.Outbox.add",
        "sync.terminal.store.overlays.put_overlay",
        "sync.terminal.store.overlays.put_stock_overlay",
        "sync.terminal.journal.Journal.append",
        "sync.terminal.store.basket_queries.forget",
    ],
)
def test_a_power_cut_within_a_sale_leaves_all_of_it_or_nothing(
    tmp_path: Path, leo: Person, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    device = make_device(tmp_path)
    device.basket.add("A0004")

    def cut(*_args: object, **_more: object) -> None:
        raise PowerCut

    with monkeypatch.context() as patch:
        patch.setattr(step, cut)
        with pytest.raises(PowerCut):
            device.checkout.pay_cash(Money(5000), leo)
    device.stop()
    again = make_device(tmp_path)
    assert len(again.basket.view().lines) == 1
    assert commands(again) == []
    assert again.orders.list("C0012") == []
    assert again._store.all("SELECT * FROM journal") == []
    sale = again.checkout.pay_cash(Money(5000), leo)
    assert str(sale.order.number) == "C0012-000001-0"
    again.stop()


def test_the_order_is_on_disk_before_anybody_hears_of_it(device: Device, leo: Person) -> None:
    device.basket.add("A0004")
    seen: list[int] = []
    device.subscribe(lambda topic: seen.append(len(commands(device))))
    device.checkout.pay_cash(Money(5000), leo)
    assert seen
    assert set(seen) == {1}


def test_the_journal_holds_every_sale_in_a_chain(device: Device, leo: Person) -> None:
    for sku in ("A0004", "A0005"):
        device.basket.add(sku)
        device.checkout.pay_cash(Money(5000), leo)
    rows = device._store.all("SELECT kind, body FROM journal ORDER BY seq")
    assert [(kind, json.loads(body)["order"]) for kind, body in rows] == [
        ("sale", "C0012-000001-0"),
        ("sale", "C0012-000002-7"),
    ]
    assert journal.first_broken(device._store) == ""


def test_an_approved_card_pays_for_one_order(device: Device, leo: Person) -> None:
    device.basket.add("A0004")
    answer = device.checkout.pay_card(leo)
    assert answer.state is PaymentState.APPROVED
    assert device.checkout.pending() == answer
    sale = device.checkout.finish_card(answer.reference, leo)
    (tender,) = sale.order.tenders
    assert (tender.kind, tender.reference, tender.card_last4) == (
        TenderKind.CARD,
        answer.reference,
        "4242",
    )
    assert device.checkout.pending() is None
    again = device.checkout.finish_card(answer.reference, leo)
    assert again.order == sale.order
    assert len(commands(device)) == 1


def test_a_declined_card_leaves_the_basket_and_the_way_to_pay_otherwise(
    device: Device, leo: Person
) -> None:
    card_terminal(device).set_behaviour("decline")
    device.basket.add("A0004")
    answer = device.checkout.pay_card(leo)
    assert answer.state is PaymentState.DECLINED
    assert device.checkout.pending() is None
    with pytest.raises(Conflict):
        device.checkout.finish_card(answer.reference, leo)
    assert device.checkout.pay_cash(Money(5000), leo).order.tenders[0].kind is TenderKind.CASH


@pytest.mark.parametrize("question", ["pay_card", "ask_again"])
def test_nobody_gives_up_a_payment_between_its_answer_and_the_disk(
    device: Device, leo: Person, monkeypatch: pytest.MonkeyPatch, question: str
) -> None:
    device.basket.add("A0004")
    reference = ""
    if question == "ask_again":
        card_terminal(device).set_behaviour("silent")
        reference = device.checkout.pay_card(leo).reference
        card_terminal(device).set_behaviour("approve")
    record = CardPayments._record

    def pressed_cancel_first(self: CardPayments, answer: CardAnswer) -> None:
        with pytest.raises(Conflict) as caught:
            device.checkout.cancel(answer.reference)
        assert caught.value.code == "card.still_asking"
        record(self, answer)

    monkeypatch.setattr(CardPayments, "_record", pressed_cancel_first)
    if question == "ask_again":
        answer = device.checkout.ask_again(reference)
    else:
        answer = device.checkout.pay_card(leo)
    assert answer.state is PaymentState.APPROVED
    assert device.checkout.finish_card(answer.reference, leo).order.total == answer_total(device)


def answer_total(device: Device) -> Money:
    (charged,) = card_terminal(device).charged.values()
    return charged


def test_no_answer_is_asked_for_and_never_charged_again(device: Device, leo: Person) -> None:
    card_terminal(device).set_behaviour("silent")
    device.basket.add("A0004")
    answer = device.checkout.pay_card(leo)
    assert answer.state is PaymentState.UNKNOWN
    with pytest.raises(Conflict):
        device.checkout.finish_card(answer.reference, leo)
    assert device.checkout.ask_again(answer.reference).state is PaymentState.UNKNOWN
    card_terminal(device).set_behaviour("approve")
    assert device.checkout.ask_again(answer.reference).state is PaymentState.APPROVED
    device.checkout.finish_card(answer.reference, leo)
    assert card_terminal(device).charged == {answer.reference: ARTICLES[3].price}


def test_a_payment_that_never_arrived_ends_when_it_is_asked_for(
    device: Device, leo: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    device.basket.add("A0004")
    with monkeypatch.context() as patch:
        patch.setattr(card_terminal(device), "authorise", broken_cable)
        answer = device.checkout.pay_card(leo)
    assert answer.state is PaymentState.UNKNOWN
    assert device.checkout.ask_again(answer.reference).state is PaymentState.CANCELLED
    assert device.checkout.pending() is None
    assert device.checkout.pay_card(leo).state is PaymentState.APPROVED


def broken_cable(reference: str, amount: Money) -> CardAnswer:
    raise OSError("cable")


def test_an_unanswered_payment_given_up_stays_on_the_attention_list(
    device: Device, leo: Person
) -> None:
    card_terminal(device).set_behaviour("silent")
    device.basket.add("A0004")
    reference = device.checkout.pay_card(leo).reference
    device.checkout.cancel(reference)
    assert device.checkout.pending() is None
    (attention,) = device.status.now().attention
    assert (attention.kind, str(attention.command_id)) == ("card_payment", reference)
    assert "€29.90" in attention.sentence
    device.status.dismiss(attention.command_id)
    assert device.status.now().attention == ()
    device.checkout.pay_cash(Money(5000), leo)


def test_an_approved_payment_is_not_given_up(device: Device, leo: Person) -> None:
    device.basket.add("A0004")
    reference = device.checkout.pay_card(leo).reference
    with pytest.raises(Conflict) as caught:
        device.checkout.cancel(reference)
    assert caught.value.code == "card.approved"
    assert device.checkout.pending() is not None


def test_an_unknown_reference_is_said(device: Device, leo: Person) -> None:
    for attempt in (device.checkout.ask_again, device.checkout.cancel):
        with pytest.raises(NotFound):
            attempt("nope")
    with pytest.raises(NotFound):
        device.checkout.finish_card("nope", leo)


CUTS = {
    "before the terminal": (
        "sync.terminal.payment_terminal.simulated.SimulatedCardTerminal.authorise"
    ),
    "before the answer is kept": "app.usecases.selling.card_payments.CardPayments._record",
    "within the order": "sync.terminal.journal.Journal.append",
    "after the order": "app.usecases.selling.checkout.receipt_code",
}


@pytest.mark.parametrize("behaviour", ["approve", "decline", "silent"])
@pytest.mark.parametrize("where", ["before the terminal", "before the answer is kept"])
def test_a_power_cut_around_the_card_terminal_never_charges_twice(
    tmp_path: Path,
    leo: Person,
    monkeypatch: pytest.MonkeyPatch,
    behaviour: str,
    where: str,
) -> None:
    device = make_device(tmp_path, card=behaviour)
    device.basket.add("A0004")

    def cut(*_args: object) -> None:
        raise PowerCut

    with monkeypatch.context() as patch:
        patch.setattr(CUTS[where], cut)
        with pytest.raises(PowerCut):
            device.checkout.pay_card(leo)
    terminal = card_terminal(device)  # the terminal on the counter has not lost its power
    device.stop()

    again = make_device(tmp_path, card=behaviour)
    again.checkout._cards._terminal = terminal
    terminal.set_behaviour("approve")
    found = again.checkout.pending()
    assert found is not None
    assert found.state is PaymentState.UNKNOWN
    with pytest.raises(Conflict):
        again.checkout.pay_card(leo)
    answer = again.checkout.ask_again(found.reference)
    if answer.state is not PaymentState.APPROVED:
        assert again.checkout.pending() is None
        answer = again.checkout.pay_card(leo)
    sale = again.checkout.finish_card(answer.reference, leo)
    assert list(terminal.charged) == [answer.reference]
    assert sale.order.tenders[0].reference == answer.reference
    assert len(commands(again)) == 1
    again.stop()


@pytest.mark.parametrize("where", ["within the order", "after the order"])
def test_a_power_cut_between_approval_and_order_still_gives_one_order(
    tmp_path: Path, leo: Person, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    device = make_device(tmp_path)
    device.basket.add("A0004")
    reference = device.checkout.pay_card(leo).reference

    def cut(*_args: object) -> None:
        raise PowerCut

    with monkeypatch.context() as patch:
        patch.setattr(CUTS[where], cut)
        with pytest.raises(PowerCut):
            device.checkout.finish_card(reference, leo)
    device.stop()
    again = make_device(tmp_path)
    pending = again.checkout.pending()
    assert (pending is None) == (where == "after the order")
    sale = again.checkout.finish_card(reference, leo)
    assert len(commands(again)) == 1
    assert again.orders.list("C0012")[0].number == str(sale.order.number)
    again.stop()


def test_two_fingers_on_the_button_sell_once(device: Device, leo: Person) -> None:
    from concurrent.futures import ThreadPoolExecutor

    device.basket.add("A0004")

    def pay(_: int) -> str:
        try:
            return str(device.checkout.pay_cash(Money(5000), leo).order.number)
        except InvalidInput as error:
            return error.code

    with ThreadPoolExecutor(8) as pool:
        outcomes = sorted(pool.map(pay, range(8)))
    assert outcomes == ["C0012-000001-0", *["order.empty_basket"] * 7]
    assert len(commands(device)) == 1


def test_without_a_card_terminal_a_card_is_refused_and_cash_is_taken(
    tmp_path: Path, leo: Person
) -> None:
    till = make_device(tmp_path, demo=False)
    till.basket.add("A0004")
    with pytest.raises(Refused) as caught:
        till.checkout.pay_card(leo)
    assert str(caught.value) == (
        "No card terminal is set up on this till. Take cash, or set one up under Settings."
    )
    assert till.checkout.pending() is None
    assert commands(till) == []
    sale = till.checkout.pay_cash(Money(5000), leo)
    assert [tender.kind for tender in sale.order.tenders] == [TenderKind.CASH]
    till.stop()


def test_a_payment_without_an_answer_is_kept_where_the_terminal_is_gone(
    tmp_path: Path, leo: Person
) -> None:
    device = make_device(tmp_path, card="silent")
    device.basket.add("A0004")
    reference = device.checkout.pay_card(leo).reference
    device.stop()
    till = make_device(tmp_path, demo=False)
    with pytest.raises(Refused) as caught:
        till.checkout.ask_again(reference)
    assert caught.value.code == "card.no_terminal"
    found = till.checkout.pending()
    assert found is not None
    assert (found.reference, found.state) == (reference, PaymentState.UNKNOWN)
    till.stop()


def test_giving_up_learns_that_the_customer_was_quicker(device: Device, leo: Person) -> None:
    card_terminal(device).set_behaviour("silent")
    device.basket.add("A0004")
    reference = device.checkout.pay_card(leo).reference
    card_terminal(device).set_behaviour("approve")
    with pytest.raises(Conflict) as caught:
        device.checkout.cancel(reference)
    assert caught.value.code == "card.approved"
    sale = device.checkout.finish_card(reference, leo)
    assert sale.order.tenders[0].reference == reference
