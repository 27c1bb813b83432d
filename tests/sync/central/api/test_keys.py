"""Keys are made, used, rotated and revoked; budgets keep one caller from taking the server."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.types import Receive, Scope, Send

from sync.central.api.budget import ADDRESS_TIMES, Budget, Budgets
from sync.central.api.limits import BODY_BYTES_MAX, OTHER_BYTES_MAX
from sync.central.composition import Central
from sync.central.storage import tables
from sync.domain.errors import InvalidInput
from sync.protocol.codec import NAMES_MAX, parse_json
from sync.protocol.commands import Push
from tests.sync.central.client import Client
from tests.sync.central.world import CARRY, World


class Ops:
    """Asks as the holder of a key."""

    def __init__(self, world: World, secret: str = "") -> None:
        self.client = Client(world)
        self.secret = secret or world.central.keys.operations

    def __call__(self, method: str, path: str, body: Any = None) -> httpx.Response:
        headers = {"authorization": f"Bearer {self.secret}"}
        return self.client.ask(method, f"/v1/{path}", headers=headers, json=body)


@pytest.fixture
def ops(world: World) -> Ops:
    return Ops(world)


def made(ops: Ops, name: str, *scopes: str, **more: Any) -> str:
    answer = ops("POST", "keys", {"name": name, "scopes": scopes, **more})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["secret"])


def test_a_key_opens_its_scope_until_it_is_revoked(world: World, ops: Ops) -> None:
    erp = Ops(world, made(ops, "erp", "staff"))
    assert erp("GET", "staff").status_code == 200
    refused = erp("GET", "devices")
    assert (refused.status_code, refused.json()["code"]) == (403, "key.no_scope")
    assert "devices" in refused.json()["message"]
    assert ops("POST", "keys/erp/revoke").status_code == 200
    assert erp("GET", "staff").status_code == 401


def test_the_secret_is_nowhere(world: World, ops: Ops) -> None:
    secret = made(ops, "erp", "read")
    assert secret not in ops("GET", "keys").text
    with world.central.database.read() as connection:
        for table in tables.metadata.sorted_tables:
            for row in connection.execute(sa.select(table)):
                assert secret not in str(row)


def test_a_key_ends_by_itself(world: World, ops: Ops) -> None:
    erp = Ops(world, made(ops, "erp", "read", days=2))
    world.pass_time(hours=47)
    assert erp("GET", "staff").status_code == 200
    world.pass_time(hours=1)
    assert erp("GET", "staff").status_code == 401


def test_the_old_secret_works_for_some_hours_more(world: World, ops: Ops) -> None:
    old = Ops(world, made(ops, "erp", "read"))
    new = Ops(world, ops("POST", "keys/erp/rotate", {"old_hours": 3}).json()["secret"])
    assert {old("GET", "staff").status_code, new("GET", "staff").status_code} == {200}
    world.pass_time(hours=3)
    assert (old("GET", "staff").status_code, new("GET", "staff").status_code) == (401, 200)
    third = Ops(world, ops("POST", "keys/erp/rotate", {"old_hours": 0}).json()["secret"])
    assert (new("GET", "staff").status_code, third("GET", "staff").status_code) == (401, 200)


def test_nobody_gives_more_than_they_have(world: World, ops: Ops) -> None:
    clerk = Ops(world, made(ops, "clerk", "keys", "staff"))
    for scopes in (["operations"], ["devices"], ["staff", "web_orders"], ["read"]):
        answer = clerk("POST", "keys", {"name": "more", "scopes": scopes})
        assert (answer.status_code, answer.json()["code"]) == (403, "key.no_scope")
    assert clerk("POST", "keys", {"name": "less", "scopes": ["staff"]}).status_code == 200
    assert clerk("POST", "keys/operations/rotate", {}).status_code == 403
    assert made(ops, "shop", "web_orders")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"name": "erp", "scopes": []}, "key.scope"),
        ({"name": "erp", "scopes": ["all"]}, "key.scope"),
        ({"name": "Erp", "scopes": ["read"]}, "key.name"),
        ({"name": "", "scopes": ["read"]}, "key.name"),
        ({"name": "e" * 41, "scopes": ["read"]}, "key.name"),
        ({"name": "erp", "scopes": ["read"], "days": 0}, "key.days"),
        ({"name": "operations", "scopes": ["read"]}, "key.known"),
    ],
)
def test_what_cannot_be_is_refused(ops: Ops, body: dict[str, Any], code: str) -> None:
    before = ops("GET", "keys").json()
    assert ops("POST", "keys", body).json()["code"] == code
    assert [k["name"] for k in ops("GET", "keys").json()] == [k["name"] for k in before]


def test_use_is_noted_once_a_minute(world: World, ops: Ops) -> None:
    def used() -> str:
        found = {key["name"]: key["used_at"] for key in ops("GET", "keys").json()}
        return str(found["erp"])

    erp = Ops(world, made(ops, "erp", "read"))
    assert used() == ""
    erp("GET", "staff")
    first = used()
    world.pass_time(seconds=30)
    erp("GET", "staff")
    assert used() == first
    world.pass_time(seconds=31)
    erp("GET", "staff")
    assert used() > first


def test_the_files_of_the_first_start_are_keys_and_stay_what_they_are(world: World) -> None:
    keys = world.central.keys
    again = Central(world.central.folder, lambda: world.now, world.random_bytes)
    assert (again.keys.operations, again.keys.web_shop) == (keys.operations, keys.web_shop)
    names = [key["name"] for key in Ops(world)("GET", "keys").json()]
    assert names == ["operations", "web-shop"]
    again.close()


def test_a_second_machine_has_a_key_of_its_own(world: World) -> None:
    (world.central.folder / "operations-key.txt").write_text("b" * 48)
    again = Central(world.central.folder, lambda: world.now, world.random_bytes)
    names = [key["name"] for key in Ops(world, "b" * 48)("GET", "keys").json()]
    assert len(names) == 3
    assert Ops(world)("GET", "staff").status_code == 200
    again.close()


def test_who_looks_at_a_clients_order_is_recorded_once_an_hour(world: World, ops: Ops) -> None:
    number = world.placed(("MUG", 1, CARRY)).number.value
    path = f"orders/{number}"
    for _ in range(3):
        assert ops("GET", path).status_code == 200
    world.pass_time(hours=1)
    ops("GET", f"{path}/explanation")
    ops("GET", path)
    ops.client.ask("GET", f"/v1/{path}", auth=world.till().auth)
    ops.client.ask("GET", f"/{path}")
    ops.client.ask("GET", f"/v1/{path}", auth=world.till("S2").auth)
    found = ops("GET", f"keys/calls?order={number}").json()
    assert [(call["key"], call["path"], call["status"]) for call in reversed(found)] == [
        ("operations", f"/v1/{path}", 200),
        ("operations", f"/v1/{path}/explanation", 200),
        ("operations", f"/v1/{path}", 200),
        (world.till().device.code, f"/v1/{path}", 200),
        ("pages", f"/{path}", 200),
        (world.till("S2").device.code, f"/v1/{path}", 404),
    ]


# ---- bounds ---------------------------------------------------------------------------------


def test_only_devices_send_what_is_large(world: World, ops: Ops) -> None:
    large = b" " * (OTHER_BYTES_MAX + 1)
    key = {"authorization": f"Bearer {world.central.keys.web_shop}"}
    assert ops.client.ask("POST", "/v1/orders", headers=key, content=large).status_code == 413
    answer = ops.client.ask("POST", "/v1/commands", auth=world.till().auth, content=large)
    assert answer.status_code == 422
    huge = b" " * (BODY_BYTES_MAX + 1)
    answer = ops.client.ask("POST", "/v1/commands", auth=world.till().auth, content=huge)
    assert answer.status_code == 413


def test_a_message_of_many_names_is_not_taken_apart() -> None:
    names = json.dumps({f"k{n}": 1 for n in range(NAMES_MAX + 1)}).encode()
    with pytest.raises(InvalidInput) as caught:
        parse_json(Push, names)
    assert caught.value.code == "message.too_many_names"
    some = json.dumps({f"k{n}": 1 for n in range(100)}).encode()
    with pytest.raises(InvalidInput) as caught:
        parse_json(Push, some)
    assert (caught.value.code, caught.value.params["count"]) == ("message.faults", 101)


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


async def _served(scope: Scope, receive: Receive, send: Send) -> None:
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


class Server:
    """Nothing but budgets."""

    def __init__(self, budget: Budget) -> None:
        self.clock = Clock()
        self.app = Budgets(_served, budget, self.clock)

    def ask(self, who: str = "", address: str = "10.0.0.1", size: int = 0) -> tuple[int, str]:
        said: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"x" * size}

        async def send(message: Any) -> None:
            said.append(message)

        headers = [(b"authorization", who.encode())] if who else []
        scope = {"type": "http", "headers": headers, "client": (address, 1)}
        asyncio.run(self.app(scope, receive, send))
        retry = dict(said[0]["headers"]).get(b"retry-after", b"").decode()
        return said[0]["status"], retry


def test_who_asks_too_often_waits_and_others_do_not() -> None:
    server = Server(Budget(requests_per_minute=60, bytes_per_minute=1000))
    assert [server.ask("a")[0] for _ in range(60)] == [200] * 60
    assert server.ask("a") == (429, "1")
    assert server.ask("b")[0] == 200
    server.clock.now += 1.0
    assert [server.ask("a")[0] for _ in range(2)] == [200, 429]


def test_who_sends_too_much_waits_until_it_is_made_good() -> None:
    server = Server(Budget(requests_per_minute=600, bytes_per_minute=600))
    assert server.ask("a", size=900)[0] == 200
    assert server.ask("a") == (429, "30")
    server.clock.now += 31
    assert server.ask("a")[0] == 200


def test_an_address_has_a_budget_whatever_names_it_uses() -> None:
    server = Server(Budget(requests_per_minute=6, bytes_per_minute=1000))
    answers = [server.ask(f"name {n}")[0] for n in range(6 * ADDRESS_TIMES + 5)]
    assert answers.count(429) == 5
    assert server.ask("another", address="10.0.0.2")[0] == 200


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 5), st.integers(0, 300)), max_size=60))
def test_nobody_gets_more_than_twice_a_minutes_budget_in_a_minute(
    steps: list[tuple[float, int]],
) -> None:
    """One that was saved up, and one that is earned meanwhile, and the last message."""
    server = Server(Budget(requests_per_minute=30, bytes_per_minute=1000))
    served: list[tuple[float, int]] = []
    for wait, size in steps:
        server.clock.now += wait
        if server.ask("a", size=size)[0] == 200:
            served.append((server.clock.now, size))
    for at, _ in served:
        within = [(t, size) for t, size in served if at <= t < at + 60]
        assert len(within) <= 60
        assert sum(size for _, size in within) <= 2000 + 300
