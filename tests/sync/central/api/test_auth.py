"""Who asks is known by the headers alone, before a byte of the body is read."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from sync.central.server import create_application
from tests.sync.central.client import Client
from tests.sync.central.world import World

EIGHT_MIB = b'{"commands":[' + b"1," * (4 * 1024 * 1024 - 8) + b"1]}"
ROUTES_WITH_A_BODY = [
    ("POST", "/v1/commands"),
    ("POST", "/v1/orders"),
    ("PUT", "/v1/policies/default"),
]


def asked(world: World, method: str, path: str, headers: dict[str, str]) -> tuple[int, int]:
    """The status of the answer, and how many times the body was read."""
    reads, said = 0, []

    async def receive() -> dict[str, Any]:
        nonlocal reads
        reads += 1
        return {"type": "http.request", "body": EIGHT_MIB, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        said.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "http_version": "1.1",
        "scheme": "http",
        "client": ("127.0.0.1", 5),
        "server": ("c", 80),
    }
    asyncio.run(create_application(world.central)(scope, receive, send))  # type: ignore[arg-type]
    return said[0]["status"], reads


@pytest.mark.parametrize(("method", "path"), ROUTES_WITH_A_BODY)
@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer nope"}])
def test_a_stranger_is_turned_away_before_the_body_is_read(
    world: World, method: str, path: str, headers: dict[str, str]
) -> None:
    assert asked(world, method, path, headers) == (401, 0)


def test_one_wrong_key_opens_no_other_door(world: World) -> None:
    keys = world.central.keys
    shop = {"authorization": f"Bearer {keys.web_shop}"}
    operations = {"authorization": f"Bearer {keys.operations}"}
    assert asked(world, "POST", "/v1/commands", shop) == (401, 0)
    assert asked(world, "PUT", "/v1/policies/default", shop) == (403, 0)
    assert asked(world, "POST", "/v1/orders", operations) == (403, 0)


def test_a_device_that_sends_nonsense_hears_of_the_first_of_it(world: World) -> None:
    answer = Client(world).ask("POST", "/v1/commands", auth=world.till().auth, content=EIGHT_MIB)
    assert (answer.status_code, answer.json()["code"]) == (422, "message.invalid")
    assert answer.json()["params"]["field"] == "commands.0"


def test_the_description_names_every_type_that_it_refers_to(world: World) -> None:
    document = Client(world).get("/openapi.json").json()
    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert set(references(document)) <= known


def references(part: Any) -> list[str]:
    if isinstance(part, dict):
        found = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
        return found + [each for value in part.values() for each in references(value)]
    if isinstance(part, list):
        return [each for value in part for each in references(value)]
    return []
