"""People are added, moved, disabled, given a role and a PIN; only their stores' devices know."""

from __future__ import annotations

from typing import Any

import pytest
from argon2 import PasswordHasher

from sync.domain.associate import MANAGER, check_pin
from sync.domain.device import DeviceKind
from sync.domain.errors import InvalidInput
from sync.protocol.commands import Outcome, ResetPin
from sync.protocol.feed import store_bucket
from tests.sync.central.client import Client
from tests.sync.central.world import World

NEW = {"code": "A07", "name": "Nora Klein", "locations": ["S1", "S2"], "pin": "730418"}


class Ops:
    """Operations people, over HTTP."""

    def __init__(self, world: World) -> None:
        self._client = Client(world)
        self._key = {"authorization": f"Bearer {world.central.keys.operations}"}

    def do(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        answer = self._client.ask(method, f"/v1/{path}", headers=self._key, json=body)
        assert answer.status_code == status, answer.text
        return answer.json()


@pytest.fixture
def ops(world: World) -> Ops:
    return Ops(world)


def known_at(world: World, store: str) -> dict[str, Any]:
    """The people that a till of the store has heard of."""
    changes = Client(world).page(world.till(store), store_bucket(store)).changes
    return {c.key: c.body for c in changes if c.kind == "associate" and c.body is not None}


def test_somebody_new_is_known_in_their_stores_alone(world: World, ops: Ops) -> None:
    added = ops.do("POST", "staff", NEW)
    assert (added["role"], added["enabled"], added["locations"]) == (
        "associate",
        True,
        ["S1", "S2"],
    )
    assert "A07" in known_at(world, "S1").keys() & known_at(world, "S2").keys()
    assert "A07" not in known_at(world, "S3")
    body = known_at(world, "S1")["A07"]
    assert body["pin_hash"].startswith("$argon2id$")
    assert PasswordHasher().verify(body["pin_hash"], "730418")
    assert "730418" not in str(ops.do("GET", "staff/A07/changes"))
    assert world.check() == []


def test_moved_and_disabled_they_are_gone_where_they_no_longer_work(world: World, ops: Ops) -> None:
    ops.do("POST", "staff", NEW)
    ops.do("PUT", "staff/A07/stores", {"locations": ["S2", "S3"]})
    assert "A07" not in known_at(world, "S1")
    assert "A07" in known_at(world, "S3")
    ops.do("POST", "staff/A07/disable")
    assert all("A07" not in known_at(world, store) for store in ("S1", "S2", "S3"))
    ops.do("POST", "staff/A07/enable")
    assert "A07" in known_at(world, "S2")
    changes = ops.do("GET", "staff/A07/changes")
    assert [c["what"] for c in changes] == ["added", "moved", "disabled", "enabled"]
    assert {c["who"] for c in changes} == {"operations"}
    assert changes[1]["detail"] == {"from": ["S1", "S2"], "to": ["S2", "S3"]}
    assert world.check() == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"code": "A01"}, "staff.known"),
        ({"code": ""}, "staff.code"),
        ({"code": "é1"}, "staff.code"),
        ({"code": "A" * 21}, "staff.code"),
        ({"name": " "}, "staff.name"),
        ({"role": "king"}, "staff.role"),
        ({"locations": []}, "staff.store"),
        ({"locations": ["W1"]}, "staff.store"),
        ({"locations": ["S9"]}, "staff.store"),
        ({"pin": "12345"}, "staff.pin_digits"),
        ({"pin": "123456789"}, "staff.pin_digits"),
        ({"pin": "12345a"}, "staff.pin_digits"),
        ({"pin": "\u0661\u0662\u0663\u0664\u0665\u0666"}, "staff.pin_digits"),
        ({"pin": "345678"}, "staff.pin_guessed"),
        ({"pin": "654321"}, "staff.pin_guessed"),
        ({"pin": "121212"}, "staff.pin_guessed"),
        ({"pin": "777777"}, "staff.pin_guessed"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_changed(
    world: World, ops: Ops, change: dict[str, Any], code: str
) -> None:
    before = ops.do("GET", "staff")
    status = 409 if code == "staff.known" else 422
    assert ops.do("POST", "staff", NEW | change, status)["code"] == code
    assert ops.do("GET", "staff") == before


@pytest.mark.parametrize("pin", ["246810", "135790", "112358", "90210733", "100000"])
def test_a_pin_that_is_not_guessed_first_is_taken(pin: str) -> None:
    check_pin(pin)


def test_for_nobody_nothing_changes(ops: Ops) -> None:
    for method, what, body in (
        ("PUT", "role", {"role": MANAGER}),
        ("PUT", "pin", {"pin": "902461"}),
        ("PUT", "stores", {"locations": ["S1"]}),
        ("POST", "disable", None),
        ("POST", "enable", None),
    ):
        assert ops.do(method, f"staff/X9/{what}", body, 404)["code"] == "staff.unknown"


def test_a_manager_gives_a_new_pin_at_the_till(world: World, ops: Ops) -> None:
    world.hire("A02")
    world.hire("A03", MANAGER)
    world.hire("A06", MANAGER, "S2")
    new = PasswordHasher().hash("902461")
    assert world.by("A02", ResetPin("A02", "A02", new)).code == "person.not_allowed"
    assert world.by("A03", ResetPin("A03", "A06", new)).code == "person.unknown"
    assert world.by("A03", ResetPin("A03", "A02", new)).outcome is Outcome.APPLIED
    assert known_at(world, "S1")["A02"]["pin_hash"] == new
    (changed,) = ops.do("GET", "staff/A02/changes")
    assert (changed["what"], changed["who"]) == ("pin", f"{world.till().device.code}:A03")


@pytest.mark.parametrize(
    "text",
    [
        "902461",
        "$argon2i$v=19$m=65536,t=3,p=4$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
        "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA",
        "$2b$12$xxxxxxxxxxxxxxxxxxxxxxxx",
        "",
    ],
)
def test_what_is_no_hash_worth_keeping_is_no_pin(world: World, text: str) -> None:
    answer = world.do(ResetPin("A01", "A01", text))
    assert (answer.outcome, answer.code) == (Outcome.REFUSED, "staff.pin_hash")


def test_a_kiosk_has_no_people(world: World) -> None:
    kiosk = world.till("S1", "kiosk")
    assert kiosk.device.kind is DeviceKind.KIOSK
    answer = world.send_as_it_is(kiosk, world.command(ResetPin("A01", "A01", "x")))
    assert answer.code == "device.not_allowed"


def test_a_pin_of_letters_is_an_error_of_ours_to_nobody() -> None:
    with pytest.raises(InvalidInput):
        check_pin("abcdef")
