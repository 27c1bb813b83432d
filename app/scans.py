"""What a scanner types: put together, whatever the browser and we do meanwhile, and queued.

A wedge scanner types into a text field, a character every few milliseconds, and ends with Enter.
The browser reports the field after each character; our clearing of it arrives some time later and
may take characters away that were typed since. They are not lost: the browser had reported them.
Enter begins a new line in the field, so that it keeps the cursor and the next scan its beginning.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger(__name__)

CODE_LENGTH_MIN = 8


class ScanStream:
    """Follows one text field, and gives what was ended by Enter.

    `report` is told what the field holds after each change, `submit` that Enter was pressed, in
    the order in which they happened. Before we fill the field `begin_fill` is asked; then it is
    filled with `filling`, and `end_fill` told when the browser has answered, in that same order.
    The browser answers a moment before it fills: a character that comes at that very moment undoes
    the filling. So a report that comes before the answer is of a field that is not filled, and the
    first one after it tells whether it was.
    """

    def __init__(self) -> None:
        self._seen = ""  # what the field held when the browser last said
        self._shown = ""  # the beginning of it that is not typed, or was given out already
        self._ahead = ""  # typed before what stands behind that, and taken away by our filling
        self._words = ""  # of a search: they stay in the field
        self._given = ""  # the last line that was given out
        self._filling: str | None = None  # asked for, and not answered
        self._answered: list[str] = []  # fillings that were answered since the last report

    @property
    def typed(self) -> str:
        """What was typed since the last Enter."""
        return self._ahead + self._seen[len(self._shown) :]

    @property
    def words(self) -> str:
        """What a search is for: what was typed, with the words that were kept before it."""
        return (self._words + self.typed).strip()

    @property
    def filling(self) -> str:
        """What the field is being filled with: the words of a search, else nothing."""
        return self._filling or ""

    def report(self, value: str) -> list[str]:
        """The field holds `value`; gives the lines that were ended in it, for a keyboard whose
        Enter begins a new one."""
        before = [self._seen, *self._answered]  # what it may have held before this change
        grown = [held for held in before if len(held) < len(value) and value.startswith(held)]
        held = max(grown, key=len, default=None)
        self._answered.clear()
        if held is None:
            self._changed_by_hand(value)
        elif held != self._seen:  # it was filled, and what had been typed is gone from it
            self._ahead, self._shown = self.typed, held
        self._seen = value
        *ended, rest = self.typed.split("\n")
        if not ended:
            return []
        lines = [self._line(ended[0]), *(text.strip() for text in ended[1:])]
        self._take(value[: len(value) - len(rest)])
        return self._give([line for line in lines if line])

    def submit(self) -> str:
        """Enter was pressed: gives what was typed, empty when that was nothing."""
        line = self._line(self.typed)
        self._take(self._seen)
        self._give([line] if line else [])
        return line

    def keep(self, line: str) -> None:
        """`line` was given out, and is words that are being searched for: they may be typed on,
        unless another was given out since."""
        if line == self._given:
            self._words = line

    def show(self, words: str) -> None:
        """The field is to hold `words` of a search; nothing was typed into it."""
        self._words = words

    def drop(self) -> None:
        """What stands in the field is of no use any more."""
        self._take(self._seen)

    def begin_fill(self) -> bool:
        """Whether the field is to be filled with `filling` now; then `end_fill` has to follow.
        It is not while something is being typed, nor before the last filling was answered."""
        if self._filling is not None or self.typed:
            return False
        holds = self._answered[-1] if self._answered else self._seen
        if holds == self._words:
            return False
        self._filling = self._words
        return True

    def end_fill(self) -> None:
        """The browser has answered that it fills the field."""
        if self._filling is not None:
            self._answered.append(self._filling)
        self._filling = None

    def _changed_by_hand(self, value: str) -> None:
        """A person has taken something away or typed over it: what they see is what is meant."""
        self._ahead = ""
        if not value.startswith(self._shown):
            self._shown = self._words = ""

    def _line(self, text: str) -> str:
        """What an Enter behind `text` ends: a code by itself, or the words that it goes on."""
        line = text.strip()
        return line if _is_code(line) else (self._words + text).strip()

    def _give(self, lines: list[str]) -> list[str]:
        self._given = lines[-1] if lines else self._given
        return lines

    def _take(self, until: str) -> None:
        self._shown, self._ahead, self._words = until, "", ""


class ScanQueue:
    """Scans that wait to be handled: one after the other, in order, none lost.

    `handler` is set by the scan field that is on the screen.
    """

    def __init__(self) -> None:
        self.handler: Callable[[str], Awaitable[None]] | None = None
        self._waiting: deque[str] = deque()
        self._busy = False

    @property
    def busy(self) -> bool:
        """Whether a scan is being handled."""
        return self._busy

    async def put(self, text: str) -> None:
        """Queue a scan. The first caller handles what arrives while it is at it."""
        self._waiting.append(text)
        if self._busy:
            return
        self._busy = True
        try:
            while self._waiting and self.handler is not None:
                await self._handle(self.handler, self._waiting.popleft())
        finally:
            self._busy = False

    async def _handle(self, handler: Callable[[str], Awaitable[None]], text: str) -> None:
        try:
            await handler(text)
        except Exception:
            # One that cannot be handled must not keep the next ones waiting.
            log.exception("scan_failed", length=len(text))


def _is_code(text: str) -> bool:
    """Whether it looks scanned rather than typed behind words: a number, a document, a receipt."""
    return len(text) >= CODE_LENGTH_MIN and " " not in text and any(sign.isdigit() for sign in text)
