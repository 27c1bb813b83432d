"""An executor that does the work at once, or when a test says so."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any


class Inline(Executor):
    """`hold`: calls wait for `run_all`, as a computation under way does."""

    def __init__(self, *, hold: bool = False) -> None:
        self._hold = hold
        self._waiting: list[tuple[Future[Any], Callable[..., Any], Any, Any]] = []
        self.calls = 0

    def submit(self, call: Callable[..., Any], /, *args: Any, **more: Any) -> Future[Any]:
        self.calls += 1
        future: Future[Any] = Future()
        self._waiting.append((future, call, args, more))
        if not self._hold:
            self.run_all()
        return future

    def run_all(self) -> None:
        waiting, self._waiting = self._waiting, []
        for future, call, args, more in waiting:
            try:
                future.set_result(call(*args, **more))
            except Exception as error:
                future.set_exception(error)
