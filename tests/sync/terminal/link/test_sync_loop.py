"""The loop: push before pull, patience when the server is away, and no rush when it is back."""

import threading
from pathlib import Path

import pytest

from sync.domain.errors import Refused
from sync.protocol.feed import CATALOGUE
from sync.terminal.link.outbox import KEPT_DAYS
from sync.terminal.link.sync_loop import Pace
from tests.sync.terminal.world import BUCKET, NOW, make_world


def test_what_we_did_goes_up_before_anything_comes_down(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    world.place(1)
    world.loop.cycle()
    assert world.central.requests == [
        "POST /v1/commands",
        f"GET /v1/feed/{CATALOGUE}",
        f"GET /v1/feed/{BUCKET}",
        "GET /v1/feed/network",
    ]
    world.close()


def test_the_link_says_when_the_server_last_answered(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    assert (world.loop.link.online, world.loop.link.stock_as_of) == (False, None)
    world.loop.cycle()
    assert (world.loop.link.online, world.loop.link.last_contact) == (True, NOW)
    world.clock.pass_(minutes=5)
    world.central.faults.append("no_connection")
    world.loop.cycle()
    assert (world.loop.link.online, world.loop.link.last_contact) == (False, NOW)
    assert world.loop.link.trouble is not None
    world.close()
    again = make_world(tmp_path)
    assert again.loop.link.stock_as_of == NOW
    again.close()


def test_a_device_that_never_loses_the_link_lets_go_of_old_commands_too(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    world.place(1)
    world.loop.cycle()
    for _ in range(KEPT_DAYS + 2):
        world.clock.pass_(days=1, seconds=1)
        world.loop.cycle()
    assert world.store.all("SELECT about FROM outbox") == []
    world.close()


def test_waiting_doubles_up_to_a_cap_with_jitter(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    world.central.faults.extend(["no_connection"] * 8)
    waits = [world.loop.cycle() for _ in range(8)]
    pace = Pace()
    for wait_s, base_s in zip(waits, (1, 2, 4, 8, 15, 15, 15, 15), strict=True):
        assert base_s <= wait_s <= 1.5 * base_s
    assert len(set(waits[4:])) == 4  # no two tablets of a street in step
    assert world.loop.cycle() == pace.idle_s
    world.close()


def test_the_server_is_given_the_time_that_it_asks_for(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    world.central.retry_after = "120"
    world.central.faults.append("busy")
    assert world.loop.cycle() >= 120
    world.close()


def test_a_command_that_the_server_cannot_read_keeps_no_other_from_going_up(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    commands = [world.start(f"F{number}") for number in range(9)]
    world.central.unreadable.add(str(commands[4].command_id))
    world.loop.cycle()
    assert world.central.applied == commands[:4] + commands[5:]
    (refusal,) = world.outbox.refusals()
    assert (refusal.command_id, refusal.answer.code) == (
        commands[4].command_id,
        "message.invalid",
    )
    assert world.state_of(commands[4]) == "queued"  # kept: a newer server may read it
    world.central.unreadable.clear()
    world.clock.pass_(seconds=10)
    world.loop.cycle()
    assert world.central.applied[-1] == commands[4]
    assert world.outbox.refusals() == []
    world.close()


@pytest.mark.parametrize("status", [400, 403, 404, 407, 413, 422])
def test_a_portal_in_between_refuses_nothing_in_the_servers_name(
    tmp_path: Path, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    import httpx

    world = make_world(tmp_path)
    command = world.place(1)
    portal = httpx.Client(
        base_url="http://central.test",
        transport=httpx.MockTransport(lambda _: httpx.Response(status, html="<h1>Wi-Fi</h1>")),
    )
    monkeypatch.setattr(world.loop._client, "_http", portal)
    world.loop.cycle()
    assert world.outbox.count() == 1
    assert world.outbox.refusals() == []
    assert not world.loop.link.online
    assert world.state_of(command) == "sent"
    world.close()


def test_a_device_that_was_revoked_keeps_everything_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import httpx

    world = make_world(tmp_path)
    world.place(1)
    gate = httpx.Client(
        base_url="http://central.test",
        transport=httpx.MockTransport(lambda _: httpx.Response(401, json={"code": "unauthorised"})),
    )
    monkeypatch.setattr(world.loop._client, "_http", gate)
    world.loop.cycle()
    assert isinstance(world.loop.link.trouble, Refused)
    assert world.outbox.count() == 1
    world.close()


def test_a_kick_sends_a_command_at_once_and_stop_ends_the_thread(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    arrived = threading.Event()
    world.central.on_applied = lambda command: arrived.set()
    first_cycle = threading.Event()
    world.store.subscribe(lambda topic: first_cycle.set() if topic == "status" else None)
    world.loop._pace = Pace(idle_s=3600)
    world.loop.start()
    assert first_cycle.wait(20)
    world.place(1)
    world.loop.kick()
    assert arrived.wait(20)
    world.loop.stop()
    assert world.loop._thread is None
    world.close()


def test_a_fault_of_our_own_does_not_end_the_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make_world(tmp_path)
    calls = []
    done = threading.Event()

    def cycle() -> float:
        calls.append(1)
        if len(calls) == 1:
            raise ZeroDivisionError
        done.set()
        return 3600.0

    monkeypatch.setattr(world.loop, "cycle", cycle)
    world.loop._pace = Pace(cap_s=0.0)
    world.loop.start()
    assert done.wait(20)
    world.loop.stop()
    world.close()
