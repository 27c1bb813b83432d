"""The code on a receipt: order, total and time, signed by the till that made it.

`CPT1/C0012-000345-6/1885/EUR/202611221430/<signature>` in the alphanumeric set of a QR code
(ISO/IEC 18004), so that it stays small and a keyboard-wedge scanner types it on any layout. The
signature is Ed25519 (RFC 8032) over the text before it, in base 32. It proves that one of our
tills made the receipt; it does not entitle to anything: the ledger says what is left to return.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sync.domain.errors import InvalidInput
from sync.domain.identifiers import DocumentNumber
from sync.domain.money import Money

_CODE = re.compile(
    r"(CPT1/([A-Z][0-9]{4}-[0-9]{6}-[0-9])/(-?[0-9]{1,9})/([A-Z]{3})/([0-9]{12}))/([A-Z2-7]{103})",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class ReceiptCode:
    """What a receipt says of itself. `at` is UTC, to the minute."""

    order_number: DocumentNumber
    total: Money
    at: datetime

    def _text(self) -> str:
        stamp = self.at.astimezone(UTC).strftime("%Y%m%d%H%M")
        return f"CPT1/{self.order_number}/{self.total.minor}/{self.total.currency}/{stamp}"

    def sign(self, key: Ed25519PrivateKey) -> str:
        """The whole code, as it goes into the QR."""
        text = self._text()
        signature = base64.b32encode(key.sign(text.encode())).decode().rstrip("=")
        return f"{text}/{signature}"


def looks_like_receipt(text: str) -> bool:
    """Whether this was meant to be a receipt code, whole or not."""
    return text.strip().upper().startswith("CPT1/")


def read_receipt_code(text: str, keys: Mapping[int, Ed25519PublicKey]) -> ReceiptCode:
    """The receipt behind a scanned code; `keys` are the public keys by device number.

    Raises InvalidInput: `receipt.broken` (cut off or mistyped), `receipt.unknown_till`,
    `receipt.forged`.
    """
    match = _CODE.fullmatch(text.strip().upper())
    if match is None:
        raise InvalidInput(
            "This code could not be read whole. Hold the receipt flat and scan it again, or type "
            "the order number printed below it.",
            code="receipt.broken",
        )
    signed, number_text, minor, currency, stamp, signature_text = match.groups()
    number = DocumentNumber(number_text)
    key = keys.get(int(number.value[1:5]))
    if key is None:
        raise InvalidInput(
            "This receipt is from a till that this device does not know. Please go to the "
            "counter: they can look it up.",
            code="receipt.unknown_till",
        )
    try:
        at = datetime.strptime(stamp, "%Y%m%d%H%M").replace(tzinfo=UTC)
        signature = base64.b32decode(signature_text + "=")
        key.verify(signature, signed.encode())
    except (InvalidSignature, binascii.Error, ValueError) as error:
        raise InvalidInput(
            "This receipt was not made by one of our tills, or it has been changed. Please go to "
            "the counter.",
            code="receipt.forged",
        ) from error
    return ReceiptCode(number, Money(int(minor), currency), at)
