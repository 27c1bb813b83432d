"""Several policies at once, loaded while the server runs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sync.domain.identifiers import WEB_ORDER, DocumentNumber
from sync.domain.order import Channel
from sync.protocol.codec import to_json
from sync.protocol.feed import CATALOGUE, decode_page
from tests.sync.central.client import Client
from tests.sync.central.world import SHIP, World

ANY = 'version = "7"\n'
STORES = 'version = "1"\n[applies]\nchannels = ["marketplace"]\n[filters]\nkinds = ["store"]\n'
BELGIUM = 'version = "1"\n[applies]\nchannels = ["marketplace"]\ncountries = ["BE"]\n'


class Ops(Client):
    """The server as its operations people ask it."""

    def say(self, method: str, path: str, status: int = 200, **more: Any) -> Any:
        key = {"Authorization": f"Bearer {self.world.central.keys.operations}"}
        answer = self.ask(method, f"/v1/policies{path}", headers=key, **more)
        assert answer.status_code == status, answer.text
        return answer.json()

    def load(self, name: str, text: str, status: int = 200) -> Any:
        return self.say("PUT", f"/{name}", status, content=json.dumps({"text": text}))

    def order(self, serial: int, channel: Channel) -> dict[str, Any]:
        """The one decision of an order of one bag, sent home."""
        from dataclasses import replace

        order = replace(
            self.world.order(("BAG", 1, SHIP)),
            number=DocumentNumber.build(WEB_ORDER, 0, serial),
            channel=channel,
            location="WEB",
        )
        key = {"Authorization": f"Bearer {self.world.central.keys.web_shop}"}
        answer = self.ask("POST", "/v1/orders", headers=key, content=to_json(order))
        assert answer.status_code == 200, answer.text
        decision: dict[str, Any] = answer.json()["decisions"][0]
        return decision


def kind_of(world: World, code: str) -> str:
    return world.central.reference.locations[code].kind.value


def test_an_order_meets_the_narrowest_policy_that_is_for_it(world: World) -> None:
    ops = Ops(world)
    ops.load("default", ANY)
    ops.load("shelves", STORES)
    ops.load("abroad", BELGIUM)
    assert [found["name"] for found in ops.say("GET", "")] == ["abroad", "shelves", "default"]
    of_market, of_web = ops.order(1, Channel.MARKETPLACE), ops.order(2, Channel.WEB)
    assert (of_market["policy"], of_web["policy"]) == ("shelves@1", "default@7")
    assert kind_of(world, of_market["shipments"][0]["location"]) == "store"
    assert world.check() == []


def test_a_withdrawn_policy_decides_no_more_and_can_still_be_read(world: World) -> None:
    ops = Ops(world)
    ops.load("default", ANY)
    ops.load("shelves", STORES)
    ops.say("DELETE", "/shelves")
    assert ops.order(1, Channel.MARKETPLACE)["policy"] == "default@7"
    ops.say("GET", "/shelves", 404)
    assert ops.say("GET", "/shelves?version=1")["text"] == STORES
    ops.say("DELETE", "/shelves", 404)


def test_each_version_of_a_policy_stays_readable(world: World) -> None:
    ops = Ops(world)
    for version in ("1", "2"):
        ops.load("default", f'version = "{version}"\n')
    assert ops.order(1, Channel.WEB)["policy"] == "default@2"
    assert ops.say("GET", "/default?version=1")["text"] == 'version = "1"\n'
    ops.load("default", 'version = "1"\n')  # back to what was known
    assert ops.order(2, Channel.WEB)["policy"] == "default@1"


def test_a_known_version_takes_no_other_text(world: World) -> None:
    ops = Ops(world)
    ops.load("default", ANY)
    refused = ops.load("default", ANY + "tariff_share = 0.5\n", 409)
    assert refused["code"] == "policy.version_known"
    assert ops.say("GET", "/default")["text"] == ANY


def test_there_is_always_a_policy_for_any_order(world: World) -> None:
    ops = Ops(world)
    [only] = ops.say("GET", "")
    assert ops.say("DELETE", f"/{only['name']}", 403)["code"] == "policy.none_for_any"
    narrower = 'version = "9"\n[applies]\nchannels = ["web"]\n'
    assert ops.load(only["name"], narrower, 403)["code"] == "policy.none_for_any"
    assert ops.say("GET", "") == [only]


@pytest.mark.parametrize(
    ("name", "text", "status", "code"),
    [
        ("wrong", 'version = "1"\n[weights]\neconomic = -1.0\n', 422, "policy.value"),
        ("wrong", 'version = "1"\nhurry = 1\n', 422, "policy.value"),
        ("wrong", "version = ", 422, "policy.toml"),
        ("Wrong Name", ANY, 422, "policy.name"),
        ("wrong", f'version = "{"9" * 41}"\n', 422, "policy.version_too_long"),
        ("wrong", "#" * 200_001, 422, "policy.too_long"),
    ],
)
def test_what_cannot_be_a_policy_changes_nothing(
    world: World, name: str, text: str, status: int, code: str
) -> None:
    ops = Ops(world)
    before = ops.say("GET", "")
    assert ops.load(name, text, status)["code"] == code
    assert ops.say("GET", "") == before


def test_nobody_without_the_key_reads_or_changes_policies(world: World) -> None:
    client = Client(world)
    shop = {"Authorization": f"Bearer {world.central.keys.web_shop}"}
    text = json.dumps({"text": ANY})
    for method, path in (("GET", ""), ("PUT", "/default"), ("DELETE", "/default")):
        for headers in ({}, shop):
            answer = client.ask(method, f"/v1/policies{path}", headers=headers, content=text)
            assert answer.status_code == (403 if headers else 401)


def test_tills_hear_of_policies_that_come_and_go(world: World) -> None:
    ops, till = Ops(world), world.till()
    ops.load("default", ANY)
    ops.load("shelves", STORES)
    ops.say("DELETE", "/shelves")
    answer = ops.ask("GET", f"/v1/feed/{CATALOGUE}", auth=till.auth)
    said = {
        change.key: change.body
        for change in decode_page(answer.content).changes
        if change.kind == "policy"
    }
    assert said == {"default": {"name": "default", "text": ANY}, "shelves": None}
