"""The folder of a scenario, with the demo company's tables and one order."""

from __future__ import annotations

import shutil
from importlib.resources import files
from pathlib import Path

DEMO = Path(str(files("assets") / "demo"))
TABLES = ("articles", "locations", "pickup_points", "tariffs", "factors", "services", "regions")
ORDER = {
    "order": "A-1",
    "placed_at": "2026-11-24T10:00:00+01:00",
    "lat": 48.87,
    "lon": 2.33,
    "postcode": "75009",
    "lines": [["10002", 2]],
}


def with_tables(folder: Path) -> Path:
    """`folder`, made, with a copy of each table."""
    folder.mkdir()
    for name in TABLES:
        shutil.copy(DEMO / f"{name}.csv", folder)
    return folder
