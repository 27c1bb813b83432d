"""What a form does when it is sent: once, in turn, with a sentence when it was refused."""

import asyncio
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import flet as ft

from app.background import UNEXPECTED
from app.components import Attempt, Done, component, text, use_attempt
from app.session import AppContext
from sync.domain.errors import InvalidInput
from sync.i18n import I18n
from tests.headless import Screen


class Form:
    """A form on a page, in French, and how it looked at each rendering: (busy, problem)."""

    ctx: AppContext
    attempt: Attempt

    def __init__(self, *, toast: bool = False) -> None:
        self.looks: list[tuple[bool, str]] = []
        self._toast = toast

    def context(self, page: ft.Page) -> AppContext:
        device: Any = SimpleNamespace()
        self.ctx = AppContext(device=device, page=page, i18n=I18n("fr"))
        return self.ctx

    def show(self, steps: Callable[[Screen], Any]) -> None:
        @component
        def Root(ctx: AppContext) -> ft.Control:
            self.attempt = use_attempt(ctx, toast=self._toast)
            self.looks.append((self.attempt.busy, self.attempt.problem))
            return text(self.attempt.problem or "nothing")

        async def whole() -> None:
            screen = await Screen.show(Root, self.context)
            await steps(screen)
            await screen.close()

        asyncio.run(whole())


def refuse() -> None:
    raise InvalidInput("Enter the customer's name.", code="customer.name_missing")


REFUSED = "Saisissez le nom du client."


def test_what_was_done_is_given_and_the_form_was_busy_meanwhile() -> None:
    form = Form()

    async def steps(screen: Screen) -> None:
        done = await form.attempt.run(divmod, 7, 2)
        await screen.settle()
        assert done == Done((3, 1))
        assert form.looks == [(False, ""), (True, ""), (False, "")]

    form.show(steps)


def test_done_is_true_though_the_job_gives_nothing() -> None:
    form = Form()

    async def steps(_: Screen) -> None:
        assert await form.attempt.run(lambda: None)

    form.show(steps)


def test_a_refusal_is_a_sentence_until_the_next_attempt_or_until_it_is_cleared() -> None:
    form = Form()

    async def steps(screen: Screen) -> None:
        assert await form.attempt.run(refuse) is None
        await screen.settle()
        assert screen.says(REFUSED)
        await form.attempt.run(divmod, 7, 2)
        await screen.settle()
        assert screen.says("nothing")
        await form.attempt.run(refuse)
        form.attempt.clear()
        await screen.settle()
        assert form.looks[-1] == (False, "")
        assert screen.says("nothing")

    form.show(steps)


def test_a_bug_becomes_a_sentence_and_the_form_can_be_sent_again() -> None:
    form = Form()

    async def steps(screen: Screen) -> None:
        assert await form.attempt.run(divmod, 7, 0) is None
        await screen.settle()
        assert form.looks[-1][0] is False
        assert form.attempt.problem == I18n("fr").t(UNEXPECTED)
        assert await form.attempt.run(divmod, 7, 2)

    form.show(steps)


def test_a_second_press_does_nothing_while_the_first_is_done() -> None:
    form, gate, done = Form(), threading.Event(), []

    def job(name: str) -> None:
        gate.wait(10)
        done.append(name)

    async def steps(_: Screen) -> None:
        first = asyncio.create_task(form.attempt.run(job, "first"))
        second = asyncio.create_task(form.attempt.run(job, "second"))
        assert await second is None
        gate.set()
        assert await first
        assert done == ["first"]

    form.show(steps)


def test_what_counts_each_time_is_done_in_turn_and_the_form_is_busy_until_the_last() -> None:
    form, gate, done = Form(), threading.Event(), []

    def job(name: str) -> None:
        gate.wait(10)
        done.append(name)

    async def steps(screen: Screen) -> None:
        asked = [asyncio.create_task(form.attempt.in_turn(job, name)) for name in "abc"]
        pressed = asyncio.create_task(form.attempt.run(job, "pressed"))
        assert await pressed is None
        gate.set()
        await asked[0]
        assert form.attempt.busy
        await asyncio.gather(*asked)
        await screen.settle()
        assert done == ["a", "b", "c"]
        assert form.looks[-1] == (False, "")

    form.show(steps)


def test_a_refusal_in_the_turn_of_one_leaves_the_others_theirs() -> None:
    form = Form()
    done: list[str] = []

    async def steps(_: Screen) -> None:
        first, second = await asyncio.gather(
            form.attempt.in_turn(refuse), form.attempt.in_turn(done.append, "second")
        )
        assert first is None
        assert second == Done(None)
        assert done == ["second"]

    form.show(steps)


def test_a_refusal_may_be_said_at_the_bottom_of_the_screen() -> None:
    form = Form(toast=True)

    async def steps(screen: Screen) -> None:
        await form.attempt.run(refuse)
        await screen.settle()
        assert form.ctx.notice is not None
        assert form.ctx.notice.text == REFUSED
        assert screen.says("nothing")

    form.show(steps)
