"""The HTTP API: its shapes, its gate, and what it makes of nonsense."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from sync.central.api.limits import BODY_BYTES_MAX
from sync.central.devices.rate_limit import PAIRINGS_PER_MINUTE_MAX
from sync.domain.identifiers import DocumentNumber
from sync.domain.order import Channel, Order
from sync.domain.payment import Tender, TenderKind
from sync.domain.stock import Balance
from sync.protocol.codec import parse_json, to_json, to_wire
from sync.protocol.commands import (
    COMMANDS_PER_PUSH_MAX,
    Outcome,
    PlaceOrder,
    Push,
)
from sync.protocol.feed import OrderState
from tests.sync.central.client import Client
from tests.sync.central.world import CARRY, SHIP, World

KEY = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"  # RFC 8032, test 1


@pytest.fixture
def client(world: World) -> Client:
    return Client(world)


def shape(body: Any) -> set[str]:
    return set(body)


def web_order(world: World, serial: int = 1) -> Order:
    order = world.order(("MUG", 1, SHIP))
    return dataclasses.replace(
        order,
        number=DocumentNumber.build("W", 0, serial),
        channel=Channel.WEB,
        location="WEB",
        device="WEB",
        tenders=(Tender(TenderKind.ONLINE, order.total),),
    )


def test_the_status_needs_no_token(client: Client) -> None:
    body = client.get("/v1/status").json()
    assert body["name"] == "comptoir-central"
    assert body["epoch"] == client.world.central.epoch
    assert body["time"] == client.world.now.isoformat()


def test_a_device_is_paired_once_with_its_code(client: Client) -> None:
    code = client.world.central.create_pairing_code("S1", "kiosk")
    wanted = {"code": code.lower(), "public_key": KEY, "name": "Kiosk by the door"}
    body = client.ask("POST", "/v1/pair", json=wanted).json()
    assert body == {
        "device": "K0001",
        "number": 1,
        "kind": "kiosk",
        "location": "S1",
        "epoch": client.world.central.epoch,
    }
    again = client.ask("POST", "/v1/pair", json=wanted)
    assert (again.status_code, again.json()["code"]) == (403, "pairing.code")


def test_a_pairing_code_is_too_old_after_ten_minutes(client: Client) -> None:
    code = client.world.central.create_pairing_code("S1", "terminal")
    client.world.pass_time(minutes=10, seconds=1)
    answer = client.ask("POST", "/v1/pair", json={"code": code, "public_key": KEY})
    assert answer.json()["code"] == "pairing.code"


@pytest.mark.parametrize("key", ["", "zz", KEY[:-2], KEY + "00", "é" * 64])
def test_a_key_that_is_none_is_refused_and_the_code_stays_good(client: Client, key: str) -> None:
    code = client.world.central.create_pairing_code("S1", "terminal")
    answer = client.ask("POST", "/v1/pair", json={"code": code, "public_key": key})
    assert (answer.status_code, answer.json()["code"]) == (422, "pairing.public_key")
    good = client.ask("POST", "/v1/pair", json={"code": code, "public_key": KEY})
    assert good.status_code == 200


def test_guessing_pairing_codes_is_slowed_down(client: Client) -> None:
    wanted = {"code": "AAAA-AAAA", "public_key": KEY}
    codes = [
        client.ask("POST", "/v1/pair", json=wanted).status_code
        for _ in range(PAIRINGS_PER_MINUTE_MAX + 1)
    ]
    assert codes == [403] * PAIRINGS_PER_MINUTE_MAX + [429]
    client.world.pass_time(seconds=61)
    assert client.ask("POST", "/v1/pair", json=wanted).status_code == 403


def test_wrong_pairing_codes_of_one_caller_block_nobody_else(world: World) -> None:
    """Neither the key nor the address of somebody else, and a restart forgets no tries."""
    guesser, other = Client(world, address="10.0.0.1"), Client(world, address="10.0.0.2")
    for count in range(PAIRINGS_PER_MINUTE_MAX + 5):
        wanted = {"code": "AAAA-AAAA", "public_key": f"{count:064x}"}
        guesser.ask("POST", "/v1/pair", json=wanted)
    code = world.central.create_pairing_code("S1", "terminal")
    good = {"code": code, "public_key": KEY}
    again = Client(world, address="10.0.0.1")
    assert again.ask("POST", "/v1/pair", json=good).status_code == 429
    assert other.ask("POST", "/v1/pair", json=good).status_code == 200


def test_wrong_pairing_codes_of_one_key_are_counted_over_all_addresses(world: World) -> None:
    wanted = {"code": "AAAA-AAAA", "public_key": KEY}
    for count in range(PAIRINGS_PER_MINUTE_MAX):
        client = Client(world, address=f"10.0.0.{count}")
        assert client.ask("POST", "/v1/pair", json=wanted).status_code == 403
    last = Client(world, address="10.0.1.1")
    assert last.ask("POST", "/v1/pair", json=wanted).status_code == 429


@pytest.mark.parametrize(
    "path",
    ["/v1/feed/catalogue", "/v1/orders/C0001-000001-4", "/v1/orders/C0001-000001-4/explanation"],
)
@pytest.mark.parametrize("authorization", ["", "Bearer ", "Bearer nope", "Basic bm9wZQ==", "é"])
def test_without_a_known_token_nothing_is_said(
    client: Client, path: str, authorization: str
) -> None:
    headers = {"Authorization": authorization.encode()}
    answer = client.ask("GET", path, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorised")


def test_a_revoked_device_is_refused_at_once(client: Client) -> None:
    from sync.central.devices import devices

    till = client.world.till()
    assert client.get("/v1/feed/catalogue", till).status_code == 200
    with client.world.central.database.write("test") as tx:
        devices.revoke(tx, till.device.code)
    answer = client.get("/v1/feed/catalogue", till)
    assert (answer.status_code, answer.json()["code"]) == (403, "device.revoked")


def test_commands_are_applied_in_order_and_answered_in_order(client: Client) -> None:
    world, till = client.world, client.world.till()
    first = world.command(PlaceOrder(world.order(("MUG", 1, CARRY))))
    second = world.command(PlaceOrder(world.order(("MUG", 1, CARRY))), (first.command_id,))
    answers = client.push(till, first, second, first)
    assert [answer.command_id for answer in answers] == [
        first.command_id,
        second.command_id,
        first.command_id,
    ]
    assert {answer.outcome for answer in answers} == {Outcome.APPLIED}
    assert world.balance("S1", "MUG") == Balance(on_hand=4)


def test_a_refused_command_does_not_stop_the_others(client: Client) -> None:
    world = client.world
    bad = world.command(PlaceOrder(dataclasses.replace(world.order(("MUG", 1, CARRY)), tenders=())))
    good = world.command(PlaceOrder(world.order(("MUG", 1, CARRY))))
    answers = client.push(world.till(), bad, good)
    assert [answer.outcome for answer in answers] == [Outcome.REFUSED, Outcome.APPLIED]


def test_too_many_commands_at_once_are_refused_before_any_is_applied(client: Client) -> None:
    world, till = client.world, client.world.till()
    command = world.command(PlaceOrder(world.order(("MUG", 1, CARRY))))
    response = client.ask(
        "POST",
        "/v1/commands",
        auth=till.auth,
        content=to_json(Push((command,) * (COMMANDS_PER_PUSH_MAX + 1))),
    )
    assert (response.status_code, response.json()["code"]) == (422, "push.too_many")
    assert world.balance("S1", "MUG") == Balance(on_hand=6)


def _bodies(world: World) -> dict[str, bytes]:
    whole = to_json(Push((world.command(PlaceOrder(world.order(("MUG", 1, CARRY)))),)))
    loose = json.loads(whole)
    loose["commands"][0]["role"] = "manager"
    return {
        "nothing": b"",
        "cut off": whole[: len(whole) // 2],
        "not JSON": b"\xff\xfe\x00",
        "an unknown field": json.dumps(loose).encode(),
        "a list": b"[]",
        "null": b"null",
        "a huge number": b'{"commands": ' + b"9" * 5000 + b"}",
        "a lone surrogate": rb'{"commands": [{"command_id": "\ud800"}]}',
        "deep": b"[" * 100_000,
    }


@pytest.mark.parametrize(
    "name",
    [
        "nothing",
        "cut off",
        "not JSON",
        "an unknown field",
        "a list",
        "null",
        "a huge number",
        "a lone surrogate",
        "deep",
    ],
)
def test_a_body_that_cannot_be_read_is_said_so_in_the_one_shape(client: Client, name: str) -> None:
    response = client.ask(
        "POST",
        "/v1/commands",
        auth=client.world.till().auth,
        content=_bodies(client.world)[name],
    )
    assert response.status_code == 422
    assert response.json()["code"] == "message.invalid"
    assert shape(response.json()) == {"code", "message", "template", "params"}
    assert client.world.balance("S1", "MUG") == Balance(on_hand=6)


@pytest.mark.parametrize("says_its_length", [True, False])
def test_a_body_that_is_too_large_is_not_read(client: Client, says_its_length: bool) -> None:
    content = b"x" * (BODY_BYTES_MAX + 1)

    async def pieces() -> Any:
        for start in range(0, len(content), 1 << 20):
            yield content[start : start + (1 << 20)]

    response = client.ask(
        "POST",
        "/v1/commands",
        auth=client.world.till().auth,
        content=content if says_its_length else pieces(),
    )
    assert (response.status_code, response.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize("bucket", ["store:S2", "store:", "store:S1%00", "nope", "store:s1"])
def test_another_stores_bucket_does_not_exist(client: Client, bucket: str) -> None:
    answer = client.get(f"/v1/feed/{bucket}", client.world.till())
    assert (answer.status_code, answer.json()["code"]) == (404, "feed.unknown")


@pytest.mark.parametrize(
    "params", [{"cursor": -1}, {"cursor": "x"}, {"high_water": -1}, {"cursor": 2**70}]
)
def test_a_cursor_that_is_none_is_refused(client: Client, params: dict[str, Any]) -> None:
    answer = client.get("/v1/feed/catalogue", client.world.till(), **params)
    assert (answer.status_code, answer.json()["code"]) == (422, "message.invalid")


def test_with_another_epoch_the_feed_begins_again(client: Client) -> None:
    till = client.world.till()
    page = client.page(till, "network")
    assert client.page(till, "network", cursor=page.cursor, epoch=page.epoch).changes == []
    client.world.random_bytes(16)  # the counter is where it was when the first epoch was made
    epoch = client.world.central.new_epoch()
    again = client.page(till, "network", cursor=page.cursor, epoch=page.epoch)
    assert (again.epoch, again.changes) == (epoch, page.changes)


def test_an_order_is_read_by_its_store_and_by_who_has_the_receipt(client: Client) -> None:
    world = client.world
    order = world.placed(("MUG", 1, CARRY))
    path = f"/v1/orders/{order.number}"
    state: OrderState = parse_json(OrderState, client.get(path, world.till()).content)
    assert state == world.state(order)
    foreign = client.get(path, world.till("S2"))
    assert (foreign.status_code, foreign.json()["code"]) == (404, "order.unknown")
    shown = client.get(path, world.till("S2"), receipt_code=world.receipt(order))
    assert shown.status_code == 200
    forged = client.get(path, world.till("S2"), receipt_code=world.receipt(order)[:-8] + "AAAAAAAA")
    assert (forged.status_code, forged.json()["code"]) == (422, "receipt.forged")


@pytest.mark.parametrize("number", ["x", "C0001-000001-9", "W0000-999999-0", "%00", "a" * 5000])
def test_an_order_that_is_none_is_not_found(client: Client, number: str) -> None:
    answer = client.get(f"/v1/orders/{number}", client.world.till())
    assert (answer.status_code, answer.json()["code"]) == (404, "order.unknown")


def test_the_explanation_speaks_the_language_that_is_asked_for(client: Client) -> None:
    world = client.world
    order = world.placed(("MUG", 1, SHIP))
    path = f"/v1/orders/{order.number}/explanation"
    english = client.get(path, world.till(), lang="en").json()["decisions"]
    french = client.get(path, world.till(), lang="fr").json()["decisions"]
    assert len(english) == len(french) == 1
    assert english[0]["decision"] == french[0]["decision"]
    assert english[0]["sentences"][0].startswith("Place W1: its one line, 1 parcel")
    assert english[0]["sentences"] != french[0]["sentences"]
    others = english[0]["others"]
    assert others and [said for said in english[0]["sentences"] if said in others] == others
    assert client.get(path, world.till("S2")).status_code == 404


def test_the_web_shop_places_an_order_once(client: Client) -> None:
    world = client.world
    headers = {"Authorization": f"Bearer {world.central.keys.web_shop}"}
    order = web_order(world)
    first = client.ask("POST", "/v1/orders", headers=headers, json=to_wire(order))
    again = client.ask("POST", "/v1/orders", headers=headers, json=to_wire(order))
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert len(world.fulfilments(order)) == 1
    other = dataclasses.replace(order, associate="somebody else")
    clash = client.ask("POST", "/v1/orders", headers=headers, json=to_wire(other))
    assert (clash.status_code, clash.json()["code"]) == (409, "order.number_used")
    assert world.check() == []


def test_the_web_shop_needs_its_key_and_its_own_numbers(client: Client) -> None:
    world = client.world
    order = web_order(world)
    assert (
        client.ask("POST", "/v1/orders", auth=world.till().auth, json=to_wire(order)).status_code
        == 401
    )
    key = {"Authorization": f"Bearer {world.central.keys.web_shop}"}
    store = dataclasses.replace(order, channel=Channel.STORE)
    answer = client.ask("POST", "/v1/orders", headers=key, json=to_wire(store))
    assert (answer.status_code, answer.json()["code"]) == (422, "order.channel")
    loose = to_wire(order) | {"discount": 100}
    answer = client.ask("POST", "/v1/orders", headers=key, json=loose)
    assert (answer.status_code, answer.json()["code"]) == (422, "message.invalid")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/nothing", 404),
        ("DELETE", "/v1/status", 405),
        ("GET", "/docs", 404),
        ("GET", "/redoc", 404),
    ],
)
def test_what_is_not_there_is_said_in_the_one_shape(
    client: Client, method: str, path: str, status: int
) -> None:
    answer = client.ask(method, path)
    assert answer.status_code == status
    assert shape(answer.json()) == {"code", "message", "template", "params"}


def test_the_api_describes_itself(client: Client) -> None:
    described = client.get("/openapi.json").json()
    assert set(described["paths"]) == {
        "/v1/status",
        "/v1/pair",
        "/v1/commands",
        "/v1/feed/{bucket}",
        "/v1/orders",
        "/v1/orders/{number}",
        "/v1/orders/{number}/explanation",
        "/v1/orders/{number}/release",
        "/v1/waiting-orders",
        "/v1/orders/{number}/source-again",
        "/v1/promises",
        "/v1/promises/kept",
        "/v1/orders/{number}/cancel",
        "/v1/orders/{number}/address",
        "/v1/batch",
        "/v1/company",
        "/v1/devices",
        "/v1/devices/{device}/revoke",
        "/v1/devices/{device}/wipe",
        "/v1/approvals",
        "/v1/privacy/erase",
        "/v1/privacy/export",
        "/v1/privacy/preview",
        "/v1/journal",
        "/v1/keys",
        "/v1/keys/calls",
        "/v1/keys/{name}/revoke",
        "/v1/keys/{name}/rotate",
        "/v1/journal/{device}/archive",
        "/v1/staff",
        "/v1/staff/{code}/changes",
        "/v1/staff/{code}/disable",
        "/v1/staff/{code}/enable",
        "/v1/staff/{code}/pin",
        "/v1/staff/{code}/role",
        "/v1/staff/{code}/stores",
        "/v1/availability",
        "/v1/stock/{sku}",
        "/v1/stock/changes",
        "/v1/stock/{sku}/explanation",
        "/v1/stock-ageing",
        "/v1/stock-levels",
        "/v1/stock-levels/accept",
        "/v1/stock-proposals",
        "/v1/stock-proposals/accept",
        "/v1/stock-rules",
        "/v1/consignments",
        "/v1/consignments/{number}/receive",
        "/v1/consignments/{number}/cancel",
        "/v1/transfers",
        "/v1/reservations",
        "/v1/reservations/{number}/release",
        "/v1/e-reservations",
        "/v1/discrepancies",
        "/v1/discrepancies/{number}/resolve",
        "/v1/policies",
        "/v1/policies/{name}",
        "/v1/policies/{name}/check",
    }


def test_a_fault_of_ours_is_said_without_its_details(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sync.central.api import device_sync as api

    def broken(*_: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(api, "read_page", broken)
    answer = client.get("/v1/feed/catalogue", client.world.till())
    assert (answer.status_code, answer.json()["code"]) == (500, "server.fault")
    assert "secret" not in answer.text


def test_the_web_shop_asks_what_it_may_sell(client: Client) -> None:
    key = {"Authorization": f"Bearer {client.world.central.keys.web_shop}"}
    answer = client.ask("GET", "/v1/availability?sku=MUG&sku=NONE", headers=key)
    assert answer.status_code == 200
    told = answer.json()
    assert told["NONE"] == {}
    assert told["MUG"] == client.world.central.view.available(["MUG"], "web")["MUG"]
    many = "&".join(["sku=MUG"] * 101)
    assert client.ask("GET", f"/v1/availability?{many}", headers=key).status_code == 422
