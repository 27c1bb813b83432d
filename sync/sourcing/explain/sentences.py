"""A decision in short sentences for a screen, in the language of the person who reads them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

import numpy as np

from sync.domain.money import Money
from sync.sourcing.arrays import Ints
from sync.sourcing.decision import (
    WAITING,
    CostBreakdown,
    Decision,
    Moved,
    PlannedShipment,
    RunnerUp,
)
from sync.sourcing.evaluations import DEARER, Evaluation

CRITERION_WORDS = {
    "economic": "mostly carrier and handling",
    "ecological": "mostly CO₂e",
    "logistic": "mostly time and load",
    "retail": "mostly what its stock is worth",
}
REASON_WORDS = {
    "no_stock": "has none of it",
    "excluded": "already refused",
    "for_others": "serves other orders of the same batch better",
    "filtered:kind": "this kind of location does not serve orders",
    "filtered:channel": "does not serve this channel",
    "filtered:group": "left out by the policy",
    "filtered:capacity": "can take no more today, nor on its next working day",
    "filtered:closed": "closed for too long",
    "filtered:radius": "too far away",
    "filtered:minimum_stock": "keeps its last pieces",
    "filtered:tag": "may not send such goods",
    "later": "comes later in the policy's ranking",
    "waits": "could send some; the policy waits for the rest",
    "filtered:no_service": "no carrier goes from there",
    "filtered:limits": "would need more parcels than allowed",
}
CASH_WORDS = {"tariff": "carrier", "handling": "handling", "packaging": "packaging"}
SHADOW_WORDS = {
    "carbon": "CO₂e",
    "time": "time to the customer",
    "lateness": "lateness",
    "load": "load of the location",
    "scarcity": "scarce stock",
    "overstock": "relief of overstock",
    "preference": "relief for the store that took the order",
}
ACTION_WORDS = {
    "hold": "Not all can be sent now. The policy sends nothing yet: the order waits for the rest.",
    "released": "A person decided to send what there is.",
    "ask": "Not all can be sent now. The policy asks a person what is to be done.",
}
STEP_WORDS = "not needed: the policy asks others first, and they have it"


class Words(Protocol):
    """What of `sync.i18n.I18n` is used here."""

    def t(self, text: str, /, **params: object) -> str:
        """A sentence."""
        ...

    def n(self, one: str, many: str, count: int, /, **params: object) -> str:
        """A sentence that counts."""
        ...

    def co2e(self, grams: float) -> str:
        """Grams of CO2e."""
        ...

    def money(self, amount: Money) -> str:
        """An amount."""
        ...

    def stamp(self, moment: datetime) -> str:
        """A day and a time."""
        ...

    def percent(self, basis_points: int) -> str:
        """A share in percent."""
        ...


class _English:
    def t(self, text: str, /, **params: object) -> str:
        return text.format_map(params)

    def n(self, one: str, many: str, count: int, /, **params: object) -> str:
        return (one if count == 1 else many).format_map({"count": count, **params})

    def co2e(self, grams: float) -> str:
        return f"{grams:,.0f} g CO₂e"

    def money(self, amount: Money) -> str:
        return str(amount)

    def stamp(self, moment: datetime) -> str:
        return moment.isoformat(sep=" ", timespec="minutes")

    def percent(self, basis_points: int) -> str:
        return f"{basis_points / 100:g}%"


def explain_decision(
    decision: Decision,
    words: Words | None = None,
    *,
    names: Mapping[str, str] | None = None,
    evaluations_max: int = 10,
    costs: bool = False,
) -> list[str]:
    """The `summary` of a decision, then its `reasons`.

    `words` is an `I18n`; English without it. `names` gives locations by code. At most
    `evaluations_max` of the locations not chosen are told, the least dear first; the last sentence
    counts the others. `costs`: say what the plan costs by criterion too.
    """
    told = summary(decision, words, names=names, costs=costs)
    return told + reasons(decision, words, names=names, evaluations_max=evaluations_max)


def summary(
    decision: Decision,
    words: Words | None = None,
    *,
    names: Mapping[str, str] | None = None,
    costs: bool = False,
) -> list[str]:
    """One sentence for each shipment, what is missing, what it rests on, and the runner-up."""
    words = words or _English()
    names = {} if names is None else names
    told = [
        _shipment(decision, shipment, cents, words, names)
        for shipment, cents in zip(decision.shipments, decision.shipment_cents(), strict=True)
    ]
    if costs and decision.shipments:
        told += [_costs(decision, words), *_cash_and_shadow(decision.cost, words)]
    missing = sum(quantity for _, quantity in decision.unfilled)
    if decision.action:
        told.append(words.t(ACTION_WORDS[decision.action]))
    if missing and decision.action not in WAITING:
        told.append(
            words.n(
                "{count} piece cannot be had anywhere now; it stays in the queue.",
                "{count} pieces cannot be had anywhere now; they stay in the queue.",
                missing,
            )
        )
    if decision.moved is not None:
        told.append(_moved(decision, decision.moved, words, names))
    if decision.prices_at:
        told.append(_prices(decision, words))
    if decision.runner_up is not None:
        told.append(_runner_up(decision, decision.runner_up, words, names))
    return told


def reasons(
    decision: Decision,
    words: Words | None = None,
    *,
    names: Mapping[str, str] | None = None,
    evaluations_max: int = 10,
) -> list[str]:
    """Why nobody else, the least dear first; without whom the runner-up has named already."""
    words = words or _English()
    names = {} if names is None else names
    ranked = _others(decision)
    shown = decision.evaluations.at(ranked[:evaluations_max])
    told = [_evaluation(evaluation, words, names) for evaluation in shown]
    if len(ranked) > evaluations_max:
        told.append(
            words.n(
                "And {count} more location.",
                "And {count} more locations.",
                len(ranked) - evaluations_max,
            )
        )
    return told


def why_not_others(
    decision: Decision,
    words: Words | None = None,
    *,
    names: Mapping[str, str] | None = None,
    evaluations_max: int = 10,
) -> list[str]:
    """The runner-up, then the `reasons`."""
    words = words or _English()
    names = {} if names is None else names
    second = decision.runner_up
    told = [] if second is None else [_runner_up(decision, second, words, names)]
    return told + reasons(decision, words, names=names, evaluations_max=evaluations_max)


def other_evaluations(decision: Decision) -> list[Evaluation]:
    """The evaluations that say more than the runner-up, the least dear first: a location of it is
    not told twice."""
    return decision.evaluations.at(_others(decision))


def _others(decision: Decision) -> Ints:
    """Their places in `decision.evaluations`."""
    evaluations, second = decision.evaluations, decision.runner_up
    if second is None:
        return evaluations.ranked()
    more = max(0, second.cost.total_micro - decision.cost.total_micro)
    told = np.array([code in second.locations for code in evaluations.codes], np.bool_)
    return evaluations.ranked(told & evaluations.dearer & (evaluations.by_micro == more))


def _runner_up(decision: Decision, second: RunnerUp, words: Words, names: Mapping[str, str]) -> str:
    more = second.cost - decision.cost
    others = ", ".join(names.get(code, code) for code in second.locations)
    if not _money(more.total_micro):
        return words.t("As good: {locations}.", locations=others)
    return words.t(
        "Next best: {locations}, {amount} dearer, {criterion}.",
        locations=others,
        amount=_money(more.total_micro),
        criterion=words.t(CRITERION_WORDS[more.largest]),
    )


def _costs(decision: Decision, words: Words) -> str:
    cents = decision.cost.cents()
    return words.t(
        "Together {amount}: carrier and handling {economic}, CO₂e {ecological}, time and load "
        "{logistic}, what the stock is worth {retail}.",
        amount=Money(sum(cents.values())),
        **{name: Money(part) for name, part in cents.items()},
    )


def _cash_and_shadow(cost: CostBreakdown, words: Words) -> list[str]:
    """What of the cost is paid, and what is reckoned with only."""
    cash, shadow = cost.cash_cents(), cost.shadow_cents()
    return [
        words.t(
            "Cash {amount}, of which {parts}.",
            amount=Money(sum(cash.values())),
            parts=_parts(cash, CASH_WORDS, words),
        ),
        words.t(
            "Shadow prices {amount}, reckoned with and not paid: {parts}.",
            amount=Money(sum(shadow.values())),
            parts=_parts(shadow, SHADOW_WORDS, words),
        ),
    ]


def _parts(cents: Mapping[str, int], named: Mapping[str, str], words: Words) -> str:
    """Each part with its amount; those of nothing are left out, unless there is nothing else."""
    told = {name: part for name, part in cents.items() if part} or dict(list(cents.items())[:1])
    return ", ".join(
        f"{words.t(named[name])} {words.money(Money(part))}" for name, part in told.items()
    )


def _moved(decision: Decision, moved: Moved, words: Words, names: Mapping[str, str]) -> str:
    return words.t(
        "Moved from {before} to {after}: saves {amount}, certified gap {gap}.",
        before=", ".join(names.get(code, code) for code in moved.locations),
        after=", ".join(names.get(code, code) for code in decision.locations),
        amount=_money(moved.saving_micro),
        gap=words.percent(moved.gap_bp),
    )


def _prices(decision: Decision, words: Words) -> str:
    at = words.stamp(datetime.fromisoformat(decision.prices_at))
    if decision.prices_too_old:
        return words.t("The scarcity prices of {time} were too old and were not used.", time=at)
    return words.t("With the scarcity prices of {time}.", time=at)


def _money(micro: int) -> Money:
    return Money((micro + 5_000) // 10_000)


def _shipment(
    decision: Decision,
    shipment: PlannedShipment,
    cents: int,
    words: Words,
    names: Mapping[str, str],
) -> str:
    everything = len(decision.shipments) == 1 and not decision.unfilled
    what = (
        words.n("its one line", "all {count} lines", len(shipment.lines))
        if everything
        else words.n("{count} piece", "{count} pieces", shipment.quantity)
    )
    return words.t(
        "{location}: {what}, {parcels}, {amount}, {co2e}",
        location=names.get(shipment.location, shipment.location),
        what=what,
        parcels=words.n("{count} parcel", "{count} parcels", shipment.cartons),
        amount=Money(cents),
        co2e=words.co2e(shipment.co2e_g),
    )


def _evaluation(evaluation: Evaluation, words: Words, names: Mapping[str, str]) -> str:
    if evaluation.reason == DEARER and not _money(evaluation.by_micro):
        return words.t(
            "{location}: as good", location=names.get(evaluation.location, evaluation.location)
        )
    if evaluation.reason == DEARER:
        return words.t(
            "{location}: {amount} dearer, {criterion}",
            location=names.get(evaluation.location, evaluation.location),
            amount=_money(evaluation.by_micro),
            criterion=words.t(CRITERION_WORDS[evaluation.criterion]),
        )
    return words.t(
        "{location}: {reason}",
        location=names.get(evaluation.location, evaluation.location),
        reason=words.t(REASON_WORDS.get(evaluation.reason, STEP_WORDS)),
    )
