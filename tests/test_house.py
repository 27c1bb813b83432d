"""Where SQL may stand: in the store of a device, and in the step of the process at the server.

What import-linter cannot say: a page may hold a connection, but builds no query with it.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.i18n.messages import ROOT

WITHOUT_SQL = (
    "app",
    "sync/central/api",
    "sync/central/control_room",
    "sync/central/jobs/workers.py",
    "sync/domain",
    "sync/protocol",
    "sync/sourcing",
    "printing/documents",
)
BUILDERS = {"select", "insert", "update", "delete", "text", "exec_driver_sql"}
STATEMENT = re.compile(
    r"\b(SELECT\b.+\bFROM|INSERT INTO|DELETE FROM|UPDATE \w+ SET|CREATE TABLE)\b", re.DOTALL
)


def sources(place: str) -> list[Path]:
    path = ROOT / place
    return [path] if path.suffix else sorted(path.rglob("*.py"))


FILES = [path for place in WITHOUT_SQL for path in sources(place)]


def statements(tree: ast.Module) -> list[int]:
    """The lines on which a query stands as text, or is built with SQLAlchemy."""
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if STATEMENT.search(text):
                found.append(node.lineno)
            case ast.Attribute(value=ast.Name(id="sa" | "sqlalchemy"), attr=name) if (
                name in BUILDERS
            ):
                found.append(node.lineno)
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_query_stands_outside_the_store_and_the_steps(path: Path) -> None:
    assert statements(ast.parse(path.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    "source",
    [
        'store.all("SELECT body FROM orders WHERE key = ?", (key,))',
        'tx.execute(f"UPDATE outbox SET state = {state}")',
        "sa.select(tables.fulfilment)",
        "sqlalchemy.text(query)",
    ],
)
def test_a_query_is_found(source: str) -> None:
    assert statements(ast.parse(source)) == [1]
