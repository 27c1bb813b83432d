"""Reads a policy from TOML and says which line is wrong, and how to put it right."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import datetime
from typing import Any, NoReturn, TypeVar

from sync.domain.errors import InvalidInput
from sync.sourcing.policy.lint import CompanyNames, contradictions, unknown_names
from sync.sourcing.policy.policy import (
    STOCK_KINDS,
    Applies,
    Batch,
    Carbon,
    Filters,
    Handling,
    Limits,
    Policy,
    Promising,
    Ranking,
    Retail,
    Scarcity,
    Step,
    TagRule,
    Time,
    Weights,
)
from sync.sourcing.rates.services import DESTINATION_KINDS

Section = TypeVar("Section")
CHOICES = {
    "split_lines": ("never", "when_needed", "always"),
    "when_short": ("next", "backorder", "hold", "ask"),
    "by": ("cost", "priority", "distance", "balance"),
}
NUMBER_MAX = 1e6
TOP_KEYS = ("version", "tariff_share")
SECTIONS = (
    "weights",
    "handling",
    "carbon",
    "time",
    "retail",
    "filters",
    "ranking",
    "steps",
    "limits",
    "scarcity",
    "batch",
    "promise",
    "applies",
)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at `line` of a policy file with its `key`."""

    line: int
    key: str
    problem: str


