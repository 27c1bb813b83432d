"""What a screen knows: the device, the person, the language, and how to move, work and speak.

One `AppContext` belongs to one browser session and lives as long as it does. Everything that must
outlive the session (the basket above all) is on the device's disk, not here.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import flet as ft

from app.background import Background
from app.events import Changes
from app.scans import ScanQueue
from sync.domain.errors import ComptoirError
from sync.i18n import I18n

if TYPE_CHECKING:
    from app.device import Device
    from app.usecases.store.sign_in import Person
    from sync.domain.location import Location

P = ParamSpec("P")
T = TypeVar("T")

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
NOTICE_S, NOTICE_WITH_ACTION_S = 3.5, 6.0
PORTRAIT_WIDTH_MAX = 899  # below this width the basket is a bar at the bottom, not a panel


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """Something shown over the screen, under a `title`.

    A `form` stays when the screen beside it is touched: what was typed is not lost by a slip.
    """

    title: str
    build: Callable[[AppContext], ft.Control]
    form: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Notice:
    """Something said for a moment, with one thing to do about it, or none."""

    text: str
    action: str
    on_action: Callable[[], Awaitable[None]]


async def _nothing() -> None:
    pass


@dataclass(eq=False)
class AppContext:
    """Handed to every screen. `i18n`, `person`, `route`, `width` and `height` follow the session.

    Changing them through the methods renders the whole application again. `query` is what is
    being searched, `location` the store of the device, `sheet` what is shown over the screen. A
    screen that takes scans itself (picking, say) sets `on_scan` with the hook `use_scan`.
    """

    device: Device
    page: ft.Page
    i18n: I18n
    person: Person | None = None
    locked: str = ""  # who was at the counter when nobody touched it any more
    route: str = "/"
    width: float = 1280
    height: float = 800
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    background: Background = field(default_factory=Background)
    changes: Changes = field(default_factory=Changes)
    scans: ScanQueue = field(default_factory=ScanQueue)
    query: str = ""
    sheet: Sheet | None = None
    notice: Notice | None = None
    location: Location | None = None
    scan_focus: Callable[[], Awaitable[None]] | None = None
    on_scan: Callable[[str], Awaitable[bool]] | None = None
    on_key: Callable[[str], Awaitable[None]] | None = None
    touched_at: datetime = LONG_AGO
    _render: Callable[[], None] = lambda: None
    _sent: deque[str] = field(default_factory=lambda: deque(maxlen=16))  # routes, not yet echoed

    def now(self) -> datetime:
        """The time now, to say how long ago something was."""
        return self.clock()

    @property
    def place(self) -> str:
        """The name of the store that the device stands in; empty until it is loaded."""
        return self.location.name if self.location is not None else ""

    @property
    def portrait(self) -> bool:
        """Whether the layout is the one for a tablet held upright."""
        return self.width <= PORTRAIT_WIDTH_MAX

    def bind(self, render: Callable[[], None]) -> None:
        """Tell how to render the application again; called by its root component."""
        self._render = render

    def render(self) -> None:
        """Render the application again."""
        self._render()

    def navigate(self, route: str) -> None:
        """Show the screen at `route`, for instance /article/85123A."""
        self.touch()
        if route == self.route:
            return
        self.route, self.sheet = route, None
        self._render()
        self._send(route)

    def _send(self, route: str) -> None:
        self._sent.append(route)
        self.page.navigate(route)

    def follow(self, route: str) -> None:
        """The browser moved to `route`: its back button, an address typed, or where we sent it.
        Where it was sent before it was sent elsewhere is of the past."""
        if route in self._sent:
            while self._sent.popleft() != route:
                pass
            if self._sent:
                return
        if route != self.route:
            self.route, self.sheet = route, None
            self._render()

    def open_sheet(
        self, title: str, build: Callable[[AppContext], ft.Control], *, form: bool = False
    ) -> None:
        """Show the component that `build` gives over the screen, until `close_sheet`."""
        self.touch()
        self.sheet = Sheet(title, build, form)
        self._render()

    def close_sheet(self) -> None:
        """Go back to the screen below."""
        if self.sheet is not None:
            self.sheet = None
            self._render()

    def search(self, words: str) -> None:
        """Look for articles by `words` as they are typed."""
        self.touch()
        if words != self.query or (words and self.route != "/articles"):
            self.query = words
            if self.route != "/articles":
                self.navigate("/articles")
            else:
                self._render()

    def resize(self, width: float, height: float) -> None:
        """The window has a new size; render again when the layout depends on it."""
        if (width, height) != (self.width, self.height):
            self.width, self.height = width, height
            self._render()

    def set_language(self, language: str) -> None:
        """Speak `language` (fr, en) from now on, on every screen of this session."""
        self.i18n = I18n(language, self.i18n.zone)
        self._render()

    def sign_in(self, person: Person) -> None:
        """`person` is at the counter now; who was locked out goes on where they were."""
        self.touch()
        stays = self.locked == person.code
        self.person, self.locked = person, ""
        if not stays:
            self.route, self.query = "/", ""
        self._render()
        self._send(self.route)

    def sign_out(self) -> None:
        """Nobody is at the counter; the basket stays on the device."""
        self.person, self.locked = None, ""
        self.route, self.query, self.sheet = "/", "", None
        self._render()
        self._send("/")

    def touch(self) -> None:
        """Somebody is at the screen."""
        self.touched_at = self.clock()

    def lock_if_idle(self, minutes: int) -> bool:
        """Lock the screen when nobody has touched it for so long; 0 never does. Basket and screen
        stay as they are."""
        idle = self.clock() - self.touched_at
        if self.person is None or not minutes or idle < timedelta(minutes=minutes):
            return False
        self.locked, self.person, self.sheet = self.person.code, None, None
        self._render()
        return True

    def toast(
        self,
        text: str,
        *,
        action: str = "",
        on_action: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """Say `text` at the bottom for a moment, with one thing to do about it."""

        notice = Notice(text, action, on_action or _nothing)
        self.notice = notice
        self._render()

        async def pass_by() -> None:
            await asyncio.sleep(NOTICE_WITH_ACTION_S if action else NOTICE_S)
            self.dismiss(notice)

        self.page.run_task(pass_by)

    def dismiss(self, notice: Notice) -> None:
        """Take `notice` away, unless another has come in its place."""
        if self.notice is notice:
            self.notice = None
            self._render()

    async def attempt(self, job: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """The result of `job`; when it is refused, the sentence is shown and None is given."""
        try:
            return await self.background.run(job, *args, **kwargs)
        except ComptoirError as error:
            self.toast(self.i18n.error(error))
            return None

    async def focus_scan(self) -> None:
        """Put the cursor back into the scan field, where there is one."""
        if self.scan_focus is not None:
            await self.scan_focus()


def key_of(route: str) -> str:
    """What follows the screen's path: "85123A" in /article/85123A; empty when nothing does."""
    rest = route.partition("?")[0].strip("/").split("/", 1)
    return rest[1] if len(rest) > 1 else ""
