"""A promise in words: how the customer will have it, when, at what cost, with how much CO2e."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import flet as ft

from app.components import OptionCard, text
from app.components.buttons import Handler
from app.session import AppContext
from app.theme import GREEN, MUTED, Type
from sync.domain.errors import NotFound
from sync.domain.location import Location, distance_km
from sync.domain.order import FulfilmentMode
from sync.domain.promise import Promise

MODE_ICONS = {
    FulfilmentMode.CARRY_OUT: ft.Icons.SHOPPING_BAG_OUTLINED,
    FulfilmentMode.COLLECT: ft.Icons.STOREFRONT_OUTLINED,
    FulfilmentMode.SHIP_HOME: ft.Icons.HOME_OUTLINED,
    FulfilmentMode.PICKUP_POINT: ft.Icons.LOCATION_ON_OUTLINED,
}


OPTIONS_SHOWN_MAX = 5
COLLECT_SHOWN_MAX = 3
COLLECTED = (FulfilmentMode.COLLECT, False)


@dataclass(frozen=True, slots=True)
class DeliveryOption:
    """A promise with the names of its places, loaded together."""

    promise: Promise
    source: Location | None
    collect: Location | None


OptionId = tuple[FulfilmentMode, str, str]


def option_id(option: DeliveryOption) -> OptionId:
    """What stays the same of an option when stock moves and the list is made anew."""
    promise = option.promise
    return promise.mode, promise.collect_at, promise.service


def place_of(wanted: OptionId | None, options: Sequence[DeliveryOption]) -> int:
    """Where the wanted option is in the list now; the best when none is wanted or it is gone."""
    return next((place for place, option in enumerate(options) if option_id(option) == wanted), 0)


class LocationNames(Mapping[str, str]):
    """Names by location code, read from the device as they are asked for: in a thread."""

    def __init__(self, ctx: AppContext) -> None:
        self._catalogue = ctx.device.catalogue

    def __getitem__(self, code: str) -> str:
        try:
            return self._catalogue.location(code).name
        except NotFound as error:
            raise KeyError(code) from error

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def named_options(ctx: AppContext, promises: list[Promise]) -> list[DeliveryOption]:
    """The promises with their places. Reads the device: run it in a thread."""

    def place(code: str) -> Location | None:
        return ctx.device.catalogue.location(code) if code else None

    return [DeliveryOption(p, place(p.source), place(p.collect_at)) for p in promises]


def shown_options(options: Sequence[DeliveryOption], chosen: int) -> list[int]:
    """Places in `options` of those worth showing at once, in their order.

    The best of each mode and the first faster one, then the next best up to `OPTIONS_SHOWN_MAX`,
    with at most `COLLECT_SHOWN_MAX` stores to collect at; the `chosen` one always.
    """
    modes = [(option.promise.mode, bool(option.promise.asked_service)) for option in options]
    first = [place for place, mode in enumerate(modes) if modes.index(mode) == place]
    shown = set(first[:OPTIONS_SHOWN_MAX])
    for place, mode in enumerate(modes):
        if len(shown) >= OPTIONS_SHOWN_MAX:
            break
        collects = sum(modes[other] == COLLECTED for other in shown)
        if mode != COLLECTED or collects < COLLECT_SHOWN_MAX:
            shown.add(place)
    if options:
        shown.add(chosen)
    return sorted(shown)


def option_title(ctx: AppContext, option: DeliveryOption) -> str:
    """ "To carry out", "Collection at Lyon Part-Dieu", "Home delivery", "Pickup point"."""
    i18n, mode = ctx.i18n, option.promise.mode
    if mode is FulfilmentMode.CARRY_OUT:
        return i18n.t("To carry out")
    if mode is FulfilmentMode.SHIP_HOME:
        faster = bool(option.promise.asked_service)
        return i18n.t("Faster home delivery") if faster else i18n.t("Home delivery")
    if mode is FulfilmentMode.COLLECT:
        return i18n.t("Collection at {place}", place=option.collect.name if option.collect else "")
    return i18n.t("Pickup point {place}", place=option.collect.name if option.collect else "")


def option_when(ctx: AppContext, option: DeliveryOption) -> str:
    """When the customer has it, from where, or how far from here they go for it."""
    i18n, promise = ctx.i18n, option.promise
    if promise.mode is FulfilmentMode.CARRY_OUT:
        return i18n.t("Now") if promise.sure else i18n.t("If it lies in front of you")
    day = _day(ctx, promise)
    if promise.mode is FulfilmentMode.SHIP_HOME:
        if option.source is None:
            return day
        return i18n.t("{day}, from {place}", day=day, place=option.source.name)
    if promise.mode is FulfilmentMode.COLLECT:
        day = i18n.t("{day} from {time}", day=day, time=i18n.time(promise.at))
    here, there = ctx.location, option.collect
    if here is None or there is None or here.code == there.code:
        return day
    return f"{day} · {i18n.distance(distance_km(here.lat, here.lon, there.lat, there.lon))}"


def _day(ctx: AppContext, promise: Promise) -> str:
    zone = ctx.i18n.zone
    today = ctx.now().astimezone(zone).date()
    day = promise.at.astimezone(zone).date()
    if day == today:
        return ctx.i18n.t("Today")
    if day == today + timedelta(days=1):
        return ctx.i18n.t("Tomorrow")
    words = ctx.i18n.day(promise.at)
    return words[:1].upper() + words[1:]


def fee_words(ctx: AppContext, promise: Promise) -> str:
    """What the customer pays for having it so; nothing is said of what is carried out, or it
    would read as if the article were free."""
    if promise.mode is FulfilmentMode.CARRY_OUT:
        return ""
    return ctx.i18n.money(promise.fee) if promise.fee else ctx.i18n.t("Free")


def Footprint(ctx: AppContext, promise: Promise) -> ft.Control:
    """CO2e until the customer has it; what they drive themselves to collect it stands apart."""
    sent = text(ctx.i18n.co2e(promise.co2e_g), Type.CAPTION, color=MUTED, no_wrap=True)
    if not promise.trip_co2e_g:
        return sent
    trip = ctx.i18n.mass(promise.trip_co2e_g)
    return ft.Row(
        [
            sent,
            ft.Icon(ft.Icons.DIRECTIONS_CAR_OUTLINED, size=14, color=MUTED),
            text(trip, Type.CAPTION, color=MUTED, no_wrap=True),
        ],
        spacing=4,
        tight=True,
        tooltip=ctx.i18n.t("The customer's own trip: {trip} CO₂e", trip=trip),
    )


def _ends(left: ft.Control, right: ft.Control | None) -> ft.Row:
    """A line of two: what is on the left has all the room that the right one leaves."""
    left.expand = True
    return ft.Row([left, *([right] if right is not None else [])], spacing=8)


def DeliveryOptionCard(
    ctx: AppContext, option: DeliveryOption, *, key: str, selected: bool, on_click: Handler | None
) -> ft.Control:
    """One option as a choice: icon, how and when on the left; cost and CO2e on the right."""
    promise = option.promise
    fee = fee_words(ctx, promise)
    return OptionCard(
        ft.Row(
            [
                ft.Icon(MODE_ICONS[promise.mode], size=22, color=GREEN if selected else MUTED),
                ft.Column(
                    [
                        _ends(
                            text(option_title(ctx, option), Type.STRONG, lines=1),
                            text(fee, Type.STRONG, no_wrap=True) if fee else None,
                        ),
                        _ends(
                            text(option_when(ctx, option), Type.CAPTION, color=MUTED, lines=1),
                            Footprint(ctx, promise),
                        ),
                    ],
                    spacing=3,
                    tight=True,
                    expand=True,
                ),
            ],
            spacing=14,
            vertical_alignment=ft.CrossAxisAlignment.CENTER,
        ),
        key=key,
        selected=selected,
        on_click=on_click,
        height=72,
        padding=ft.Padding.symmetric(horizontal=16, vertical=8),
    )
