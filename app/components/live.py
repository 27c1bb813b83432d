"""Hooks: load from the device beside the event loop, and follow its changes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

import flet as ft

from app.session import AppContext
from sync.domain.errors import ComptoirError

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
