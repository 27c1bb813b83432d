"""The queue: nothing is lost, nothing is done twice, whoever dies and whenever."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from sync.central.jobs import queue
from sync.central.jobs.queue import ATTEMPTS_MAX, Job
from sync.central.jobs.workers import Done, Hopeless, Kind, Workers
from sync.central.storage import tables
from sync.central.storage.database import Transaction
from sync.domain.errors import Conflict, Unavailable
from tests.sync.central.world import SHIP, World

MINUTE = timedelta(minutes=1)


class Killed(BaseException):
    """The process ends here."""


def queued(world: World, *keys: str) -> None:
    with world.central.database.write("test") as tx:
        for key in keys:
            queue.enqueue(tx, "test", key)


def left(world: World) -> list[tuple[str, int, str | None]]:
    rows = tables.job.c
    query = sa.select(rows.key, rows.attempts, rows.last_error).where(rows.kind == "test")
    with world.central.database.read() as connection:
        return [(row[0], row[1], row[2]) for row in connection.execute(query.order_by(rows.id))]


def effect(world: World, key: str) -> None:
    """A job's effect that can be counted: a row of `meta`."""
    with world.central.database.write("test") as tx:
        wrote(tx, key)


def wrote(tx: Transaction, key: str) -> None:
    tx.connection.execute(sa.insert(tables.meta).values(name=f"did:{key}", value=""))


def did(world: World) -> list[str]:
    names = sa.select(tables.meta.c.name).where(tables.meta.c.name.startswith("did:"))
    with world.central.database.read() as connection:
        return sorted(connection.execute(names).scalars())


def workers(world: World, kind: Kind, owner: str = "one") -> Workers:
    return Workers(world.central.database, [kind], owner, every_seconds=60)


def test_a_job_is_queued_with_its_cause_or_not_at_all(world: World) -> None:
    with pytest.raises(ZeroDivisionError), world.central.database.write("test") as tx:
        queue.enqueue(tx, "test", "a")
        1 / 0  # noqa: B018
    assert left(world) == []


def noting(done: list[str], again_at: datetime | None = None) -> Callable[[Job], Done]:
    """A job that notes its key."""

    def run(job: Job) -> Done:
        done.append(job.key)
        return Done(again_at=again_at)

    return run


def test_jobs_are_done_in_order_and_gone(world: World) -> None:
    queued(world, "b", "a", "b")
    order: list[str] = []
    kind = Kind("test", noting(order))
    assert workers(world, kind).run_due("test") == 2
    assert (order, left(world)) == (["b", "a"], [])


@pytest.mark.parametrize("moment", ["in the work", "in the effect"])
def test_killed_anywhere_a_job_has_one_effect(world: World, moment: str) -> None:
    queued(world, "a")
    alive = False

    def work(job: Job) -> Done:
        if moment == "in the work" and not alive:
            raise Killed

        def applied(tx: Transaction) -> None:
            wrote(tx, job.key)
            if not alive:
                raise Killed

        return Done(applied)

    kind = Kind("test", work, lease=MINUTE)
    with pytest.raises(Killed):
        workers(world, kind).run_due("test")
    alive = True
    assert (did(world), workers(world, kind, "two").run_due("test")) == ([], 0)
    world.pass_time(minutes=1)
    assert workers(world, kind, "two").run_due("test") == 1
    assert (did(world), left(world)) == (["did:a"], [])


def test_who_was_too_slow_for_the_lease_has_no_effect(world: World) -> None:
    queued(world, "a")
    other = workers(world, Kind("test", lambda job: Done(lambda tx: wrote(tx, "a"))), "two")

    def slow(_job: Job) -> Done:
        world.pass_time(minutes=2)
        assert other.run_due("test") == 1
        return Done(lambda tx: wrote(tx, "late"))

    assert workers(world, Kind("test", slow, lease=MINUTE)).run_due("test") == 0
    assert (did(world), left(world)) == (["did:a"], [])


def test_queued_again_while_it_is_done_it_is_done_once_more(world: World) -> None:
    queued(world, "a")
    count = 0

    def work(_job: Job) -> Done:
        nonlocal count
        count += 1
        if count == 1:
            queued(world, "a")
        return Done()

    assert workers(world, Kind("test", work)).run_due("test") == 2
    assert (count, left(world)) == (2, [])


def test_a_job_that_fails_is_tried_later_and_later_then_set_aside_and_can_be_queued_again(
    world: World,
) -> None:
    queued(world, "a", "b")

    def work(job: Job) -> Done:
        if job.key == "a":
            raise Unavailable("Nobody answers.")
        return Done()

    found = workers(world, Kind("test", work))
    assert (found.run_due("test"), left(world)) == (1, [("a", 1, "Nobody answers.")])
    delays = []
    for attempt in range(2, ATTEMPTS_MAX + 1):
        waited = 0
        while left(world)[0][1] < attempt:
            world.pass_time(seconds=5)
            waited += 5
            found.run_due("test")
        delays.append(waited)
    assert delays[:4] == [5, 20, 80, 320]
    assert delays == sorted(delays)
    assert max(delays) == 2 * 60 * 60
    world.pass_time(days=1)
    assert found.run_due("test") == 0
    with world.central.database.read() as connection:
        (aside,) = queue.set_aside(connection, 20)
    assert (aside.key, aside.attempts, aside.last_error) == ("a", ATTEMPTS_MAX, "Nobody answers.")
    queued(world, "a")
    assert workers(world, Kind("test", lambda _job: Done())).run_due("test") == 1


