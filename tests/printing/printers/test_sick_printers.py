"""Three printers are off, dying and silent; the fourth prints, and the screen knows of them all.

How long that takes is measured by `comptoir bench print`; here it only has to happen.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from printing import JobState, PrinterEntry, PrinterSetup, PrintService, Route, Spool
from printing.model.document import Text
from printing.samples.samples import samples
from sync.i18n import I18n
from tests.printing.sinks import Sink, die_after, fall_silent

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
RECEIPT = samples(I18n("fr"))["sales_receipt"]
LONG = replace(RECEIPT, blocks=tuple(Text(f"Ligne {number}") for number in range(20_000)))


class Screen:
    """Wakes at each change, and waits for what it wants to see."""

    def __init__(self) -> None:
        self._changed = threading.Condition()

    def changed(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def wait_for(self, seen: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(seen, 30)


@pytest.fixture
def let_go() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


def test_the_healthy_printer_prints_and_the_others_are_shown(
    tmp_path: Path, let_go: threading.Event
) -> None:
    sinks = {
        "healthy": Sink(),
        "dying": Sink(die_after(1000)),
        "silent": Sink(fall_silent(let_go)),
        "off": Sink(),
    }
    sinks["off"].close()
    setup = PrinterSetup(
        {
            name: PrinterEntry(name, f"tcp://127.0.0.1:{sink.port}", "generic-80")
            for name, sink in sinks.items()
        },
        {name: Route(name) for name in sinks},
    )
    screen = Screen()
    spool = Spool(tmp_path, lambda: NOON)
    service = PrintService(spool, setup, on_change=screen.changed)
    service.start()
    jobs = {
        name: service.print(replace(LONG, type=name), name) for name in ("dying", "silent", "off")
    }
    healthy = [service.print(replace(RECEIPT, type="healthy"), f"h{n}") for n in range(5)]
    screen.wait_for(lambda: all(service.job(j.number).state is JobState.SENT for j in healthy))
    assert service.job(jobs["silent"].number).state is JobState.SENDING

    def troubles() -> dict[str, str]:
        return {state.name: state.trouble for state in service.states()}

    screen.wait_for(lambda: all(troubles()[name] for name in jobs))
    found = troubles()
    assert found["healthy"] == ""
    assert found["off"] == "printing.off"
    assert found["silent"] in ("printing.slow", "printing.perhaps_printed")
    assert found["dying"] == "printing.perhaps_printed"
    assert [job.key for job in service.questions()][:1] == ["dying"]
    assert service.job(jobs["off"].number).state is JobState.QUEUED
    let_go.set()
    service.stop()
    for name in ("healthy", "dying", "silent"):
        sinks[name].close()
