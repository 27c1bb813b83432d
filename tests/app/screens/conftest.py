"""A till of the small store, closed after the test, and a person who is signed in there."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app.screens.counter import PIN, Run, Steps, open_terminal
from tests.app.screens.till import Till


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Till]:
    opened = Till(tmp_path)
    yield opened
    opened.device.stop()


@pytest.fixture
def run(till: Till) -> Run:
    """Open the terminal in English on a till, signed in, and do some steps."""

    def do(steps: Steps, width: int = 1280, height: int = 800) -> None:
        async def whole() -> None:
            screen = await open_terminal(till, width, height)
            await screen.type("pin", PIN, enter=True)
            await steps(screen, till)
            await screen.close()

        asyncio.run(whole())

    return do
