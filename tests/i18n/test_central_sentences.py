"""Every sentence of the central server is in the French catalogue, with the same gaps."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import pytest

import sync.central
from sync.central.control_room import order_page, overview
from sync.central.notifications import mail_queue as mails
from sync.central.records import history
from sync.domain.order import Channel
from sync.domain.payment import TenderKind
from sync.i18n import catalogue

CENTRAL = Path(sync.central.__file__).parent
ERRORS = {"InvalidInput", "NotFound", "Conflict", "Refused", "Unavailable"}


def said_in(path: Path) -> set[str]:
    """String arguments of `t`, `n`, of errors, and of the two helpers that pass a template on."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        constants = [a.value for a in node.args if isinstance(a, ast.Constant)]
        texts = [text for text in constants if isinstance(text, str)]
        if name in ("t", "n", *ERRORS):
            found.update(texts[:1])
        elif name in ("_waiting", "location", "__init__"):
            found.update(text for text in texts if " " in text)
    return {text for text in found if isinstance(text, str)}


def all_sentences() -> list[str]:
    found = set(history.SENTENCES.values())
    for message in (mails.SHIPPED, mails.READY, mails.REFUNDED, mails.GIVEN_BACK):
        found.update(message)
    for table in (overview.STATE_WORDS, order_page.MODE_WORDS, order_page.REASON_WORDS):
        found.update(table.values())
    found.update(channel.value for channel in Channel)
    found.update(kind.value for kind in TenderKind)
    for path in CENTRAL.rglob("*.py"):
        if "imports" not in path.parts and "migrations" not in path.parts:
            found |= said_in(path)
    return sorted(found)


def gaps(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("sentence", all_sentences())
def test_a_sentence_is_in_french_with_the_same_gaps(sentence: str) -> None:
    text = catalogue("fr")[sentence]
    forms = text if isinstance(text, tuple) else (text,)
    assert [gaps(form) for form in forms] == [gaps(sentence)] * len(forms)
