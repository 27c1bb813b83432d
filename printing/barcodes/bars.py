"""The bars and modules of a code, from python-barcode and qrcode; never drawn here."""

from __future__ import annotations

from functools import lru_cache

from barcode import get_barcode_class
from barcode.codex import Code128, Gs1_128
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from printing.model.document import FNC1, Barcode, Symbology

# Widths of the light margin, in modules (GS1 General Specifications 5.4.3.2 and 5.2.3.4;
# ISO/IEC 18004 for QR). EAN-13 needs 11 on the left and 7 on the right.
QUIET_MODULES = {
    Symbology.CODE_128: 10,
    Symbology.GS1_128: 10,
    Symbology.EAN_13: 11,
    Symbology.EAN_8: 7,
}
QR_QUIET_MODULES = 4


@lru_cache(maxsize=2_000)
def _bars(symbology: Symbology, data: str) -> tuple[tuple[int, int], ...]:
    if symbology is Symbology.GS1_128:
        modules = Gs1_128(data.replace(FNC1, Gs1_128.FNC1_CHAR)).build()[0]
    elif symbology is Symbology.CODE_128:
        modules = Code128(data).build()[0]
    else:
        modules = get_barcode_class(symbology.value)(data).build()[0]
    found = []
    position = 0
    while position < len(modules):
        end = position
        while end < len(modules) and modules[end] == modules[position]:
            end += 1
        if modules[position] == "1":
            found.append((position, end - position))
        position = end
    return tuple(found)


def bars(barcode: Barcode) -> tuple[tuple[int, int], ...]:
    """The dark bars as (first module, modules wide), without quiet zones."""
    return _bars(barcode.symbology, barcode.data)


def modules_wide(barcode: Barcode) -> int:
    """Width of the symbol in modules, without quiet zones."""
    last, width = bars(barcode)[-1]
    return last + width


def width_mm(barcode: Barcode) -> float:
    """Width of the symbol with its quiet zones."""
    return (modules_wide(barcode) + 2 * QUIET_MODULES[barcode.symbology]) * barcode.module_mm


@lru_cache(maxsize=2_000)
def qr_matrix(data: str) -> tuple[tuple[bool, ...], ...]:
    """The dark modules of a QR code, rows from the top, without quiet zone."""
    code = QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(data)
    code.make(fit=True)
    return tuple(tuple(bool(module) for module in row) for row in code.get_matrix())
