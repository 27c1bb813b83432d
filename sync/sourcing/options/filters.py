"""Which locations a policy lets serve an order, and for every other one the rule that says no."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sync.sourcing.arrays import Bools, Ints
from sync.sourcing.network import Network
from sync.sourcing.policy.policy import Policy, Step
from sync.sourcing.request import Request


@dataclass(frozen=True, eq=False)
class Eligible:
    """`mask` [N] of the locations that may serve; `rules` pairs a reason with those it stops."""

    mask: Bools
    rules: tuple[tuple[str, Bools], ...]

    def reason(self, place: int) -> str:
        """The first rule that stops the location, or an empty text."""
        return next((name for name, stopped in self.rules if stopped[place]), "")


def eligible(
    request: Request,
    network: Network,
    policy: Policy,
    step: Step,
    distance_m: Ints,
    opens_in: Ints,
    full: Bools,
) -> Eligible:
    """Apply exclusions, filters, limits per location and the step's own widening.

    `opens_in` [N]: minutes until each location works; `full` [N]: those that can take no more.
    """
    size = len(network)
    rules: list[tuple[str, Bools]] = []
    excluded = [network.index[code] for code in request.excluded if code in network.index]
    if excluded:
        rules.append(("excluded", _at(excluded, size)))
    allowed = set(policy.filters.kinds)
    rules.append(("filtered:kind", _not_of(network, allowed)))
    for_channel = policy.filters.kinds_by_channel.get(request.channel)
    if for_channel is not None:
        rules.append(("filtered:channel", _not_of(network, set(for_channel))))
    if policy.filters.exclude_groups:
        barred = _in_groups(network, policy, policy.filters.exclude_groups)
        rules.append(("filtered:group", barred))
    if policy.filters.respect_capacity:
        rules.append(("filtered:capacity", full))
    if policy.filters.opens_within_hours:
        rules.append(("filtered:closed", opens_in > policy.filters.opens_within_hours * 60))
    rules.append((f"filtered:step:{step.name}", _not_in_step(network, policy, step)))
    if step.radius_km:
        rules.append(("filtered:radius", distance_m > step.radius_km * 1000))
    stopped = np.zeros(size, np.bool_)
    for _, mask in rules:
        stopped |= mask
    return Eligible(~stopped, tuple(rules))


def barred_lines(request: Request, network: Network, policy: Policy) -> Bools | None:
    """[N, L]: the lines that a location may not send, by the rules for their articles' tags.

    None when there is no rule for any of them.
    """
    barred = None
    for number, line in enumerate(request.lines):
        for tag in line.tags:
            rule = policy.filters.tags.get(tag)
            if rule is None:
                continue
            if barred is None:
                barred = np.zeros((len(network), len(request.lines)), np.bool_)
            if rule.kinds:
                barred[:, number] |= _not_of(network, set(rule.kinds))
            if rule.groups:
                barred[:, number] |= ~_in_groups(network, policy, rule.groups)
            if rule.destinations and request.destination.kind not in rule.destinations:
                barred[:, number] = True
    return barred


def may_use(request: Request, policy: Policy, code: str) -> bool:
    """Whether the service `code` (`carrier:service`) may carry the order."""
    allowed = [policy.filters.services, (request.service,) if request.service else ()]
    tags = {tag for line in request.lines for tag in line.tags}
    allowed += [rule.services for tag, rule in policy.filters.tags.items() if tag in tags]
    return all(code in codes for codes in allowed if codes)


def _not_in_step(network: Network, policy: Policy, step: Step) -> Bools:
    outside = _not_of(network, set(step.kinds))
    return outside | ~_in_groups(network, policy, step.groups) if step.groups else outside


def _in_groups(network: Network, policy: Policy, groups: tuple[str, ...]) -> Bools:
    codes = policy.filters.of_groups(groups)
    return _at([network.index[code] for code in codes if code in network.index], len(network))


def _at(places: list[int], size: int) -> Bools:
    mask = np.zeros(size, np.bool_)
    mask[places] = True
    return mask


def _not_of(network: Network, kinds: set[str]) -> Bools:
    result = np.zeros(len(network), np.bool_)
    for kind, mask in network.by_kind.items():
        if kind not in kinds:
            result |= mask
    return result
