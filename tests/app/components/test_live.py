"""The hooks and the guard: what screens rely on when things are slow, fast or broken."""

import asyncio
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import flet as ft
import pytest

from app.components import component, text, use_loaded, use_scan, use_typed
from app.events import Changes
from app.session import AppContext
from sync.domain.errors import NotFound
from sync.i18n import I18n
from tests.headless import Screen


def context(page: ft.Page) -> AppContext:
    return AppContext(device=SimpleNamespace(), page=page, i18n=I18n("en"))  # type: ignore[arg-type]


def show(root: Callable[[AppContext], ft.Control], steps: Callable[[Screen], Any]) -> None:
    async def whole() -> None:
        screen = await Screen.show(root, context)
        await steps(screen)
        await screen.close()

    asyncio.run(whole())


def test_an_answer_that_was_overtaken_is_dropped() -> None:
    gates = {"slow": threading.Event(), "fast": threading.Event()}

    def answer(name: str) -> str:
        gates[name].wait(10)
        return f"answer to {name}"

    @component
    def Root(ctx: AppContext) -> ft.Control:
        name, set_name = ft.use_state("slow")
        loaded = use_loaded(ctx, lambda: answer(name), [name])

        async def ask(_: ft.Event[ft.TextButton]) -> None:
            set_name("fast")

        return ft.Column([text(loaded.value or "…"), ft.TextButton("ask", key="ask", on_click=ask)])

    async def main(page: ft.Page) -> None:
        page.data = ctx = context(page)
        page.render(Root, ctx)

    async def whole() -> None:
        screen = await Screen.open(main, settle=False)
        asked = await screen.start("ask")
        gates["fast"].set()
        await screen.wait_for("answer to fast")
        gates["slow"].set()
        await asked
        await screen.settle()
        assert screen.says("answer to fast")
        await screen.close()

    asyncio.run(whole())


def test_a_change_of_a_topic_loads_again_and_keeps_the_old_value_until_then() -> None:
    values = iter(["first", "second"])
    seen: list[str | None] = []
    contexts: list[AppContext] = []

    @component
    def Root(ctx: AppContext) -> ft.Control:
        contexts.append(ctx)
        loaded = use_loaded(ctx, lambda: next(values), topics=["stock"])
        seen.append(loaded.value)
        return text(loaded.value or "…")

    async def steps(screen: Screen) -> None:
        assert screen.says("first")
        contexts[0].changes.tell("orders")
        await screen.settle()
        assert screen.says("first")
        contexts[0].changes.tell("stock")
        await screen.settle()
        assert screen.says("second")
        assert None not in seen[seen.index("first") :]

    show(Root, steps)


def test_a_refusal_is_given_to_the_screen_and_a_bug_becomes_a_sentence() -> None:
    problems = iter([NotFound("There is no such thing."), ZeroDivisionError()])

    def fail() -> str:
        raise next(problems)

    @component
    def Root(ctx: AppContext) -> ft.Control:
        loaded = use_loaded(ctx, fail, topics=["stock"])

        async def again(_: ft.Event[ft.TextButton]) -> None:
            loaded.reload()

        words = ctx.i18n.error(loaded.error) if loaded.error else "…"
        return ft.Column([text(words), ft.TextButton("again", key="again", on_click=again)])

    async def steps(screen: Screen) -> None:
        assert screen.says("There is no such thing.")
        await screen.press("again")
        assert screen.says("Something unexpected happened on this device.")

    show(Root, steps)


def test_a_component_that_fails_leaves_the_rest_standing() -> None:
    @component
    def Broken(ctx: AppContext) -> ft.Control:
        raise ZeroDivisionError

    @component
    def Root(ctx: AppContext) -> ft.Control:
        count, set_count = ft.use_state(0)

        async def more(_: ft.Event[ft.TextButton]) -> None:
            set_count(count + 1)

        return ft.Column(
            [text(f"count {count}"), ft.TextButton("more", key="more", on_click=more), Broken(ctx)]
        )

    async def whole() -> None:
        with pytest.raises(AssertionError, match="a component failed to render"):
            await Screen.show(Root, context)

    asyncio.run(whole())


def test_rendering_never_sends_back_what_is_being_typed() -> None:
    renders: list[str] = []

    @component
    def Root(ctx: AppContext) -> ft.Control:
        typed = use_typed()
        _, set_tick = ft.use_state(0)

        async def tick(_: ft.Event[ft.TextButton]) -> None:
            set_tick(lambda n: n + 1)

        async def clear(_: ft.Event[ft.TextButton]) -> None:
            typed.set("")

        field = typed.hold(ft.TextField(key="field"))
        renders.append(field.value)
        return ft.Column(
            [
                field,
                ft.TextButton("tick", key="tick", on_click=tick),
                ft.TextButton("clear", key="clear", on_click=clear),
            ]
        )

    async def steps(screen: Screen) -> None:
        # The browser reports characters that no handler has heard of yet; then a rendering comes.
        screen.session.apply_patch(screen.one("field")._i, {"value": "20010"})
        await screen.press("tick")
        assert renders[-1] == "20010"
        assert screen.one("field").value == "20010"
        await screen.press("clear")
        assert screen.one("field").value == ""

    show(Root, steps)


def test_a_screen_takes_scans_while_it_is_shown() -> None:
    contexts: list[AppContext] = []
    taken: list[str] = []

    @component
    def Picking(ctx: AppContext) -> ft.Control:
        async def take(words: str) -> bool:
            taken.append(words)
            return True

        use_scan(ctx, take)
        return text("picking")

    @component
    def Root(ctx: AppContext) -> ft.Control:
        contexts.append(ctx)
        shown, set_shown = ft.use_state(True)

        async def leave(_: ft.Event[ft.TextButton]) -> None:
            set_shown(False)

        leaving = ft.TextButton("leave", key="leave", on_click=leave)
        return ft.Column([leaving, Picking(ctx) if shown else text("gone")])

    async def steps(screen: Screen) -> None:
        ctx = contexts[0]
        assert ctx.on_scan is not None
        assert await ctx.on_scan("2001") is True
        assert taken == ["2001"]
        await screen.press("leave")
        assert ctx.on_scan is None

    show(Root, steps)


def test_listening_ends_when_it_is_told_to() -> None:
    changes, heard = Changes(), []
    stop = changes.listen(["stock"], lambda: heard.append("stock"))
    changes.tell("stock")
    changes.tell("orders")
    stop()
    stop()
    changes.tell("stock")
    assert heard == ["stock"]
