"""Where things stand, said calmly."""

from datetime import timedelta

from app.device import Device
from app.usecases.store.sign_in import Person
from app.usecases.store.status import Status, readable
from sync.domain.money import Money
from sync.i18n import I18n
from tests.app.device_fixtures import NOW


def test_offline_says_how_old_the_stock_is_and_what_waits(device: Device, leo: Person) -> None:
    device.basket.add("A0004")
    device.checkout.pay_cash(Money(5000), leo)
    device.sync_once()
    assert device.status.now() == Status(False, None, 1, NOW - timedelta(minutes=4), ())


def test_topics_are_heard_until_one_leaves(device: Device, leo: Person) -> None:
    heard: list[str] = []
    leave = device.subscribe(heard.append)
    device.basket.add("A0004")
    assert heard == ["basket"]
    device.checkout.pay_cash(Money(5000), leo)
    assert heard == ["basket", "basket", "orders", "status", "stock"]
    leave()
    device.basket.add("A0004")
    assert len(heard) == 5


def test_a_sentence_from_the_server_is_translated_with_its_amounts() -> None:
    template = "That is not enough: {missing} is still missing."
    french = I18n("fr")
    said = readable(french, template, {"missing": {"minor": 1250, "currency": "EUR"}})
    assert "12,50\xa0€" in said
    assert said != template


def test_a_sentence_whose_gaps_do_not_fit_is_shown_as_it_is() -> None:
    for template in ("Order {order} has {x!z}.", "Half a {gap", "{0} and {name}"):
        assert readable(I18n("en"), template, {"other": 1}) == template
