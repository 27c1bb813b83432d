"""Numbers that are right by construction: GTIN, SSCC, and the numbers of our own documents.

Parse, don't validate: a `Gtin` or `Sscc` that exists is valid.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sync.domain.errors import InvalidInput

_ASCII_DIGITS = re.compile(r"[0-9]+", re.ASCII)


def gs1_check_digit(digits: str) -> int:
    """The check digit that follows `digits` (GS1 General Specifications, section 7.9).

    From the right, weights 3, 1, 3, ...; then (10 - sum mod 10) mod 10.
    """
    total = sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(reversed(digits)))
    return (10 - total % 10) % 10


def _digits(text: str, what: str) -> str:
    cleaned = text.strip().replace(" ", "")
    if not _ASCII_DIGITS.fullmatch(cleaned):
        raise InvalidInput(
            "“{text}” is not a {what}: it may hold digits only. Scan it again.",
            code="identifier.not_digits",
            text=text[:40],
            what=what,
        )
    return cleaned


def _check(digits: str, what: str) -> None:
    expected = gs1_check_digit(digits[:-1])
    if int(digits[-1]) != expected:
        raise InvalidInput(
            "The check digit of {what} {digits} is wrong (it should end in {expected}). "
            "Scan it again, or type it more slowly.",
            code="identifier.check_digit",
            what=what,
            digits=digits,
            expected=expected,
        )


@dataclass(frozen=True, slots=True, order=True)
class Gtin:
    """A Global Trade Item Number of 8, 12, 13 or 14 digits (GS1 General Specifications 3.3.2)."""

    __pydantic_config__ = {"extra": "forbid"}

    value: str

    def __post_init__(self) -> None:
        digits = _digits(self.value, "GTIN")
        if len(digits) not in (8, 12, 13, 14):
            raise InvalidInput(
                "A barcode number has 8, 12, 13 or 14 digits; {digits} has {length}. "
                "Scan it again.",
                code="identifier.length",
                digits=digits[:40],
                length=len(digits),
            )
        _check(digits, "GTIN")
        object.__setattr__(self, "value", digits)

    @property
    def gtin14(self) -> str:
        """The fourteen digit form: the key under which all lengths of one number are the same."""
        return self.value.zfill(14)

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True, order=True)
class Sscc:
    """A Serial Shipping Container Code, 18 digits (GS1 General Specifications 3.3.1)."""

    __pydantic_config__ = {"extra": "forbid"}

    value: str

    def __post_init__(self) -> None:
        digits = _digits(self.value, "SSCC")
        if len(digits) != 18:
            raise InvalidInput(
                "An SSCC has 18 digits; {digits} has {length}. Scan the parcel again.",
                code="identifier.length",
                digits=digits[:40],
                length=len(digits),
            )
        _check(digits, "SSCC")
        object.__setattr__(self, "value", digits)

    @classmethod
    def build(cls, extension: int, company_prefix: str, serial: int) -> Sscc:
        """Extension digit 0-9, GS1 company prefix of 7-10 digits, and a serial never used before.

        Raises InvalidInput when the serial no longer fits beside the prefix.
        """
        room = 16 - len(company_prefix)
        if not 0 <= extension <= 9 or not 7 <= len(company_prefix) <= 10:
            raise InvalidInput(
                "An SSCC needs an extension digit and a company prefix of 7 to 10 digits.",
                code="identifier.sscc_parts",
            )
        if not 0 <= serial < 10**room:
            raise InvalidInput(
                "The parcel numbers of this company prefix are used up; ask for a new prefix.",
                code="identifier.sscc_exhausted",
            )
        body = f"{extension}{company_prefix}{serial:0{room}d}"
        return cls(body + str(gs1_check_digit(body)))

    def __str__(self) -> str:
        return self.value


_DOCUMENT = re.compile(r"([A-Z])([0-9]{4})-?([0-9]{6})-?([0-9])", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class DocumentNumber:
    """The number of an order, a return or a receipt, made by the device that needs it.

    `C0012-000345-6`: a letter for the kind, four digits for the device (0 for the server), six
    digits counted up by that device, and a GS1 check digit over the ten. Because every device
    counts in its own range, a number made with the network down is never made twice.
    """

    __pydantic_config__ = {"extra": "forbid"}

    value: str

    def __post_init__(self) -> None:
        match = _DOCUMENT.fullmatch(self.value.strip().upper())
        if match is None:
            raise InvalidInput(
                "“{text}” is not a document number such as C0012-000345-6.",
                code="identifier.document_number",
                text=self.value[:40],
            )
        letter, device, serial, check = match.groups()
        if int(check) != gs1_check_digit(device + serial):
            raise InvalidInput(
                "The last digit of {text} is wrong. Scan the document, or type the number again.",
                code="identifier.document_check_digit",
                text=self.value[:40],
            )
        object.__setattr__(self, "value", f"{letter}{device}-{serial}-{check}")

    @property
    def serial(self) -> int:
        """What its device has counted up to."""
        return int(self.value[6:12])

    @classmethod
    def build(cls, letter: str, device: int, serial: int) -> DocumentNumber:
        """`letter` A-Z, `device` 0-9999, `serial` 0-999999; raises InvalidInput outside these."""
        body = f"{device:04d}{serial:06d}"
        if len(body) != 10:
            raise InvalidInput(
                "This device has used up its document numbers; ask for a new device number.",
                code="identifier.document_numbers_exhausted",
            )
        return cls(f"{letter}{device:04d}-{serial:06d}-{gs1_check_digit(body)}")

    def __str__(self) -> str:
        return self.value


ORDER, RETURN, RECEIPT, WEB_ORDER = "C", "R", "T", "W"
