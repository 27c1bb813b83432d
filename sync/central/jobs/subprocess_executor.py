"""Long computations in a process of their own, so that orders are taken meanwhile.

An executor like any other: where there is a cluster, its client takes this one's place.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from sync.domain.errors import Unavailable

Result = TypeVar("Result")
NICENESS = 10


class SideProcess(Executor):
    """Runs each call in a new process that is killed after `seconds_max`, or with this one."""

    def __init__(self, seconds_max: float = 600.0) -> None:
        self._seconds_max = seconds_max
        self._running: set[multiprocessing.process.BaseProcess] = set()
        self._closed = False

    def submit(self, call: Callable[..., Result], /, *args: Any, **more: Any) -> Future[Result]:
        """Start it now; the future fails with the call's own error, or with Unavailable."""
        future: Future[Result] = Future()
        thread = threading.Thread(
            target=self._run, args=(future, call, args, more), name="side process", daemon=True
        )
        thread.start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Kill what runs: it has changed nothing. Nothing is started any more."""
        self._closed = True
        for process in list(self._running):
            process.kill()

    def _run(
        self,
        future: Future[Any],
        call: Callable[..., Any],
        args: tuple[Any, ...],
        more: dict[str, Any],
    ) -> None:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe(duplex=False)
        try:
            # As bytes: what the call needs is imported once the process has stepped back.
            asked = pickle.dumps((call, args, more))
            process = context.Process(target=_work, args=(theirs, asked), daemon=True)
            process.start()
            self._running.add(process)
            theirs.close()
            if self._closed:  # since before it was in the set that `shutdown` kills
                process.kill()
            try:
                answered = ours.poll(self._seconds_max)
                good, value = ours.recv() if answered else (False, _gone(process.name))
            except EOFError:
                good, value = False, _gone(process.name)
            finally:
                self._running.discard(process)
                process.kill()
                process.join()
        except Exception as error:  # whatever it is, who waits for the future must hear of it
            good, value = False, error
        finally:
            ours.close()
        if good:
            future.set_result(value)
        else:
            future.set_exception(value)


def _gone(name: str) -> Unavailable:
    return Unavailable(
        "A long computation ended without an answer. Nothing was changed; it is tried again later.",
        code="side_process.gone",
        process=name,
    )


def _work(answer: Connection, asked: bytes) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which kills us
    threading.Thread(target=_end_with_the_server, name="server watch", daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    try:
        call, args, more = pickle.loads(asked)  # noqa: S301 - our own, from the server's process
        answer.send((True, call(*args, **more)))
    except Exception as error:
        answer.send((False, error))


def _end_with_the_server() -> None:
    """A server that was killed could not kill us: nobody waits for the answer any more."""
    server = multiprocessing.parent_process()
    if server is not None:
        server.join()
        os._exit(1)
