"""The commands of docs/stock.md do what it says, one after the other, and its numbers are right."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from app.cli import stock, stock_planning
from app.cli.api_client import OpsClient
from sync.domain.location import Location, LocationKind
from sync.domain.stock import Balance
from sync.domain.stock_rules import Limits, parse_rules
from tests.i18n.messages import ROOT
from tests.sync.central.client import Client
from tests.sync.central.world import World

PAGE = (ROOT / "docs" / "stock.md").read_text(encoding="utf-8")


def test_the_worked_number() -> None:
    said = re.search(
        r"with (\d+) pieces on hand, (\d+) of them reserved and (\d+) allocated, that keeps a "
        r"safety stock of (\d+) and a threshold of (\d+), may promise (\d+)",
        PAGE,
    )
    assert said is not None
    on_hand, reserved, allocated, safety, threshold, free = map(int, said.groups())
    balance = Balance(on_hand, allocated, reserved=reserved)
    assert Limits(safety, threshold).available(balance.free) == free


def test_the_rules_on_the_page_make_the_number_that_it_says() -> None:
    text = re.search(r"```toml\n(.+?)```", PAGE, re.DOTALL)
    said = re.search(
        r"has (\d+) free and a threshold of (\d+): .+ = (\d+), at most (\d+): (\d+) pieces", PAGE
    )
    assert text is not None
    assert said is not None
    free, threshold, _, cap, available = map(int, said.groups())
    place = Location("S1", LocationKind.STORE, "", "", "", "", 0.0, 0.0, threshold=threshold)
    limits = parse_rules(text[1], "rules.toml").limits("85123A", "candles", place, "web")
    assert (limits.cap, limits.available(free)) == (cap, available)


def test_the_groups_on_the_page_make_the_number_that_it_says() -> None:
    text = re.findall(r"```toml\n(.+?)```", PAGE, re.DOTALL)[1]
    said = re.search(
        r"S2 keeps a safety stock of (\d+) .+? a threshold of (\d+): of (\d+) free pieces it may "
        r"promise (\d+)",
        PAGE,
    )
    assert said is not None
    safety, threshold, free, available = map(int, said.groups())
    place = Location("S2", LocationKind.STORE, "", "", "", "", 0.0, 0.0)
    limits = parse_rules(text, "rules.toml").limits("MUG", "", place, "store")
    assert limits == Limits(safety, threshold)
    assert limits.available(free) == available


def test_every_command_on_the_page(tmp_path: Path) -> None:
    world = World(tmp_path)
    server = Client(world)
    key = {"Authorization": f"Bearer {world.central.keys.operations}"}

    def answer(request: httpx.Request) -> httpx.Response:
        path, body = request.url.raw_path.decode(), request.read()
        found = server.ask(request.method, path, content=body, headers=key)
        return httpx.Response(found.status_code, content=found.content)

    @contextmanager
    def here(*_: object) -> Iterator[OpsClient]:
        with httpx.Client(base_url="http://c", transport=httpx.MockTransport(answer)) as http:
            yield OpsClient(http)

    block = re.search(r"```sh\n(.+?)```", PAGE, re.DOTALL)
    assert block is not None
    with pytest.MonkeyPatch.context() as patch:
        for commands in (stock, stock_planning):
            patch.setattr(commands, "client_of", here)
        for line in block[1].strip().splitlines():
            words = shlex.split(line)
            assert words[:2] == ["comptoir", "stock"]
            done = CliRunner().invoke(stock.app, words[2:])
            assert done.exit_code == 0, (line, done.output, done.exception)
        shown = CliRunner().invoke(stock.app, ["show", "MUG"], env={"COLUMNS": "200"})
        held = CliRunner().invoke(stock.app, ["held"])
    assert shown.exit_code == 0
    assert "Nothing is held." in held.output
    assert world.balance("S1", "MUG") == Balance(on_hand=2, display=1)
    assert world.balance("S2", "MUG") == Balance(on_hand=8)
    assert world.balance("W1", "MUG") == Balance(on_hand=40, inbound=120)
    assert world.check() == []
    world.close()
