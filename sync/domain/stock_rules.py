"""What may be sold of the stock: safety stock, thresholds, shares and caps, by rules that are data.

A rule is for some articles, some locations and some channels. Each of its numbers counts where no
narrower rule sets that number: first the narrowest by article (SKU, category, all), then by place
(location, group, kind, all), then by channel (one, all). What no rule sets is the location's own.
A group is a name for some locations; of a location's groups the first in the file counts.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from sync.domain.errors import InvalidInput
from sync.domain.location import Location, LocationKind
from sync.domain.order import Channel

PIECES_MAX = 1_000_000
RULES_MAX, GROUPS_MAX = 10_000, 1_000
ALL = 100  # percent: a share that takes nothing away
NUMBERS = ("safety_stock", "threshold", "share", "cap")
SELECTORS = ("sku", "category", "location", "group", "kind", "channel")
Groups = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class StockRule:
    """For what it is, and the numbers that it sets.

    `safety_stock` and `threshold` in pieces; `share` in percent of what is left after both; `cap`
    in pieces, above which nothing is shown. Empty selectors are for everything.
    """

    __pydantic_config__ = {"extra": "forbid"}

    sku: str = ""
    category: str = ""
    location: str = ""
    group: str = ""
    kind: LocationKind | None = None
    channel: Channel | None = None
    safety_stock: int | None = None
    threshold: int | None = None
    share: int | None = None
    cap: int | None = None

    def __post_init__(self) -> None:
        places = [name for name in ("location", "group", "kind") if getattr(self, name)]
        if (self.sku and self.category) or len(places) > 1:
            raise _wrong("is for a SKU or a category, and for a location, group or kind, not both")
        set_here = [getattr(self, name) for name in NUMBERS]
        if all(number is None for number in set_here):
            raise _wrong("sets nothing: give it one of " + ", ".join(NUMBERS))
        if any(number is not None and not 0 <= number <= PIECES_MAX for number in set_here):
            raise _wrong(f"has a number that is not between 0 and {PIECES_MAX:,}")
        if self.share is not None and self.share > ALL:
            raise _wrong("has a share above 100 percent")

    @property
    def scope(self) -> tuple[Any, ...]:
        """What it is for."""
        return tuple(getattr(self, name) for name in SELECTORS)

    @property
    def narrowness(self) -> tuple[int, int, int]:
        """Larger is narrower."""
        by_article = 2 if self.sku else int(bool(self.category))
        by_place = 3 if self.location else 2 if self.group else int(self.kind is not None)
        return by_article, by_place, int(self.channel is not None)

    def is_for(
        self, sku: str, category: str, place: Location, channel: str, groups: Groups
    ) -> bool:
        """Whether it is for that article, at that place, sold through that channel."""
        return (
            self.sku in ("", sku)
            and self.category in ("", category)
            and self.location in ("", place.code)
            and (not self.group or place.code in groups[self.group])
            and self.kind in (None, place.kind)
            and (self.channel is None or self.channel.value == channel)
        )

    def told(self) -> str:
        """For what it is, in the words of its file."""
        given = [(name, getattr(self, name)) for name in SELECTORS]
        said = [f"{name} {value}" for name, value in given if value]
        return ", ".join(said) or "everything"


@dataclass(frozen=True, slots=True)
class Limits:
    """What may be sold of the pieces that nobody else is promised; see `StockRule`."""

    safety_stock: int = 0
    threshold: int = 0
    share: int = ALL
    cap: int | None = None

    def available(self, free: int, *, release_safety_stock: bool = False) -> int:
        """Pieces that may be promised when `free` are on hand and promised to nobody.

        `release_safety_stock`: also those that only safety stock withholds.
        """
        kept = self.threshold + (0 if release_safety_stock else self.safety_stock)
        left = max(0, free - kept) * self.share // ALL
        return left if self.cap is None else min(left, self.cap)

    def needed(self, wanted: int, *, release_safety_stock: bool = False) -> int | None:
        """How many pieces have to be free for `wanted` to be promised; None: it never can."""
        if self.share == 0 or (self.cap is not None and wanted > self.cap):
            return None
        kept = self.threshold + (0 if release_safety_stock else self.safety_stock)
        return kept - (-wanted * ALL // self.share)


@dataclass(frozen=True, slots=True)
class Number:
    """One number of the limits, and the rule that set it; None: the location's own."""

    name: str
    value: int | None
    rule: StockRule | None


@dataclass(frozen=True, slots=True)
class RuleBook:
    """The rules, and the locations of each group, as they are sent and kept."""

    __pydantic_config__ = {"extra": "forbid"}

    rules: tuple[StockRule, ...] = ()
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)