def test_a_job_that_kills_its_worker_each_time_is_set_aside(world: World) -> None:
    queued(world, "a")

    def deadly(_job: Job) -> Done:
        raise Killed

    found = workers(world, Kind("test", deadly, lease=MINUTE))
    for _ in range(ATTEMPTS_MAX):
        with pytest.raises(Killed):
            found.run_due("test")
        world.pass_time(minutes=1)
    assert found.run_due("test") == 0
    with world.central.database.read() as connection:
        assert [job.key for job in queue.set_aside(connection, 20)] == ["a"]


def test_what_is_hopeless_is_set_aside_at_once(world: World) -> None:
    queued(world, "a")

    def work(_job: Job) -> Done:
        raise Hopeless("No mail.")

    told: list[str] = []
    kind = Kind("test", work, on_give_up=lambda _tx, job: told.append(job.key))
    assert workers(world, kind).run_due("test") == 0
    with world.central.database.read() as connection:
        (aside,) = queue.set_aside(connection, 20)
    assert (told, aside.attempts, aside.last_error) == (["a"], 1, "No mail.")


def test_a_schedule_is_there_once_and_never_given_up(world: World) -> None:
    runs: list[int] = []

    def work(job: Job) -> Done:
        runs.append(job.attempts)
        if len(runs) < 20:
            raise Unavailable("Nobody answers.")
        return Done(again_at=world.now + timedelta(hours=3))

    found = workers(world, Kind("test", work, scheduled=True))
    found.ensure_schedules()
    found.ensure_schedules()
    while len(runs) < 20:
        found.run_due("test")
        world.pass_time(hours=2)
    assert left(world) == [("schedule", 0, None)]
    assert found.run_due("test") == 0
    world.pass_time(hours=1)
    assert found.run_due("test") == 1


def test_a_turn_on_demand_excludes_the_schedule_and_leaves_it_as_it_was(world: World) -> None:
    database = world.central.database
    ran: list[str] = []
    kind = Kind("test", noting(ran, world.now + MINUTE), scheduled=True)
    found = workers(world, kind)
    found.ensure_schedules()
    with queue.turn(database, "test", "person", MINUTE):
        assert found.run_due("test") == 0
        with pytest.raises(Conflict), queue.turn(database, "test", "other", MINUTE):
            pass
    assert (found.run_due("test"), ran) == (1, ["schedule"])


def test_many_workers_share_the_jobs_and_none_is_done_twice(world: World) -> None:
    keys = [f"k{number:02d}" for number in range(24)]
    queued(world, *keys)
    kind = Kind("test", lambda job: Done(lambda tx: wrote(tx, job.key)))
    crowd = [workers(world, kind, f"w{number}") for number in range(4)]
    threads = [threading.Thread(target=each.run_due, args=("test",)) for each in crowd]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert did(world) == [f"did:{key}" for key in keys]  # a second one would break the key
    assert left(world) == []


def test_a_slow_kind_delays_no_other(world: World) -> None:
    running, may_finish, mailed = threading.Event(), threading.Event(), threading.Event()

    def slow(_job: Job) -> Done:
        running.set()
        may_finish.wait(30)
        return Done()

    def quick(_job: Job) -> Done:
        mailed.set()
        return Done()

    database = world.central.database
    found = Workers(database, [Kind("slow", slow), Kind("test", quick)], "one", every_seconds=60)
    found.start()
    try:
        with database.write("test") as tx:
            queue.enqueue(tx, "slow", "a")
        assert running.wait(30)
        queued(world, "a")  # its commit wakes the worker
        assert mailed.wait(30)
    finally:
        may_finish.set()
        found.stop()
    assert left(world) == []


def test_stopping_lets_the_running_job_finish(world: World) -> None:
    running, may_finish = threading.Event(), threading.Event()

    def job(_job: Job) -> Done:
        running.set()
        may_finish.wait(30)
        return Done(lambda tx: wrote(tx, "a"))

    queued(world, "a")
    found = workers(world, Kind("test", job))
    found.start()
    assert running.wait(30)
    stopper = threading.Thread(target=found.stop)
    stopper.start()
    may_finish.set()
    stopper.join(30)
    assert (stopper.is_alive(), did(world)) == (False, ["did:a"])


def test_the_server_queues_nothing_for_an_order_that_nobody_waits_for(world: World) -> None:
    world.placed(("MUG", 1, SHIP))
    with world.central.database.read() as connection:
        assert connection.execute(sa.select(tables.job.c.kind)).scalars().all() == []


def test_where_several_write_at_once_a_job_that_is_taken_is_passed_over() -> None:
    said = str(queue.next_due("mail", "2026").compile(dialect=postgresql.dialect()))
    assert said.endswith("FOR UPDATE SKIP LOCKED")
