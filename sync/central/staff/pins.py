"""A manager sets a new PIN on a till of the store: the hash comes here, never the PIN."""

from __future__ import annotations

import argon2
from argon2.exceptions import InvalidHashError

from sync.central.catalogue import people
from sync.central.context import Context
from sync.central.devices.devices import Device
from sync.central.storage.database import Transaction
from sync.domain.errors import InvalidInput, Refused
from sync.protocol.commands import ResetPin
from sync.protocol.results import PinReset

_KIND = argon2.Type.ID


def reset_pin(ctx: Context, tx: Transaction, device: Device, asked: ResetPin) -> PinReset:
    """Raises Refused for somebody of another store, InvalidInput for what is no argon2id."""
    try:
        parameters = argon2.extract_parameters(asked.pin_hash)
    except InvalidHashError as error:
        raise _no_hash() from error
    least = argon2.PasswordHasher()
    if parameters.type is not _KIND or parameters.memory_cost < least.memory_cost:
        raise _no_hash()
    person = ctx.reference.people.get(asked.person)
    if person is None or not person.enabled or device.location not in person.locations:
        raise Refused(
            "{person} does not work in this store. Nothing was changed.",
            code="person.unknown",
            person=asked.person[:40],
        )
    people.put_pin(tx, person.code, asked.pin_hash, f"{device.code}:{asked.associate}")
    return PinReset(person.code)


def _no_hash() -> InvalidInput:
    return InvalidInput(
        "This is no PIN that can be kept. Nothing was changed; set it again.", code="staff.pin_hash"
    )
