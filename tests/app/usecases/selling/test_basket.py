"""The basket: on disk with every touch, forgiving, and never absurd."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from app.device import Device
from app.usecases.selling.basket import PARKED_MAX
from sync.domain.customer import Customer
from sync.domain.errors import ComptoirError, Conflict, InvalidInput, NotFound, Refused
from sync.domain.money import Money, total
from sync.domain.order import FulfilmentMode
from sync.domain.promise import Promise
from tests.app.device_fixtures import ARTICLES, Clock, card_terminal, make_device

JEANNE = Customer("Jeanne Petit", "jeanne@example.fr")


def option(device: Device, sku: str, mode: FulfilmentMode, quantity: int = 1) -> Promise:
    return next(p for p in device.catalogue.promises(sku, quantity) if p.mode is mode)


def test_an_empty_basket_needs_nothing(device: Device) -> None:
    view = device.basket.view()
    assert (view.lines, view.total, view.needs, view.can_undo) == ((), Money(0), (), False)


def test_one_basket_holds_lines_with_three_delivery_options(device: Device) -> None:
    device.basket.add("A0004")
    device.basket.add("A0005", 2, option(device, "A0005", FulfilmentMode.SHIP_HOME, 2))
    device.basket.add("A0006", 1, option(device, "A0006", FulfilmentMode.COLLECT))
    view = device.basket.view()
    assert [line.promise.mode for line in view.lines] == [
        FulfilmentMode.CARRY_OUT,
        FulfilmentMode.SHIP_HOME,
        FulfilmentMode.COLLECT,
    ]
    assert view.goods_total == total((ARTICLES[3].price, ARTICLES[4].price * 2, ARTICLES[5].price))
    assert view.shipping_fee == view.lines[1].promise.fee != Money(0)
    assert view.total == view.goods_total + view.shipping_fee
    assert view.co2e_g == sum(line.promise.co2e_g for line in view.lines)
    assert view.needs == ("address", "name", "email")
    assert view.lines[2].label_location is not None
    assert view.lines[2].label_location.code == view.lines[2].promise.collect_at


def test_parcels_to_one_home_cost_one_fee(device: Device) -> None:
    for sku in ("A0005", "A0006", "A0007"):
        device.basket.add(sku, 1, option(device, sku, FulfilmentMode.SHIP_HOME))
    view = device.basket.view()
    assert view.shipping_fee == max(line.promise.fee for line in view.lines)


def test_the_same_article_with_the_same_option_is_one_line(device: Device) -> None:
    device.basket.add("A0004")
    line = device.basket.add("A0004", 2)
    assert (line.line_id, line.quantity, len(device.basket.view().lines)) == (1, 3, 1)
    other = device.basket.add("A0004", 1, option(device, "A0004", FulfilmentMode.SHIP_HOME))
    assert (other.line_id, len(device.basket.view().lines)) == (2, 2)


def test_choosing_the_option_of_another_line_joins_it(device: Device) -> None:
    device.basket.add("A0004")
    home = option(device, "A0004", FulfilmentMode.SHIP_HOME)
    device.basket.add("A0004", 2, home)
    device.basket.choose(1, home)
    (line,) = device.basket.view().lines
    assert (line.line_id, line.quantity, line.promise.mode) == (2, 3, FulfilmentMode.SHIP_HOME)


@pytest.mark.parametrize("quantity", [0, -3, 1000, 10**18])
def test_an_absurd_quantity_changes_nothing(device: Device, quantity: int) -> None:
    device.basket.add("A0004")
    before = device.basket.view()
    attempts: list[Callable[[], object]] = [
        lambda: device.basket.add("A0005", quantity),
        lambda: device.basket.set_quantity(1, quantity),
    ]
    for attempt in attempts:
        with pytest.raises(InvalidInput) as caught:
            attempt()
        assert caught.value.code == "order.quantity"
    assert device.basket.view() == before


def test_more_than_an_option_can_give_is_refused_and_changes_nothing(device: Device) -> None:
    device.basket.add("A0005", 1, option(device, "A0005", FulfilmentMode.SHIP_HOME))
    before = device.basket.view()
    with pytest.raises(Refused) as caught:
        device.basket.set_quantity(1, 900)
    assert caught.value.code == "basket.not_so_many"
    assert device.basket.view() == before


def test_goods_in_the_hand_are_never_refused(device: Device) -> None:
    line = device.basket.add("A0003", 900)
    assert (line.quantity, line.promise.mode) == (900, FulfilmentMode.CARRY_OUT)


def test_it_is_there_again_after_a_power_cut(tmp_path: Path) -> None:
    device = make_device(tmp_path)
    device.basket.add("A0004", 2)
    device.basket.set_customer(JEANNE)
    before = device.basket.view()
    # No orderly stop: the file is let go of, as by a process that was killed.
    device._store.close()
    device.printers.close()
    again = make_device(tmp_path)
    assert again.basket.view() == before
    again.basket.undo()
    assert again.basket.view().customer == Customer()
    again.stop()


def test_undo_takes_back_one_change_after_the_other(device: Device) -> None:
    device.basket.add("A0004")
    device.basket.add("A0005")
    device.basket.remove(1)
    device.basket.clear()
    counts = []
    while device.basket.view().can_undo:
        device.basket.undo()
        counts.append(len(device.basket.view().lines))
    assert counts == [1, 2, 1, 0]
    device.basket.undo()
    assert device.basket.view().lines == ()


def test_clearing_an_empty_basket_is_nothing_to_undo(device: Device) -> None:
    device.basket.clear()
    assert not device.basket.view().can_undo


def test_a_line_that_is_gone_is_said(device: Device) -> None:
    for attempt in (
        lambda: device.basket.remove(7),
        lambda: device.basket.set_quantity(7, 2),
        lambda: device.basket.options(7),
    ):
        with pytest.raises(InvalidInput) as caught:
            attempt()
        assert caught.value.code == "basket.no_such_line"


def test_baskets_are_put_aside_and_taken_up(device: Device) -> None:
    device.basket.add("A0004", 2)
    first = device.basket.park("blue coat")
    device.basket.add("A0005")
    second = device.basket.park()
    assert [(p.id, p.label, p.count) for p in device.basket.parked()] == [
        (second, "", 1),
        (first, "blue coat", 2),
    ]
    assert (device.basket.view().lines, device.basket.view().parked) == ((), 2)
    device.basket.add("A0006")
    device.basket.resume(first)
    assert device.basket.view().lines[0].article.sku == "A0004"
    assert [p.count for p in device.basket.parked()] == [1, 1]  # the open one was put aside
    with pytest.raises(NotFound):
        device.basket.resume(first)
    assert device.basket.view().lines[0].article.sku == "A0004"


def test_the_baskets_put_aside_have_a_bound(device: Device) -> None:
    for _ in range(PARKED_MAX):
        device.basket.add("A0004")
        device.basket.park()
    device.basket.add("A0005")
    before = device.basket.view()
    with pytest.raises(Refused) as caught:
        device.basket.park()
    assert caught.value.code == "basket.too_many_put_aside"
    assert device.basket.view() == before
    first = device.basket.parked()[-1]
    device.basket.resume(first.id)  # one is taken up, the open one takes its place
    assert device.basket.view().parked == PARKED_MAX
    assert [line.article.sku for line in device.basket.view().lines] == ["A0004"]


def test_an_empty_basket_is_not_put_aside(device: Device) -> None:
    with pytest.raises(InvalidInput):
        device.basket.park()


def test_a_basket_taken_up_days_later_promises_anew(device: Device, clock: Clock) -> None:
    line = device.basket.add("A0005", 1, option(device, "A0005", FulfilmentMode.SHIP_HOME))
    parked = device.basket.park()
    clock.pass_(days=6)
    device.basket.resume(parked)
    fresh = device.basket.view().lines[0].promise
    assert fresh.mode is FulfilmentMode.SHIP_HOME
    assert fresh.at > clock() > line.promise.at


def test_an_address_changes_what_shipping_costs_and_when(device: Device) -> None:
    device.basket.add("A0005", 1, option(device, "A0005", FulfilmentMode.SHIP_HOME))
    assert device.basket.assumed_address
    near = device.basket.view().lines[0].promise
    (brest, *_) = device.basket.places("29200")
    device.basket.set_customer(JEANNE, "1 rue de Siam", brest)
    view = device.basket.view()
    assert not device.basket.assumed_address
    assert view.needs == ()
    assert view.ship_to is not None
    assert (view.ship_to.commune, view.ship_to.name) == ("Brest", "Jeanne Petit")
    assert view.lines[0].promise.co2e_g > near.co2e_g


@pytest.mark.parametrize(
    "email",
    [
        "jeanne",
        "jeanne@",
        "@example.fr",
        "a b@example.fr",
        "a@b",
        "claire@[exemple.fr",
        "cla\x1cire@exemple.fr",
        "cla\u200bire@exemple.fr",
        "claire@exemple.fr,",
    ],
)
def test_a_malformed_email_is_said_and_changes_nothing(device: Device, email: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        device.basket.set_customer(Customer("Jeanne", email))
    assert caught.value.code == "customer.email"
    assert device.basket.view().customer == Customer()


def test_the_price_is_the_one_that_was_shown(device: Device) -> None:
    device.basket.add("A0004")
    with device._store.transaction() as tx:
        tx.execute("UPDATE articles SET price_minor = 1 WHERE sku = 'A0004'")
    assert device.basket.view().total == ARTICLES[3].price


def test_nothing_changes_while_a_card_is_being_asked(device: Device, leo) -> None:  # type: ignore[no-untyped-def]
    device.basket.add("A0004")
    card_terminal(device).set_behaviour("silent")
    device.checkout.pay_card(leo)
    before = device.basket.view()
    for attempt in (
        lambda: device.basket.add("A0005"),
        lambda: device.basket.remove(1),
        device.basket.clear,
        device.basket.undo,
        device.basket.park,
        lambda: device.checkout.pay_cash(Money(50_000), leo),
        lambda: device.checkout.pay_card(leo),
    ):
        with pytest.raises(Conflict) as caught:
            attempt()
        assert caught.value.code == "basket.card_unfinished"
    assert device.basket.view() == before


class BasketMachine(RuleBasedStateMachine):
    """Anything in any order: amounts add up, lines are unique, undo brings back what was."""

    @initialize()
    def open(self) -> None:
        import tempfile

        self.folder = tempfile.TemporaryDirectory()
        self.device = make_device(Path(self.folder.name))

    @rule(number=st.integers(1, 8), quantity=st.integers(-1, 1001))
    def add(self, number: int, quantity: int) -> None:
        self._try(lambda: self.device.basket.add(f"A{number:04d}", quantity))

    @rule(line_id=st.integers(1, 6), quantity=st.integers(0, 40))
    def change(self, line_id: int, quantity: int) -> None:
        self._try(lambda: self.device.basket.set_quantity(line_id, quantity))

    @rule(line_id=st.integers(1, 6), choice=st.integers(0, 5))
    def choose(self, line_id: int, choice: int) -> None:
        def attempt() -> None:
            options = self.device.basket.options(line_id)
            self.device.basket.choose(line_id, options[choice % len(options)])

        self._try(attempt)

    @rule(line_id=st.integers(1, 6))
    def remove(self, line_id: int) -> None:
        self._try(lambda: self.device.basket.remove(line_id))

    @rule()
    def put_aside(self) -> None:
        self._try(self.device.basket.park)

    @rule()
    def take_up(self) -> None:
        for parked in self.device.basket.parked()[:1]:
            self.device.basket.resume(parked.id)

    def _try(self, attempt) -> None:  # type: ignore[no-untyped-def]
        before = self.device.basket.state()
        try:
            attempt()
        except ComptoirError:
            assert self.device.basket.state() == before
            return
        after = self.device.basket.view()
        if after.can_undo:
            shown = self.device.basket.state()
            self.device.basket.undo()
            assert self.device.basket.state() == before
            with self.device._store.transaction() as tx:  # and forward again
                assert tx.execute("DELETE FROM basket") <= 1
            self.device.basket._change(shown)

    @invariant()
    def it_adds_up(self) -> None:
        view = self.device.basket.view()
        assert view.goods_total == total(line.amount for line in view.lines)
        assert view.total == view.goods_total + view.shipping_fee
        options = [(x.article.sku, x.promise.mode, x.promise.collect_at) for x in view.lines]
        assert len(set(options)) == len(options)
        assert len({line.line_id for line in view.lines}) == len(view.lines)
        assert all(1 <= line.quantity <= 999 for line in view.lines)

    def teardown(self) -> None:
        self.device.stop()
        self.folder.cleanup()


TestBasketMachine = BasketMachine.TestCase
TestBasketMachine.settings = settings(max_examples=15, stateful_step_count=15, deadline=None)
