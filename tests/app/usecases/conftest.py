"""A terminal of the small data set, and the people who work at it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.device import Device
from app.usecases.store.sign_in import Person
from sync.domain.associate import ASSOCIATE
from tests.app.device_fixtures import Clock, make_device


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def device(tmp_path: Path, clock: Clock) -> Iterator[Device]:
    terminal = make_device(tmp_path, clock=clock, language="en")
    yield terminal
    terminal.stop()


@pytest.fixture
def leo() -> Person:
    return Person("A02", "Léo Martin", ASSOCIATE, "LM")
