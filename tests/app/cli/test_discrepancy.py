"""`comptoir discrepancy`: what needs a person is listed and closed over the server's API."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from app.cli import discrepancy
from app.cli.api_client import OpsClient
from sync.domain.errors import ComptoirError
from sync.protocol.commands import PlaceOrder
from tests.sync.central.client import Client
from tests.sync.central.world import CARRY, World


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    world = World(tmp_path)
    server = Client(world)
    key = {"Authorization": f"Bearer {world.central.keys.operations}"}

    def answer(request: httpx.Request) -> httpx.Response:
        found = server.ask(
            request.method, request.url.raw_path.decode(), content=request.read(), headers=key
        )
        return httpx.Response(found.status_code, content=found.content)

    @contextmanager
    def client_of(*_: object) -> Iterator[OpsClient]:
        with httpx.Client(base_url="http://c", transport=httpx.MockTransport(answer)) as http:
            yield OpsClient(http)

    monkeypatch.setattr(discrepancy, "client_of", client_of)
    yield world
    world.close()


def run(*words: str) -> str:
    answer = CliRunner().invoke(discrepancy.app, list(words))
    if answer.exception is not None:
        raise answer.exception
    return answer.output


def test_what_needs_a_person_is_listed_and_closed(world: World) -> None:
    assert run("list") == "Nothing is to be looked into.\n"
    order = replace(world.order(("MUG", 1, CARRY)), associate="NOBODY")
    world.applied(PlaceOrder(order))
    said = run("list")
    assert "sale_person" in said
    assert order.number.value in said
    assert run("resolve", "1", "--note", "a new colleague") == "1 is closed.\n"
    assert run("list") == "Nothing is to be looked into.\n"
    with pytest.raises(ComptoirError) as refused:
        run("resolve", "1", "--note", "again")
    assert refused.value.code == "discrepancy.unknown"
