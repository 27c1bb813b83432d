"""No screen shows a sentence that did not come through the catalogues."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.i18n.messages import ROOT

TEXT_ARGUMENTS = {
    "value",
    "text",
    "label",
    "tooltip",
    "hint_text",
    "helper",
    "helper_text",
    "error_text",
    "title",
    "subtitle",
    "semantics_label",
    "counter_text",
    "prefix_text",
    "suffix_text",
    "sentence",
    "message",
}
TEXT_FIRST = {"Text", "TextSpan", "TextButton", "FilledButton", "OutlinedButton", "Button"}
# A brand name, a unit, a key or a sign is the same in every language.
SAME_EVERYWHERE = re.compile(r"Comptoir|English|Français|FR|EN|Aa|F\d+|CO₂e|km|g|QR|PIN|SSCC|C|€")
WORD = re.compile(r"[A-Za-zÀ-ÿ]{2,}")

FILES = sorted(
    [*(ROOT / "app" / "screens").rglob("*.py"), *(ROOT / "app" / "components").rglob("*.py")]
)


def literals(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(v.value) for v in node.values if isinstance(v, ast.Constant))
    elif isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)
    elif isinstance(node, ast.BinOp):
        yield from literals(node.left)
        yield from literals(node.right)


def visible(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        shown = [kw.value for kw in node.keywords if kw.arg in TEXT_ARGUMENTS]
        if name in TEXT_FIRST and node.args:
            shown.append(node.args[0])
        for argument in shown:
            for text in literals(argument):
                yield node.lineno, text


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_sentence_is_written_in_a_screen(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    wrong = [
        f"{path.relative_to(ROOT)}:{line}: {text!r}"
        for line, text in visible(tree)
        if WORD.search(text) and not SAME_EVERYWHERE.fullmatch(text.strip())
    ]
    assert wrong == []


def test_this_test_finds_one() -> None:
    tree = ast.parse("ft.Text('Hello there')\nft.Text(t('Hello'))\nft.TextField(label=f'{n} left')")
    assert list(visible(tree)) == [(1, "Hello there"), (3, " left")]
