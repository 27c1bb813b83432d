"""Routes of the sourcing policies, for operations people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter

from sync.central.allocation import policies
from sync.central.allocation.policies import PolicyVersion
from sync.central.api.auth import Gate, guarded
from sync.central.api.bodies import body_of, described
from sync.central.context import Context
from sync.central.keys.keys import Scope
from sync.sourcing.policy.policy_file import Fault


@dataclass(frozen=True, slots=True)
class PolicyText:
    """`text`: a sourcing policy in TOML."""

    __pydantic_config__ = {"extra": "forbid"}

    text: str


def routes(ctx: Context, gate: Gate) -> APIRouter:
    """Read, load and withdraw policies."""
    router = guarded(gate, gate.key(Scope.POLICIES))

    @router.get("/policies", response_model_exclude_none=True)
    def policy_list() -> list[PolicyVersion]:
        """The policies in the order in which an order meets them."""
        with ctx.database.read() as connection:
            return policies.current(connection)

    @router.get("/policies/{name}")
    def policy_text(name: str, version: str = "") -> PolicyVersion:
        """One policy with its text; `version` for one that decided earlier."""
        with ctx.database.read() as connection:
            return policies.find(connection, name, version)

    @router.put("/policies/{name}", openapi_extra=described(PolicyText))
    def load_policy(name: str, sent: Annotated[PolicyText, body_of(PolicyText)]) -> PolicyVersion:
        """Source by this policy from now on."""
        with ctx.database.write("policy") as tx:
            policies.load(tx, name, sent.text, company=policies.company_names(ctx.reference))
        ctx.reference.refresh()
        return policy_text(name)

    @router.post("/policies/{name}/check", openapi_extra=described(PolicyText))
    def check_policy(name: str, sent: Annotated[PolicyText, body_of(PolicyText)]) -> list[Fault]:
        """Names in the text that the company does not have; nothing is loaded."""
        return policies.check(ctx.reference, name, sent.text)

    @router.delete("/policies/{name}")
    def withdraw_policy(name: str) -> dict[str, str]:
        """Source no more orders by it."""
        with ctx.database.write("policy") as tx:
            policies.withdraw(tx, name)
        ctx.reference.refresh()
        return {"name": name}

    return router
