"""The screen whose list is one of a few, and how pages are laid out."""

import asyncio
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import flet as ft
import pytest

from app.components import (
    FilteredListScreen,
    Hairline,
    ListFilter,
    RowsCard,
    SideBySide,
    component,
    text,
)
from app.components.lists import PAGE
from app.session import AppContext
from sync.domain.errors import Unavailable
from sync.i18n import I18n
from tests.headless import Screen


class Lists:
    """Two lists of a screen and their rows; a list that is an error cannot be read."""

    ctx: AppContext

    def __init__(self, **lists: list[str] | Unavailable) -> None:
        self.lists = lists

    def load(self, name: str, limit: int) -> Sequence[str]:
        values = self.lists[name]
        if isinstance(values, Unavailable):
            raise values
        return values[:limit]

    def context(self, page: ft.Page) -> AppContext:
        device: Any = SimpleNamespace()
        self.ctx = AppContext(device=device, page=page, i18n=I18n("en"))
        return self.ctx

    async def show(self) -> Screen:
        @component
        def Root(ctx: AppContext) -> ft.Control:
            return FilteredListScreen(
                ctx,
                "Parcels",
                [
                    ListFilter(
                        "here",
                        "Here",
                        lambda limit: self.load("here", limit),
                        ft.Icons.INBOX,
                        "None here",
                        "Yet.",
                    ),
                    ListFilter(
                        "gone",
                        "Gone",
                        lambda limit: self.load("gone", limit),
                        ft.Icons.INBOX,
                        "None gone",
                    ),
                ],
                lambda value: text(value, key=f"row-{value}"),
                ("parcels",),
            )

        return await Screen.show(Root, self.context)

    @staticmethod
    def rows(screen: Screen) -> list[str]:
        return [key for key in screen.shown() if key.startswith("row-")]


def test_the_first_list_is_shown_until_another_is_chosen() -> None:
    lists = Lists(here=["a", "b"], gone=["c"])

    async def whole() -> None:
        screen = await lists.show()
        assert screen.says("Parcels")
        assert lists.rows(screen) == ["row-a", "row-b"]
        await screen.press("gone")
        assert lists.rows(screen) == ["row-c"]
        await screen.press("here")
        assert lists.rows(screen) == ["row-a", "row-b"]
        await screen.close()

    asyncio.run(whole())


def test_a_long_list_is_shown_a_page_at_a_time() -> None:
    lists = Lists(here=[f"{n:03}" for n in range(2 * PAGE + 1)], gone=["c"])

    async def whole() -> None:
        screen = await lists.show()
        assert len(lists.rows(screen)) == PAGE
        await screen.press("list-more")
        assert len(lists.rows(screen)) == 2 * PAGE
        await screen.press("list-more")
        assert len(lists.rows(screen)) == 2 * PAGE + 1
        assert "list-more" not in screen.shown()
        await screen.press("gone")
        await screen.press("here")
        assert len(lists.rows(screen)) == PAGE, "another list begins at its first page"
        await screen.close()

    asyncio.run(whole())


def test_each_list_has_its_own_words_when_it_is_empty() -> None:
    lists = Lists(here=[], gone=[])

    async def whole() -> None:
        screen = await lists.show()
        assert screen.says("None here")
        assert screen.says("Yet.")
        await screen.press("gone")
        assert screen.says("None gone")
        assert not screen.says("Yet.")
        await screen.close()

    asyncio.run(whole())


def test_a_change_is_shown_in_the_list_that_was_chosen() -> None:
    lists = Lists(here=["a"], gone=["c"])

    async def whole() -> None:
        screen = await lists.show()
        await screen.press("gone")
        lists.lists["gone"] = ["c", "a"]
        lists.ctx.changes.tell("parcels")
        await screen.settle()
        assert lists.rows(screen) == ["row-c", "row-a"]
        await screen.close()

    asyncio.run(whole())


def test_a_list_that_cannot_be_read_says_why_and_the_other_is_still_there() -> None:
    lists = Lists(here=Unavailable("The disk does not answer."), gone=["c"])

    async def whole() -> None:
        screen = await lists.show()
        assert screen.says("The disk does not answer.")
        await screen.press("gone")
        assert lists.rows(screen) == ["row-c"]
        await screen.press("here")
        lists.lists["here"] = ["a"]
        await screen.press("error-action")
        assert lists.rows(screen) == ["row-a"]
        await screen.close()

    asyncio.run(whole())


def test_a_line_stands_between_each_row_and_the_next() -> None:
    card = RowsCard([text("a"), text("b"), text("c")])
    assert isinstance(card, ft.Container)
    assert isinstance(card.content, ft.Column)
    kinds = [type(control) for control in card.content.controls]
    line = type(Hairline())
    assert kinds == [ft.Text, line, ft.Text, line, ft.Text]


@pytest.mark.parametrize(
    ("width", "right_first", "order"),
    [
        (1280, True, ["left", "right"]),
        (800, False, ["left", "right"]),
        (800, True, ["right", "left"]),
    ],
)
def test_two_parts_stand_side_by_side_or_below_each_other(
    width: int, right_first: bool, order: list[str]
) -> None:
    @component
    def Root(ctx: AppContext) -> ft.Control:
        return SideBySide(
            ctx, text("l", key="left"), text("r", key="right"), right_first=right_first
        )

    def context(page: ft.Page) -> AppContext:
        device: Any = SimpleNamespace()
        return AppContext(
            device=device, page=page, i18n=I18n("en"), width=width, height=2080 - width
        )

    async def whole() -> None:
        screen = await Screen.show(Root, context)
        assert [key for key in screen.shown() if key in {"left", "right"}] == order
        await screen.close()

    asyncio.run(whole())
