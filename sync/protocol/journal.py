"""The fiscal journal of a till: chained, signed entries, and how they are verified.

Each entry carries the hash of the one before (SHA-256) and is signed by its till (Ed25519,
RFC 8032); both the till and the server verify, and so can anybody with the till's public key.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

GENESIS = "0" * 64
ENTRIES_PER_PUSH_MAX = 500
DIGEST_ENTRIES = 1_000
SALE, REFUND = "sale", "refund"
CLOSING_DAY, CLOSING_MONTH, CLOSING_YEAR = "closing_day", "closing_month", "closing_year"
ALGORITHM = "ed25519"
_FORBID = {"extra": "forbid"}


@dataclass(frozen=True, slots=True)
class Entry:
    """`seq` counts from 1 without a gap; `at` ISO 8601; `body` canonical JSON.

    `sales_minor`, `refunds_minor`: all sales and all refunds since the till was first used, this
    entry included, in minor units of its currency. `hash` and `signature` in hexadecimal.
    """

    __pydantic_config__ = _FORBID

    seq: int
    at: str
    kind: str
    body: str
    sales_minor: int
    refunds_minor: int
    hash: str = ""
    signature: str = ""
    algorithm: str = ALGORITHM

    def hashed(self, before: str, device: str) -> str:
        """SHA-256 over the hash before, the till's code and the entry, as canonical JSON."""
        said = [
            before,
            device,
            self.seq,
            self.at,
            self.kind,
            self.body,
            self.sales_minor,
            self.refunds_minor,
            self.algorithm,
        ]
        text = json.dumps(said, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    def sealed(self, before: str, device: str, key: Ed25519PrivateKey) -> Entry:
        """With its hash, signed."""
        found = self.hashed(before, device)
        return replace(self, hash=found, signature=key.sign(_signed(found)).hex())

    @property
    def content(self) -> dict[str, Any]:
        """The body, read; empty for one that cannot be."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of a journal: its number (0 for none), hash and totals."""

    __pydantic_config__ = _FORBID

    seq: int = 0
    hash: str = GENESIS
    sales_minor: int = 0
    refunds_minor: int = 0

    @classmethod
    def of(cls, entry: Entry) -> Head:
        """The head of a journal that ends with `entry`."""
        return cls(entry.seq, entry.hash, entry.sales_minor, entry.refunds_minor)


@dataclass(frozen=True, slots=True)
class JournalPush:
    """Entries in order, behind number `after`, up to which the server is known to hold them;
    `last` is the number of the till's own last entry, `last_hash` its hash. `digest`: that of its
    last `DIGEST_ENTRIES` entries, empty where it is not said."""

    __pydantic_config__ = _FORBID

    after: int
    entries: tuple[Entry, ...]
    last: int
    last_hash: str
    digest: str = ""


@dataclass(frozen=True, slots=True)
class JournalAnswer:
    """The head that the server holds now; `broken`: the two journals do not agree."""

    __pydantic_config__ = _FORBID

    seq: int
    hash: str
    broken: bool = False


def canonical(body: Mapping[str, Any]) -> str:
    """JSON with sorted keys, no spaces, UTF-8."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def fault(entry: Entry, head: Head, device: str, key: Ed25519PublicKey) -> str:
    """What is wrong with the entry that is to follow `head`; empty when all is well."""
    if entry.seq != head.seq + 1:
        return f"entry {entry.seq} follows entry {head.seq}"
    if entry.algorithm != ALGORITHM:
        return f"entry {entry.seq} is signed in a way that is not known"
    if entry.hash != entry.hashed(head.hash, device):
        return f"entry {entry.seq} was changed"
    if not _proves(key, entry):
        return f"entry {entry.seq} is not signed by the till"
    content = entry.content
    if not content or canonical(content) != entry.body:
        return f"entry {entry.seq} is not in canonical form"
    sold = head.sales_minor + (_amount(content) if entry.kind == SALE else 0)
    given = head.refunds_minor + (_amount(content) if entry.kind == REFUND else 0)
    if (entry.sales_minor, entry.refunds_minor) != (sold, given):
        return f"the totals of entry {entry.seq} do not follow from those before"
    return ""


def first_fault(
    entries: Iterable[Entry], head: Head, device: str, key: Ed25519PublicKey
) -> tuple[str, Head]:
    """The first fault of entries that are to follow `head`, and the head of those before it."""
    for entry in entries:
        found = fault(entry, head, device, key)
        if found:
            return found, head
        head = Head.of(entry)
    return "", head


def digest(entries: Iterable[Entry]) -> str:
    """SHA-256 over entries as they are kept, signatures included."""
    found = hashlib.sha256()
    for entry in entries:
        said = [getattr(entry, name) for name in Entry.__slots__]
        text = json.dumps(said, separators=(",", ":"), ensure_ascii=False)
        found.update(text.encode("utf-8", "surrogatepass") + b"\n")
    return found.hexdigest()


def _amount(content: Mapping[str, Any]) -> int:
    amount = content.get("amount_minor")
    return amount if isinstance(amount, int) else 0


def _signed(found: str) -> bytes:
    return b"comptoir-journal-1\0" + bytes.fromhex(found)


def _proves(key: Ed25519PublicKey, entry: Entry) -> bool:
    text = entry.signature
    if len(text) != 128 or text != text.lower() or not text.isascii():
        return False
    try:
        key.verify(bytes.fromhex(text), _signed(entry.hash))
    except (InvalidSignature, ValueError):
        return False
    return True
