"""Who works where: people are added, moved, disabled, given a role and a PIN."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

import argon2
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sync.central.storage import tables
from sync.central.storage.database import Transaction
from sync.central.storage.dialect import insert_missing, upsert
from sync.domain.associate import check_pin
from sync.domain.company import CompanySettings
from sync.domain.errors import Conflict, InvalidInput, NotFound
from sync.protocol.codec import to_wire
from sync.protocol.feed import Associate, store_bucket

CODE_CHARACTERS_MAX, NAME_CHARACTERS_MAX = 20, 80
_HASHER = argon2.PasswordHasher()
_ROWS, _PLACES = tables.associate.c, tables.associate_location.c
_PLACE = tables.location.c


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the staff: `locations` are the stores where they work."""

    code: str
    name: str
    role: str
    enabled: bool
    locations: frozenset[str]


def people(connection: Connection) -> dict[str, Person]:
    """Everybody who was ever on the staff, by code."""
    places: dict[str, set[str]] = {}
    for row in connection.execute(sa.select(tables.associate_location)):
        places.setdefault(row.code, set()).add(row.location)
    rows = connection.execute(sa.select(tables.associate).order_by(_ROWS.code))
    return {
        row.code: Person(
            row.code, row.name, row.role, row.enabled, frozenset(places.get(row.code, ()))
        )
        for row in rows
    }


def hashed(pin: str) -> str:
    """argon2id of a PIN; raises InvalidInput for one that is too short or tried first."""
    check_pin(pin)
    return _HASHER.hash(pin)


def load(tx: Transaction, location: str, given: Iterable[Associate]) -> None:
    """Write people of a store as they are; each keeps the other stores where they work."""
    for person in given:
        row = to_wire(person) | {"enabled": True}
        upsert(tx.connection, tables.associate, [row], ["code"])
        _place(tx, person.code, location)
        _publish(tx, person.code)


def add(
    tx: Transaction, person: Associate, locations: Collection[str], known: CompanyNames, who: str
) -> None:
    """Somebody new; raises Conflict for a code that was ever used, InvalidInput for what cannot
    be."""
    code, name = person.code.strip(), person.name.strip()
    if not code or len(code) > CODE_CHARACTERS_MAX or not code.isascii() or not code.isalnum():
        raise InvalidInput(
            "A person's code is one to {most} letters and digits. Nothing was changed.",
            code="staff.code",
            most=CODE_CHARACTERS_MAX,
        )
    if not name or len(name) > NAME_CHARACTERS_MAX:
        raise InvalidInput("Give the person a name.", code="staff.name")
    known.check_role(person.role)
    known.check_stores(locations)
    row = to_wire(replace(person, code=code, name=name)) | {"enabled": True}
    if not insert_missing(tx.connection, tables.associate, row):
        raise Conflict(
            "{person} is the code of somebody already. Codes stand in old documents and are not "
            "given twice; nothing was changed.",
            code="staff.known",
            person=code,
        )
    for location in sorted(locations):
        _place(tx, code, location)
    detail = {"name": name, "role": person.role, "locations": sorted(locations)}
    _keep(tx, code, "added", detail, who)
    _publish(tx, code)


def move(
    tx: Transaction, code: str, locations: Collection[str], known: CompanyNames, who: str
) -> None:
    """They work in these stores from now on; only these stores' devices let them in."""
    known.check_stores(locations)
    before = _find(tx, code).locations
    tx.connection.execute(sa.delete(tables.associate_location).where(_PLACES.code == code))
    for location in sorted(locations):
        _place(tx, code, location)
    _keep(tx, code, "moved", {"from": sorted(before), "to": sorted(locations)}, who)
    for left in before - set(locations):
        tx.changes.documents[store_bucket(left), "associate", code] = None
    _publish(tx, code)


def put_role(tx: Transaction, code: str, role: str, known: CompanyNames, who: str) -> None:
    """They have that role from now on."""
    known.check_role(role)
    before = _find(tx, code).role
    _change(tx, code, "role", {"from": before, "to": role}, who, role=role)


