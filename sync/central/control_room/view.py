"""What a page shows, as plain values; the templates make HTML of it and escape all of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from jinja2 import Environment, PackageLoader, StrictUndefined

from sync.i18n import I18n


@dataclass(frozen=True, slots=True)
class Styled:
    """Text with a class of the style sheet."""

    kind: ClassVar[str] = "styled"
    text: str
    style: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link within these pages."""

    kind: ClassVar[str] = "link"
    address: str
    text: str


@dataclass(frozen=True, slots=True)
class Lines:
    """Pieces below each other."""

    kind: ClassVar[str] = "lines"
    pieces: tuple[Cell, ...]


Piece = str | Styled | Link | Lines
Cell = Piece | tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column and its class: `number` is set right."""

    name: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A card with a table; `empty` is said when it has no rows."""

    title: str
    head: tuple[Column, ...]
    rows: Sequence[tuple[Cell, ...]]
    empty: str = ""
    summary: Cell = ""
    anchor: str = ""
    pages: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """What every page has."""

    language: str
    title: str
    navigation: tuple[Link, ...] = ()


def columns(*names: str) -> tuple[Column, ...]:
    """Columns; a name that begins with > is of numbers."""
    return tuple(
        Column(name[1:], "number") if name.startswith(">") else Column(name) for name in names
    )


def badge(text: str, tone: str = "") -> Styled:
    """A state in a word; `tone` is "", "attention" or "quiet"."""
    return Styled(text, f"badge {tone}".strip())


def muted(text: str) -> Styled:
    """Text that is read last."""
    return Styled(text, "muted")


def other_language(words: I18n, address: str) -> Link:
    """The same page in the other language."""
    other, name = ("en", "English") if words.language == "fr" else ("fr", "Français")
    return Link(f"{address}?lang={other}", name)


def templates() -> Environment:
    """The templates of this folder; whatever they are given is escaped."""
    return Environment(
        loader=PackageLoader("sync.central.control_room"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
