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
    the order in which they happened. Before the field is cleared `begin_clear` is asked; then it
    is filled with `rest`, and `end_clear` told when the browser has answered. A character that
    comes at that very moment undoes the clearing: only the next report tells.
    """

    def __init__(self) -> None:
        self._seen = ""  # what the field held when the browser last said
        self._taken = ""  # the beginning of it that was given out already
        self._lost = ""  # typed behind that, and taken away by our clearing
        self._clearing = False  # asked for, and not seen to be done or undone
        self._answered = False
        self._grew = False  # characters came since
        self._kept = False  # what was taken are words of a search, and stays
        self._rest = ""

    @property
    def typed(self) -> str:
        """What was typed since the last Enter."""
        return self._lost + self._seen[len(self._taken) :]

    @property
    def words(self) -> str:
        """What a search is for: what was typed, with the words that were kept before it."""
        return self._behind_words(self.typed).strip()

    @property
    def rest(self) -> str:
        """What the field holds once it is cleared: the words of a search, else nothing."""
        return self._rest

    def report(self, value: str) -> list[str]:
        """The field holds `value`; gives the lines that were ended in it, for a keyboard whose
        Enter begins a new one."""
        grown = len(value) > len(self._seen) and value.startswith(self._seen)
        if self._clearing and not grown:
            self._cleared()
        elif self._answered:
            self._clearing = self._answered = False  # what was typed has undone it
        self._grew = True
        self._seen = value
        if not value.startswith(self._taken):
            self._taken, self._kept = "", False  # a person has changed what stood there
        if not value:
            self._lost = ""
        *ended, rest = self.typed.split("\n")
        if not ended:
            return []
        lines = [self._line(ended[0]), *(text.strip() for text in ended[1:])]
        self._take(value[: len(value) - len(rest)])
        return [line for line in lines if line]

    def submit(self) -> str:
        """Enter was pressed: gives what was typed, empty when that was nothing."""
        line = self._line(self.typed)
        self._take(self._seen)
        return line

    def keep(self) -> None:
        """What was given out last are words, being searched for: they may be typed on."""
        self._kept = bool(self._taken)

    def show(self, words: str) -> None:
        """The field was filled with `words` of a search."""
        self._seen = self._taken = words
        self._lost, self._kept = "", True

    def drop(self) -> None:
        """What stands in the field is of no use any more."""
        self._take(self._seen)

    def begin_clear(self) -> bool:
        """Whether the field may be filled with `rest` now; then `end_clear` has to follow."""
        asked = self._clearing and not (self._answered and self._grew)
        if asked or not self._seen or self._seen != self._taken:
            return False
        rest = self.words if self._kept else ""
        if rest == self._seen:
            return False
        self._clearing, self._answered, self._grew, self._rest = True, False, False, rest
        return True

    def end_clear(self) -> None:
        """The browser has answered that it clears the field."""
        self._answered = self._clearing

    def _cleared(self) -> None:
        self._lost = self.typed
        self._seen = self._taken = self._rest
        self._clearing = self._answered = False

    def _behind_words(self, text: str) -> str:
        """`text` with the words of a search that it was typed behind."""
        return self._taken.rstrip("\n") + text if self._kept else text

    def _line(self, text: str) -> str:
        """What an Enter behind `text` ends: a code by itself, or the words that it goes on."""
        line = text.strip()
        return line if _is_code(line) else self._behind_words(text).strip()

    def _take(self, until: str) -> None:
        self._taken, self._lost, self._kept = until, "", False


class ScanQueue:
    """Scans that wait to be handled: one after the other, in order, none lost.

    `handler` is set by the scan field that is on the screen.
    """

    def __init__(self) -> None:
        self.handler: Callable[[str], Awaitable[None]] | None = None
        self._waiting: deque[str] = deque()
        self._busy = False

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
