"""Whether the person whom a command names was there and may do it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from sync.central.context import Context
from sync.central.devices import devices
from sync.central.devices.capabilities import NEEDED
from sync.central.devices.devices import Device
from sync.central.storage import tables
from sync.central.storage.database import Transaction, stamp
from sync.central.storage.dialect import insert_missing
from sync.domain.associate import Right
from sync.domain.device import DeviceKind
from sync.domain.errors import Refused
from sync.protocol.commands import Command, Payload, named_person
from sync.protocol.sessions import Approval

CLOCK_SLACK = timedelta(minutes=5)  # a device's clock may be set back a little between the two


def check_person(
    ctx: Context, tx: Transaction, device: Device, command: Command, body: Payload
) -> None:
    """Raises Refused when nobody with the right for it was signed in at the device."""
    if device.kind is DeviceKind.KIOSK:
        return
    session, named = command.session, named_person(body)
    key = devices.key_of(ctx.device_keys, tx.connection, device.code)
    if session is None or key is None or not session.is_of(key, device.code):
        raise Refused(
            "Nobody was signed in at the device when this was done. Nothing was changed; sign in "
            "and do it again.",
            code="person.no_session",
        )
    longest = timedelta(hours=ctx.reference.company.staff.session_hours_max)
    if not -CLOCK_SLACK <= command.created_at - session.since <= longest:
        raise Refused(
            "Who did this has been signed in for too long. Nothing was changed; sign in again.",
            code="person.session_old",
        )
    if named is not None and named != session.person:
        raise Refused(
            "This was done in the name of {person}, who was not signed in. Nothing was changed.",
            code="person.other",
            person=named[:40],
        )
    check_right(ctx, device, session.person, NEEDED[command.kind])


def check_right(ctx: Context, device: Device, code: str, right: Right) -> None:
    """Raises Refused unless the person is at work in the device's store and has the right."""
    person = ctx.reference.people.get(code)
    if person is None or not person.enabled or device.location not in person.locations:
        raise Refused(
            "{person} does not work in this store. Nothing was changed.",
            code="person.unknown",
            person=code[:40],
        )
    if not ctx.reference.company.may(person.role, right):
        raise Refused(
            "{name} may not do this. Nothing was changed; ask somebody who may.",
            code="person.not_allowed",
            name=person.name,
        )


@dataclass(frozen=True, slots=True)
class Approver:
    """Says whether what a command wants, beyond what its person may do, was approved."""

    ctx: Context
    tx: Transaction
    device: Device
    command: Command
    right: Right

    def approves(self, subject: str) -> bool:
        """Whether somebody with the right allowed it for `subject`; that approval is used then.

        Who has the right needs no other. Raises Refused for an approval that is not one, or was
        used before.
        """
        ctx, device, command = self.ctx, self.device, self.command
        if device.kind is DeviceKind.KIOSK:
            return False
        try:
            check_right(ctx, device, command.session.person if command.session else "", self.right)
        except Refused:
            pass
        else:
            return True
        wanted = (self.right, subject)
        given = next((a for a in command.approvals if (a.right, a.subject) == wanted), None)
        if given is None:
            return False
        key = devices.key_of(ctx.device_keys, self.tx.connection, device.code)
        if key is None or not given.is_of(key, device.code):
            raise _no_approval()
        check_right(ctx, device, given.by, self.right)
        row = _row(self.tx, device, command, given)
        if not insert_missing(self.tx.connection, tables.approval, row):
            raise _no_approval()
        return True


def _row(tx: Transaction, device: Device, command: Command, approval: Approval) -> dict[str, str]:
    return {
        "number": str(approval.number),
        "allows": approval.right.value,
        "subject": approval.subject,
        "approver": approval.by,
        "asked_by": command.session.person if command.session else "",
        "device": device.code,
        "at": stamp(approval.at),
        "used_at": tx.at,
    }


def approvals(connection: sa.Connection, most: int) -> list[dict[str, str]]:
    """The latest approvals that were used."""
    query = sa.select(tables.approval).order_by(tables.approval.c.used_at.desc()).limit(most)
    return [dict(row._mapping) for row in connection.execute(query)]


def _no_approval() -> Refused:
    return Refused(
        "This approval is not one, or was used before. Nothing was changed; ask for another.",
        code="person.approval",
    )
