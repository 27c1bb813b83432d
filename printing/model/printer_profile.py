"""What a model of printer can do: data, read from `assets/printers/profiles.toml` or the shop's own
file, and checked when read."""

from __future__ import annotations

import codecs
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files

from printing.errors import Unprintable
from printing.model.media import MEDIA

LANGUAGES = ("pdf", "escpos", "zpl")


@dataclass(frozen=True, slots=True)
class Profile:
    """One model. `language` is what it understands, `dpi` and `width_dots` its head, `columns` the
    characters of its font A on a line, `encoding` and `code_page_number` the page for ESC t,
    `media` the paper it usually holds."""

    name: str
    maker: str
    model: str
    language: str
    dpi: int
    width_dots: int
    columns: int
    encoding: str
    code_page_number: int
    cutter: bool
    drawer: bool
    native_qr: bool
    media: str


_TYPES: Mapping[str, type] = {
    "dpi": int,
    "width_dots": int,
    "columns": int,
    "code_page_number": int,
    "cutter": bool,
    "drawer": bool,
    "native_qr": bool,
}


def read_profiles(text: str) -> dict[str, Profile]:
    """The profiles of a TOML text by name. Raises Unprintable that names what is wrong."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Unprintable(
            "The printer profiles cannot be read ({reason}). Correct the file; the printers keep "
            "the profiles they had.",
            reason=str(error),
        ) from error
    return {name: _profile(name, table) for name, table in tables.items()}


def _profile(name: str, table: object) -> Profile:
    keys = [field.name for field in fields(Profile) if field.name != "name"]
    if not isinstance(table, dict):
        table = {}
    for key in keys:
        if type(table.get(key)) is not _TYPES.get(key, str):
            raise _wrong(name, key)
    unknown = sorted(set(table) - set(keys))
    if unknown:
        raise _wrong(name, unknown[0])
    found = Profile(name, **table)
    if found.language not in LANGUAGES:
        raise _wrong(name, "language")
    if found.media not in MEDIA:
        raise _wrong(name, "media")
    for key, value, least, most in (
        ("dpi", found.dpi, 100, 1200),
        ("width_dots", found.width_dots, 100, 20_000),
        ("columns", found.columns, 16, 200),
        ("code_page_number", found.code_page_number, 0, 255),
    ):
        if not least <= value <= most:
            raise _wrong(name, key)
    try:
        codecs.lookup(found.encoding)
    except LookupError as error:
        raise _wrong(name, "encoding") from error
    return found


def _wrong(name: str, key: str) -> Unprintable:
    return Unprintable(
        "The printer profile {profile} lacks a good value for “{key}”. Correct it; nothing is "
        "printed with it before.",
        code="printing.profile",
        profile=name,
        key=key,
    )


@cache
def bundled_profiles() -> Mapping[str, Profile]:
    """The profiles that come with the product."""
    source = files("assets").joinpath("printers", "profiles.toml")
    return read_profiles(source.read_text("utf-8"))


GENERIC_ESCPOS = bundled_profiles()["generic-80"]
