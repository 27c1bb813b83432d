"""Word of what changed on the device, for the components of one session."""

from __future__ import annotations

from collections.abc import Callable, Iterable


class Changes:
    """Tells the components of one session that a topic of the device has changed."""

    def __init__(self) -> None:
        self._listeners: list[tuple[frozenset[str], Callable[[], None]]] = []

    def listen(self, topics: Iterable[str], callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback` after a change of one of `topics`; gives the way to stop."""
        entry = (frozenset(topics), callback)
        self._listeners.append(entry)

        def stop() -> None:
            if entry in self._listeners:
                self._listeners.remove(entry)

        return stop

    def tell(self, topic: str) -> None:
        """Call everybody who listens to `topic`. On the session's event loop only."""
        for topics, callback in tuple(self._listeners):
            if topic in topics:
                callback()
