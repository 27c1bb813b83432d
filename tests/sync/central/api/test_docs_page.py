"""docs/api.md names every route and every code, and none that is not there."""

from __future__ import annotations

import re
from pathlib import Path

import sync.central
from tests.sync.central.client import Client
from tests.sync.central.world import World

CENTRAL = Path(sync.central.__file__).parent
DOC = (Path(__file__).parents[4] / "docs" / "api.md").read_text("utf-8")
# Raised by the domain and the protocol on the server's behalf, or said by the middleware.
BORROWED = {
    "cancel.nothing",
    "cancel.too_many",
    "company.holidays",
    "company.missing",
    "company.toml",
    "company.value",
    "fulfilment.state",
    "journal.empty",
    "message.faults",
    "message.invalid",
    "message.too_many_names",
    "receipt.broken",
    "receipt.forged",
    "receipt.unknown_till",
    "return.inspected",
    "stock.key",
    "stock.lines",
    "stock.quantity",
    "stock.rule",
    "stock.rules_file",
    "stock.same_state",
    "stock.transfer_to_itself",
    "staff.pin_digits",
    "staff.pin_guessed",
    "too_large",
}
_CODE = re.compile(
    r"\bcode = \"([a-z_.]+)\"|code=\"([a-z_.]+)\"|\"((?:command|server|order)\.(?!html\b)[a-z_]+)\""
)


def raised() -> set[str]:
    found = set(BORROWED)
    for path in CENTRAL.rglob("*.py"):
        if "imports" not in path.parts:
            for match in _CODE.finditer(path.read_text("utf-8")):
                found.add(next(group for group in match.groups() if group))
    return found


def test_every_code_is_documented_and_none_is_invented() -> None:
    documented = set(re.findall(r"^\| `([a-z_]+(?:\.[a-z_]+)?)` \|", DOC, re.MULTILINE))
    outcomes = {"applied", "refused", "waiting"}
    assert documented - outcomes == raised()


def test_every_route_is_documented(world: World) -> None:
    described = Client(world).get("/openapi.json").json()["paths"]
    routes = {
        f"{method.upper()} {path}" for path, options in described.items() for method in options
    }
    assert routes == set(re.findall(r"^\| `([A-Z]+ /[^`]+)` \|", DOC, re.MULTILINE))
