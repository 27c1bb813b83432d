"""The small network of the server's tests."""

from __future__ import annotations

from tests.sync.central.conftest import plain_logs, template, world

__all__ = ["plain_logs", "template", "world"]
