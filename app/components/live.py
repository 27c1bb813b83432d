"""Hooks: load from the device beside the event loop, and follow its changes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic, ParamSpec, TypeVar, cast

import flet as ft

from app.session import AppContext
from sync.domain.errors import ComptoirError

P = ParamSpec("P")
T = TypeVar("T")
BROWSER_S = 2.0  # a browser that has not answered by then shows something else


@dataclass(frozen=True, eq=False)
class Loaded(Generic[T]):
    """What was loaded so far. After a change the old `value` stays until the new one is there."""

    value: T | None
    error: ComptoirError | None
    loading: bool
    reload: Callable[[], None]


def use_loaded(
    ctx: AppContext,
    load: Callable[[], T],
    deps: Sequence[object] = (),
    *,
    topics: Sequence[str] = (),
) -> Loaded[T]:
    """What `load` gives, run in a thread at first, when `deps` change and when a topic does.

    An answer that was overtaken by a later question is dropped. When `deps` change the old value
    goes at once (it is of something else); when a topic changes it stays until the new one is in.
    """
    key = tuple(deps)
    asked, set_asked = ft.use_state(0)
    unanswered: _Answer[T] = _Answer(key, loading=True)
    answer, set_answer = ft.use_state(unanswered)
    latest = use_box(0)

    async def fetch() -> None:
        latest.value = mine = latest.value + 1
        value: T | None = None
        error: ComptoirError | None = None
        try:
            value = await ctx.background.run(load)
        except ComptoirError as refused:
            error = refused
        if mine == latest.value:
            set_answer(_Answer(key, value, error))

    ft.use_effect(fetch, [key, asked])

    def reload() -> None:
        set_asked(lambda n: n + 1)

    stop: Box[Callable[[], None]] = use_box(_nothing)

    def listen() -> None:
        stop.value = ctx.changes.listen(topics, reload)

    def unlisten() -> None:
        stop.value()

    ft.use_effect(listen, [], unlisten)
    if answer.loading or answer.deps != key:
        return Loaded(None, None, True, reload)
    return Loaded(answer.value, answer.error, False, reload)


@dataclass(frozen=True, eq=False)
class _Answer(Generic[T]):
    """What a load gave, and the `deps` that it was for. Each is new: none equals another."""

    deps: tuple[object, ...]
    value: T | None = None
    error: ComptoirError | None = None
    loading: bool = False


class Box(Generic[T]):
    """A place for a value that a component keeps and that no rendering waits for."""

    def __init__(self, value: T) -> None:
        self.value = value


def _nothing() -> None:
    pass


def use_box(value: T) -> Box[T]:
    """A box that the component keeps from one rendering to the next."""
    return cast("Box[T]", ft.use_ref(cast(Any, lambda: Box(value))).current)


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """What an attempt gave; true, whatever the `value`."""

    value: T


class Attempt:
    """What a form does, one thing at a time.

    `busy` while it is under way; `problem` is the sentence when the last one was refused.
    """

    def __init__(self, ctx: AppContext) -> None:
        self.busy, self.problem = False, ""
        self._ctx = ctx
        self._render: Callable[[], None] = _nothing

    async def run(self, job: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Done[T] | None:
        """Do `job` beside the event loop. None when it was refused, or while another is done:
        a second press of a button does nothing."""
        if self.busy:
            return None
        self.busy, self.problem = True, ""
        self._render()
        try:
            return Done(await self._ctx.background.run(job, *args, **kwargs))
        except ComptoirError as error:
            self.problem = self._ctx.i18n.error(error)
            return None
        finally:
            self.busy = False
            self._render()

    def forgive(self) -> None:
        """Take the sentence away: something else is being tried."""
        if self.problem:
            self.problem = ""
            self._render()


def use_attempt(ctx: AppContext) -> Attempt:
    """An `Attempt` that the component keeps from one rendering to the next."""
    attempt = use_box(Attempt(ctx)).value
    _, set_tick = ft.use_state(0)
    attempt._render = lambda: set_tick(lambda n: n + 1)
    return attempt


class Typed:
    """What is being typed into a text field that its screen makes anew at every rendering.

    The field is given the value that the browser last reported, so that rendering never sends
    one back: an echo would overtake a scanner and eat its characters.
    """

    def __init__(self, value: str) -> None:
        self._wanted: str | None = value
        self._field: ft.TextField | None = None
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
        return field

    def set(self, value: str) -> None:
        """Put `value` into the field."""
        self._wanted = value
        self._render()

    async def put(self, value: str) -> None:
        """Put `value` into the field; the browser has done so when this returns."""
        self.set(value)
        with suppress(TimeoutError, RuntimeError):  # the field has left the screen meanwhile
            async with asyncio.timeout(BROWSER_S):
                while self._wanted is not None:
                    await asyncio.sleep(0)
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


def use_keys(ctx: AppContext, handle: Callable[[str], Awaitable[None]]) -> None:
    """While this component is shown, keys of a keyboard go to `handle`, for screens that have no
    field to type into. It is given the label: "7" (of the number block too), "Enter"."""
    current = use_box(handle)
    current.value = handle
    taken: Box[Callable[[str], Awaitable[None]] | None] = use_box(None)

    async def forward(key: str) -> None:
        await current.value(key)

    def take() -> None:
        taken.value = ctx.on_key = forward

    def release() -> None:
        if ctx.on_key is taken.value:
            ctx.on_key = None

    ft.use_effect(take, [], release)


def use_scan(ctx: AppContext, handle: Callable[[str], Awaitable[bool]]) -> None:
    """While this component is shown, what is scanned goes to `handle` first.

    `handle` gives True when it took the scan; otherwise the scan is what it is everywhere: an
    article, an order, a receipt, a return.
    """
    current = use_box(handle)
    current.value = handle
    taken: Box[Callable[[str], Awaitable[bool]] | None] = use_box(None)

    async def forward(text: str) -> bool:
        return await current.value(text)

    def take() -> None:
        taken.value = ctx.on_scan = forward

    def release() -> None:
        if ctx.on_scan is taken.value:
            ctx.on_scan = None

    ft.use_effect(take, [], release)
