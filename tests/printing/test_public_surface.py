"""What other packages import is named once, in `printing`; inside, each module names its source."""

from __future__ import annotations

import grimp

import printing


def test_no_module_inside_imports_from_the_package_itself() -> None:
    graph = grimp.build_graph("printing")
    inside = {name for name in graph.modules if name.startswith("printing.")}
    assert {
        name for name in inside if graph.direct_import_exists(importer=name, imported="printing")
    } == set()


def test_every_public_name_is_there_and_they_are_in_order() -> None:
    assert printing.__all__ == sorted(printing.__all__, key=lambda name: (name.islower(), name))
    assert [name for name in printing.__all__ if not hasattr(printing, name)] == []
