"""Small pieces of HTML: everything that comes from data is escaped here, and nowhere else.

Pages load nothing from other hosts: the style is in the page, the fonts are the product's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

FONTS = (
    ("Inter", 400, "Inter-Regular.ttf"),
    ("Inter", 600, "Inter-SemiBold.ttf"),
    ("Manrope", 800, "Manrope-ExtraBold.ttf"),
)
_FACES = "".join(
    f"@font-face{{font-family:{family};font-weight:{weight};font-display:swap;"
    f"src:url(/fonts/{file})}}"
    for family, weight, file in FONTS
)
STYLE = (
    _FACES
    + """
:root{--ink:#14241F;--document:#F6F4EE;--card:#FFF;--line:#E4E0D6;--muted:#5C6762;--green:#0F5C4A;
--soft:#E1EFE9;--amber:#8F5200;--amber-soft:#FBEBD3;--red:#B3362B}
*{box-sizing:border-box}
body{margin:0;background:var(--document);color:var(--ink);font:400 15px/1.5 Inter,sans-serif}
header,main{max-width:1240px;margin:0 auto;padding:16px 24px}
header{display:flex;gap:24px;align-items:baseline;flex-wrap:wrap}
h1{font:800 26px/1.2 Manrope,sans-serif;margin:8px 0}
h2{font:800 18px/1.3 Manrope,sans-serif;margin:0 0 12px}
a{color:var(--green)}
nav{margin-left:auto;display:flex;gap:16px}
section{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:20px 24px;
margin:0 0 16px;overflow-x:auto}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:16px;
margin:0 0 16px}
.tile{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:16px 20px}
.tile b{display:block;font:800 26px/1.2 Manrope,sans-serif;font-variant-numeric:tabular-nums}
.tile span,.muted{color:var(--muted)}
table{border-collapse:collapse;width:100%}
th{text-align:left;font-weight:600;color:var(--muted);padding:8px 16px 8px 0;
border-bottom:1px solid var(--line);white-space:nowrap}
td{padding:8px 16px 8px 0;border-bottom:1px solid var(--line);vertical-align:top}
tr:last-child td{border-bottom:0}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.badge{display:inline-block;padding:2px 10px;border-radius:999px;background:var(--soft);
color:var(--green);font-weight:600;white-space:nowrap}
.badge.attention{background:var(--amber-soft);color:var(--amber)}
.badge.quiet{background:var(--document);color:var(--muted)}
.pages{display:flex;gap:16px;padding-top:12px}
ul{margin:0;padding-left:20px}
details{margin-top:8px}summary{cursor:pointer;color:var(--green);min-height:32px}
.two{display:grid;grid-template-columns:1fr 1fr;gap:0 16px;align-items:start}
.when{white-space:nowrap}
@media(max-width:900px){.two{grid-template-columns:1fr}header,main{padding:12px}}
"""
)


class Html(str):
    """Text that is HTML already; any other text is escaped where it is used."""

    __slots__ = ()


Piece = str | int


def show(piece: Piece) -> Html:
    """`piece` as HTML."""
    return piece if isinstance(piece, Html) else Html(escape(str(piece)))


def tag(name: str, *pieces: Piece, **attributes: str) -> Html:
    """An element; `class_` is the attribute class."""
    said = "".join(f' {key.rstrip("_")}="{escape(value)}"' for key, value in attributes.items())
    return Html(f"<{name}{said}>{''.join(map(show, pieces))}</{name}>")


def joined(pieces: Iterable[Piece]) -> Html:
    """Pieces one after the other."""
    return Html("".join(map(show, pieces)))


def badge(text: str, tone: str = "") -> Html:
    """A state in a word; `tone` is "", "attention" or "quiet"."""
    return tag("span", text, class_=f"badge {tone}".strip())


def table(head: Sequence[str], rows: Sequence[Sequence[Piece]], empty: str) -> Html:
    """A table; a heading that begins with > is of numbers, set right. `empty` when no rows."""
    if not rows:
        return tag("p", empty, class_="muted")
    kinds = ["number" if name.startswith(">") else "" for name in head]
    heads = joined(
        tag("th", name.lstrip(">"), scope="col", class_=kind)
        for name, kind in zip(head, kinds, strict=True)
    )
    body = joined(
        tag("tr", *(tag("td", cell, class_=kind) for cell, kind in zip(row, kinds, strict=True)))
        for row in rows
    )
    return tag("table", tag("thead", tag("tr", heads)), tag("tbody", body))


def section(title: str, *pieces: Piece, anchor: str = "") -> Html:
    """A card with a title."""
    return tag("section", tag("h2", title), *pieces, id=anchor)


def link(address: str, text: Piece) -> Html:
    """A link within these pages."""
    return tag("a", text, href=address)


def page(language: str, title: str, navigation: Piece, *pieces: Piece) -> str:
    """A whole page."""
    head = joined(
        [
            Html('<meta charset="utf-8">'),
            Html('<meta name="viewport" content="width=device-width,initial-scale=1">'),
            tag("title", f"{title} · Comptoir"),
            tag("style", Html(STYLE)),
        ]
    )
    header = tag("header", tag("h1", title), tag("nav", navigation))
    body = tag("body", header, tag("main", *pieces))
    return f"<!doctype html>{tag('html', tag('head', head), body, lang=language)}"
