"""Searching: the first rows come first, and rows always belong to the words above them."""

from __future__ import annotations

import asyncio
import threading

from app.screens.selling.search_results import PAGE_SIZE, ROWS_FIRST, ArticlesScreen
from app.usecases.selling.catalogue import Hit
from sync.domain.money import Money
from tests.app.screens.shop import Shop, on_loop
from tests.app.screens.till import Till


def hits(words: str, count: int) -> list[Hit]:
    return [
        Hit(f"{words}-{n}", "2000000000015", f"{words} {n}", "Maison", Money(100), 1, 1)
        for n in range(count)
    ]


class SlowSearch:
    """A search that answers when it is let: `let` by words, `rest` for more than the first rows;
    `asked` has the words and the number of rows."""

    def __init__(self, found: int) -> None:
        self.found, self.asked = found, list[tuple[str, int]]()
        self.let: dict[str, threading.Event] = {}
        self.rest = threading.Event()
        self.rest.set()

    def __call__(self, text: str, *, limit: int = 50, offset: int = 0) -> list[Hit]:
        self.asked.append((text, limit))
        if (gate := self.let.get(text)) is not None:
            gate.wait(10)
        if limit > ROWS_FIRST + 1:
            self.rest.wait(10)
        return hits(text, self.found)[offset : offset + limit]


async def searching(till: Till, found: int) -> tuple[Shop, SlowSearch]:
    search = SlowSearch(found)
    till.device.catalogue.search = search  # type: ignore[method-assign]
    shop = await till.show(ArticlesScreen, "/articles")
    search.asked.clear()
    return shop, search


@on_loop
async def test_twelve_rows_are_painted_before_the_rest_of_the_page(
    till: Till,
) -> None:
    shop, search = await searching(till, 60)
    search.rest = threading.Event()
    shop.ctx.search("mug")
    await shop.screen.wait_for("mug 11")
    assert len(shop.rows("hit-")) == ROWS_FIRST
    assert "more" not in shop.screen.shown()
    search.rest.set()
    await shop.screen.settle()
    assert search.asked == [("mug", ROWS_FIRST + 1), ("mug", PAGE_SIZE + 1)]
    assert len(shop.rows("hit-")) == PAGE_SIZE
    await shop.screen.press("more")
    assert len(shop.rows("hit-")) == 60


@on_loop
async def test_when_the_first_rows_are_all_nothing_more_is_asked(till: Till) -> None:
    shop, search = await searching(till, ROWS_FIRST)
    shop.ctx.search("mug")
    await shop.screen.settle()
    assert search.asked == [("mug", ROWS_FIRST + 1)]
    assert len(shop.rows("hit-")) == ROWS_FIRST
    assert "more" not in shop.screen.shown()


@on_loop
async def test_rows_of_the_old_words_are_never_under_the_new_ones(till: Till) -> None:
    shop, search = await searching(till, 60)
    shop.ctx.search("mug")
    await shop.screen.settle()
    gate = search.let["lamp"] = threading.Event()
    shop.ctx.search("lamp")
    for _ in range(30):
        await asyncio.sleep(0)
    assert shop.rows("hit-") == []
    gate.set()
    await shop.screen.settle()
    assert {row.split("-")[1] for row in shop.rows("hit-")} == {"lamp"}


@on_loop
async def test_an_answer_that_comes_late_does_not_replace_newer_rows(till: Till) -> None:
    shop, search = await searching(till, 5)
    gate = search.let["mu"] = threading.Event()
    shop.ctx.search("mu")
    for _ in range(30):
        await asyncio.sleep(0)
    shop.ctx.search("mug")
    await shop.screen.wait_for("mug 4")
    gate.set()
    await shop.screen.settle()
    assert [row.split("-")[1] for row in shop.rows("hit-")] == ["mug"] * 5
