"""Every route, asked by every kind of caller, against one table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

import httpx
import pytest

from sync.central.devices import devices
from sync.central.keys import keys
from sync.central.keys.keys import Scope
from tests.sync.central.client import Client
from tests.sync.central.world import CARRY, Till, World

ANYBODY, DEVICE, LOOK = "anybody", "device", "look at orders"
# Who opens a route: anybody, a device, a device or a key that looks at orders, or a scope.
ROUTES: Mapping[str, str] = {
    "GET /v1/status": ANYBODY,
    "POST /v1/pair": ANYBODY,
    "POST /v1/commands": DEVICE,
    "POST /v1/journal": DEVICE,
    "GET /v1/feed/{bucket}": DEVICE,
    "GET /v1/orders/{number}": LOOK,
    "GET /v1/orders/{number}/explanation": LOOK,
    "POST /v1/orders": Scope.WEB_ORDERS,
    "POST /v1/orders/{number}/release": Scope.ORDERS,
    "POST /v1/orders/{number}/cancel": Scope.ORDERS,
    "POST /v1/orders/{number}/address": Scope.ORDERS,
    "GET /v1/waiting-orders": Scope.ORDERS,
    "POST /v1/orders/{number}/source-again": Scope.ORDERS,
    "POST /v1/promises": Scope.WEB_ORDERS,
    "GET /v1/promises/kept": Scope.ORDERS,
    "POST /v1/batch": Scope.ORDERS,
    "GET /v1/policies": Scope.POLICIES,
    "GET /v1/policies/{name}": Scope.POLICIES,
    "PUT /v1/policies/{name}": Scope.POLICIES,
    "POST /v1/policies/{name}/check": Scope.POLICIES,
    "DELETE /v1/policies/{name}": Scope.POLICIES,
    "GET /v1/devices": Scope.DEVICES,
    "POST /v1/devices": Scope.DEVICES,
    "POST /v1/devices/{device}/revoke": Scope.DEVICES,
    "POST /v1/devices/{device}/wipe": Scope.DEVICES,
    "GET /v1/discrepancies": Scope.DISCREPANCIES,
    "POST /v1/discrepancies/{number}/resolve": Scope.DISCREPANCIES,
    "GET /v1/availability": Scope.WEB_ORDERS,
    "GET /v1/stock/{sku}": Scope.STOCK,
    "POST /v1/stock/changes": Scope.STOCK,
    "GET /v1/stock/{sku}/explanation": Scope.STOCK,
    "GET /v1/stock-ageing": Scope.STOCK,
    "GET /v1/stock-levels": Scope.STOCK,
    "POST /v1/stock-levels/accept": Scope.STOCK,
    "GET /v1/stock-proposals": Scope.STOCK,
    "POST /v1/stock-proposals/accept": Scope.STOCK,
    "GET /v1/stock-rules": Scope.STOCK,
    "PUT /v1/stock-rules": Scope.STOCK,
    "GET /v1/consignments": Scope.STOCK,
    "POST /v1/consignments": Scope.STOCK,
    "POST /v1/transfers": Scope.STOCK,
    "POST /v1/consignments/{number}/receive": Scope.STOCK,
    "POST /v1/consignments/{number}/cancel": Scope.STOCK,
    "GET /v1/reservations": Scope.STOCK,
    "POST /v1/reservations": Scope.STOCK,
    "POST /v1/e-reservations": Scope.WEB_ORDERS,
    "POST /v1/reservations/{number}/release": Scope.STOCK,
    "GET /v1/company": Scope.COMPANY,
    "PUT /v1/company": Scope.COMPANY,
    "GET /v1/staff": Scope.STAFF,
    "POST /v1/staff": Scope.STAFF,
    "PUT /v1/staff/{code}/stores": Scope.STAFF,
    "PUT /v1/staff/{code}/role": Scope.STAFF,
    "PUT /v1/staff/{code}/pin": Scope.STAFF,
    "POST /v1/staff/{code}/disable": Scope.STAFF,
    "POST /v1/staff/{code}/enable": Scope.STAFF,
    "GET /v1/staff/{code}/changes": Scope.STAFF,
    "GET /v1/approvals": Scope.STAFF,
    "GET /v1/journal": Scope.JOURNAL,
    "GET /v1/journal/{device}/archive": Scope.JOURNAL,
    "POST /v1/privacy/export": Scope.PRIVACY,
    "POST /v1/privacy/preview": Scope.PRIVACY,
    "POST /v1/privacy/erase": Scope.PRIVACY,
    "GET /v1/keys": Scope.KEYS,
    "POST /v1/keys": Scope.KEYS,
    "POST /v1/keys/{name}/rotate": Scope.KEYS,
    "POST /v1/keys/{name}/revoke": Scope.KEYS,
    "GET /v1/keys/calls": Scope.KEYS,
}
OPEN, STRANGER, NO_RIGHT = "open", 401, 403
# What is sent is wrong on purpose: who is let in is told so, and nothing is changed.
LET_IN = frozenset({200, 404, 409, 422})
TURNED_AWAY = frozenset({"key.no_scope", "device.not_allowed", "device.revoked", "device.wiped"})


class Callers:
    """Every kind of caller, each with the way in which it asks."""

    def __init__(self, world: World) -> None:
        self.client, self.world = Client(world), world
        self.kinds: dict[str, Callable[[], dict[str, Any]]] = {
            "nobody": dict,
            "a broken key": lambda: bearer("nonsense"),
            "an empty key": lambda: bearer(""),
            "a till's code as a key": lambda: bearer(world.till().device.code),
        }
        for name, scopes in {s.value: [s.value] for s in Scope}.items():
            secret = self._key(f"of-{name.replace('_', '-')}", scopes)
            self.kinds[f"key {name}"] = partial(bearer, secret)
        revoked, old = self._key("revoked", ["operations"]), self._key("old", ["operations"], 1)
        with world.central.database.write("test") as tx:
            keys.revoke(tx, "revoked")
        world.pass_time(days=2)
        self.kinds["a revoked key"] = lambda: bearer(revoked)
        self.kinds["a key that has ended"] = lambda: bearer(old)
        self._devices()

    def _key(self, name: str, scopes: list[str], days: int | None = None) -> str:
        with self.world.central.database.write("test") as tx:
            return keys.create(tx, self.world.random_bytes, name, scopes, "test", days)

    def _devices(self) -> None:
        world = self.world
        tills = {
            "a till": world.till(),
            "a till of another store": world.till("S2"),
            "a kiosk": world.till("S1", "kiosk"),
        }
        revoked, wiped = world.till("S1", second=True), world.till("S3")
        with world.central.database.write("test") as tx:
            devices.revoke(tx, revoked.device.code)
            devices.wipe(tx, wiped.device.code)
        tills |= {"a revoked till": revoked, "a lost till": wiped}
        for name, till in tills.items():
            self.kinds[name] = partial(signing, till)
        forged = Till(world.till().device, world.till("S2").key, lambda: world.now)
        self.kinds["a till with another's key"] = lambda: {"auth": forged.auth}

    def ask(self, caller: str, route: str) -> httpx.Response:
        method, path = route.split(" ")
        for gap, value in {
            "{bucket}": "catalogue", "{number}": self.number, "{name}": "nothing",
            "{device}": "X9", "{code}": "X9", "{sku}": "X9",
        }.items():  # fmt: skip
            path = path.replace(gap, value)
        more: dict[str, Any] = {} if method == "GET" else {"content": b'{"x": 1}'}
        if path.endswith("/archive"):
            more["params"] = {"first": "2026-01-01", "last": "2026-01-02"}
        return self.client.ask(method, path, **more, **self.kinds[caller]())

    number = "C0001-000009-0"


def signing(till: Till) -> dict[str, Any]:
    return {"auth": till.auth}


def bearer(secret: str) -> dict[str, Any]:
    return {"headers": {"authorization": f"Bearer {secret}"}}


def expected(caller: str, route: str) -> object:
    opens = ROUTES[route]
    looks = route.startswith("GET ")
    if opens == ANYBODY:
        return OPEN
    if caller in ("a till", "a till of another store", "a kiosk"):
        if opens == LOOK and caller == "a kiosk" and route.endswith("/explanation"):
            return NO_RIGHT
        return OPEN if opens in (DEVICE, LOOK) else STRANGER
    if caller == "a revoked till":
        sends = route in ("POST /v1/commands", "POST /v1/journal")
        known = OPEN if sends else NO_RIGHT
        return known if opens in (DEVICE, LOOK) else STRANGER
    if caller == "a lost till":
        return NO_RIGHT if opens in (DEVICE, LOOK) else STRANGER
    if not caller.startswith("key "):
        return STRANGER
    scope = caller.removeprefix("key ")
    if opens == DEVICE:
        return STRANGER
    if opens == LOOK:
        return OPEN if scope in ("web_orders", "operations", "read") else NO_RIGHT
    if opens == Scope.WEB_ORDERS:
        able = {"web_orders", "operations", "read"} if looks else {"web_orders"}
        return OPEN if scope in able else NO_RIGHT
    return OPEN if scope in (opens, "operations") or (looks and scope == "read") else NO_RIGHT


def what_came(answer: httpx.Response) -> object:
    """Whether the caller was let in, or the status of who was not."""
    if answer.status_code == NO_RIGHT and answer.json()["code"] not in TURNED_AWAY:
        return OPEN  # let in, and told that it cannot be
    return OPEN if answer.status_code in LET_IN else answer.status_code


@pytest.fixture
def callers(world: World) -> Iterator[Callers]:
    made = Callers(world)
    made.number = world.placed(("MUG", 1, CARRY)).number.value
    yield made


def test_the_table_names_every_route(world: World) -> None:
    paths = Client(world).get("/openapi.json").json()["paths"]
    found = {f"{method.upper()} {path}" for path, of in paths.items() for method in of}
    assert found == set(ROUTES)


def test_every_caller_gets_what_the_table_says(world: World, callers: Callers) -> None:
    unexpected = []
    for route in ROUTES:
        for caller in callers.kinds:
            answer = callers.ask(caller, route)
            if what_came(answer) != expected(caller, route):
                unexpected.append((route, caller, answer.status_code, answer.text[:80]))
    assert unexpected == []
    assert len(ROUTES) * len(callers.kinds) > 850
    assert world.check() == []


def test_another_stores_order_is_not_found(callers: Callers) -> None:
    route = "GET /v1/orders/{number}"
    assert callers.ask("a till", route).status_code == 200
    assert callers.ask("a till of another store", route).status_code == 404


def test_what_is_changed_with_a_key_is_recorded_and_what_is_read_is_not(
    world: World, callers: Callers
) -> None:
    for route in ("GET /v1/staff", "POST /v1/staff", "POST /v1/devices"):
        callers.ask("key staff", route)
    callers.ask("key operations", "PUT /v1/company")
    with world.central.database.read() as connection:
        found = keys.calls(connection, 50)
    assert [(c.key, c.method, c.path, c.status) for c in found] == [
        ("of-operations", "PUT", "/v1/company", 422),
        ("of-staff", "POST", "/v1/staff", 422),
    ]
    assert {c.address for c in found} == {"127.0.0.1"}
    assert found[0].at > str(world.now - timedelta(hours=1))
