"""Card numbers: recognised so that they are kept nowhere."""

from __future__ import annotations

import re

from sync.domain.errors import InvalidInput

# A primary account number has 14 to 19 digits (ISO/IEC 7812-1), often written in groups, and
# begins with the digits of a scheme: Visa 4, Mastercard 51-55 and 2221-2720, American Express 34
# and 37, Diners 36, 38, 39 and 300-305, Maestro, UnionPay and Discover 50, 56-58 and 6.
_CANDIDATE = re.compile(r"(?<!\d)\d(?:[ .\-]?\d){13,18}(?!\d)", re.ASCII)
_SCHEMES = re.compile(
    r"4\d{15}(\d{3})?|5[1-5]\d{14}|2(22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}"
    r"|3[47]\d{13}|3(6|8|9|0[0-5])\d{11,12}|(50|5[6-8]|6\d)\d{14,17}",
    re.ASCII,
)
# Comptoir's own references are UUIDs (RFC 9562); by chance one in some ten thousand has enough
# decimal digits in a row to look like a card.
_OUR_REFERENCE = re.compile(r"(?<![0-9a-f])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-f])")


def is_card_number(digits: str) -> bool:
    """Whether `digits` are those of a card: a scheme's length and beginning, and Luhn's check
    digit (ISO/IEC 7812-1, annex B)."""
    if not _SCHEMES.fullmatch(digits):
        return False
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def holds_card_number(text: str) -> bool:
    """Whether a card number stands anywhere in `text`, in groups or in one run.

    What is written as a UUID is a reference of our own and is not looked at.
    """
    others = _OUR_REFERENCE.sub("|", text)
    return any(
        is_card_number(re.sub(r"[ .\-]", "", found[0])) for found in _CANDIDATE.finditer(others)
    )


def refuse_card_numbers(*texts: str) -> None:
    """Raise InvalidInput when one of `texts` holds a card number; the number is not repeated."""
    if any(holds_card_number(text) for text in texts):
        raise InvalidInput(
            "That looks like the number of a payment card, which is never kept. Nothing was "
            "saved: take it out, and pay on the card terminal.",
            code="card_number",
        )
