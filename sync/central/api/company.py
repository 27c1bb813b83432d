"""Routes of the company's settings, for operations people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter

from sync.central.api.auth import Gate, caller, guarded
from sync.central.api.bodies import body_of, described
from sync.central.catalogue.reference import load_company
from sync.central.context import Context
from sync.central.keys.keys import Holder, Scope
from sync.domain.company import CompanySettings
from sync.domain.company_file import parse_company, to_toml
from sync.protocol.codec import to_wire


@dataclass(frozen=True, slots=True)
class CompanyText:
    """`text`: the settings in TOML; `file` is how errors call it."""

    __pydantic_config__ = {"extra": "forbid"}

    text: str
    file: str = "company.toml"


@dataclass(frozen=True, slots=True)
class CompanyAnswer:
    """The settings in force, as a file that can be changed and set again."""

    version: int
    set_by: str
    set_at: str | None
    text: str


def routes(ctx: Context, gate: Gate) -> APIRouter:
    """Read and set the company's settings."""
    router = guarded(gate, gate.key(Scope.COMPANY))

    @router.get("/company")
    def company() -> CompanyAnswer:
        """The settings in force."""
        return _answer(ctx.reference.company)

    @router.put("/company", openapi_extra=described(CompanyText))
    def set_company(
        sent: Annotated[CompanyText, body_of(CompanyText)], holder: Holder = caller
    ) -> CompanyAnswer:
        """Do business by these settings from now on; devices hear of it with the next feed."""
        wanted = parse_company(sent.text, sent.file[:200])
        with ctx.database.write("company") as tx:
            settings = load_company(tx, wanted, holder.name)
        ctx.reference.refresh()
        return _answer(settings)

    return router


def _answer(settings: CompanySettings) -> CompanyAnswer:
    at = to_wire(settings)["set_at"]
    return CompanyAnswer(settings.version, settings.set_by, at, to_toml(settings))
