"""Devices: paired once with a code that a person typed, known afterwards by their key.

Only hashes of codes are kept, and the public half of keys. A device belongs to one store for good.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy.engine import Connection

from sync.central.storage import tables
from sync.central.storage.database import RandomBytes, Transaction, stamp, unstamp
from sync.domain.device import DeviceKind
from sync.domain.errors import InvalidInput, NotFound, Refused
from sync.protocol.codec import to_wire
from sync.protocol.feed import DeviceKey, store_bucket

PAIRING_CODE_MINUTES = 10
LETTERS = {DeviceKind.TERMINAL: "T", DeviceKind.KIOSK: "K"}
DEVICE_NUMBER_MAX = 9999
# Without the letters and digits that are easily taken for each other.
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_CODE_LENGTH = 8


class DeviceState(StrEnum):
    """`stopped`: two hold its key; `revoked`: out of service; `wiped`: lost or stolen."""

    ACTIVE = "active"
    STOPPED = "stopped"
    REVOKED = "revoked"
    WIPED = "wiped"


@dataclass(frozen=True, slots=True)
class Device:
    """Who is asking: `number` is in its document numbers, `location` is its store."""

    code: str
    number: int
    kind: DeviceKind
    location: str


@dataclass(frozen=True, slots=True)
class Known:
    """A device, the key that proves its requests, and whether it is served."""

    device: Device
    key: Ed25519PublicKey
    state: DeviceState


@dataclass(frozen=True, slots=True)
class PairedDevice:
    """A device as people know it: `name` is empty where it was given none."""

    code: str
    name: str
    kind: DeviceKind
    location: str
    state: DeviceState
    state_at: datetime


def digest(secret: str) -> str:
    """How a secret with enough randomness of its own is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def create_pairing_code(
    tx: Transaction, random_bytes: RandomBytes, location: str, kind: str
) -> str:
    """A code for one device, to be used within ten minutes: `ABCD-2345`."""
    if kind not in tuple(DeviceKind):
        raise InvalidInput(
            "A device is a terminal or a kiosk, not “{kind}”.", code="pairing.kind", kind=kind
        )
    letters = "".join(_ALPHABET[byte % 32] for byte in random_bytes(_CODE_LENGTH))
    expires_at = stamp(tx.now + timedelta(minutes=PAIRING_CODE_MINUTES))
    tx.connection.execute(
        sa.insert(tables.pairing).values(
            code_hash=digest(letters),
            location=location,
            kind=kind,
            expires_at=expires_at,
            used_by=None,
        )
    )
    return f"{letters[:4]}-{letters[4:]}"


def pair(tx: Transaction, code: str, public_key: str, name: str) -> Device:
    """Make a device of the one who has the code.

    Raises Refused for a code that is unknown, used or too old (the same words for all three).
    """
    _check_key(public_key)
    code_hash = digest(code.strip().upper().replace("-", "").replace(" ", ""))
    pairing = tables.pairing
    found = tx.connection.execute(
        sa.select(pairing).where(
            pairing.c.code_hash == code_hash,
            pairing.c.used_by.is_(None),
            pairing.c.expires_at > tx.at,
        )
    ).one_or_none()
    if found is None:
        raise Refused(
            "This pairing code is wrong, used or too old. Ask for a new one at the central server.",
            code="pairing.code",
        )
    newest = tx.connection.execute(sa.select(sa.func.max(tables.device.c.number))).scalar()
    number = (newest or 0) + 1
    if number > DEVICE_NUMBER_MAX:
        raise Refused("There are no device numbers left.", code="pairing.numbers")
    kind = DeviceKind(found.kind)
    device = Device(f"{LETTERS[kind]}{number:04d}", number, kind, found.location)
    tx.connection.execute(
        sa.insert(tables.device).values(
            code=device.code,
            number=number,
            kind=device.kind,
            name=name[:80],
            location=device.location,
            public_key=public_key.lower(),
            paired_at=tx.at,
            state=DeviceState.ACTIVE.value,
            state_at=tx.at,
        )
    )
    tx.connection.execute(
        sa.update(pairing).where(pairing.c.code_hash == code_hash).values(used_by=device.code)
    )
    key = DeviceKey(device.code, number, device.kind, public_key.lower())
    tx.changes.documents[store_bucket(device.location), "device", device.code] = to_wire(key)
    return device


def _check_key(public_key: str) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
    except ValueError as error:
        raise InvalidInput(
            "The public key must be an Ed25519 key of 64 hexadecimal digits.",
            code="pairing.public_key",
        ) from error


def by_code(connection: Connection, code: str) -> Known | None:
    """The device of that code with its key, whatever its state."""
    row = connection.execute(
        sa.select(tables.device).where(tables.device.c.code == code)
    ).one_or_none()
    if row is None:
        return None
    return Known(
        Device(row.code, row.number, DeviceKind(row.kind), row.location),
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(row.public_key)),
        DeviceState(row.state),
    )


def key_of(
    known: dict[str, Ed25519PublicKey], connection: Connection, code: str
) -> Ed25519PublicKey | None:
    """The device's key, read once: it never changes."""
    if code not in known:
        found = by_code(connection, code)
        if found is None:
            return None
        known[code] = found.key
    return known[code]


def paired(connection: Connection) -> list[PairedDevice]:
    """All devices in the order in which they were paired."""
    rows = connection.execute(sa.select(tables.device).order_by(tables.device.c.number))
    return [
        PairedDevice(
            row.code,
            row.name,
            DeviceKind(row.kind),
            row.location,
            DeviceState(row.state),
            unstamp(row.state_at),
        )
        for row in rows
    ]


def revoke(tx: Transaction, code: str) -> None:
    """Take a device out of service; its receipts stay valid, and what it has not sent is still
    taken from it. Raises NotFound."""
    _put_in(tx, code, DeviceState.REVOKED)


def wipe(tx: Transaction, code: str) -> None:
    """A device was lost or stolen: it is told to erase itself. Raises NotFound."""
    _put_in(tx, code, DeviceState.WIPED)


def stop(tx: Transaction, code: str) -> None:
    """Two hold the device's key: neither is served until a person has looked."""
    _put_in(tx, code, DeviceState.STOPPED)


def _put_in(tx: Transaction, code: str, state: DeviceState) -> None:
    changed = sa.update(tables.device).where(tables.device.c.code == code)
    if tx.connection.execute(changed.values(state=state.value, state_at=tx.at)).rowcount == 0:
        raise NotFound("There is no device {device}.", code="device.unknown", device=code[:40])
