"""Every sentence that a person may see has its French, with the same gaps."""

import string
from collections import Counter
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from sync.i18n import catalogue
from tests.i18n.messages import ROOT, messages

TRANSLATIONS = ROOT / "assets" / "translations"


def gaps(text: str) -> Counter[str]:
    return Counter(name for _, name, _, _ in string.Formatter().parse(text) if name)


def test_every_sentence_is_translated() -> None:
    french = catalogue("fr")
    missing = sorted(
        {
            f"{message.path.relative_to(ROOT)}:{message.line}: {message.text}"
            for message in messages()
            if message.text.strip() and message.text not in french
        }
    )
    assert missing == []


@pytest.mark.parametrize("path", sorted(TRANSLATIONS.rglob("*.po")), ids=lambda path: path.name)
def test_a_translation_fills_the_same_gaps(path: Path) -> None:
    wrong = []
    for message in read_po(BytesIO(path.read_bytes()), locale=path.parent.name):
        if not message.id:
            continue
        originals = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
        texts = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        allowed = set().union(*(gaps(original) for original in originals))
        wrong += [text for text in texts if not text or not set(gaps(text)) <= allowed]
        if len(texts) == 1 and set(gaps(texts[0] or "")) != allowed:
            wrong.append(texts[0])
    assert wrong == []


def test_no_sentence_has_two_translations() -> None:
    found: dict[str, str] = {}
    clashes = []
    for path in sorted(TRANSLATIONS.rglob("fr/*.po")):
        for message in read_po(BytesIO(path.read_bytes()), locale="fr"):
            key = str(message.id)
            if message.id and found.setdefault(key, str(message.string)) != str(message.string):
                clashes.append(f"{path.name}: {key}")
    assert clashes == []
