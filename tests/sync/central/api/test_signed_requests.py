"""A device is known by the signature of each request, and by nothing that can be copied."""

from __future__ import annotations

import httpx
import pytest

from tests.sync.central.client import Client
from tests.sync.central.world import Till, World

FEED = "http://c/v1/feed/catalogue"


@pytest.fixture
def client(world: World) -> Client:
    return Client(world)


def headers_of(
    till: Till, method: str = "GET", url: str = FEED, body: bytes = b""
) -> dict[str, str]:
    request = httpx.Request(method, url, content=body)
    return dict(next(till.auth.auth_flow(request)).headers)


def status(client: Client, headers: dict[str, str], path: str = "/v1/feed/catalogue") -> int:
    return client.ask("GET", path, headers=headers).status_code


def test_a_recorded_request_is_served_once(client: Client) -> None:
    till = client.world.till()
    headers = headers_of(till)
    assert status(client, headers) == 200
    again = client.ask("GET", "/v1/feed/catalogue", headers=headers)
    assert (again.status_code, again.json()["code"]) == (401, "request.not_taken")
    assert client.get("/v1/feed/catalogue", till).status_code == 200, "the device is not to blame"


def test_a_signature_is_for_one_address(client: Client) -> None:
    headers = headers_of(client.world.till())
    assert status(client, headers, "/v1/feed/network") == 401
    assert status(client, headers, "/v1/feed/catalogue?cursor=1") == 401


def test_another_body_than_the_signed_one_is_not_taken(client: Client) -> None:
    till = client.world.till()
    headers = headers_of(till, "POST", "http://c/v1/commands", b'{"commands": []}')
    answer = client.ask("POST", "/v1/commands", headers=headers, content=b'{"commands": [] }')
    assert (answer.status_code, answer.json()["code"]) == (401, "request.not_taken")


def test_a_cloned_device_is_noticed_and_both_are_stopped(client: Client) -> None:
    till = client.world.till()
    assert client.get("/v1/feed/catalogue", till).status_code == 200
    clone = Till(till.device, till.key, till.clock)  # its counter begins where the copy was made
    answer = client.get("/v1/feed/catalogue", clone)
    assert (answer.status_code, answer.json()["code"]) == (403, "device.stopped")
    answer = client.get("/v1/feed/catalogue", till)
    assert (answer.status_code, answer.json()["code"]) == (403, "device.stopped")
    assert "its key is used twice" in client.get("/", lang="en").text


def test_the_headers_are_given_once_each(client: Client) -> None:
    headers = headers_of(client.world.till())
    twice = [*headers.items(), ("signature", headers["signature"])]
    answer = client.ask("GET", "/v1/feed/catalogue", headers=twice)
    assert answer.status_code == 401
    assert status(client, headers) == 200


def test_a_bearer_token_opens_nothing_of_a_device(client: Client) -> None:
    till = client.world.till()
    public = till.key.public_key().public_bytes_raw().hex()
    for token in (till.device.code, public, client.world.central.keys.operations):
        assert status(client, {"Authorization": f"Bearer {token}"}) == 401
