"""How the server is reached: on this machine alone, by TLS, or behind a proxy that ends TLS."""

from __future__ import annotations

import ipaddress
import json
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from sync.domain.errors import InvalidInput
from sync.protocol.doors import hosts_of

LOOPBACK = ("127.0.0.1", "::1", "localhost")
_PLAIN = "This server is only reached over TLS. Ask for it with https, through its proxy."


@dataclass(frozen=True, slots=True)
class Exposure:
    """`trusted_proxy`: an address or network whose forwarding headers are believed;
    `public_names`: by which names, with a port or without, others ask for the server."""

    host: str = "127.0.0.1"
    tls_cert: Path | None = None
    tls_key: Path | None = None
    trusted_proxy: str = ""
    public_names: Sequence[str] = ()

    def check(self) -> None:
        """Raises InvalidInput for a server that others could reach in plain text."""
        if (self.tls_cert is None) != (self.tls_key is None):
            raise InvalidInput(
                "TLS needs both --tls-cert and --tls-key. The server was not started.",
                code="central.tls_pair",
            )
        if self.tls_cert and self.tls_key:
            _check_pair(self.tls_cert, self.tls_key)
        if self.trusted_proxy:
            _check_network(self.trusted_proxy)
        if not (self.on_this_machine or self.tls_cert or self.trusted_proxy):
            raise InvalidInput(
                "On {host} others could read along: the server was not started. Give it "
                "--tls-cert and --tls-key (`comptoir certificate` makes them), or --trusted-proxy "
                "with the address of the proxy that ends TLS.",
                code="central.plain",
                host=self.host,
            )

    @property
    def on_this_machine(self) -> bool:
        """Whether only programs of this machine reach the server."""
        return self.host in LOOPBACK

    @property
    def is_private(self) -> bool:
        """Whether the pages may go without a key: nobody else comes in."""
        return self.on_this_machine and not self.trusted_proxy

    @property
    def scheme(self) -> str:
        """How browsers ask for it."""
        return "https" if self.tls_cert or self.trusted_proxy else "http"

    def hosts(self, port: int) -> frozenset[str]:
        """The values of `Host` that are served."""
        named = {name.lower() for name in self.public_names}
        with_port = {f"{name}:{port}" for name in named if ":" not in name}
        return hosts_of(self.host, port) | named | with_port

    def uvicorn_options(self) -> dict[str, Any]:
        """What the program that serves is told of it."""
        options: dict[str, Any] = {"proxy_headers": bool(self.trusted_proxy)}
        if self.trusted_proxy:
            options["forwarded_allow_ips"] = self.trusted_proxy
        if self.tls_cert and self.tls_key:
            options |= {"ssl_certfile": str(self.tls_cert), "ssl_keyfile": str(self.tls_key)}
        return options


class OnlyPrivate:
    """Refuses what came in plain text, past the proxy say, before its body is read."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it."""
        if scope["type"] != "http" or scope["scheme"] == "https":
            await self._app(scope, receive, send)
            return
        answer = {"code": "server.plain", "message": _PLAIN, "template": _PLAIN, "params": {}}
        headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
        await send({"type": "http.response.start", "status": 403, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(answer).encode()})


def _check_pair(cert: Path, key: Path) -> None:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(cert, key)
    except OSError as error:
        raise InvalidInput(
            "{cert} and {key} are no certificate and its key: {problem}. The server was not "
            "started.",
            code="central.tls_files",
            cert=str(cert),
            key=str(key),
            problem=str(error.strerror or error),
        ) from error


def _check_network(proxy: str) -> None:
    try:
        ipaddress.ip_network(proxy)
    except ValueError as error:
        raise InvalidInput(
            "--trusted-proxy takes an address or a network such as 10.0.0.0/24, not “{proxy}”. "
            "The server was not started.",
            code="central.proxy",
            proxy=proxy,
        ) from error
