"""Our four packages come from this repository, and it is said what stands in front of one."""

from __future__ import annotations

from importlib.machinery import ModuleSpec
from pathlib import Path

from app.cli.shadowing import OURS, our_root, shadowed

REPOSITORY = Path(__file__).resolve().parents[3]


def test_all_four_packages_come_from_this_repository() -> None:
    assert our_root() == REPOSITORY
    said = shadowed(REPOSITORY)
    assert not said, "Another package stands in front of ours. " + " ".join(said)


def spec(name: str, folder: Path) -> ModuleSpec:
    found = ModuleSpec(name, None, is_package=True)
    found.submodule_search_locations = [str(folder)]
    return found


def test_what_brought_a_foreign_package_is_named_with_what_to_uninstall() -> None:
    elsewhere = Path("/venv/site-packages/app")

    def find(name: str) -> ModuleSpec | None:
        return spec(name, elsewhere if name == "app" else REPOSITORY / name)

    owners = {name: ["comptoir"] for name in OURS} | {"app": ["comptoir", "webthing"]}
    assert shadowed(REPOSITORY, find, lambda: owners) == [
        f"`app` is imported from {elsewhere} and not from {REPOSITORY / 'app'}: "
        "pip uninstall webthing."
    ]


def test_a_folder_that_nobody_installed_is_to_be_moved_away() -> None:
    def find(name: str) -> ModuleSpec | None:
        return spec(name, Path("/home/me/sync") if name == "sync" else REPOSITORY / name)

    assert shadowed(REPOSITORY, find, dict) == [
        f"`sync` is imported from /home/me/sync and not from {REPOSITORY / 'sync'}: "
        "move /home/me/sync away, or begin in another folder."
    ]


def test_a_package_that_is_not_there_at_all_is_said() -> None:
    said = shadowed(REPOSITORY, lambda name: None, dict)
    assert [sentence.partition("`")[2].partition("`")[0] for sentence in said] == list(OURS)
