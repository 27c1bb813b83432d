"""Jobs that may block, beside the event loop of a session."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import structlog

from sync.domain.errors import ComptoirError, Unavailable

P = ParamSpec("P")
T = TypeVar("T")
log = structlog.get_logger(__name__)

UNEXPECTED = (
    "Something unexpected happened on this device. What was already confirmed is safe. Try again; "
    "if it goes on, call support."
)


class Background:
    """Jobs that may block (database, printing, card terminal), run beside the event loop.

    `idle` tells a test when all of them have ended.
    """

    def __init__(self) -> None:
        self._running = 0
        self._quiet = asyncio.Event()
        self._quiet.set()

    async def run(self, job: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The result of `job`, computed in a thread; raises what it raises.

        An error that nobody foresaw is logged whole and becomes Unavailable, so that a screen
        always has a sentence to show.
        """
        self._running += 1
        self._quiet.clear()
        try:
            return await asyncio.to_thread(job, *args, **kwargs)
        except ComptoirError:
            raise
        except Exception as error:
            log.exception("screen_job_failed", job=getattr(job, "__qualname__", repr(job)))
            raise Unavailable(UNEXPECTED, code="device.unexpected") from error
        finally:
            self._running -= 1
            if not self._running:
                self._quiet.set()

    @property
    def busy(self) -> bool:
        """Whether a job is running."""
        return self._running > 0

    async def idle(self) -> None:
        """Wait until no job is running."""
        await self._quiet.wait()
