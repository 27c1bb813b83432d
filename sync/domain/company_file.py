"""Reads a company's settings from TOML, and says which line is wrong and how to put it right."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from typing import Any, NoReturn, TypeVar

from sync.domain.company import (
    AmountLimits,
    Codes,
    Collecting,
    CompanyFile,
    MailSender,
    PrivacyRules,
    Region,
    Seller,
    StaffRules,
)
from sync.domain.errors import InvalidInput
from sync.domain.return_rules import Guarantee, ReturnRules, Withdrawal

Section = TypeVar("Section")
Fail = Callable[[str, str], NoReturn]
_HEADER = re.compile(r"\s*\[\s*([\w.\-]+)\s*\]")
_KEY = re.compile(r"\s*([\w\-]+)\s*=")
SECTIONS: Mapping[str, type] = {
    "seller": Seller,
    "region": Region,
    "returns": ReturnRules,
    "mail": MailSender,
    "codes": Codes,
    "collecting": Collecting,
    "limits": AmountLimits,
    "staff": StaffRules,
    "privacy": PrivacyRules,
    "withdrawal": Withdrawal,
    "guarantee": Guarantee,
}
OPTIONAL = frozenset({"mail", "staff", "privacy", "withdrawal", "guarantee"})
ROLES = "roles"


def parse_company(text: str, file: str) -> CompanyFile:
    """The settings in `text`; `file` is named in errors.

    Raises InvalidInput naming file, line and key for TOML that cannot be read, a key that is not
    known, a key that is missing, or a value that cannot be one.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput(
            "{file} cannot be read: {problem}. Nothing was changed.",
            code="company.toml",
            file=file,
            problem=str(error),
        ) from error
    lines = _line_numbers(text)

    def fail(key: str, problem: str) -> NoReturn:
        line = lines.get(key) or lines.get(key.partition(".")[0], 1)
        raise InvalidInput(
            "{file}, line {line}, {key}: {problem}. Nothing was changed.",
            code="company.value",
            file=file,
            line=line,
            key=key,
            problem=problem,
        )

    for name in document:
        if name not in SECTIONS and name != ROLES:
            fail(name, "is not known; known here are " + ", ".join([*SECTIONS, ROLES]))
    sections: dict[str, Any] = {}
    for name, kind in SECTIONS.items():
        if name in document:
            sections[name] = _section(kind, name, document[name], fail)
        elif name not in OPTIONAL:
            fail(name, f"is missing: add a table [{name}]")
    if ROLES in document:
        sections[ROLES] = _roles(document[ROLES], fail)
    try:
        return CompanyFile(**sections)
    except InvalidInput as error:
        fail(str(error.params["key"]), str(error.params["problem"]))


def _roles(given: object, fail: Fail) -> dict[str, tuple[str, ...]]:
    """Each role with the list of its rights."""
    if not isinstance(given, dict):
        fail(ROLES, f"must be a table [{ROLES}]")
    found = {}
    for role, rights in given.items():
        if not isinstance(rights, list) or not all(isinstance(right, str) for right in rights):
            fail(f"{ROLES}.{role}", "must be a list of texts")
        found[role] = tuple(rights)
    return found


def _section(kind: type[Section], name: str, given: object, fail: Fail) -> Section:
    if not isinstance(given, dict):
        fail(name, f"must be a table [{name}]")
    known = {item.name: item for item in fields(kind)}  # type: ignore[arg-type]
    values: dict[str, object] = {}
    for key, value in given.items():
        if key not in known:
            fail(f"{name}.{key}", "is not known; known here are " + ", ".join(known))
        problem, values[key] = _value(str(known[key].type), value)
        if problem:
            fail(f"{name}.{key}", problem)
    for key, item in known.items():
        if key not in values and item.default is MISSING:
            fail(f"{name}.{key}", "is missing")
    return kind(**values)


def _value(kind: str, value: object) -> tuple[str, object]:
    """What is wrong with `value` (nothing: empty), and the value as the field keeps it."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    match kind:
        case "str" | "str | None":
            return "" if isinstance(value, str) else "must be a text in quotes", value
        case "bool":
            return "" if isinstance(value, bool) else "must be true or false", value
        case "int" | "int | None":
            whole = number and isinstance(value, int)
            return "" if whole else "must be a whole number", value
        case "float":
            finite = number and abs(float(str(value))) < 1e9
            return "" if finite else "must be a number", value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "", tuple(value)
    return "must be a list of texts", value


def to_toml(company: CompanyFile) -> str:
    """The settings as a file that `parse_company` reads."""
    parts = []
    for name, kind in SECTIONS.items():
        section = getattr(company, name)
        if section is None:
            continue
        lines = [f"[{name}]"]
        for item in fields(kind):
            value = getattr(section, item.name)
            if value is not None:
                lines.append(f"{item.name} = {_toml(value)}")
        parts.append("\n".join(lines) + "\n")
    if company.roles:
        lines = [f"{_toml(role)} = {_toml(rights)}" for role, rights in company.roles.items()]
        parts.append("\n".join([f"[{ROLES}]", *lines]) + "\n")
    return "\n".join(parts)


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return '"' + "".join(c if c >= " " else f"\\u{ord(c):04x}" for c in escaped) + '"'
    return str(value)


def _line_numbers(text: str) -> dict[str, int]:
    """Where each `section` and `section.key` first stands; tomllib does not say."""
    found: dict[str, int] = {}
    section = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            section = header[1]
            found.setdefault(section, number)
        elif key := _KEY.match(line):
            found.setdefault(f"{section}.{key[1]}" if section else key[1], number)
    return found
