"""A till and a kiosk of the small store, closed after the test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app.screens.till import Till


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Till]:
    opened = Till(tmp_path)
    yield opened
    opened.device.stop()
