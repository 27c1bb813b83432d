"""A central server in this process, and devices over a network that can fail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app.central_link import Shops
from tests.sync.central.world import World, copy_of


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    World(folder).close()
    return folder


@pytest.fixture
def world(template: Path, tmp_path: Path) -> Iterator[World]:
    found = copy_of(template, tmp_path / "central")
    yield found
    found.close()


@pytest.fixture
def shops(world: World, tmp_path: Path) -> Iterator[Shops]:
    found = Shops(tmp_path, world)
    yield found
    found.close()
