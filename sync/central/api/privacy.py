"""Routes for who answers clients: what is kept of them, given out or erased."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Response

from sync.central.api.auth import Gate, caller, guarded
from sync.central.api.bodies import body_of, described
from sync.central.context import Context
from sync.central.keys.keys import Holder, Scope
from sync.central.privacy import erase as erasing
from sync.central.privacy.erase import Erased
from sync.central.privacy.export import export

ZIP = "application/zip"


@dataclass(frozen=True, slots=True)
class WhichClient:
    """The client's e-mail address."""

    __pydantic_config__ = {"extra": "forbid"}

    email: str


@dataclass(frozen=True, slots=True)
class Erasure:
    """Why the client is erased; `even_open`: although an order is not done."""

    __pydantic_config__ = {"extra": "forbid"}

    email: str
    reason: str
    even_open: bool = False


def routes(ctx: Context, gate: Gate, folder: Path) -> APIRouter:
    """Clients' data. POST even where nothing is changed: an address belongs in no log."""
    router = guarded(gate, gate.key(Scope.PRIVACY))

    @router.post("/privacy/export", response_class=Response, openapi_extra=described(WhichClient))
    def give_out(sent: Annotated[WhichClient, body_of(WhichClient)]) -> Response:
        """A ZIP of all that is kept of a client."""
        return Response(export(ctx, sent.email), media_type=ZIP)

    @router.post("/privacy/preview", openapi_extra=described(WhichClient))
    def preview(sent: Annotated[WhichClient, body_of(WhichClient)]) -> Erased:
        """What an erasure would do; nothing is changed."""
        return erasing.preview(ctx, sent.email)

    @router.post("/privacy/erase", openapi_extra=described(Erasure))
    def erase(sent: Annotated[Erasure, body_of(Erasure)], holder: Holder = caller) -> Erased:
        """Erase a client here and on every device; what was sold stays."""
        return erasing.erase(
            ctx, folder, sent.email, sent.reason, holder.name, even_open=sent.even_open
        )

    return router
