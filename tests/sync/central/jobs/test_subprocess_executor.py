"""Long work ends with the server, however it ends, and one request for it does not become forty."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sync.central.allocation.reallocate import on_demand
from sync.central.jobs.subprocess_executor import SideProcess
from sync.domain.errors import Conflict, Unavailable
from tests.sync.central.inline import Inline
from tests.sync.central.world import SHIP, World

_COMPUTES = """
import time
from sync.central.jobs.subprocess_executor import SideProcess
if __name__ == "__main__":
    side = SideProcess()
    answer = side.submit(time.sleep, 600)
    while not any(process.pid for process in side._running):
        time.sleep(0.01)
    print("computing", flush=True)
    answer.result()
"""


def started(folder: Path, program: str) -> subprocess.Popen[str]:
    """The program in a process whose output ends when its own children have ended too."""
    script = folder / "program.py"
    script.write_text(program, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, str(script)],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[4])},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    return process


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_a_computation_ends_with_a_server_that_is_killed(tmp_path: Path) -> None:
    process = started(tmp_path, _COMPUTES)
    assert said(process) == "computing"
    process.kill()
    process.communicate(timeout=30)  # the end of the output, which the computation holds open


def test_nothing_is_started_once_it_was_shut_down() -> None:
    side = SideProcess()
    side.shutdown()
    with pytest.raises(Unavailable, match="ended without an answer"):
        side.submit(divmod, 7, 2).result(60)


def test_a_second_batch_while_one_is_under_way_is_told_so(world: World) -> None:
    world.placed(("MUG", 1, SHIP))
    ctx = world.central.context
    refused: list[str] = []

    class Asking(Inline):
        """Asks again from within the computation."""

        def submit(self, call: Callable[..., Any], /, *args: Any, **more: Any) -> Future[Any]:
            with pytest.raises(Conflict) as caught:
                on_demand(replace(ctx, executor=Inline()), dry_run=True)
            refused.append(caught.value.code)
            return super().submit(call, *args, **more)

    assert on_demand(replace(ctx, executor=Asking()), dry_run=True).orders_looked_at == 1
    assert refused == ["batch.running"]
    assert on_demand(replace(ctx, executor=Inline()), dry_run=True).orders_looked_at == 1
