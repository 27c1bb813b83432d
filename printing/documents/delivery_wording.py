"""How each line of an order reaches the customer, in words."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

from sync.domain.location import Location
from sync.domain.order import FulfilmentMode, Order, OrderLine
from sync.i18n import I18n


def name_of(code: str, locations: Mapping[str, Location]) -> str:
    """The name of a location, or its code when this device does not know it."""
    found = locations.get(code)
    return found.name if found else code


def option(line: OrderLine, i18n: I18n, locations: Mapping[str, Location]) -> str:
    """Where the customer gets the line: `Delivered to you`, `Collect at Lyon`, ..."""
    match line.mode:
        case FulfilmentMode.CARRY_OUT:
            return i18n.t("With you today")
        case FulfilmentMode.SHIP_HOME:
            return i18n.t("Delivered to your home")
        case FulfilmentMode.COLLECT:
            return i18n.t("Collect at {place}", place=name_of(line.collect_at, locations))
        case FulfilmentMode.PICKUP_POINT:
            return i18n.t("At the pickup point {place}", place=name_of(line.collect_at, locations))


def when(line: OrderLine, i18n: I18n) -> str:
    """By when, or from when; empty for what the customer already has."""
    if line.promised_at is None or line.mode is FulfilmentMode.CARRY_OUT:
        return ""
    if line.mode is FulfilmentMode.SHIP_HOME:
        return i18n.t("by {day}", day=i18n.day(line.promised_at))
    time = i18n.time(line.promised_at).replace(" ", "\u00a0")
    return i18n.t("from {day}, {time}", day=i18n.day(line.promised_at), time=time)


DeliveryOption = tuple[FulfilmentMode, str, str]


def by_option(order: Order, i18n: I18n) -> list[tuple[OrderLine, list[OrderLine]]]:
    """The lines gathered by how and when they reach the customer, carried out first.

    Each group comes with a line that speaks for all of it.
    """
    modes = list(FulfilmentMode)

    def key(line: OrderLine) -> tuple[int, str, str]:
        moment = line.promised_at.isoformat() if line.promised_at else ""
        return modes.index(line.mode), line.collect_at, "" if not modes.index(line.mode) else moment

    def shown(line: OrderLine) -> tuple[int, str, str]:
        return modes.index(line.mode), line.collect_at, when(line, i18n)

    ordered = sorted(order.lines, key=key)
    return [(lines[0], lines) for _, group in groupby(ordered, shown) if (lines := list(group))]
