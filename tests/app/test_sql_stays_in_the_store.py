"""SQL stands in the queries of the terminal's store; use cases and screens ask those."""

from __future__ import annotations

import ast
from pathlib import Path

APP = Path(__file__).parents[2] / "app"
STATEMENTS = ("SELECT ", "INSERT ", "UPDATE ", "DELETE ")
# To be moved to sync/terminal/store/*_queries.py; nothing may be added here.
NOT_MOVED_YET = {
    "usecases/selling/basket.py",
    "usecases/selling/card_payments.py",
    "usecases/store/status.py",
}


def trees() -> dict[str, ast.Module]:
    """The parsed files of the use cases, screens and components, by path under app/."""
    return {
        str(path.relative_to(APP).as_posix()): ast.parse(path.read_text(encoding="utf-8"))
        for folder in ("usecases", "screens", "components")
        for path in sorted((APP / folder).rglob("*.py"))
    }


def holds_sql(tree: ast.Module) -> bool:
    """Whether a string in the file begins a statement."""
    return any(
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.startswith(STATEMENTS)
        for node in ast.walk(tree)
    )


def test_only_known_use_cases_still_hold_sql() -> None:
    assert {path for path, tree in trees().items() if holds_sql(tree)} == NOT_MOVED_YET


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
