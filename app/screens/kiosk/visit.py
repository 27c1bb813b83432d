"""What one customer has done so far at the kiosk, and what they may do next. No Flet here.

A `Visit` is immutable: each thing a customer does gives the next one. Starting over is a new
`Visit()`, so nothing of one customer can be left on the screen for the next.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum, StrEnum

from app.usecases.returns.quote import RefundQuote
from app.usecases.returns.returns import Choice, Registered, Returnable, ReturnableLine
from sync.domain.identifiers import ORDER as TILL_LETTER
from sync.domain.returns import ReturnReason


class Step(IntEnum):
    """The four steps, numbered as the customer sees them."""

    RECEIPT = 1
    ARTICLES = 2
    REFUND = 3
    DROP_OFF = 4


@dataclass(frozen=True, slots=True)
class Pick:
    """A line that the customer wants to return; `reason` is None until they say why."""

    quantity: int
    reason: ReturnReason | None = None


@dataclass(frozen=True)
class Visit:
    """One customer at the kiosk. `picks` maps line numbers of the order to what comes back."""

    step: Step = Step.RECEIPT
    receipt_code: str = ""
    returnable: Returnable | None = None
    picks: Mapping[int, Pick] = field(default_factory=dict)
    quote: RefundQuote | None = None
    registered: Registered | None = None

    def found(self, returnable: Returnable, receipt_code: str) -> Visit:
        """The receipt is known: on to its articles.

        A single piece that may come back is picked already; its reason is still asked.
        """
        picks: dict[int, Pick] = {}
        open_lines = [line for line in returnable.lines if line.quantity_max > 0]
        if len(open_lines) == 1 and open_lines[0].quantity_max == 1:
            picks[open_lines[0].line.line_id] = Pick(1)
        return Visit(Step.ARTICLES, receipt_code, returnable, picks)

    def retold(self, returnable: Returnable) -> Visit:
        """The same purchase, told in another language."""
        return replace(self, returnable=returnable, quote=None)

    def toggled(self, line_id: int) -> Visit:
        """Pick a line, all its pieces, or put it back; a line that cannot return stays out."""
        picks = dict(self.picks)
        if line_id in picks:
            del picks[line_id]
        elif self._line(line_id).quantity_max > 0:
            picks[line_id] = Pick(self._line(line_id).quantity_max)
        return replace(self, picks=picks, quote=None)

    def with_quantity(self, line_id: int, quantity: int) -> Visit:
        """`quantity` pieces of a picked line, kept between 1 and what may still come back."""
        pick = self.picks[line_id]
        wanted = max(1, min(quantity, self._line(line_id).quantity_max))
        picks = {**self.picks, line_id: replace(pick, quantity=wanted)}
        return replace(self, picks=picks, quote=None)

    def with_reason(self, line_id: int, reason: ReturnReason) -> Visit:
        """Say why a picked line comes back."""
        picks = {**self.picks, line_id: replace(self.picks[line_id], reason=reason)}
        return replace(self, picks=picks, quote=None)

    def at(self, step: Step) -> Visit:
        """The same visit, looking at another step."""
        return replace(self, step=step)

    def quoted(self, quote: RefundQuote | None) -> Visit:
        """With what would be refunded for the present picks."""
        return replace(self, quote=quote)

    def done(self, registered: Registered) -> Visit:
        """The return is on disk."""
        return replace(self, step=Step.DROP_OFF, registered=registered)

    @property
    def choices(self) -> list[Choice]:
        """The picks as the use case takes them, in the order of the receipt.

        A reason that was not given yet counts as the last that there is: good enough to say an
        amount.
        """
        return [
            Choice(line.line.line_id, pick.quantity, pick.reason or line.reasons[-1])
            for line in self._lines
            if (pick := self.picks.get(line.line.line_id)) is not None
        ]

    @property
    def missing_reason(self) -> ReturnableLine | None:
        """The first picked line whose reason is still to be said."""
        for line in self._lines:
            pick = self.picks.get(line.line.line_id)
            if pick is not None and pick.reason is None:
                return line
        return None

    @property
    def ready(self) -> bool:
        """Whether the customer may go on from the articles to the refund."""
        return bool(self.picks) and self.missing_reason is None

    @property
    def nothing_returnable(self) -> bool:
        """Whether no line of this receipt may come back (any more)."""
        return bool(self._lines) and all(line.quantity_max == 0 for line in self._lines)

    @property
    def _lines(self) -> tuple[ReturnableLine, ...]:
        return self.returnable.lines if self.returnable is not None else ()

    def _line(self, line_id: int) -> ReturnableLine:
        return next(line for line in self._lines if line.line.line_id == line_id)


class Idle(StrEnum):
    """How long nobody has touched the kiosk."""

    ACTIVE = "active"
    WARNING = "warning"  # are you still there?
    OVER = "over"  # start over


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the kiosk waits for a customer, in seconds (WCAG 2.2, 2.2.1: a person is warned
    and has at least 20 seconds to ask for more)."""

    warn_after_s: float = 60
    reset_after_s: float = 90

    def idle(self, untouched_s: float) -> Idle:
        """Where a kiosk stands that was not touched for that long."""
        if untouched_s >= self.reset_after_s:
            return Idle.OVER
        return Idle.WARNING if untouched_s >= self.warn_after_s else Idle.ACTIVE

    def seconds_left(self, untouched_s: float) -> int:
        """Whole seconds until the kiosk starts over."""
        return max(0, int(self.reset_after_s - untouched_s + 0.999))


def type_order_number(text: str, pressed: str) -> str:
    """An order number being typed on the kiosk's pad: `C0012-000345-6` grows with its dashes.

    `pressed` is a digit, a letter or "back". A number that begins with a digit is of a till:
    its `C` is put in. What does not fit (a second letter, a digit too many) is left out.
    """
    raw = text.replace("-", "")
    if pressed == "back":
        raw = "" if len(raw) <= 2 and raw[:1] == TILL_LETTER else raw[:-1]
    elif pressed.isascii() and pressed.isdigit() and len(pressed) == 1:
        raw = ((raw or TILL_LETTER) + pressed)[:12]
    elif pressed.isascii() and pressed.isalpha() and len(pressed) == 1:
        raw = raw or pressed.upper()
    parts = [raw[:5], raw[5:11], raw[11:12]]
    return "-".join(part for part in parts if part)
