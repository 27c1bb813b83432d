"""What operations people ask of a live server: why an order is where it is, what should move."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from typer.testing import CliRunner

from app.cli import batch, explain
from sync.central.inventory import ledger as stock
from sync.central.server import _Server, create_application
from sync.domain.errors import InvalidInput, NotFound, Unavailable
from tests.sync.central.world import CARRY, SHIP, World, receive


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "demo" / "central")
    yield made
    made.close()


@pytest.fixture
def address(world: World) -> Iterator[str]:
    """Where the world's server listens, on this machine only."""
    listens = threading.Event()
    config = uvicorn.Config(
        create_application(world.central), port=0, log_level="warning", lifespan="off"
    )
    server = _Server(config, listens.set)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert listens.wait(30)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


def said(app: object, *args: str) -> str:
    result = CliRunner().invoke(app, args, catch_exceptions=False)  # type: ignore[arg-type]
    assert result.exit_code == 0, result.output
    return str(result.stdout)


def cents(text: str) -> list[int]:
    found = re.findall(r"(-?)€(\d+)\.(\d\d)", text)
    return [int(sign + euros + part) for sign, euros, part in found]


def test_a_live_order_is_explained_from_the_servers_folder(world: World) -> None:
    order = world.placed(("MUG", 2, SHIP), ("LAMP", 1, SHIP))
    told = said(explain.app, str(order.number), "--data", str(world.central.folder.parent))
    lines = told.splitlines()
    assert lines[0].startswith("23/11/2026 10:00, policy default@2026-11, stock as of movement ")
    assert lines[1].startswith("  Place W1: all 2 lines, 1 parcel, €")
    together, *parts = cents(next(line for line in lines if "Together" in line))
    assert sum(parts) == together == cents(lines[1])[0]
    for place in ("W1", "W2", "S1", "S2", "S3"):
        assert len([line for line in lines if f"Place {place}" in line]) == 1


def test_asked_over_http_the_answer_is_the_same(world: World, address: str) -> None:
    order = world.placed(("MUG", 2, SHIP))
    data = ("--data", str(world.central.folder))
    read = said(explain.app, str(order.number), *data, "--language", "fr")
    asked = said(explain.app, str(order.number), *data, "--central", address, "--language", "fr")
    assert read == asked
    assert "politique default@2026-11" in read


def test_an_order_with_nothing_to_decide_says_so(world: World) -> None:
    order = world.placed(("MUG", 1, CARRY))
    told = said(explain.app, str(order.number), "--data", str(world.central.folder))
    assert told == f"Order {order.number}: everything was carried out.\n"


def test_an_unknown_order_or_folder_is_an_error_with_a_sentence(
    world: World, address: str, tmp_path: Path
) -> None:
    data = str(world.central.folder)
    with pytest.raises(NotFound, match="There is no order C0001-000099-5"):
        said(explain.app, "C0001-000099-5", "--data", data)
    with pytest.raises(InvalidInput, match="There is no order C0001-000099-5 here") as caught:
        said(explain.app, "C0001-000099-5", "--data", data, "--central", address)
    assert caught.value.code == "order.unknown"
    with pytest.raises(NotFound, match=r"There is no server's data in .*nowhere"):
        said(explain.app, "C0001-000099-5", "--data", str(tmp_path / "nowhere"))
    with pytest.raises(NotFound, match=r"There is no operations-key.txt in .*nowhere"):
        said(explain.app, "x", "--data", str(tmp_path / "nowhere"), "--central", address)
    with pytest.raises(Unavailable, match="Is it running"):
        said(explain.app, "x", "--data", data, "--central", "http://127.0.0.1:1")


def test_a_key_that_is_not_the_servers_is_refused(
    world: World, address: str, tmp_path: Path
) -> None:
    folder = tmp_path / "other"
    shutil.copytree(world.central.folder, folder)
    (folder / "operations-key.txt").write_text("wrong")
    with pytest.raises(InvalidInput) as caught:
        said(explain.app, "x", "--data", str(folder), "--central", address)
    assert caught.value.code == "unauthorised"


def test_the_batch_says_what_would_move_and_moves_it_when_told(world: World, address: str) -> None:
    world.use_policy('version = "1"\n[handling.store]\nparcel_eur = 3.0\n')
    with world.central.database.write("count") as tx:
        for location in ("W1", "W2", "S1", "S2"):
            stock.count(tx, location, "MUG", 0, "count")
    order = world.placed(("MUG", 2, SHIP))
    with world.central.database.write("delivery") as tx:
        receive(tx, "W1", "MUG", 9)
    asked = ("--central", address, "--data", str(world.central.folder))
    dry = said(batch.app, *asked)
    assert dry.startswith(f"{order.number}: from S3 to W1 saves €")
    assert "1 order would move and save €" in dry and "nothing was changed" in dry
    assert world.fulfilment(order).location == "S3"
    moved = said(batch.app, *asked, "--move", "--language", "fr")
    assert "1 commande déplacée" in moved and "écart certifié 0\u202f%" in moved
    assert world.fulfilment(order).location == "W1"
    assert said(batch.app, *asked).startswith("0 orders would move and save €0.00")
