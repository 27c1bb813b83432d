"""Whatever is wrong on a device is found and said, and a healthy one is left alone."""

from pathlib import Path

import pytest

from app.device import check_device
from app.usecases.store.sign_in import Person
from sync.domain.associate import ASSOCIATE
from sync.terminal.store.local_store import LocalStore
from tests.app.device_fixtures import NOW, Clock, make_device

LEO = Person("A02", "Léo Martin", ASSOCIATE, "LM")
DAMAGE = {
    "journal": (
        "UPDATE journal SET body = replace(body, 'receipt', 'RECEIPT') WHERE kind = 'sale'",
        "the journal: entry 1 was changed",
    ),
    "queue": ("DELETE FROM outbox", "has no command for the server"),
    "overlay": ("UPDATE overlays SET command_id = 'nobody'", "belongs to no command: nobody"),
    "counter": (
        "UPDATE counters SET value = 0 WHERE name = 'order'",
        "the counter of order numbers is behind number 1",
    ),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a stopped terminal that sold one article."""
    device = make_device(tmp_path, clock=Clock(), language="en")
    device.basket.add(device.catalogue.search("")[0].sku)
    device.checkout.pay_cash(device.basket.view().total, LEO)
    device.stop()
    return tmp_path / "terminal"


def test_a_healthy_device_has_nothing_to_say(folder: Path) -> None:
    assert check_device(folder, Clock()) == []


@pytest.mark.parametrize("what", sorted(DAMAGE))
def test_damage_is_found(folder: Path, what: str) -> None:
    statement, sentence = DAMAGE[what]
    store = LocalStore.open(folder, NOW)
    with store.transaction() as tx:
        assert tx.execute(statement) >= 1
    store.close()
    assert any(sentence in found for found in check_device(folder, Clock()))


def test_a_sale_whose_command_was_let_go_after_thirty_days_is_no_damage(folder: Path) -> None:
    store = LocalStore.open(folder, NOW)
    with store.transaction() as tx:
        tx.execute("DELETE FROM outbox")
        tx.execute("DELETE FROM overlays")
        tx.execute("DELETE FROM stock_overlays")
    store.close()
    later = Clock()
    later.pass_(days=31)
    assert check_device(folder, later) == []
