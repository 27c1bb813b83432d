"""Lists of the terminal: rows in a card, and the screen whose list is one of a few."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import flet as ft

from app.components.buttons import QuietButton, ToggleChip
from app.components.display import Card, Hairline, PageHeader
from app.components.guard import component
from app.components.live import use_loaded
from app.components.pages import Page, when_loaded
from app.components.states import EmptyState
from app.session import AppContext
from app.theme import GRID

T = TypeVar("T")
PAGE = 50


def RowsCard(rows: Sequence[ft.Control]) -> ft.Control:
    """Rows in a card, with a line between each and the next."""
    parts: list[ft.Control] = []
    for row in rows:
        if parts:
            parts.append(Hairline())
        parts.append(row)
    return Card(ft.Column(parts, spacing=0), padding=GRID)


@dataclass(frozen=True)
class ListFilter(Generic[T]):
    """One list of a screen: its chip, what it loads (at most so many rows), and what is said when
    there is nothing."""

    key: str
    label: str
    load: Callable[[int], Sequence[T]]
    empty_icon: ft.IconData
    empty: str
    empty_hint: str = ""


@component
def FilteredListScreen(
    ctx: AppContext,
    title: str,
    filters: Sequence[ListFilter[T]],
    row: Callable[[T], ft.Control],
    topics: Sequence[str],
) -> ft.Control:
    """One of a few lists, the first to begin with, a page at a time; a change of `topics` loads it
    again."""
    (chosen, limit), choose = ft.use_state((0, PAGE))
    shown = filters[chosen]
    # One more than is shown tells whether there are more.
    loaded = use_loaded(ctx, lambda: shown.load(limit + 1), [chosen, limit], topics=topics)

    def chip(place: int, option: ListFilter[T]) -> ft.Control:
        return ToggleChip(
            option.label,
            key=option.key,
            selected=place == chosen,
            on_click=lambda: choose((place, PAGE)),
        )

    def rows(values: Sequence[T]) -> list[ft.Control]:
        if not values:
            return [EmptyState(shown.empty_icon, shown.empty, shown.empty_hint)]
        found: list[ft.Control] = [RowsCard([row(value) for value in values[:limit]])]
        if len(values) > limit:
            found.append(
                QuietButton(
                    ctx.i18n.t("Show more"), key="list-more", on_click=show_more, outlined=True
                )
            )
        return found

    async def show_more() -> None:
        choose((chosen, limit + PAGE))

    chips = [chip(place, option) for place, option in enumerate(filters)]
    header = PageHeader(title, actions=[ft.Row(chips, spacing=GRID, tight=True)])
    return Page([header, *when_loaded(ctx, loaded, rows)])
