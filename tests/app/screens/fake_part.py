"""What every use case object of a device in memory is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.domain.errors import ComptoirError

if TYPE_CHECKING:
    from tests.app.screens.fake_device import FakeDevice


class Part:
    """One use case object: remembers calls, and fails once when told to."""

    def __init__(self, device: FakeDevice) -> None:
        self.device = device
        self.calls: list[tuple[object, ...]] = []
        self._failures: dict[str, ComptoirError] = {}

    def fail_with(self, method: str, error: ComptoirError) -> None:
        self._failures[method] = error

    def called(self, method: str, *args: object) -> None:
        self.calls.append((method, *args))
        if method in self._failures:
            raise self._failures.pop(method)