def parse_policy(text: str, name: str, file: str = "") -> Policy:
    """Read `text`; `name` is what decisions call the policy, and errors too without a `file`.

    Raises InvalidInput naming file, line and key for TOML that cannot be read, a key that is not
    known, a unit that is missing, a negative or absurd number, a kind that does not exist.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput(
            "Policy {file} cannot be read: {problem}.",
            code="policy.toml",
            file=file or name,
            problem=str(error),
        ) from error
    return _read(document, text, name, file or name)


def with_changes(text: str, changes: str, name: str) -> Policy:
    """The policy of `text` where the keys of `changes`, another policy file, go before.

    Tables are put together; steps are taken over whole. Raises InvalidInput as `parse_policy`.
    """
    return _read(_merged(tomllib.loads(text), tomllib.loads(changes)), changes, name, name)


def _merged(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    both = {**one, **other}
    for key in one.keys() & other.keys():
        if isinstance(one[key], dict) and isinstance(other[key], dict):
            both[key] = _merged(one[key], other[key])
    return both


def _read(document: Mapping[str, Any], text: str, name: str, file: str) -> Policy:
    reader = _Reader(text, name, file)
    policy = reader.policy(document)
    for found in contradictions(policy):
        reader.fail("", found.key, found.problem)
    return policy


def faults(text: str, policy: Policy, company: CompanyNames) -> list[Fault]:
    """Each name in `policy`, read from `text`, that the company lacks, in order of lines."""
    lines = _line_numbers(text)
    found = (
        Fault(_line_of(lines, one.key), one.key, one.problem)
        for one in unknown_names(policy, company)
    )
    return sorted(found, key=lambda fault: (fault.line, fault.key))


def refuse_unknown_names(text: str, policy: Policy, company: CompanyNames) -> None:
    """Raise InvalidInput for the first name that the company does not have."""
    for fault in faults(text, policy, company)[:1]:
        raise _wrong(policy.name, fault)


class _Reader:
    def __init__(self, text: str, name: str, file: str) -> None:
        self.name, self.file = name, file
        self.lines = _line_numbers(text)

    def policy(self, document: Mapping[str, Any]) -> Policy:
        for key in document:
            if key not in TOP_KEYS and key not in SECTIONS:
                self.unknown("", key, (*TOP_KEYS, *SECTIONS))
        version = document.get("version")
        if not isinstance(version, str) or not version:
            self.fail("", "version", "must be a text that names this version")
        share = self.number("", "tariff_share", document.get("tariff_share", 0.6))
        steps = document.get("steps")
        if steps is not None and (not isinstance(steps, list) or not steps):
            self.fail("", "steps", "must be a list of [[steps]]")
        names = [step.get("name") for step in steps or [] if isinstance(step, dict)]
        if len(set(map(str, names))) < len(names):
            self.fail("steps", "name", "each step needs a name of its own: decisions name it")
        return Policy(
            name=self.name,
            version=str(version),
            tariff_share=share,
            weights=self.section(Weights, "weights", document.get("weights", {})),
            handling=self.handling(document.get("handling", {})),
            carbon=self.section(Carbon, "carbon", document.get("carbon", {})),
            time=self.section(Time, "time", document.get("time", {})),
            retail=self.section(Retail, "retail", document.get("retail", {})),
            filters=self.section(Filters, "filters", document.get("filters", {})),
            ranking=self.section(Ranking, "ranking", document.get("ranking", {})),
            steps=tuple(self.section(Step, "steps", step) for step in steps)
            if steps
            else (Step(),),
            limits=self.section(Limits, "limits", document.get("limits", {})),
            scarcity=self.section(Scarcity, "scarcity", document.get("scarcity", {})),
            batch=self.section(Batch, "batch", document.get("batch", {})),
            promise=self.section(Promising, "promise", document.get("promise", {})),
            applies=self.section(Applies, "applies", document.get("applies", {})),
        )

    def handling(self, given: object) -> Mapping[str, Handling]:
        if not isinstance(given, dict):
            self.fail("", "handling", "must be tables such as [handling.store]")
        self.kinds("handling", "", list(given))
        return {
            kind: self.section(Handling, f"handling.{kind}", given.get(kind, {}))
            for kind in STOCK_KINDS
        }

    def section(self, kind: type[Section], where: str, given: object) -> Section:
        if not isinstance(given, dict):
            self.fail(where, "", "must be a table")
        known = {item.name: item for item in fields(kind)}  # type: ignore[arg-type]
        values: dict[str, object] = {}
        for key, value in given.items():
            if key not in known:
                self.unknown(where, key, tuple(known))
            item = known[key]
            default = item.default
            if default is MISSING and item.default_factory is not MISSING:
                default = item.default_factory()
            values[key] = self.value(where, key, value, default)
        return kind(**values)

    def value(self, where: str, key: str, value: object, default: object) -> object:
        if isinstance(default, bool):
            if not isinstance(value, bool):
                self.fail(where, key, "must be true or false")
            return value
        if isinstance(default, int):
            number = self.number(where, key, value)
            if number != int(number):
                self.fail(where, key, "must be a whole number")
            if key == "work_max" and number < 1:
                self.fail(where, key, "must be at least 1: a decision takes some work")
            return int(number)
        if isinstance(default, float):
            return self.number(where, key, value)
        if isinstance(default, str):
            return self.text(where, key, value)
        if isinstance(default, tuple):
            return self.texts(where, key, value)
        if default is None:
            return self.moment(where, key, value)
        return self.mapping(where, key, value)

    def number(self, where: str, key: str, value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.fail(where, key, "must be a number")
        if not math.isfinite(value) or value < 0:
            self.fail(where, key, "must not be negative")
        if value > NUMBER_MAX:
            self.fail(where, key, "is absurdly large")
        return float(value)

    def text(self, where: str, key: str, value: object) -> str:
        if not isinstance(value, str):
            self.fail(where, key, "must be a text in quotes")
        choices = CHOICES.get(key)
        if choices is not None and value not in choices:
            self.fail(where, key, "must be one of " + ", ".join(choices))
        return value

    def moment(self, where: str, key: str, value: object) -> datetime:
        if not isinstance(value, datetime) or value.tzinfo is None:
            self.fail(where, key, "must be a time with its zone, as 2026-12-01T00:00:00+01:00")
        return value

    def texts(self, where: str, key: str, value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.fail(where, key, "must be a list of texts")
        if key == "kinds":
            self.kinds(where, key, value)
        if key == "destinations":
            for kind in value:
                if kind not in DESTINATION_KINDS:
                    self.fail(where, key, f"“{kind}” is not home, store or pickup_point")
        return tuple(value)

    def mapping(self, where: str, key: str, value: object) -> Mapping[str, object]:
        inner = f"{where}.{key}"
        if not isinstance(value, dict):
            self.fail(where, key, "must be a table")
        if key == "orders_per_day":
            self.kinds(inner, "", list(value))
            return {kind: int(self.number(inner, kind, count)) for kind, count in value.items()}
        if key == "tags":
            return {
                tag: self.section(TagRule, f"{inner}.{tag}", rule) for tag, rule in value.items()
            }
        lists = {name: self.texts(inner, name, codes) for name, codes in value.items()}
        if key == "kinds_by_channel":
            for channel, kinds in lists.items():
                self.kinds(inner, channel, list(kinds))
        return lists

    def kinds(self, where: str, key: str, given: list[str]) -> None:
        for kind in given:
            if kind not in STOCK_KINDS:
                self.fail(
                    where, key or kind, f"“{kind}” is not a kind of location that holds stock"
                )

    def unknown(self, where: str, key: str, known: tuple[str, ...]) -> NoReturn:
        with_unit = [name for name in known if name.startswith(f"{key}_")]
        if with_unit:
            self.fail(where, key, "the unit is missing: write " + " or ".join(with_unit))
        self.fail(where, key, "is not known; known here are " + ", ".join(known))

    def fail(self, where: str, key: str, problem: str) -> NoReturn:
        path = ".".join(part for part in (where, key) if part)
        raise _wrong(self.file, Fault(_line_of(self.lines, path), path, problem))


def _wrong(file: str, fault: Fault) -> InvalidInput:
    return InvalidInput(
        "Policy {file}, line {line}, {key}: {problem}.",
        code="policy.value",
        file=file,
        line=fault.line,
        key=fault.key,
        problem=fault.problem,
    )


def _line_of(lines: Mapping[str, int], path: str) -> int:
    """Of the key, or of the nearest table around it that stands in the file."""
    while path not in lines and "." in path:
        path = path.rpartition(".")[0]
    return lines.get(path, 1)


def _line_numbers(text: str) -> dict[str, int]:
    """Where each `section.key` first stands; tomllib does not say."""
    found: dict[str, int] = {}
    section = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[\[?\s*([\w.\-]+)\s*\]\]?", line):
            section = header[1]
            found.setdefault(section, number)
        elif key := re.match(r"\s*([\w\-]+|\"[^\"]+\")\s*=", line):
            name = key[1].strip('"')
            found.setdefault(f"{section}.{name}" if section else name, number)
    return found
