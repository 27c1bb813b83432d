"""Bounds on what one request may send, counted as it comes in, and on what one caller may."""

from __future__ import annotations

import json

from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_BYTES_MAX = 8 * 1024 * 1024  # of what devices send; of all others OTHER_BYTES_MAX
OTHER_BYTES_MAX = 256 * 1024
LARGE = frozenset({"/v1/commands", "/v1/journal"})
_TOO_LARGE = "The message is too large. Send less at once."
_ANSWER = json.dumps(
    {
        "code": "too_large",
        "message": _TOO_LARGE,
        "template": _TOO_LARGE,
        "params": {},
    }
).encode()


class _TooLarge(Exception):
    pass


class BodyLimit:
    """Answers 413 to a body above what its route takes, whether or not it said its length."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = BODY_BYTES_MAX if scope["path"] in LARGE else OTHER_BYTES_MAX
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > most:
            await _refuse(send)
            return
        received = 0
        started = False

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > most:
                raise _TooLarge
            return message

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, counted, watched)
        except _TooLarge:
            if started:
                raise
            await _refuse(send)


async def _refuse(send: Send) -> None:
    headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": _ANSWER})
