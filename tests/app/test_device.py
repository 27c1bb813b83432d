"""A device is paired, opened, stopped, and opened again."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from app.device import open_device, pair, time_ordered_id
from sync.domain.associate import ASSOCIATE
from sync.domain.device import DeviceKind
from sync.domain.errors import Refused, Unavailable
from sync.protocol.feed import CATALOGUE, NETWORK
from sync.terminal.store.local_store import LocalStore
from tests.app.device_fixtures import HERE, NOW, Clock, changes, make_device, ports_of
from tests.sync.terminal.fake_central import FakeCentral


class PairingCentral(FakeCentral):
    """The fake server with a door: the code `842 119` is good, once."""

    def __init__(self) -> None:
        super().__init__()
        self.codes = {"842119"}
        self.keys: list[str] = []
        for change in changes("terminal", "00" * 32):
            bucket = {"stock": NETWORK, "article": CATALOGUE, "location": CATALOGUE}.get(
                change.kind, CATALOGUE if change.kind in ("tables", "company") else f"store:{HERE}"
            )
            self.publish(bucket, change.kind, change.key, change.body)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path != "/v1/pair":
            return super()._answer(request)
        import json

        body = json.loads(request.content)
        if body["code"] not in self.codes:
            return httpx.Response(403, json={"code": "pairing.code", "message": "No."})
        self.codes.discard(body["code"])
        self.keys.append(body["public_key"])
        return httpx.Response(
            200,
            json={
                "device": "T1",
                "number": 12,
                "kind": "terminal",
                "token": "secret",
                "location": HERE,
                "epoch": self.epoch,
            },
        )


def world(central: FakeCentral):  # type: ignore[no-untyped-def]
    from dataclasses import replace

    return replace(ports_of(Clock()), http=lambda url: central.client())


def test_a_device_is_paired_once_and_loads_its_store(tmp_path: Path) -> None:
    central = PairingCentral()
    pair(tmp_path, "http://central.test", "842119", DeviceKind.TERMINAL, ports=world(central))
    device = open_device(tmp_path, "http://central.test", ports=world(central), language="en")
    assert (device.code, device.number, device.kind) == ("T1", 12, DeviceKind.TERMINAL)
    assert device.location.name == "Comptoir Lyon Bellecour"
    assert device.status.now().online
    assert len(device.catalogue.search("", limit=100)) == 24
    assert len(central.keys[0]) == 64
    device.stop()


def test_a_used_code_is_refused_and_the_device_stays_unpaired(tmp_path: Path) -> None:
    central = PairingCentral()
    pair(tmp_path / "first", "http://central.test", "842119", ports=world(central))
    with pytest.raises(Refused):
        pair(tmp_path / "second", "http://central.test", "842119", ports=world(central))
    with pytest.raises(Unavailable) as caught:
        open_device(tmp_path / "second", "http://central.test", ports=world(central))
    assert caught.value.code == "device.not_paired"


def test_an_unpaired_device_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as caught:
        open_device(tmp_path, "http://central.test", ports=ports_of(Clock()))
    assert caught.value.code == "device.not_paired"


def test_a_paired_device_without_data_waits_for_the_server(tmp_path: Path) -> None:
    central = PairingCentral()
    pair(tmp_path, "http://central.test", "842119", ports=world(central))
    with pytest.raises(Unavailable) as caught:
        open_device(tmp_path, "http://central.invalid", ports=ports_of(Clock()))
    assert caught.value.code == "device.no_data"
    device = open_device(tmp_path, "http://central.test", ports=world(central))
    assert device.location.code == HERE
    device.stop()


def test_it_opens_without_the_server_once_it_has_its_data(tmp_path: Path) -> None:
    make_device(tmp_path).stop()
    device = make_device(tmp_path)
    assert device.location.code == HERE
    device.stop()


def test_secrets_are_not_on_disk_in_clear(tmp_path: Path) -> None:
    device = make_device(tmp_path)
    device.basket.add("A0004")
    key = device._store.meta("private_key")
    device.stop()
    for path in (tmp_path / "terminal").iterdir():
        if path.is_file():
            content = path.read_bytes()
            assert bytes.fromhex(key) not in content
            assert key.encode() not in content
            assert b"Lanterne" not in content


def test_ids_made_later_sort_later() -> None:
    ids = [time_ordered_id() for _ in range(100)]
    assert ids == sorted(ids)
    assert {made.version for made in ids} == {7}


def test_a_damaged_store_still_opens_and_sends_what_it_held(tmp_path: Path) -> None:
    device = make_device(tmp_path)
    device.basket.add("A0004")
    from app.usecases.store.sign_in import Person
    from sync.domain.money import Money

    device.checkout.pay_cash(Money(5000), Person("A02", "Léo", ASSOCIATE, "L"))
    device.stop()
    path = tmp_path / "terminal" / "device.db"
    data = bytearray(path.read_bytes())
    data[-2000] ^= 0xFF
    path.write_bytes(bytes(data))
    store = LocalStore.open(tmp_path / "terminal", NOW)
    assert store.salvaged is not None
    assert store.meta("device_code") == "T1"
    assert store.one("SELECT count(*) FROM outbox") == (1,)
    store.close()


def test_a_device_draws_on_no_other_chance_than_what_it_is_given(tmp_path: Path) -> None:
    def paired(name: str) -> tuple[list[str], bytes]:
        central = PairingCentral()
        pair(tmp_path / name, "http://central.test", "842119", ports=world(central))
        return central.keys, (tmp_path / name / "device.key").read_bytes()

    assert paired("one") == paired("two")


def test_a_device_whose_server_has_no_company_says_so(tmp_path: Path) -> None:
    central = PairingCentral()
    central.publish(CATALOGUE, "company", "company", None)
    pair(tmp_path, "http://central.test", "842119", ports=world(central))
    with pytest.raises(Unavailable) as caught:
        open_device(tmp_path, "http://central.test", ports=world(central))
    assert caught.value.code == "company.missing"
