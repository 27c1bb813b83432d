"""The process is killed at every line of the spool and the worker: nothing is lost, and nothing
is printed twice without asking."""

from __future__ import annotations

import os
import signal
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import pytest

from printing.printers.printer import Printer
from printing.printers.worker import Worker
from printing.spool.spool import Job, JobState, Spool

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
KEYS = ("a", "b", "c")
KILLS = 200
TRACED = ("spool.py", "worker.py", "test_spool_kills.py")

pytestmark = pytest.mark.skipif(
    not hasattr(os, "fork"), reason="a process is killed by a signal, which Windows has not"
)


class PaperPrinter(Printer):
    """Prints by appending to a file, each job in two halves that reach it one by one."""

    name = "counter"

    def __init__(self, paper: Path) -> None:
        self._paper = paper

    def send(self, job: Job, payload: bytes) -> JobState:
        with self._paper.open("ab", buffering=0) as paper:
            paper.write(payload)
            paper.write(b".")
        return JobState.SENT


def work(folder: Path) -> None:
    """Submit three jobs, telling a person of each, then print them."""
    spool = Spool(folder / "spool", lambda: NOON)
    worker = Worker(spool, PaperPrinter(folder / "paper"))
    worker.settle()
    told = os.open(folder / "told", os.O_CREAT | os.O_APPEND | os.O_WRONLY)
    for key in KEYS:
        spool.submit("sales_receipt", key, key.encode(), key=key, printer="counter")
        os.write(told, key.encode())
    while worker.run_once() is not None:
        pass


def run_and_kill(folder: Path, after_lines: int) -> bool:
    """Whether the kill came before the work was done."""
    child = os.fork()
    if child == 0:
        seen = 0

        def count(frame: FrameType, event: str, argument: object) -> object:
            nonlocal seen
            if not frame.f_code.co_filename.endswith(TRACED):
                return None
            if event == "line":
                seen += 1
                if seen > after_lines:
                    os.kill(os.getpid(), signal.SIGKILL)
            return count

        sys.settrace(count)  # type: ignore[arg-type]
        work(folder)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def lines_of_the_work(folder: Path) -> int:
    """How many lines there are to be killed at, by halving."""
    least, most = 0, 4096
    while least < most:
        middle = (least + most) // 2
        (folder / str(middle)).mkdir(parents=True)
        if run_and_kill(folder / str(middle), middle):
            least = middle + 1
        else:
            most = middle
    return least


def test_two_hundred_kills_lose_nothing_and_print_nothing_twice(tmp_path: Path) -> None:
    lines = lines_of_the_work(tmp_path / "count")
    assert lines > 150
    states: Counter[str] = Counter()
    for kill in range(KILLS):
        folder = tmp_path / f"kill-{kill}"
        folder.mkdir()
        assert run_and_kill(folder, kill * lines // KILLS)
        told = (folder / "told").read_text() if (folder / "told").exists() else ""
        before = Spool(folder / "spool", lambda: NOON)
        states.update(job.state.value for job in before.jobs())
        assert {job.key for job in before.jobs()} >= set(told)
        before.close()
        work(folder)  # the terminal starts again
        paper = Counter((folder / "paper").read_text().replace(".", ""))
        after = {job.key: job for job in Spool(folder / "spool", lambda: NOON).jobs()}
        assert set(after) == set(KEYS)
        for key, job in after.items():
            assert paper[key] <= 1, f"{key} came out twice after {kill}"
            assert job.state is JobState.UNKNOWN or (job.state is JobState.SENT and paper[key] == 1)
    # Kills hit every state on the way.
    assert set(states) == {"queued", "sending", "sent"}
