"""Find the sentences that a person may see, by reading the source."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = [ROOT / name for name in ("app", "sync", "printing")]
TRANSLATING = {"t", "n", "_"}
ERRORS = {"ComptoirError", "InvalidInput", "NotFound", "Conflict", "Refused", "Unavailable"}
MARKER = "N_"  # marks a sentence that is translated later, where it is shown


@dataclass(frozen=True)
class Message:
    """A sentence in the source and where it stands."""

    text: str
    path: Path
    line: int


def _strings(node: ast.expr) -> Iterator[ast.Constant]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node
    elif isinstance(node, ast.IfExp):
        yield from _strings(node.body)
        yield from _strings(node.orelse)


def _name(call: ast.Call) -> str:
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def error_names(trees: dict[Path, ast.Module]) -> set[str]:
    """All classes that descend from ComptoirError, found by name."""
    names = set(ERRORS)
    while True:
        found = {
            node.name
            for tree in trees.values()
            for node in ast.walk(tree)
            if isinstance(node, ast.ClassDef)
            and any(isinstance(base, ast.Name) and base.id in names for base in node.bases)
        }
        if found <= names:
            return names
        names |= found


def parse_all() -> dict[Path, ast.Module]:
    """The syntax tree of every source file."""
    return {
        path: ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(file for folder in SOURCES for file in folder.rglob("*.py"))
        if "migrations" not in path.parts
    }


def messages() -> Iterator[Message]:
    """Every literal sentence given to a translating call or to an error."""
    trees = parse_all()
    errors = error_names(trees)
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = _name(node)
            if name in TRANSLATING or name in errors or name == MARKER:
                for constant in _strings(node.args[0]):
                    yield Message(str(constant.value), path, node.lineno)
