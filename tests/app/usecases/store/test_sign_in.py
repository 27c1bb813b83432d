"""Signing in: ten tries, growing patience, whatever is done to the plug and the clock."""

import re
from pathlib import Path

import pytest

from app.device import Device
from app.usecases.store.sign_in import TRIES_MAX, Person, delay_s
from sync.domain.associate import ASSOCIATE, MANAGER
from sync.domain.errors import NotFound, Refused
from tests.app.device_fixtures import PINS, Clock, make_device


def refused(device: Device, pin: str, code: str = "A02") -> Refused:
    with pytest.raises(Refused) as caught:
        device.sign_in.sign_in(code, pin)
    return caught.value


def test_people_are_listed_by_name(device: Device) -> None:
    assert device.sign_in.people() == [
        Person("A01", "Claire Dubois", MANAGER, "CD"),
        Person("A03", "Inès Bernard", ASSOCIATE, "IB"),
        Person("A02", "Léo Martin", ASSOCIATE, "LM"),
    ]


def test_the_right_pin_opens(device: Device) -> None:
    assert device.sign_in.sign_in("A02", PINS["A02"]).name == "Léo Martin"


def test_a_wrong_pin_says_how_many_tries_are_left(device: Device) -> None:
    error = refused(device, "000000")
    assert error.code == "sign_in.wrong_pin"
    assert str(error) == "That is not the PIN of Léo Martin. Tries left: 9."


@pytest.mark.parametrize("pin", ["", " ", "135790 ", "13579", "１３５７９０", "x" * 10_000])
def test_nothing_but_the_pin_opens(device: Device, pin: str) -> None:
    assert refused(device, pin).code == "sign_in.wrong_pin"


def test_patience_grows(device: Device, clock: Clock) -> None:
    assert [delay_s(n) for n in range(11)] == [0, 0, 0, 5, 10, 20, 40, 80, 160, 320, 640]
    for _ in range(3):
        assert refused(device, "000000").code == "sign_in.wrong_pin"
    early = refused(device, PINS["A02"])
    assert early.code == "sign_in.wait"
    assert re.search(r"\d\d:\d\d", str(early))
    clock.pass_(seconds=5)
    assert device.sign_in.sign_in("A02", PINS["A02"]).code == "A02"


def test_waiting_costs_no_try(device: Device, clock: Clock) -> None:
    for _ in range(3):
        refused(device, "000000")
    for _ in range(20):
        assert refused(device, "000000").code == "sign_in.wait"
    clock.pass_(seconds=5)
    assert refused(device, "000000").params["left"] == TRIES_MAX - 4


def guess(device: Device, clock: Clock, tries: int) -> None:
    for _ in range(tries):
        refused(device, "000000")
        clock.pass_(hours=1)


def test_the_eleventh_try_is_refused_even_with_the_right_pin(device: Device, clock: Clock) -> None:
    guess(device, clock, TRIES_MAX)
    error = refused(device, PINS["A02"])
    assert error.code == "sign_in.locked"
    clock.pass_(days=365)
    assert refused(device, PINS["A02"]).code == "sign_in.locked"
    assert device.sign_in.sign_in("A01", PINS["A01"]).code == "A01"  # nobody else is


def test_a_restart_between_tries_buys_nothing(tmp_path: Path, clock: Clock) -> None:
    for count in range(TRIES_MAX):
        device = make_device(tmp_path, clock=clock)
        assert refused(device, "000000").code == (
            "sign_in.locked" if count == TRIES_MAX - 1 else "sign_in.wrong_pin"
        )
        device.stop()
        clock.pass_(hours=1)
    device = make_device(tmp_path, clock=clock)
    assert refused(device, PINS["A02"]).code == "sign_in.locked"
    device.stop()


def test_pulling_the_plug_while_a_pin_is_checked_costs_the_try(
    device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    def power_cut(pin_hash: str, pin: str) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("app.usecases.store.sign_in._matches", power_cut)
        with pytest.raises(KeyboardInterrupt):
            device.sign_in.sign_in("A02", "000000")
    assert refused(device, "000000").params["left"] == TRIES_MAX - 2


def test_setting_the_clock_back_or_forward_buys_no_eleventh_try(
    device: Device, clock: Clock
) -> None:
    codes = []
    for count in range(4 * TRIES_MAX):
        codes.append(refused(device, "000000").code)
        clock.pass_(days=-30 if count % 3 == 2 else 60)
    assert codes.count("sign_in.wrong_pin") == TRIES_MAX - 1
    assert refused(device, PINS["A02"]).code == "sign_in.locked"


def test_a_clock_set_back_does_not_lock_a_person_out_for_a_month(
    device: Device, clock: Clock
) -> None:
    for _ in range(3):
        refused(device, "000000")
    clock.pass_(days=-30)
    assert refused(device, PINS["A02"]).code == "sign_in.wait"
    clock.pass_(seconds=5)
    assert device.sign_in.sign_in("A02", PINS["A02"]).code == "A02"


def test_the_right_pin_forgives_what_was_before(device: Device) -> None:
    refused(device, "000000")
    device.sign_in.sign_in("A02", PINS["A02"])
    assert refused(device, "000000").params["left"] == TRIES_MAX - 1


def test_a_person_who_is_not_of_this_store_is_unknown(device: Device) -> None:
    with pytest.raises(NotFound):
        device.sign_in.sign_in("Z99", "000000")


def test_hints_are_for_the_demo_only(tmp_path: Path, device: Device) -> None:
    assert device.sign_in.demo_hint("A02") == PINS["A02"]
    shop = make_device(tmp_path / "real", demo=False)
    assert shop.sign_in.demo_hint("A02") == ""
    shop.stop()


def test_nobody_signs_in_at_a_kiosk(tmp_path: Path) -> None:
    kiosk = make_device(tmp_path, "kiosk")
    assert kiosk.sign_in.people() == []
    with pytest.raises(NotFound):
        kiosk.sign_in.sign_in("A02", PINS["A02"])
    kiosk.stop()
