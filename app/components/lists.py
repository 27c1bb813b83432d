"""Lists of the terminal: rows in a card, and the screen whose list is one of a few."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import flet as ft

from app.components.buttons import ToggleChip
from app.components.display import Card, Hairline, PageHeader
from app.components.guard import component
from app.components.live import use_loaded
from app.components.pages import Page, when_loaded
from app.components.states import EmptyState
from app.session import AppContext
from app.theme import GRID

T = TypeVar("T")


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
    """One list of a screen: its chip, what it loads, and what is said when there is nothing."""

    key: str
    label: str
    load: Callable[[], Sequence[T]]
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
    """One of a few lists, the first to begin with; a change of `topics` loads it again."""
    chosen, choose = ft.use_state(0)
    shown = filters[chosen]
    loaded = use_loaded(ctx, shown.load, [chosen], topics=topics)

    def chip(place: int, option: ListFilter[T]) -> ft.Control:
        return ToggleChip(
            option.label,
            key=option.key,
            selected=place == chosen,
            on_click=lambda: choose(place),
        )

    def rows(values: Sequence[T]) -> list[ft.Control]:
        if not values:
            return [EmptyState(shown.empty_icon, shown.empty, shown.empty_hint)]
        return [RowsCard([row(value) for value in values])]

    chips = [chip(place, option) for place, option in enumerate(filters)]
    header = PageHeader(title, actions=[ft.Row(chips, spacing=GRID, tight=True)])
    return Page([header, *when_loaded(ctx, loaded, rows)])
