"""When a device last asked is on disk, so that every process knows, after a restart too."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from sync.central.devices import last_seen
from sync.central.devices.last_seen import Seen
from tests.sync.central.client import Client
from tests.sync.central.world import World


def seen(world: World) -> dict[str, Seen]:
    with world.central.database.read() as connection:
        return last_seen.of_devices(connection)


def out_of_touch(world: World) -> set[str]:
    with world.central.database.read() as connection:
        return last_seen.stores_out_of_touch(connection, world.now - timedelta(seconds=30))


def test_a_device_that_reads_is_seen_and_how_far_it_is(world: World) -> None:
    till = world.till()
    assert seen(world) == {}
    Client(world).page(till, "catalogue", cursor=2)
    assert seen(world) == {till.device.code: Seen(world.now, {"catalogue": 2})}


def test_the_row_is_written_every_ten_seconds_or_when_it_has_read_more(world: World) -> None:
    till, client = world.till(), Client(world)
    writes: list[str] = []
    world.central.database.before_commit.append(lambda tx: writes.append(tx.cause))
    for seconds, cursor in ((0, 0), (1, 0), (1, 3), (1, 3), (10, 3)):
        world.pass_time(seconds=seconds)
        client.page(till, "catalogue", cursor=cursor)
    assert writes == ["device:seen"] * 3


def test_a_store_is_out_of_touch_when_one_of_its_tills_is_silent(world: World) -> None:
    one, two = world.till("S1"), world.till("S1", second=True)
    world.till("S2", "kiosk")
    assert out_of_touch(world) == {"S1"}
    for till in (one, two):
        Client(world).page(till, "catalogue")
    assert out_of_touch(world) == set()
    world.pass_time(seconds=31)
    Client(world).page(one, "catalogue")
    assert out_of_touch(world) == {"S1"}
    with world.central.database.write("revoked") as tx:
        tx.connection.execute(
            sa.text("UPDATE device SET state = 'revoked' WHERE code = :code"),
            {"code": two.device.code},
        )
    assert out_of_touch(world) == set()
