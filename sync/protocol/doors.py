"""Which browsers may come in: the one check of Host and Origin, on every HTTP and WebSocket door.

A page of another site that runs in a browser on this machine can reach what listens here. Its
browser says who it is: the name it asked for in `Host`, the page's own site in `Origin`. A name
that is not ours is a foreign domain that was pointed at this machine; an origin that is not ours
is a foreign page. Programs that are no browser send no Origin, and say who they are by a token.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from starlette.types import ASGIApp, Receive, Scope, Send

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_WRONG_HOST = "This address is not served here. Use the address that Comptoir printed at its start."
_WRONG_ORIGIN = "A page of another site asked for this. Nothing was changed."


def hosts_of(address: str, port: int) -> frozenset[str]:
    """The values of `Host` by which a browser reaches who listens at `address`, 127.0.0.1 say."""
    names = {*LOOPBACK_NAMES, f"[{address}]" if ":" in address else address}
    bare = names if port in _DEFAULT_PORTS.values() else set()
    return frozenset(bare | {f"{name}:{port}" for name in names})


class Doors:
    """Lets in what was asked of one of `hosts`, by a page of one of them or by no page at all.

    A wrong or repeated Host is answered with 421, a foreign Origin with 403; a WebSocket, which
    only browsers open, must name its Origin. `hosts` are names with their port, in small letters;
    origins are these hosts under `schemes`.
    """

    def __init__(
        self, app: ASGIApp, hosts: Iterable[str], *, schemes: Iterable[str] = ("http",)
    ) -> None:
        self._app = app
        self._hosts = frozenset(host.encode("latin-1") for host in hosts)
        self._origins = frozenset(
            scheme.encode() + b"://" + host for scheme in schemes for host in self._hosts
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or connection, or refuse it before a byte of its body is read."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        hosts = _named(scope, b"host")
        origins = _named(scope, b"origin")
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            await _refuse(scope, receive, send, 421, "host.unknown", _WRONG_HOST)
        elif not self._from_our_page(scope, origins):
            await _refuse(scope, receive, send, 403, "origin.foreign", _WRONG_ORIGIN)
        else:
            await self._app(scope, receive, send)

    def _from_our_page(self, scope: Scope, origins: list[bytes]) -> bool:
        if not origins:
            return bool(scope["type"] == "http")
        return len(origins) == 1 and origins[0].lower() in self._origins


def _named(scope: Scope, name: bytes) -> list[bytes]:
    return [value for key, value in scope["headers"] if key.lower() == name]


async def _refuse(
    scope: Scope, receive: Receive, send: Send, status: int, code: str, sentence: str
) -> None:
    if scope["type"] == "websocket":
        await receive()  # the request to connect
        await send({"type": "websocket.close", "code": 1008})  # before it is accepted: 403
        return
    answer = {"code": code, "message": sentence, "template": sentence, "params": {}}
    headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(answer).encode()})
