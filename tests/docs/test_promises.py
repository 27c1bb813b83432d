"""docs/promises.md and docs/orders.md: they are answered so, and their numbers are right."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from app.cli import order
from app.cli.api_client import OpsClient
from sync.central.inventory import consignments
from sync.domain.consignment import AdvanceNotice, GoodsLine
from sync.domain.identifiers import DocumentNumber
from sync.domain.money import Money
from sync.domain.order import Channel, Order
from sync.domain.order_status import OrderStatus
from sync.protocol.codec import to_wire
from sync.sourcing.baskets import WhyNot
from sync.sourcing.policy.policy_file import parse_policy
from sync.sourcing.rates.lateness import LEAN, ON_TIME, Lateness, Sample
from tests.i18n.messages import ROOT
from tests.sync.central.client import Client
from tests.sync.central.world import SHIP, World

PROMISES = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")
ORDERS = (ROOT / "docs" / "orders.md").read_text(encoding="utf-8")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    found = World(tmp_path)
    yield found
    found.close()


def ask(world: World, body: object, scope: str = "web_shop") -> httpx.Response:
    key = getattr(world.central.keys, scope)
    answer = Client(world).ask(
        "POST", "/v1/promises", json=body, headers={"Authorization": f"Bearer {key}"}
    )
    assert answer.status_code == 200, answer.text
    return answer


def test_the_basket_on_the_page_is_answered_as_it_says(world: World) -> None:
    block = re.search(r"```json\n(.+?)```", PROMISES, re.DOTALL)
    said = re.search(
        r"with (\d+) lamps in all, of which (\d+) more are announced for (\d+) days from now, "
        r"(\d+) lamps are missing (\d+) with (\d+) left, `(\w+)`",
        PROMISES,
    )
    assert block is not None
    assert said is not None
    there, more, days, wanted, missing, left = (int(said[n]) for n in range(1, 7))
    assert world.everywhere("LAMP") == there
    day = world.now.date() + timedelta(days=days)
    with world.central.database.write("test") as tx:
        notice = AdvanceNotice("PO1", "W1", day, (GoodsLine("LAMP", more),), "ACME")
        consignments.announce(world.central.reference, tx, notice, "test")
    body = json.loads(block[1])
    assert body["lines"][1]["quantity"] == wanted
    told = ask(world, body).json()
    (line,) = told["missing"]
    assert (line["pieces"], line["left"], line["why"]) == (missing, left, said[7])
    assert line["from_day"] == day.isoformat()
    assert told["later"]
    fields = re.findall(r"^\| `(planned_at|at|likely_from)` \|", PROMISES, re.MULTILINE)
    assert set(fields) <= told["later"][0].keys()
    assert told["probability"] == 0.95


def test_every_reason_is_explained() -> None:
    assert set(re.findall(r"^\| `(\w+)` \|", PROMISES, re.MULTILINE)) >= set(WhyNot)


def test_the_numbers_of_what_was_learnt() -> None:
    text = re.search(r"```toml\n(.+?)```", PROMISES, re.DOTALL)
    said = re.search(
        r"of which (\d+) parcels are known, (\d+) on time and (\d+) two working days late, is told "
        r"2 working days after its plan at (0\.\d+), and 0 at (0\.\d+)",
        PROMISES,
    )
    assert text is not None
    assert said is not None
    assert parse_policy(text[1], "page").promise.probability == 0.95
    known, on_time, late = int(said[1]), int(said[2]), int(said[3])
    assert known == on_time + late
    assert f"weight of {LEAN:.0f} parcels" in PROMISES
    assert f"{ON_TIME:.0f} parcels stand for the tariff" in PROMISES
    learnt = Lateness(Sample("W1", "a:b", "FR69", days) for days in [0.0] * on_time + [2.0] * late)
    assert learnt.quantile("W1", "a:b", "FR69", float(said[4])) == 2.0
    assert learnt.quantile("W1", "a:b", "FR69", float(said[5])) == 0.0


def test_what_is_held_is_taken_by_its_order(world: World) -> None:
    said = re.search(r'`"hold": (\{.+?\})`', PROMISES)
    assert said is not None
    hold = json.loads(said[1])
    there = world.everywhere("LAMP") - world.withheld("S1", "LAMP")
    lines = [{"line_id": 1, "sku": "LAMP", "quantity": there}]
    home = {"lat": 45.75, "lon": 4.83, "country": "FR", "postcode": "69002"}
    assert ask(world, {"lines": lines, "home": home, "hold": hold}).json()["held"]
    wanted = _web(world, ("LAMP", there))
    answer = Client(world).ask(
        "POST",
        f"/v1/orders?held={hold['number']}",
        json=to_wire(wanted),
        headers={"Authorization": f"Bearer {world.central.keys.web_shop}"},
    )
    assert answer.status_code == 200, answer.text
    assert world.state(wanted).lines[0].unfilled == 0


def _web(world: World, *lines: tuple[str, int], fee: int = 0) -> Order:
    made = world.order(*[(sku, count, SHIP) for sku, count in lines], fee=fee)
    parsed = DocumentNumber("W0000-000007-9")
    return replace(
        made, number=parsed, channel=Channel.WEB, location="WEB", device="WEB", associate=""
    )


def test_the_commands_that_change_an_order(world: World) -> None:
    wanted = _web(world, ("MUG", 3), fee=490)
    server = Client(world)
    shop = {"Authorization": f"Bearer {world.central.keys.web_shop}"}
    assert server.ask("POST", "/v1/orders", json=to_wire(wanted), headers=shop).status_code == 200
    key = {"Authorization": f"Bearer {world.central.keys.operations}"}

    def answer(request: httpx.Request) -> httpx.Response:
        path, body = request.url.raw_path.decode(), request.read()
        found = server.ask(request.method, path, content=body, headers=key)
        return httpx.Response(found.status_code, content=found.content)

    @contextmanager
    def here(*_: object) -> Iterator[OpsClient]:
        with httpx.Client(base_url="http://c", transport=httpx.MockTransport(answer)) as http:
            yield OpsClient(http)

    block = re.search(r"```sh\n(.+?)```", ORDERS, re.DOTALL)
    assert block is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(order, "client_of", here)
        for line in block[1].strip().splitlines():
            words = shlex.split(line)
            assert words[:2] == ["comptoir", "order"]
            done = CliRunner().invoke(order.app, words[2:])
            assert done.exit_code == 0, (line, done.output, done.exception)
        nobody = CliRunner().invoke(order.app, ["waiting"])
        waits = world.placed(("LAMP", world.everywhere("LAMP") + 1, SHIP))
        listed = CliRunner().invoke(order.app, ["waiting"])
        again = CliRunner().invoke(order.app, ["source-again", str(waits.number)])
    assert nobody.output == "No order waits for stock.\n"
    assert "line 1: 1 x LAMP, no goods announced" in listed.output
    assert again.output == f"{waits.number}: 0 pieces were found.\n"
    state = world.state(wanted)
    assert state.status is OrderStatus.CANCELLED
    assert state.order.ship_to is not None
    assert state.order.ship_to.commune == "Marseille"
    said = re.search(r"cancelling 1 gives (\d+\.\d+) back, and .+ gives (\d+\.\d+)", ORDERS)
    assert said is not None
    went_back = [one.refund for one in state.cancellations]
    assert went_back == [Money(round(float(said[n]) * 100)) for n in (1, 2)]
    assert world.check() == []


def test_every_status_is_on_the_page() -> None:
    said = re.findall(r"^\| ([a-z ]+) \| ", ORDERS, re.MULTILINE)
    assert {status.value.replace("_", " ") for status in OrderStatus} <= set(said)
