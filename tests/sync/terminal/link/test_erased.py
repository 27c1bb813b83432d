"""A device that was lost or taken out of service erases what it holds, and only then."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.sync.terminal.world import make_world

HERE, SHOP, TLS = "http://127.0.0.1:8540", "http://10.0.0.5:8540", "https://central.example"


@pytest.mark.parametrize(
    ("code", "server", "waiting", "erased"),
    [
        ("device.wiped", HERE, True, True),
        ("device.wiped", TLS, True, True),
        ("device.wiped", SHOP, True, False),
        ("device.revoked", TLS, False, True),
        ("device.revoked", TLS, True, False),
        ("device.stopped", TLS, False, False),
    ],
)
def test_it_erases_itself_when_the_server_says_so(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    code: str,
    server: str,
    waiting: bool,
    erased: bool,
) -> None:
    world = make_world(tmp_path)
    if waiting:
        world.place(1)
    answer = httpx.Response(403, json={"code": code, "message": "No."})
    gate = httpx.Client(base_url=server, transport=httpx.MockTransport(lambda _: answer))
    monkeypatch.setattr(world.loop._client, "_http", gate)
    world.loop.cycle()
    assert world.loop.link.trouble is not None
    assert (tmp_path / "device.key").exists() is not erased
    assert (tmp_path / "device.db").exists() is not erased
    world.close()
