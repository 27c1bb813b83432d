"""A document as JSON, and back: what the spool keeps, and what other programs hand in.

    {"v": 1, "document": {"type": "...", "media": "roll-80", "title": "...", "language": "fr",
                          "blocks": [{"kind": "text", "text": "Bonjour"}, {"kind": "cut"}]}}

Written canonically: every key, sorted, so that equal documents are equal texts. Read strictly: a
key that is not known, or one that is missing and has no default, is named with its place.
Pictures are base64. A `media` of the house is its name, any other an object.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Callable
from dataclasses import MISSING, Field, fields
from enum import StrEnum
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from printing.errors import Unprintable
from printing.model import document as model
from printing.model.document import Document
from printing.model.media import MEDIA, Media, MediaKind
from sync.domain.errors import InvalidInput

VERSION = 1
JSON_CHARACTERS_MAX = 8_000_000
TEXT_CHARACTERS_MAX = 20_000
BLOCKS_MAX = 20_000
DEPTH_MAX = 8  # of panels and columns in one another
NUMBER_MAX = 5_000.0  # millimetres, points, dots: no paper has more

_BLOCKS: dict[str, type] = {cls.__name__.lower(): cls for cls in get_args(model.Block)}


def document_to_json(document: Document) -> str:
    """The one text of this document. Raises Unprintable for what could not be read back."""
    text = json.dumps(
        {"v": VERSION, "document": _written(document)},
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    if len(text) > JSON_CHARACTERS_MAX:
        raise _wrong("document", f"it has more than {JSON_CHARACTERS_MAX} characters")
    return text


def document_from_json(text: str) -> Document:
    """The document of a text. Raises Unprintable, which names the place that is wrong."""
    if len(text) > JSON_CHARACTERS_MAX:
        raise _wrong("document", f"it has more than {JSON_CHARACTERS_MAX} characters")
    try:
        tree = json.loads(text, object_pairs_hook=_no_key_twice, parse_constant=_no_constant)
    except RecursionError as error:
        raise _wrong("document", f"it is nested more than {DEPTH_MAX} deep") from error
    except ValueError as error:
        raise _wrong("document", f"it is not JSON ({error})") from error
    if not isinstance(tree, dict) or set(tree) != {"v", "document"}:
        raise _wrong("document", "it needs “v” and “document”, and nothing else")
    if type(tree["v"]) is not int or tree["v"] != VERSION:
        raise _wrong("v", f"this is version {VERSION}")
    found: Document = _Reader().made(Document, tree["document"], "document")
    return found


def _written(value: Any) -> Any:
    """A block as plain JSON values."""
    match value:
        case Media():
            if MEDIA.get(value.name) == value:
                return value.name
            return {f.name: _written_field(value, f) for f in fields(value)}
        case Document():
            return {f.name: _written_field(value, f) for f in fields(value)}
        case model.Cell():
            return {f.name: _written_field(value, f) for f in fields(value)}
        case _:
            kind = {"kind": type(value).__name__.lower()}
            return kind | {f.name: _written_field(value, f) for f in fields(value)}


def _written_field(owner: Any, field: Field[Any]) -> Any:
    value = getattr(owner, field.name)
    match value:
        case tuple():
            return [_written(part) for part in value]
        case bytes():
            return base64.b64encode(value).decode("ascii")
        case StrEnum():
            return value.value
        case bool() | str():
            return value
        case int() | float():
            # Equal documents may hold 12 or 12.0 millimetres: one text for both.
            return float(value) if str(field.type) == "float" else value
        case _:
            return _written(value)


class _Reader:
    """Builds blocks, and counts them."""

    def __init__(self) -> None:
        self._blocks = 0

    def made(self, cls: type, value: Any, place: str, depth: int = 0) -> Any:
        """An object of `cls` from its table."""
        if not isinstance(value, dict):
            raise _wrong(place, "it has to be an object")
        hints = _hints(cls)
        unknown = sorted(set(value) - set(hints))
        if unknown:
            raise _wrong(f"{place}.{unknown[0]}", f"a {cls.__name__.lower()} has no such key")
        found = {}
        for field in fields(cls):
            where = f"{place}.{field.name}"
            if field.name in value:
                found[field.name] = self._field(hints[field.name], value[field.name], where, depth)
            elif field.default is MISSING:
                raise _wrong(where, "it is missing")
        try:
            return cls(**found)
        except InvalidInput as error:
            raise _wrong(place, str(error)) from error

    def _field(self, kind: Any, value: Any, place: str, depth: int) -> Any:
        if get_origin(kind) is tuple:
            return self._parts(get_args(kind)[0], value, place, depth)
        if kind is Media:
            return self._media(value, place)
        if isinstance(kind, type) and issubclass(kind, StrEnum):
            if not isinstance(value, str) or value not in set(kind):
                raise _wrong(place, "it has to be one of " + ", ".join(kind))
            return kind(value)
        return _SCALARS[kind](value, place)

    def _parts(self, kind: Any, value: Any, place: str, depth: int) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise _wrong(place, "it has to be a list")
        if depth >= 2 * DEPTH_MAX:  # a cell and its columns are two levels
            raise _wrong(place, f"it is nested more than {DEPTH_MAX} deep")
        self._blocks += len(value)
        if self._blocks > BLOCKS_MAX:
            raise _wrong(place, f"a document has {BLOCKS_MAX} blocks at most")
        parts = []
        for number, part in enumerate(value):
            where = f"{place}[{number}]"
            if kind is model.Cell:
                parts.append(self.made(model.Cell, part, where, depth + 1))
            else:
                parts.append(self._block(part, where, depth + 1))
        return tuple(parts)

    def _block(self, value: Any, place: str, depth: int) -> Any:
        kind = value.get("kind") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in _BLOCKS:
            raise _wrong(f"{place}.kind", "it has to be one of " + ", ".join(_BLOCKS))
        rest = {key: part for key, part in value.items() if key != "kind"}
        return self.made(_BLOCKS[kind], rest, place, depth)

    def _media(self, value: Any, place: str) -> Media:
        if not isinstance(value, str):
            media: Media = self.made(Media, value, place)
            _check_media(media, place)
            return media
        if value not in MEDIA:
            raise _wrong(place, "it has to be an object or one of " + ", ".join(MEDIA))
        return MEDIA[value]


def _check_media(media: Media, place: str) -> None:
    if media.content_width_mm <= 0:
        raise _wrong(f"{place}.width_mm", "it has to be wider than its margins")
    if media.kind is not MediaKind.ROLL and media.height_mm <= 2 * media.margin_mm:
        raise _wrong(f"{place}.height_mm", "it has to be taller than its margins")
    if not 8 <= media.columns <= 400:
        raise _wrong(f"{place}.columns", "it has to be 8 to 400")


def _text(value: Any, place: str) -> str:
    if not isinstance(value, str):
        raise _wrong(place, "it has to be a text")
    if len(value) > TEXT_CHARACTERS_MAX:
        raise _wrong(place, f"a text has {TEXT_CHARACTERS_MAX} characters at most")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise _wrong(place, "half a character (a lone surrogate) is no text")
    return value


def _number(value: Any, place: str) -> float:
    if type(value) not in (int, float) or not math.isfinite(value):
        raise _wrong(place, "it has to be a number")
    if not 0 <= value <= NUMBER_MAX:
        raise _wrong(place, f"it has to be 0 to {NUMBER_MAX:g}")
    return float(value)


def _whole(value: Any, place: str) -> int:
    if type(value) is not int:
        raise _wrong(place, "it has to be a whole number")
    if not 0 <= value <= NUMBER_MAX:
        raise _wrong(place, f"it has to be 0 to {NUMBER_MAX:g}")
    return value


def _truth(value: Any, place: str) -> bool:
    if not isinstance(value, bool):
        raise _wrong(place, "it has to be true or false")
    return value


def _bytes(value: Any, place: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (TypeError, ValueError, binascii.Error) as error:
        raise _wrong(place, "it has to be base64") from error


_SCALARS: dict[Any, Callable[[Any, str], Any]] = {
    str: _text,
    float: _number,
    int: _whole,
    bool: _truth,
    bytes: _bytes,
}


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands there twice")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _wrong(place: str, reason: str) -> Unprintable:
    return Unprintable(
        "The document is wrong at {place}: {reason}. Nothing was printed; correct it and try "
        "again.",
        code="printing.document",
        place=place,
        reason=reason,
    )
