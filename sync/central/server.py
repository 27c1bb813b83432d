"""Serves the central server over HTTP until it is told to stop."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp

from sync.central import logs
from sync.central.api.app import create_app
from sync.central.api.auth import Gate
from sync.central.api.budget import Budget
from sync.central.composition import Central
from sync.central.control_room.pages import create_pages
from sync.central.exposure import Exposure, OnlyPrivate
from sync.central.jobs.workers import Kind
from sync.protocol.doors import Doors

GRACE_SECONDS = 5


def create_application(
    central: Central, *, pages_open: bool = True, budget: Budget | None = None
) -> FastAPI:
    """The API and the pages of `central`. `pages_open`: people need no key for the pages."""
    app = create_app(central.context, central.folder, budget)
    gate = Gate(central.database)
    opens = None if pages_open else gate.opens_pages
    app.include_router(create_pages(central.context, opens, gate.record))
    return app


def serve(
    central: Central,
    listener: socket.socket,
    *,
    jobs: Sequence[Kind] = (),
    ready: Callable[[], None] | None = None,
    exposure: Exposure | None = None,
    budget: Budget | None = None,
) -> None:
    """Run the server until SIGINT or SIGTERM: requests and jobs under way are finished first.

    `jobs` run beside the server's own. `ready` is called once it serves who comes to `listener`.
    `exposure`: how it is reached, on the listener's address alone when it is not said. Where
    others reach it, the pages ask for the secret of a key. `budget`: what one caller may send in a
    minute.
    """
    host, port = listener.getsockname()[:2]
    exposure = exposure or Exposure(host)
    exposure.check()
    logs.configure()
    work = central.workers(jobs)
    app = create_application(central, pages_open=exposure.is_private, budget=budget)
    doors: ASGIApp = Doors(app, exposure.hosts(port), schemes=(exposure.scheme,))
    config = uvicorn.Config(
        doors if exposure.scheme == "http" else OnlyPrivate(doors),
        **exposure.uvicorn_options(),
        log_level="warning",
        timeout_graceful_shutdown=GRACE_SECONDS,
        server_header=False,
    )
    work.start()
    try:
        with _signals_end_quietly():
            _Server(config, ready).run([listener])
    finally:
        central.executor.shutdown()  # or a job would wait for what it computes
        work.stop()
        central.close()


@contextmanager
def _signals_end_quietly() -> Iterator[None]:
    """uvicorn raises the signal that stopped it once more; by then there is nothing to stop."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    kept = {
        number: signal.signal(number, lambda *_: None) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: Callable[[], None] | None) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and self._ready is not None:
            self._ready()
