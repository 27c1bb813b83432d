"""One browser session of the kiosk: takes what the customer does, asks the device, keeps time.

What belongs to a visit lives here only: starting over, or nobody touching the screen, forgets
it. A return is on disk before its number is shown. No Flet here.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from app.screens.kiosk.visit import Idle, Patience, Step, Visit
from sync.domain.errors import ComptoirError
from sync.domain.returns import ReturnReason
from sync.i18n import I18n

if TYPE_CHECKING:
    from app.session import AppContext
    from app.usecases.returns.returns import Returnable

_T = TypeVar("_T")

RECEIPT_PREFIX = "CPT1/"


DEFAULT_PATIENCE = Patience()


@dataclass(frozen=True)
class Pace:
    """Time, as the kiosk reads it: seconds that only grow, and a way to wait."""

    patience: Patience = DEFAULT_PATIENCE
    now_s: Callable[[], float] = time.monotonic
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep


def scanned_text(text: str) -> str:
    """What was meant by the field's text: a scan on top of typed digits is the scan."""
    upper = text.strip().upper()
    start = upper.rfind(RECEIPT_PREFIX)
    return upper[start:] if start >= 0 else upper


class KioskSession:
    """`redraw` is called after each change, on the session's event loop."""

    def __init__(self, ctx: AppContext, pace: Pace, redraw: Callable[[], None]) -> None:
        self._ctx = ctx
        self._pace = pace
        self.redraw = redraw
        self._first_language = ctx.i18n.language
        self._touched_s = pace.now_s()
        self.visit = Visit()
        self.problem: Callable[[I18n], str] | None = None
        self.busy = False
        self.larger = False
        self.helping = False
        self.idle = Idle.ACTIVE
        self.seconds_left = 0
        self.receipt_png: bytes | None = None
        self.printed = False
        self.asking_email = False
        self.emailed = ""  # the address that the return receipt goes to

    # ---- what the customer does ---------------------------------------------------------------

    async def find(self, typed: str) -> bool:
        """Look up a receipt code or order number; gives whether it may come back here."""
        self.touch()
        text = scanned_text(typed)
        if self.busy:
            return False
        if not text:
            self._refused(lambda i18n: i18n.t("Scan your receipt, or type its order number first."))
            return False
        returnable = await self._find(text)
        if returnable is None:
            return False
        self.visit = Visit().found(returnable, returnable.receipt_code)
        await self._quote()
        return True

    async def toggle(self, line_id: int) -> None:
        """Pick a line, or put it back."""
        await self._picked(self.visit.toggled(line_id))

    async def set_quantity(self, line_id: int, quantity: int) -> None:
        """Bring back so many pieces of a line."""
        await self._picked(self.visit.with_quantity(line_id, quantity))

    async def set_reason(self, line_id: int, reason: ReturnReason) -> None:
        """Say why a line comes back."""
        await self._picked(self.visit.with_reason(line_id, reason))

    async def look_at_refund(self) -> None:
        """On to the refund, when each line has its reason."""
        self.touch()
        if self.visit.ready and self.visit.quote is not None:
            self.visit = self.visit.at(Step.REFUND)
            self.redraw()

    async def back_to_articles(self) -> None:
        """Change what comes back."""
        self.touch()
        self.problem = None
        self.visit = self.visit.at(Step.ARTICLES)
        self.redraw()

    async def confirm(self) -> None:
        """Take the goods. A second press while the first is under way does nothing."""
        self.touch()
        visit = self.visit
        if self.busy or visit.returnable is None or visit.step is not Step.REFUND:
            return
        number, i18n = str(visit.returnable.order.number), self._ctx.i18n
        register = self._ctx.device.returns.register
        registered = await self._ask(
            lambda: register(number, visit.choices, visit.receipt_code, i18n=i18n)
        )
        if registered is None:
            return
        self.visit = visit.done(registered)
        self.redraw()
        preview, goods, order = (
            self._ctx.device.documents.preview_return_receipt, registered.goods, registered.order,
        )  # fmt: skip
        pages = await self._ask(lambda: preview(goods, order, i18n=i18n))
        if pages and self.visit.registered is registered:
            self.receipt_png = pages[0]
            self.redraw()

    async def print_receipt(self) -> None:
        """Print the return receipt: asked for twice, it comes once."""
        self.touch()
        registered, i18n = self.visit.registered, self._ctx.i18n
        if registered is None or self.busy:
            return
        make = self._ctx.device.documents.make_return_receipt
        job = await self._ask(lambda: make(registered.goods, registered.order, i18n=i18n))
        self.printed = job is not None
        self.redraw()

    async def ask_email(self) -> None:
        """Show the field for the address."""
        self.touch()
        self.asking_email, self.problem = True, None
        self.redraw()

    async def send_email(self, typed: str) -> None:
        """Send the return receipt to the address that was typed."""
        self.touch()
        registered, i18n = self.visit.registered, self._ctx.i18n
        if registered is None or self.busy:
            return
        send = self._ctx.device.document_email.send_return_receipt
        mailed = await self._ask(lambda: send(registered.goods, registered.order, typed, i18n=i18n))
        if mailed is not None and self.visit.registered is registered:
            self.emailed, self.asking_email = mailed.recipient, False
            self.redraw()

    async def start_over(self) -> None:
        """Forget the purchase; language and text size stay, the same person goes on."""
        self.touch()
        self._forget()
        self.redraw()

    async def finish(self) -> None:
        """The customer is done: everything is as the next one expects it."""
        self.touch()
        self._forget()
        self.larger = False
        self._speak(self._first_language)

    async def other_language(self) -> None:
        """French for English, and back; what was said of the purchase is said again."""
        self.touch()
        if self.busy:
            return
        self._speak("en" if self._ctx.i18n.language == "fr" else "fr")
        visit = self.visit
        if visit.returnable is None or visit.registered is not None:
            return
        told = await self._find(visit.receipt_code or str(visit.returnable.order.number))
        if told is not None and self.visit is visit:
            self.visit = visit.retold(told)
            await self._quote()

    async def toggle_larger(self) -> None:
        """Larger text, or as it was."""
        self.touch()
        self.larger = not self.larger
        self.redraw()

    async def show_help(self) -> None:
        """Say how the kiosk works."""
        self.touch()
        self.helping = True
        self.redraw()

    async def close_help(self) -> None:
        """Back to the visit."""
        self.touch()
        self.helping = False
        self.redraw()

    async def stay(self) -> None:
        """I am still there."""
        self.touch()
        self.redraw()

    # ---- time -----------------------------------------------------------------------------------

    def touch(self) -> None:
        """Somebody is there."""
        self._touched_s = self._pace.now_s()
        self.idle = Idle.ACTIVE

    async def watch(self) -> None:
        """Look at the clock each second, for as long as the session lives."""
        while True:
            await self._pace.pause(1)
            await self.tick()

    async def tick(self) -> None:
        """Warn, count down or start over, by how long nobody has touched the screen."""
        untouched_s = self._pace.now_s() - self._touched_s
        if self.busy or not self._anything_to_forget:
            return
        idle = self._pace.patience.idle(untouched_s)
        if idle is Idle.OVER:
            await self.finish()
            return
        seconds_left = self._pace.patience.seconds_left(untouched_s)
        if idle is Idle.WARNING and (self.idle is not idle or seconds_left != self.seconds_left):
            self.idle, self.seconds_left = idle, seconds_left
            self.redraw()

    @property
    def _anything_to_forget(self) -> bool:
        return (
            self.visit.step is not Step.RECEIPT
            or self.problem is not None
            or self.larger
            or self.helping
            or self._ctx.i18n.language != self._first_language
        )

    # ---- inside ---------------------------------------------------------------------------------

    async def _picked(self, visit: Visit) -> None:
        self.touch()
        self.problem = None
        self.visit = visit
        await self._quote()

    async def _find(self, text: str) -> Returnable | None:
        i18n = self._ctx.i18n
        return await self._ask(lambda: self._ctx.device.returns.find(text, i18n=i18n))

    async def _quote(self) -> None:
        """Ask what the present picks are worth; an answer that was overtaken is dropped."""
        visit = self.visit
        self.redraw()
        if visit.returnable is None or not visit.picks:
            return
        number = str(visit.returnable.order.number)
        try:
            quote = await self._ctx.background.run(
                self._ctx.device.returns.quote, number, visit.choices, i18n=self._ctx.i18n
            )
        except ComptoirError as error:
            self._refused(_sentence(error))
            return
        if self.visit is visit:
            self.visit = visit.quoted(quote)
            self.redraw()

    async def _ask(self, job: Callable[[], _T]) -> _T | None:
        """The answer of the device, or None with the sentence why not kept in `problem`."""
        self.busy, self.problem = True, None
        self.redraw()
        try:
            return await self._ctx.background.run(job)
        except ComptoirError as error:
            self.problem = _sentence(error)
            return None
        finally:
            self.busy = False
            self.redraw()

    def _refused(self, sentence: Callable[[I18n], str]) -> None:
        self.problem = sentence
        self.redraw()

    def _forget(self) -> None:
        self.visit = Visit()
        self.problem = None
        self.helping = False
        self.receipt_png = None
        self.printed = self.asking_email = False
        self.emailed = ""
        self.idle = Idle.ACTIVE

    def _speak(self, language: str) -> None:
        if self._ctx.i18n.language != language:
            self._ctx.set_language(language)
        self.redraw()


def _sentence(error: ComptoirError) -> Callable[[I18n], str]:
    """The error in whatever language is chosen later."""
    return lambda i18n: i18n.error(error)
