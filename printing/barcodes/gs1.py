"""GS1 element strings and Digital Links: values under application identifiers, checked.

Source of the table and rules: GS1 General Specifications, section 3; GS1 Digital Link: URI Syntax.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from printing.errors import Unprintable
from printing.model.document import FNC1, Barcode, Symbology
from sync.domain.identifiers import Gtin, Sscc, gs1_check_digit

# The 82 characters of GS1 (General Specifications, figure 7.11-1).
_CHARACTERS_82 = r"[!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]"


@dataclass(frozen=True, slots=True)
class _Identifier:
    """What may stand under an identifier. `fixed`: no FNC1 is needed after it."""

    pattern: str
    fixed: bool = False
    check: Callable[[str], object] | None = None


def _date(value: str) -> None:
    month, day = int(value[2:4]), int(value[4:6])
    if not (1 <= month <= 12 and 0 <= day <= 31):
        raise Unprintable("{value} is not a date as GS1 writes it (year, month, day).", value=value)


def _location_number(value: str) -> None:
    if int(value[-1]) != gs1_check_digit(value[:-1]):
        raise Unprintable("The check digit of location number {value} is wrong.", value=value)


_IDENTIFIERS = {
    "00": _Identifier(r"[0-9]{18}", True, Sscc),
    "01": _Identifier(r"[0-9]{14}", True, Gtin),
    "02": _Identifier(r"[0-9]{14}", True, Gtin),
    "10": _Identifier(_CHARACTERS_82 + "{1,20}"),
    "11": _Identifier(r"[0-9]{6}", True, _date),
    "13": _Identifier(r"[0-9]{6}", True, _date),
    "15": _Identifier(r"[0-9]{6}", True, _date),
    "17": _Identifier(r"[0-9]{6}", True, _date),
    "21": _Identifier(_CHARACTERS_82 + "{1,20}"),
    "37": _Identifier(r"[0-9]{1,8}"),
    "400": _Identifier(_CHARACTERS_82 + "{1,30}"),
    "410": _Identifier(r"[0-9]{13}", True, _location_number),
    "420": _Identifier(_CHARACTERS_82 + "{1,20}"),
    "421": _Identifier(r"[0-9]{3}" + _CHARACTERS_82 + "{1,9}"),
} | {f"310{decimals}": _Identifier(r"[0-9]{6}", True) for decimals in range(6)}

Elements = Sequence[tuple[str, str]]


def element_string(elements: Elements) -> str:
    """`elements` one after the other, FNC1 after each of variable length but the last.

    Raises Unprintable, or InvalidInput of the GTIN or SSCC, for a value that its identifier
    cannot have.
    """
    parts: list[str] = []
    for place, (identifier, value) in enumerate(elements):
        rule = _IDENTIFIERS.get(identifier)
        if rule is None or not re.fullmatch(rule.pattern, value, re.ASCII):
            raise Unprintable(
                "“{value}” cannot stand under the GS1 identifier ({identifier}). Nothing was "
                "printed.",
                value=value[:40],
                identifier=identifier[:8],
            )
        if rule.check is not None:
            rule.check(value)
        last = place == len(elements) - 1
        parts.append(identifier + value + ("" if rule.fixed or last else FNC1))
    return "".join(parts)


def readable(elements: Elements) -> str:
    """The elements as people read them: `(00) 3952… (10) LOT7`."""
    return " ".join(f"({identifier}) {value}" for identifier, value in elements)


def gs1_128(elements: Elements, height_mm: float = 32.0, module_dots: int = 4) -> Barcode:
    """A GS1-128 symbol of `elements` with its text."""
    return Barcode(
        Symbology.GS1_128,
        element_string(elements),
        readable(elements),
        height_mm,
        module_dots,
    )


def gtin_barcode(gtin: Gtin, height_mm: float = 12.0, text: bool = True) -> Barcode:
    """The code that tills scan for `gtin`: EAN-8, EAN-13 (also for 12 digits), GS1-128 for 14."""
    digits = gtin.value
    if len(digits) == 14:
        return gs1_128((("01", digits),), height_mm, module_dots=3)
    if len(digits) == 12:
        digits = "0" + digits
    symbology = Symbology.EAN_8 if len(digits) == 8 else Symbology.EAN_13
    return Barcode(symbology, digits, digits if text else "", height_mm)


def digital_link(domain: str, gtin: Gtin, serial: str = "") -> str:
    """`https://<domain>/01/<14 digits>[/21/<serial>]`, for a QR code beside the linear one."""
    link = f"https://{domain}/01/{gtin.gtin14}"
    if not serial:
        return link
    element_string((("21", serial),))
    return f"{link}/21/{quote(serial, safe='')}"
