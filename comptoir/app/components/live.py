"""Hooks: load from the device beside the event loop, and follow its changes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import flet as ft

from comptoir.app.context import AppContext
from comptoir.sync.domain.errors import ComptoirError

T = TypeVar("T")


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
    asked, set_asked = ft.use_state(0)
    answer, set_answer = ft.use_state(
        lambda: (tuple(deps), None, None)  # (deps it belongs to, value, error)
    )
    latest = ft.use_ref(0)
    key = tuple(deps)

    async def fetch() -> None:
        latest.current = mine = (latest.current or 0) + 1
        value: T | None = None
        error: ComptoirError | None = None
        try:
            value = await ctx.work.run(load)
        except ComptoirError as refused:
            error = refused
        if mine == latest.current:
            # Always a new tuple: equal values of two loads must not be mistaken for "loading".
            set_answer(lambda _: (key, _Answer(value), error))

    ft.use_effect(fetch, [key, asked])

    def reload() -> None:
        set_asked(lambda n: n + 1)

    stop = ft.use_ref(None)

    def listen() -> None:
        stop.current = ctx.changes.listen(topics, reload)

    def unlisten() -> None:
        if stop.current is not None:
            stop.current()

    ft.use_effect(listen, [], unlisten)

    answered_for, boxed, error = answer
    if answered_for != key or (boxed is None and error is None):
        return Loaded(None, None, True, reload)
    return Loaded(boxed.value if boxed is not None else None, error, False, reload)


@dataclass(frozen=True, eq=False)
class _Answer(Generic[T]):
    """A box around a loaded value, so that "nothing" can be an answer."""

    value: T


class Typed:
    """What is being typed into a text field that its screen makes anew at every rendering.

    The field is given the value that the browser last reported, so that rendering never sends
    one back: an echo would overtake a scanner and eat its characters.
    """

    def __init__(self, value: str) -> None:
        self._value = value
        self._field: ft.TextField | None = None
        self._render: Callable[[], None] = lambda: None

    @property
    def value(self) -> str:
        """What stands in the field, as far as the browser has said."""
        return self._value if self._field is None else self._field.value or ""

    def hold(self, field: ft.TextField) -> ft.TextField:
        """Take `field` as the one on the screen now, and give it back."""
        field.value = self.value
        self._field = field
        return field

    def set(self, value: str) -> None:
        """Put `value` into the field."""
        self._value, self._field = value, None
        self._render()

    async def focus(self) -> None:
        """Put the cursor into the field."""
        if self._field is not None:
            await self._field.focus()


def use_typed(value: str = "") -> Typed:
    """A field's text that survives rendering: `typed.hold(Field(...))` gives the field."""
    typed = ft.use_ref(lambda: Typed(value)).current
    _, set_tick = ft.use_state(0)
    typed._render = lambda: set_tick(lambda n: n + 1)
    return typed


def use_scan(ctx: AppContext, handle: Callable[[str], Awaitable[bool]]) -> None:
    """While this component is shown, what is scanned goes to `handle` first.

    `handle` gives True when it took the scan; otherwise the scan is what it is everywhere: an
    article, an order, a receipt, a return.
    """
    current = ft.use_ref(None)
    current.current = handle

    async def forward(text: str) -> bool:
        return bool(await current.current(text))

    taken = ft.use_ref(None)

    def take() -> None:
        taken.current = forward
        ctx.on_scan = forward

    def release() -> None:
        if ctx.on_scan is taken.current:
            ctx.on_scan = None

    ft.use_effect(take, [], release)