class StockRules:
    """All rules of a company, and its groups of locations; none by default."""

    def __init__(self, rules: Iterable[StockRule] = (), groups: Groups | None = None) -> None:
        """Raises InvalidInput when two rules are for the same, or one for an unknown group."""
        self.rules = tuple(rules)
        self.groups = dict(groups or {})
        if len(self.rules) > RULES_MAX:
            raise _wrong(f"is one of more than {RULES_MAX:,}")
        if len(self.groups) > GROUPS_MAX:
            raise _wrong(f"has one of more than {GROUPS_MAX:,} groups")
        scopes: set[tuple[Any, ...]] = set()
        for rule in self.rules:
            if rule.scope in scopes:
                raise _twice(rule)
            if rule.group and rule.group not in self.groups:
                raise _wrong(f"is for the group {rule.group[:60]}, which is not there")
            scopes.add(rule.scope)
        first = {name: -place for place, name in enumerate(self.groups)}
        # By (sku, category), the narrowest first: a lookup meets its own article's rules alone.
        self._about: dict[tuple[str, str], list[StockRule]] = {}
        for rule in sorted(
            self.rules,
            key=lambda rule: (*rule.narrowness[:2], first.get(rule.group, 0), rule.narrowness[2]),
            reverse=True,
        ):
            self._about.setdefault((rule.sku, rule.category), []).append(rule)

    @property
    def book(self) -> RuleBook:
        """As they are sent and kept."""
        return RuleBook(self.rules, self.groups)

    def alike(self, sku: str, category: str) -> tuple[str, str]:
        """Articles for which this is the same have the same limits everywhere."""
        return (
            sku if (sku, "") in self._about else "",
            category if ("", category) in self._about else "",
        )

    def numbers(self, sku: str, category: str, place: Location, channel: str) -> list[Number]:
        """Each number with the rule that made it."""
        own: Mapping[str, int | None] = {
            "safety_stock": place.safety_stock,
            "threshold": place.threshold,
            "share": ALL,
            "cap": None,
        }
        found = [
            rule
            for about in dict.fromkeys(((sku, ""), ("", category), ("", "")))
            for rule in self._about.get(about, ())
            if rule.is_for(sku, category, place, channel, self.groups)
        ]
        told = []
        for name in NUMBERS:
            rule = next((rule for rule in found if getattr(rule, name) is not None), None)
            told.append(Number(name, own[name] if rule is None else getattr(rule, name), rule))
        return told

    def limits(self, sku: str, category: str, place: Location, channel: str) -> Limits:
        """What counts for that article, at that place, sold through that channel."""
        if not self.rules:
            return Limits(place.safety_stock, place.threshold)
        numbers = self.numbers(sku, category, place, channel)
        return Limits(**{number.name: number.value for number in numbers})  # type: ignore[arg-type]


def parse_rules(text: str, file: str) -> StockRules:
    """The rules in a TOML file of `[[rule]]` tables and one of `[groups]`.

    Raises InvalidInput naming the file, the rule and its line.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput(
            "{file} cannot be read: {problem}. Nothing was changed.",
            code="stock.rules_file",
            file=file,
            problem=str(error),
        ) from error
    tables = document.get("rule", [])
    lines = [n for n, line in enumerate(text.splitlines(), 1) if re.match(r"\s*\[\[", line)]
    groups = document.get("groups", {})
    if set(document) - {"rule", "groups"} or not isinstance(tables, list) or not _named(groups):
        raise InvalidInput(
            "{file} holds nothing but tables [[rule]], and [groups] with a list of locations for "
            "each name. Nothing was changed.",
            code="stock.rules_file",
            file=file,
            problem="",
        )
    rules: dict[tuple[Any, ...], StockRule] = {}
    for number, table in enumerate(tables):
        try:
            rule = _rule(table)
            if rule.scope in rules:
                raise _twice(rule)
            rules[rule.scope] = rule
        except InvalidInput as error:
            raise InvalidInput(
                "{file}, the rule on line {line}: {problem}. Nothing was changed.",
                code="stock.rules_file",
                file=file,
                line=lines[number] if number < len(lines) else 1,
                problem=str(error.params.get("problem", error)),
            ) from error
    try:
        return StockRules(rules.values(), {name: tuple(codes) for name, codes in groups.items()})
    except InvalidInput as error:
        raise InvalidInput(
            "{file}: {problem} Nothing was changed.",
            code="stock.rules_file",
            file=file,
            problem=f"a rule {error.params.get('problem', error)}.",
        ) from error


def _named(groups: Any) -> bool:
    return isinstance(groups, dict) and all(
        name and isinstance(codes, list) and all(isinstance(code, str) for code in codes)
        for name, codes in groups.items()
    )


def _rule(table: Mapping[str, Any]) -> StockRule:
    known = {item.name for item in fields(StockRule)}
    values = dict(table)
    for name in values:
        if name not in known:
            raise _wrong(f"has a key {name}; known are " + ", ".join(sorted(known)))
    for name in NUMBERS:
        if not isinstance(values.get(name, 0), int) or isinstance(values.get(name), bool):
            raise _wrong(f"has no whole number for {name}")
    for name in ("sku", "category", "location", "group"):
        if not isinstance(values.get(name, ""), str):
            raise _wrong(f"has no text for {name}")
    for name, kind in (("kind", LocationKind), ("channel", Channel)):
        if name in values:
            try:
                values[name] = kind(values[name])
            except ValueError:
                raise _wrong(f"has no {name} out of " + ", ".join(kind)) from None
    return StockRule(**values)


def _twice(rule: StockRule) -> InvalidInput:
    return _wrong(f"is there twice, for {rule.told()}")


def _wrong(problem: str) -> InvalidInput:
    return InvalidInput(
        "A rule {problem}. Nothing was changed.", code="stock.rule", problem=problem
    )
