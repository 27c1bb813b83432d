"""Tracking numbers of carriers, checked when they are made. They are the carriers' to give out:
these types read numbers, they never invent one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sync.domain.errors import InvalidInput

_S10 = re.compile(r"([A-Z]{2})([0-9]{8})([0-9])([A-Z]{2})", re.ASCII)
_S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
_UPS = re.compile(r"1Z([0-9A-Z]{15})([0-9])", re.ASCII)


def s10_check_digit(serial: str) -> int:
    """The check digit of eight digits (UPU standard S10, section 4.2)."""
    remainder = sum(int(d) * w for d, w in zip(serial, _S10_WEIGHTS, strict=True)) % 11
    return {0: 5, 1: 0}.get(remainder, 11 - remainder)


def ups_check_digit(body: str) -> int:
    """The check digit of the fifteen characters after `1Z`; letters count as (ASCII - 3) mod 10."""
    values = [int(c) if c.isdigit() else (ord(c) - 3) % 10 for c in body]
    total = sum(value * (1 + place % 2) for place, value in enumerate(values))
    return (10 - total % 10) % 10


def _wrong(kind: str, text: str) -> InvalidInput:
    return InvalidInput(
        "“{text}” is not a {kind} number: scan it again, or ask the carrier for the label again.",
        code="printing.tracking_number",
        text=text[:40],
        kind=kind,
    )


@dataclass(frozen=True, slots=True)
class S10:
    """A postal item number such as RR473124829FR (UPU S10): Colissimo, registered letters."""

    value: str

    def __post_init__(self) -> None:
        cleaned = self.value.replace(" ", "").upper()
        match = _S10.fullmatch(cleaned)
        if match is None or s10_check_digit(match[2]) != int(match[3]):
            raise _wrong("S10", self.value)
        object.__setattr__(self, "value", cleaned)

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class UpsTrackingNumber:
    """A number such as 1Z999AA10123456784."""

    value: str

    def __post_init__(self) -> None:
        cleaned = self.value.replace(" ", "").upper()
        match = _UPS.fullmatch(cleaned)
        if match is None or ups_check_digit(match[1]) != int(match[2]):
            raise _wrong("UPS", self.value)
        object.__setattr__(self, "value", cleaned)

    def __str__(self) -> str:
        return self.value
