"""SQL stands in the queries of the terminal's store; use cases and screens ask those."""

from __future__ import annotations

import ast
from pathlib import Path

APP = Path(__file__).parents[2] / "app"
STATEMENTS = ("SELECT ", "INSERT ", "UPDATE ", "DELETE ")


def trees() -> dict[str, ast.Module]:
    """The parsed files of the till and the kiosk, by path under app/."""
    return {
        str(path.relative_to(APP).as_posix()): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(APP.rglob("*.py"))
    }


def holds_sql(tree: ast.Module) -> bool:
    """Whether a string in the file begins a statement."""
    return any(
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.startswith(STATEMENTS)
        for node in ast.walk(tree)
    )


def test_no_use_case_and_no_screen_holds_sql() -> None:
    assert {path for path, tree in trees().items() if holds_sql(tree)} == set()


def test_nothing_above_the_store_knows_its_engine() -> None:
    engine = "sync.terminal.store.sqlite"
    importing = {
        path
        for path, tree in trees().items()
        for node in ast.walk(tree)
        if (isinstance(node, ast.ImportFrom) and node.module == engine)
        or (isinstance(node, ast.Import) and any(name.name == engine for name in node.names))
    }
    assert importing == set()
