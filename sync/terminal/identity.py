"""Who this device is: its code, number, store and signing key, in the encrypted store."""

from __future__ import annotations

from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.domain.device import DeviceKind
from sync.domain.errors import Unavailable
from sync.terminal.store.local_store import LocalStore

_NAMES = ("device_code", "device_number", "device_kind", "location", "private_key")


@dataclass(frozen=True, slots=True)
class Identity:
    """A paired device; the key (Ed25519) signs its requests and its receipts."""

    code: str
    number: int
    kind: DeviceKind
    location: str
    key: Ed25519PrivateKey = field(repr=False)


def save(store: LocalStore, identity: Identity) -> None:
    """Keep the identity; all of it or nothing."""
    values = (
        identity.code,
        str(identity.number),
        identity.kind,
        identity.location,
        identity.key.private_bytes_raw().hex(),
    )
    with store.transaction() as tx:
        for name, value in zip(_NAMES, values, strict=True):
            tx.set_meta(name, value)


def load(store: LocalStore) -> Identity:
    """Raises Unavailable when this device was never paired."""
    code, number, kind, location, key = (store.meta(name) for name in _NAMES)
    if not (code and number and kind and location and key):
        raise Unavailable(
            "This device is not paired with a store yet. Ask a manager for a pairing code.",
            code="device.not_paired",
        )
    private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(key))
    return Identity(code, int(number), DeviceKind(kind), location, private)
