"""What a policy asks for that cannot be meant: names nobody has, lists that let nobody serve.

`contradictions` needs the policy alone; a policy with one is refused when it is read.
`unknown_names` asks what the company has: a policy with one is refused when it is loaded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields

from sync.domain.order import Channel
from sync.sourcing.policy.policy import STOCK_KINDS, Policy


@dataclass(frozen=True, slots=True)
class Finding:
    """`key` of the file, as in `filters.exclude_groups`, and the `problem` with it."""

    key: str
    problem: str


@dataclass(frozen=True, slots=True)
class CompanyNames:
    """What a company has, by the names that a policy may use; `services` as `carrier:service`."""

    locations: frozenset[str]
    categories: frozenset[str]
    tags: frozenset[str]
    services: frozenset[str]


def contradictions(policy: Policy) -> list[Finding]:
    """What cannot be meant, whatever the company has."""
    return [
        *_of_lists(policy),
        *_of_groups(policy),
        *_of_channels(policy),
        *_of_ranking(policy),
        *_of_steps(policy),
        *_of_conditions(policy),
        *_of_promise(policy),
    ]


def _of_promise(policy: Policy) -> Iterator[Finding]:
    told = policy.promise
    if not 0.5 <= told.probability <= 0.999:
        yield Finding("promise.probability", "must be between 0.5 and 0.999")
    if not 0 < told.likely_from < told.probability:
        yield Finding("promise.likely_from", "must be above 0 and below the probability")


def unknown_names(policy: Policy, company: CompanyNames) -> list[Finding]:
    """Names in the policy that the company does not have."""
    filters, applies = policy.filters, policy.applies
    asked = [
        *(
            (f"filters.groups.{name}", codes, company.locations, "location")
            for name, codes in filters.groups.items()
        ),
        ("ranking.priority", _codes_ranked(policy), company.locations, "group, kind or location"),
        ("filters.services", filters.services, company.services, "service of a carrier"),
        ("applies.services", applies.services, company.services, "service of a carrier"),
        ("applies.categories", applies.categories, company.categories, "category of articles"),
        (
            "limits.no_split_categories",
            policy.limits.no_split_categories,
            company.categories,
            "category of articles",
        ),
        ("applies.tags", applies.tags, company.tags, "tag of articles"),
        *((f"filters.tags.{tag}", (tag,), company.tags, "tag of articles") for tag in filters.tags),
        *(
            (
                f"filters.tags.{tag}.services",
                rule.services,
                company.services,
                "service of a carrier",
            )
            for tag, rule in filters.tags.items()
        ),
    ]
    return [
        Finding(key, f"there is no {what} “{name}”")
        for key, names, known, what in asked
        for name in names
        if name not in known
    ]


def _of_lists(policy: Policy) -> Iterator[Finding]:
    nobody = "is empty: no location could serve"
    if not policy.filters.kinds:
        yield Finding("filters.kinds", nobody)
    for channel, kinds in policy.filters.kinds_by_channel.items():
        if not kinds:
            yield Finding(f"filters.kinds_by_channel.{channel}", nobody)
    for step in policy.steps:
        if not step.kinds:
            yield Finding("steps.kinds", nobody)
        elif policy.filters.kinds and not set(step.kinds) & set(policy.filters.kinds):
            yield Finding("steps.kinds", f"step “{step.name}” has only kinds that the filters bar")
    weights = policy.weights
    if not any(getattr(weights, item.name) for item in fields(weights)):
        yield Finding("weights", "are all 0: every plan would be as good as any other")
    if not policy.tariff_share and not policy.weights.economic:
        yield Finding("tariff_share", "is 0 while the economic criterion has no weight")


def _of_groups(policy: Policy) -> Iterator[Finding]:
    groups = policy.filters.groups
    for name, codes in groups.items():
        if not codes:
            yield Finding(f"filters.groups.{name}", "is empty")
    used: list[tuple[str, Iterable[str]]] = [
        ("filters.exclude_groups", policy.filters.exclude_groups),
        *(("steps.groups", step.groups) for step in policy.steps),
        *((f"filters.tags.{tag}.groups", rule.groups) for tag, rule in policy.filters.tags.items()),
    ]
    for key, names in used:
        for name in names:
            if name not in groups:
                yield Finding(key, f"there is no group “{name}” in [filters.groups]")


def _of_channels(policy: Policy) -> Iterator[Finding]:
    used: list[tuple[str, Iterable[str]]] = [
        ("applies.channels", policy.applies.channels),
        ("limits.no_split_channels", policy.limits.no_split_channels),
        ("filters.kinds_by_channel", policy.filters.kinds_by_channel),
    ]
    known = [channel.value for channel in Channel]
    for key, names in used:
        for name in names:
            if name not in known:
                problem = f"there is no channel “{name}”; there are {', '.join(known)}"
                yield Finding(f"{key}.{name}" if key.endswith("by_channel") else key, problem)


def _of_ranking(policy: Policy) -> Iterator[Finding]:
    ranking = policy.ranking
    if ranking.by == "priority" and not ranking.priority:
        yield Finding("ranking.priority", "is empty: name groups, locations or kinds, first first")
    if ranking.by != "priority" and ranking.priority:
        yield Finding("ranking.priority", 'is read only with by = "priority"')


def _of_steps(policy: Policy) -> Iterator[Finding]:
    for number, step in enumerate(policy.steps[:-1]):
        if step.when_short != "next":
            after = policy.steps[number + 1].name
            yield Finding(
                "steps.when_short",
                f"step “{step.name}” ends the search, so that step “{after}” is never tried",
            )


def _of_conditions(policy: Policy) -> Iterator[Finding]:
    applies = policy.applies
    if 0 < applies.value_below_eur <= applies.value_from_eur:
        yield Finding("applies.value_below_eur", "is not above value_from_eur: no order is both")
    first, end = applies.placed_from, applies.placed_before
    if first is not None and end is not None and end <= first:
        yield Finding("applies.placed_before", "is not after placed_from: no order is both")


def _codes_ranked(policy: Policy) -> tuple[str, ...]:
    known = {*policy.filters.groups, *STOCK_KINDS}
    return tuple(name for name in policy.ranking.priority if name not in known)
