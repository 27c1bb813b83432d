"""Routes for who looks after people: who works where, in which role, and with which PIN."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlalchemy.engine import Connection

from sync.central.api.auth import Gate, caller, guarded
from sync.central.api.bodies import body_of, described
from sync.central.catalogue import people
from sync.central.catalogue.people import CompanyNames, StaffChange
from sync.central.context import Context
from sync.central.keys.keys import Holder, Scope
from sync.central.staff import authority
from sync.domain.associate import ASSOCIATE
from sync.protocol.feed import Associate

LISTED_MAX = 500


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody new; the PIN has six to eight digits."""

    __pydantic_config__ = {"extra": "forbid"}

    code: str
    name: str
    locations: tuple[str, ...]
    pin: str
    role: str = ASSOCIATE


@dataclass(frozen=True, slots=True)
class Stores:
    """The stores where somebody works from now on."""

    __pydantic_config__ = {"extra": "forbid"}

    locations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoleName:
    """associate, manager, or a role of the company's own."""

    __pydantic_config__ = {"extra": "forbid"}

    role: str


@dataclass(frozen=True, slots=True)
class NewPin:
    """Six to eight digits."""

    __pydantic_config__ = {"extra": "forbid"}

    pin: str


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """Somebody of the staff."""

    code: str
    name: str
    role: str
    enabled: bool
    locations: list[str]


def routes(ctx: Context, gate: Gate) -> APIRouter:
    """People, their stores, roles and PINs, for operations people."""
    router = guarded(gate, gate.key(Scope.STAFF))

    def known(connection: Connection) -> CompanyNames:
        return CompanyNames.of(connection, ctx.reference.company)

    def person(code: str) -> ListedPerson:
        ctx.reference.refresh()
        found = ctx.reference.people[code]
        return ListedPerson(
            found.code, found.name, found.role, found.enabled, sorted(found.locations)
        )

    @router.get("/staff")
    def listed() -> list[ListedPerson]:
        """Everybody who was ever on the staff, by code."""
        with ctx.database.read() as connection:
            found = people.people(connection).values()
        return [ListedPerson(p.code, p.name, p.role, p.enabled, sorted(p.locations)) for p in found]

    @router.post("/staff", openapi_extra=described(NewPerson))
    def add(
        sent: Annotated[NewPerson, body_of(NewPerson)], holder: Holder = caller
    ) -> ListedPerson:
        """Somebody new, who can sign in as soon as the stores' devices have heard of it."""
        new = Associate(sent.code, sent.name, people.hashed(sent.pin), sent.role)
        with ctx.database.write("staff") as tx:
            people.add(tx, new, sent.locations, known(tx.connection), holder.name)
        return person(sent.code.strip())

    @router.put("/staff/{code}/stores", openapi_extra=described(Stores))
    def move(
        code: str, sent: Annotated[Stores, body_of(Stores)], holder: Holder = caller
    ) -> ListedPerson:
        """They work in these stores, and in no other."""
        with ctx.database.write("staff") as tx:
            people.move(tx, code, sent.locations, known(tx.connection), holder.name)
        return person(code)

    @router.put("/staff/{code}/role", openapi_extra=described(RoleName))
    def put_role(
        code: str, sent: Annotated[RoleName, body_of(RoleName)], holder: Holder = caller
    ) -> ListedPerson:
        """They have that role from now on."""
        with ctx.database.write("staff") as tx:
            people.put_role(tx, code, sent.role, known(tx.connection), holder.name)
        return person(code)

    @router.put("/staff/{code}/pin", openapi_extra=described(NewPin))
    def put_pin(
        code: str, sent: Annotated[NewPin, body_of(NewPin)], holder: Holder = caller
    ) -> ListedPerson:
        """They have that PIN from now on, and new tries with it."""
        pin_hash = people.hashed(sent.pin)
        with ctx.database.write("staff") as tx:
            people.put_pin(tx, code, pin_hash, holder.name)
        return person(code)

    @router.post("/staff/{code}/disable")
    def disable(code: str, holder: Holder = caller) -> ListedPerson:
        """Nobody lets them in any more; what they did stays as it is."""
        with ctx.database.write("staff") as tx:
            people.enable(tx, code, holder.name, enabled=False)
        return person(code)

    @router.post("/staff/{code}/enable")
    def enable(code: str, holder: Holder = caller) -> ListedPerson:
        """They can sign in again."""
        with ctx.database.write("staff") as tx:
            people.enable(tx, code, holder.name, enabled=True)
        return person(code)

    @router.get("/staff/{code}/changes")
    def changed(code: str) -> list[StaffChange]:
        """What was changed of them, when and by whom, the first change first."""
        with ctx.database.read() as connection:
            return people.changes(connection, code)

    @router.get("/approvals")
    def approved(
        limit: Annotated[int, Query(ge=1, le=LISTED_MAX)] = LISTED_MAX,
    ) -> list[dict[str, Any]]:
        """What somebody approved for another person, the latest first."""
        with ctx.database.read() as connection:
            return list(authority.approvals(connection, limit))

    return router
