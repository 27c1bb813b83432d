"""Routes of what does not agree and needs a person, for operations people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query

from sync.central.api.auth import Gate, caller, guarded
from sync.central.api.bodies import body_of, described
from sync.central.context import Context
from sync.central.keys.keys import Holder, Scope
from sync.central.records import discrepancies
from sync.central.records.discrepancies import Discrepancy

LISTED_MAX = 500


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a person found."""

    __pydantic_config__ = {"extra": "forbid"}

    note: str


@dataclass(frozen=True, slots=True)
class ListedDiscrepancy:
    """`amount_minor` in the currency's smallest unit; `missing` in pieces."""

    number: int
    kind: str
    location: str
    sku: str | None
    document: str | None
    missing: int | None
    amount_minor: int | None
    currency: str | None
    seen_with: str


def routes(ctx: Context, gate: Gate) -> APIRouter:
    """List what is open, and close it with a note."""
    router = guarded(gate, gate.key(Scope.DISCREPANCIES))

    @router.get("/discrepancies")
    def listed(
        limit: Annotated[int, Query(ge=1, le=LISTED_MAX)] = LISTED_MAX,
    ) -> list[ListedDiscrepancy]:
        """Those that nobody has resolved, the latest first."""
        with ctx.database.read() as connection:
            found = discrepancies.open_ones(connection, limit)
        return [_listed(number, each) for number, each in found]

    @router.post("/discrepancies/{number}/resolve", openapi_extra=described(Resolution))
    def resolve(
        number: int, sent: Annotated[Resolution, body_of(Resolution)], holder: Holder = caller
    ) -> ListedDiscrepancy:
        """A person has looked at it; what it held back, a refund say, can be done again."""
        with ctx.database.write("discrepancy") as tx:
            found = discrepancies.resolve(tx, number, holder.name, sent.note)
        return _listed(number, found)

    return router


def _listed(number: int, found: Discrepancy) -> ListedDiscrepancy:
    amount = found.amount
    return ListedDiscrepancy(
        number,
        found.kind.value,
        found.location,
        found.sku,
        found.document,
        found.missing,
        amount.minor if amount else None,
        amount.currency if amount else None,
        found.cause,
    )
