"""The test page: what tells whether a printer prints letters, codes and lines as it should."""

from __future__ import annotations

from datetime import datetime

from printing.documents.parts import GAP, WIDE_GAP, centred, row
from printing.model.document import (
    Barcode,
    Block,
    Cut,
    Document,
    Panel,
    Qr,
    Rule,
    Style,
    Symbology,
    Text,
)
from printing.model.media import Media, MediaKind
from sync.i18n import I18n

SMALL_HEIGHT_MM = 60
LETTERS = "ÀÂÇÉÈÊËÎÏÔŒÙÛ àâçéèêëîïôœùûÿ € « » … — Łódź İzmir Αθήνα"
SAMPLE_EAN = "9521234000013"


def trial_page(media: Media, i18n: I18n, now: datetime) -> Document:
    """A page for any document; small labels get the code alone."""
    title = i18n.t("Test page")
    code = Barcode(Symbology.EAN_13, SAMPLE_EAN, SAMPLE_EAN, 8)
    if media.kind is MediaKind.LABEL and media.height_mm < SMALL_HEIGHT_MM:
        small: tuple[Block, ...] = (centred(title, Style.STRONG), GAP, code)
        return Document("test_page", media, title, i18n.language, small)
    blocks: tuple[Block, ...] = (
        centred(title, Style.TITLE),
        centred(i18n.stamp(now), Style.SMALL),
        GAP,
        Rule(),
        GAP,
        Text(LETTERS, Style.BODY),
        Text(LETTERS, Style.STRONG),
        GAP,
        row("1 234,56 €", "987 654,32 €"),
        row("0123456789", "0123456789", Style.TOTAL),
        GAP,
        Panel((centred(i18n.t("White on black"), Style.STRONG),), inverse=True),
        WIDE_GAP,
        code,
        Qr(f"https://id.comptoir.example/01/0{SAMPLE_EAN}", 22, i18n.t("A link to the article")),
        Rule(dashed=True),
        Cut(),
    )
    return Document("test_page", media, title, i18n.language, blocks)