def enable(tx: Transaction, code: str, who: str, *, enabled: bool) -> None:
    """Let them in from now on, or not; what they did stays as it is."""
    _find(tx, code)
    _change(tx, code, "enabled" if enabled else "disabled", {}, who, enabled=enabled)


def put_pin(tx: Transaction, code: str, pin_hash: str, who: str) -> None:
    """They have that PIN from now on, and new tries with it."""
    _find(tx, code)
    _change(tx, code, "pin", {}, who, pin_hash=pin_hash)


@dataclass(frozen=True, slots=True)
class CompanyNames:
    """The stores and the roles that a company has."""

    stores: frozenset[str]
    roles: frozenset[str]

    @classmethod
    def of(cls, connection: Connection, company: CompanySettings) -> CompanyNames:
        """As they are now."""
        stores = sa.select(_PLACE.code).where(_PLACE.kind == "store")
        return cls(frozenset(connection.execute(stores).scalars()), frozenset(company.rights))

    def check_role(self, role: str) -> None:
        """Raises InvalidInput for a role that the company does not have."""
        if role not in self.roles:
            raise InvalidInput(
                "There is no role {role}. Those of this company are {known}. Nothing was changed.",
                code="staff.role",
                role=role[:40],
                known=", ".join(sorted(self.roles)),
            )

    def check_stores(self, locations: Collection[str]) -> None:
        """Raises InvalidInput for no store, or for a place that is none."""
        strange = sorted(set(locations) - self.stores)
        if strange or not locations:
            raise InvalidInput(
                "People work in one store at least. These are no stores: {locations}. Nothing was "
                "changed.",
                code="staff.store",
                locations=", ".join(strange)[:200] or "–",
            )


@dataclass(frozen=True, slots=True)
class StaffChange:
    """What was changed of a person, when, and by whom."""

    at: str
    code: str
    what: str
    detail: Mapping[str, object]
    who: str


def changes(connection: Connection, code: str) -> list[StaffChange]:
    """All changes of a person, the first one first."""
    rows = tables.staff_change.c
    query = sa.select(tables.staff_change).where(rows.code == code).order_by(rows.id)
    return [
        StaffChange(row.at, row.code, row.what, json.loads(row.detail), row.who)
        for row in connection.execute(query)
    ]


def _find(tx: Transaction, code: str) -> Person:
    found = people(tx.connection).get(code)
    if found is None:
        raise NotFound(
            "Nobody has the code {person}. Nothing was changed.",
            code="staff.unknown",
            person=code[:40],
        )
    return found


def _change(
    tx: Transaction, code: str, what: str, detail: Mapping[str, object], who: str, **columns: object
) -> None:
    tx.connection.execute(sa.update(tables.associate).where(_ROWS.code == code).values(**columns))
    _keep(tx, code, what, detail, who)
    _publish(tx, code)


def _keep(tx: Transaction, code: str, what: str, detail: Mapping[str, object], who: str) -> None:
    tx.connection.execute(
        sa.insert(tables.staff_change).values(
            at=tx.at, code=code, what=what, detail=json.dumps(detail), who=who[:120]
        )
    )


def _place(tx: Transaction, code: str, location: str) -> None:
    row = {"code": code, "location": location}
    insert_missing(tx.connection, tables.associate_location, row)


def _publish(tx: Transaction, code: str) -> None:
    """Tell the devices of each store where they work; nobody of a person who is disabled."""
    row = tx.connection.execute(sa.select(tables.associate).where(_ROWS.code == code)).one()
    wire = to_wire(Associate(row.code, row.name, row.pin_hash, row.role))
    stores = sa.select(_PLACE.code).where(_PLACE.kind == "store")
    places = sa.select(_PLACES.location).where(_PLACES.code == code, _PLACES.location.in_(stores))
    for location in tx.connection.execute(places).scalars():
        key = (store_bucket(location), "associate", code)
        tx.changes.documents[key] = wire if row.enabled else None
