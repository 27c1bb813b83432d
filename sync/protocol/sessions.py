"""Who did it: a person's session at a device, and the approval of somebody who may.

Both are sentences that the device signs with its key (Ed25519, RFC 8032) after it has checked a
PIN. They prove which device said so, and when; whoever holds the device's key can say it too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sync.domain.associate import Right

_FORBID = {"extra": "forbid"}


@dataclass(frozen=True, slots=True)
class Session:
    """`person` has been signed in at the device since `since`; `signature` in hexadecimal."""

    __pydantic_config__ = _FORBID

    person: str
    since: datetime
    signature: str = ""

    @classmethod
    def begin(cls, key: Ed25519PrivateKey, device: str, person: str, since: datetime) -> Session:
        """Of who has just given the right PIN at `device`, whose key is `key`."""
        said = cls(person, since)
        return replace(said, signature=key.sign(said._words(device)).hex())

    def is_of(self, key: Ed25519PublicKey, device: str) -> bool:
        """Whether the device of that key has said so."""
        return _signed(key, self.signature, self._words(device))

    def _words(self, device: str) -> bytes:
        return _words("session", device, self.person, _time(self.since))


@dataclass(frozen=True, slots=True)
class Approval:
    """`by` allows `right` once, for the document `subject`; `number` is that of the approval."""

    __pydantic_config__ = _FORBID

    number: UUID
    right: Right
    subject: str
    by: str
    at: datetime
    signature: str = ""

    def signed(self, key: Ed25519PrivateKey, device: str) -> Approval:
        """As said by `device`, whose key is `key`, after the right PIN of `by`."""
        return replace(self, signature=key.sign(self._words(device)).hex())

    def is_of(self, key: Ed25519PublicKey, device: str) -> bool:
        """Whether the device of that key has said so."""
        return _signed(key, self.signature, self._words(device))

    def _words(self, device: str) -> bytes:
        said = (self.number, self.right.value, self.subject, self.by, _time(self.at))
        return _words("approval", device, *map(str, said))


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _words(kind: str, *said: str) -> bytes:
    """The parts with their lengths before them: no part can pass for two."""
    parts = (f"comptoir-{kind}-1", *said)
    return b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)


def _signed(key: Ed25519PublicKey, signature: str, words: bytes) -> bool:
    if len(signature) != 128 or not signature.isascii() or signature != signature.lower():
        return False
    try:
        key.verify(bytes.fromhex(signature), words)
    except (InvalidSignature, ValueError):
        return False
    return True
