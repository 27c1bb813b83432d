"""Who may come in: hosts and origins, over HTTP and WebSocket, on a real server."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator

import httpx
import pytest
import uvicorn
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.types import Message, Scope
from starlette.websockets import WebSocket

from sync.protocol.doors import Doors, hosts_of


async def _hello(_request: object) -> PlainTextResponse:
    return PlainTextResponse("in")


async def _socket(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text("in")
    await websocket.close()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    listener = socket.create_server(("127.0.0.1", 0))
    number = int(listener.getsockname()[1])
    app = Starlette(routes=[Route("/", _hello), WebSocketRoute("/ws", _socket)])
    config = uvicorn.Config(
        Doors(app, hosts_of("127.0.0.1", number)), log_level="error", ws="websockets-sansio"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    while not server.started:
        pass
    yield number
    server.should_exit = True
    thread.join(30)


def raw(port: int, *lines: str) -> str:
    """The first line of what is answered to these lines, sent as they are."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        return connection.recv(4096).decode("latin-1").split("\r\n")[0]


UPGRADE = (
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
)


def status(port: int, *headers: str, path: str = "/", upgrade: bool = False) -> int:
    lines = (f"GET {path} HTTP/1.1", *headers, *(UPGRADE if upgrade else ("Connection: close",)))
    return int(raw(port, *lines).split()[1])


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "LocalHost", "[::1]"])
def test_our_own_names_are_let_in(port: int, name: str) -> None:
    host = f"Host: {name}:{port}"
    origin = f"Origin: http://{name}:{port}"
    assert status(port, host) == 200
    assert status(port, host, origin) == 200
    assert status(port, host, origin, path="/ws", upgrade=True) == 101


@pytest.mark.parametrize(
    "hosts",
    [
        (),
        ("evil.example:{port}",),
        ("127.0.0.1.evil.example:{port}",),
        ("127.0.0.1",),
        ("127.0.0.1:1",),
        ("127.0.0.1:{port}", "127.0.0.1:{port}"),
        ("127.0.0.1:{port}", "evil.example"),
        ("user@127.0.0.1:{port}",),
        ("127.0.0.1:{port}, evil.example",),
        ("",),
    ],
)
def test_any_other_host_is_refused(port: int, hosts: tuple[str, ...]) -> None:
    lines = [f"Host: {host.format(port=port)}" for host in hosts]
    assert status(port, *lines) in (400, 421)
    origin = f"Origin: http://127.0.0.1:{port}"
    assert status(port, *lines, origin, path="/ws", upgrade=True) in (400, 403)


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "http://evil.example",
        "https://127.0.0.1:{port}",
        "http://127.0.0.1",
        "http://127.0.0.1:1",
        "http://127.0.0.1:{port}.evil.example",
        "http://evil.example/http://127.0.0.1:{port}",
        "",
    ],
)
def test_a_page_of_another_site_is_refused(port: int, origin: str) -> None:
    host, said = f"Host: 127.0.0.1:{port}", "Origin: " + origin.format(port=port)
    assert status(port, host, said) == 403
    assert status(port, host, said, path="/ws", upgrade=True) == 403


def test_a_websocket_names_its_page_and_a_program_need_not(port: int) -> None:
    host = f"Host: 127.0.0.1:{port}"
    assert status(port, host, path="/ws", upgrade=True) == 403
    assert status(port, host) == 200
    twice = (f"Origin: http://127.0.0.1:{port}", f"Origin: http://127.0.0.1:{port}")
    assert status(port, host, *twice) == 403


def test_the_refusal_is_a_sentence(port: int) -> None:
    answer = httpx.get(f"http://127.0.0.1:{port}/", headers={"Host": "evil.example"}, timeout=30)
    assert (answer.status_code, answer.json()["code"]) == (421, "host.unknown")
    origin = {"Origin": "http://evil.example"}
    answer = httpx.post(f"http://127.0.0.1:{port}/", headers=origin, content=b"x", timeout=30)
    assert (answer.status_code, answer.json()["code"]) == (403, "origin.foreign")


def test_the_usual_port_needs_no_number() -> None:
    assert "localhost" in hosts_of("127.0.0.1", 80)
    assert "localhost" not in hosts_of("127.0.0.1", 8540)
    assert "[2001:db8::1]:8540" in hosts_of("2001:db8::1", 8540)


NAMES = st.binary(max_size=40)


@given(st.lists(st.tuples(st.sampled_from([b"host", b"origin", b"Host"]), NAMES), max_size=4))
def test_whatever_is_named_only_our_own_reaches_the_application(
    headers: list[tuple[bytes, bytes]],
) -> None:
    """The application is reached only with one Host of ours and no Origin but ours."""
    reached: list[Scope] = []

    async def app(scope: Scope, _receive: object, _send: object) -> None:
        reached.append(scope)

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(_message: Message) -> None:
        pass

    door = Doors(app, hosts_of("127.0.0.1", 8540))
    scope: Scope = {"type": "http", "headers": headers}
    asyncio.run(door(scope, receive, send))
    hosts = [value.lower() for key, value in headers if key.lower() == b"host"]
    origins = [value.lower() for key, value in headers if key == b"origin"]
    ours = {host.encode() for host in hosts_of("127.0.0.1", 8540)}
    good = len(hosts) == 1 and hosts[0] in ours
    good = good and (not origins or (len(origins) == 1 and origins[0][7:] in ours))
    assert bool(reached) == good
