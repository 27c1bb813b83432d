"""Hooks of a form: what is typed into it, and what it does when it is sent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, ParamSpec, TypeVar

import flet as ft

from app.components.live import use_box
from app.session import AppContext
from sync.domain.errors import ComptoirError

P = ParamSpec("P")
T = TypeVar("T")
BROWSER_S = 60.0  # a browser that has not answered by then shows something else


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """What an attempt gave; true, whatever the `value`."""

    value: T


class Attempt:
    """What a form does, one thing at a time; `use_attempt` gives one.

    `problem` is the sentence when the last thing was refused, and empty otherwise.
    """

    def __init__(self, ctx: AppContext) -> None:
        self.problem = ""
        self._ctx = ctx
        self._asked = 0  # jobs that have not ended, those that wait for their turn too
        self._turn = asyncio.Lock()
        self._toast = False
        self._render: Callable[[], None] = _nothing

    @property
    def busy(self) -> bool:
        """Whether something is under way."""
        return self._asked > 0

    async def run(self, job: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Done[T] | None:
        """Do `job` beside the event loop. None when it was refused, or while another is done:
        a second press of a button does nothing."""
        if self.busy:
            return None
        return await self.in_turn(job, *args, **kwargs)

    async def in_turn(
        self, job: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> Done[T] | None:
        """Do `job` after those that were asked for before: for presses and scans that each
        count, such as pieces that are picked. None when it was refused."""
        self._asked += 1
        self._ctx.touch()
        self._render()
        try:
            async with self._turn:
                self.clear()
                return Done(await self._ctx.background.run(job, *args, **kwargs))
        except ComptoirError as error:
            self._refused(self._ctx.i18n.error(error))
            return None
        finally:
            self._asked -= 1
            self._render()

    def clear(self) -> None:
        """Take the sentence away: something else is being tried."""
        if self.problem:
            self.problem = ""
            self._render()

    def _refused(self, sentence: str) -> None:
        if self._toast:
            self._ctx.toast(sentence)
        else:
            self.problem = sentence


def use_attempt(ctx: AppContext, *, toast: bool = False) -> Attempt:
    """The attempt of a form, kept from one rendering to the next.

        attempt = use_attempt(ctx)

        async def keep() -> None:
            if await attempt.run(ctx.device.printers.choose, family, printer):
                ctx.close_sheet()

        parts = [PrimaryButton(t("Keep"), key="keep", on_click=keep, disabled=attempt.busy)]
        if attempt.problem:
            parts.append(ErrorBanner(attempt.problem, key="problem"))

    With `toast`, a refusal is said at the bottom of the screen, and `problem` stays empty. What
    follows a job that must not be done twice leaves the form before it awaits anything: the form
    is no longer busy then.
    """
    attempt = use_box(Attempt(ctx)).value
    _, set_tick = ft.use_state(0)
    attempt._toast = toast
    attempt._render = lambda: set_tick(lambda n: n + 1)
    return attempt


def _nothing() -> None:
    pass


class Typed:
    """What is being typed into a text field that its screen makes anew at every rendering.

    The field is given the value that the browser last reported, so that rendering never sends
    one back: an echo would overtake a scanner and eat its characters.
    """

    def __init__(self, value: str) -> None:
        self._wanted: str | None = value
        self._field: ft.TextField | None = None
        self._held = asyncio.Event()
        self._render: Callable[[], None] = lambda: None

    @property
    def value(self) -> str:
        """What stands in the field, as far as the browser has said."""
        if self._wanted is not None or self._field is None:
            return self._wanted or ""
        return self._field.value or ""

    def hold(self, field: ft.TextField) -> ft.TextField:
        """Take `field` as the one on the screen now, and give it back."""
        field.value = self.value
        self._field, self._wanted = field, None
        self._held.set()
        return field

    def set(self, value: str) -> None:
        """Put `value` into the field."""
        self._wanted = value
        self._render()

    async def put(self, value: str) -> None:
        """Put `value` into the field; the browser does so with its next frame when this returns.

        It returns before any event that the browser sent after its answer is handled: there is
        nothing to wait for between the two.
        """
        self._held.clear()
        self.set(value)
        with suppress(TimeoutError, RuntimeError):  # the field has left the screen meanwhile
            async with asyncio.timeout(BROWSER_S):
                await self._held.wait()
                await self.focus()

    async def focus(self) -> None:
        """Put the cursor into the field."""
        if self._field is not None:
            await self._field.focus()


def use_typed(value: str = "") -> Typed:
    """A field's text that survives rendering: `typed.hold(Field(...))` gives the field."""
    typed = use_box(Typed(value)).value
    _, set_tick = ft.use_state(0)
    typed._render = lambda: set_tick(lambda n: n + 1)
    return typed
