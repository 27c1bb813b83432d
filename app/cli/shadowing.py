"""Whether another package stands in front of one of ours: `app` is a name that many take."""

from __future__ import annotations

import importlib.machinery
import importlib.util
from collections.abc import Callable, Iterable, Mapping
from importlib import metadata
from pathlib import Path

OURS = ("app", "sync", "printing", "assets")
Find = Callable[[str], importlib.machinery.ModuleSpec | None]


def shadowed(
    root: Path,
    find: Find = importlib.util.find_spec,
    owners: Callable[[], Mapping[str, Iterable[str]]] = metadata.packages_distributions,
) -> list[str]:
    """A sentence for each of our four packages that is imported from elsewhere than `root`.

    `owners` maps a top-level name to the distributions that brought it.
    """
    found = []
    for name in OURS:
        spec = find(name)
        places = [Path(place) for place in (spec.submodule_search_locations or ())] if spec else []
        if any(place.resolve() == (root / name).resolve() for place in places[:1]):
            continue
        where = places[0] if places else (spec.origin if spec and spec.origin else "nowhere")
        others = sorted(set(owners().get(name, ())) - {"comptoir"})
        remedy = (
            f"pip uninstall {' '.join(others)}"
            if others
            else f"move {where} away, or begin in another folder"
        )
        found.append(f"`{name}` is imported from {where} and not from {root / name}: {remedy}.")
    return found


def our_root() -> Path:
    """The folder that holds our four packages: the one of this file."""
    return Path(__file__).resolve().parents[2]
