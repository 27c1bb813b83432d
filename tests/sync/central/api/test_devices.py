"""Who looks after devices: lists them, pairs them, takes them out of service."""

from __future__ import annotations

import pytest

from sync.domain.order import FulfilmentMode
from sync.protocol.commands import Outcome, PlaceOrder
from tests.sync.central.client import Client
from tests.sync.central.world import World


@pytest.fixture
def client(world: World) -> Client:
    return Client(world)


def key(client: Client) -> dict[str, str]:
    return {"Authorization": f"Bearer {client.world.central.keys.operations}"}


def test_devices_are_listed_with_their_state_and_when_they_asked(client: Client) -> None:
    till = client.world.till()
    client.world.till("S2", "kiosk")
    client.get("/v1/feed/catalogue", till)
    found = client.ask("GET", "/v1/devices", headers=key(client)).json()
    assert [(each["device"], each["location"], each["state"]) for each in found] == [
        ("T0001", "S1", "active"),
        ("K0002", "S2", "active"),
    ]
    assert found[0]["seen_at"].startswith("2026-11-23T09:00")
    assert found[1]["seen_at"] == ""


def test_a_code_pairs_a_device(client: Client) -> None:
    wanted = {"location": "S1", "kind": "kiosk"}
    given = client.ask("POST", "/v1/devices", headers=key(client), json=wanted).json()
    assert given["minutes"] == 10
    body = {"code": given["code"], "public_key": "11" * 32}
    assert client.ask("POST", "/v1/pair", json=body).json()["device"] == "K0001"


def test_a_revoked_device_hands_in_what_it_holds_and_reads_nothing(client: Client) -> None:
    world, till = client.world, client.world.till()
    command = world.command(PlaceOrder(world.order(("MUG", 1, FulfilmentMode.CARRY_OUT))))
    answer = client.ask("POST", "/v1/devices/T0001/revoke", headers=key(client))
    assert answer.json() == {"device": "T0001", "state": "revoked"}
    assert client.get("/v1/feed/store:S1", till).json()["code"] == "device.revoked"
    assert [each.outcome for each in client.push(till, command)] == [Outcome.APPLIED]


def test_of_a_lost_device_nothing_is_taken(client: Client) -> None:
    till = client.world.till()
    client.ask("POST", "/v1/devices/T0001/wipe", headers=key(client))
    for method, path in (("GET", "/v1/feed/store:S1"), ("POST", "/v1/commands")):
        answer = client.ask(method, path, auth=till.auth)
        assert (answer.status_code, answer.json()["code"]) == (403, "device.wiped")


def test_only_operations_people_look_after_devices(client: Client) -> None:
    shop = {"Authorization": f"Bearer {client.world.central.keys.web_shop}"}
    for method, path in (("GET", "/v1/devices"), ("POST", "/v1/devices/T0001/wipe")):
        assert client.ask(method, path, headers=shop).status_code == 403
        assert client.ask(method, path, auth=client.world.till().auth).status_code == 401
    answer = client.ask("POST", "/v1/devices/T9999/wipe", headers=key(client))
    assert (answer.status_code, answer.json()["code"]) == (404, "device.unknown")
