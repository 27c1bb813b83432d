"""An HTTP client that talks to the application in this process."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

from sync.central.server import create_application
from sync.protocol.codec import parse_json, to_json
from sync.protocol.commands import (
    Answer,
    Command,
    Push,
    PushAnswer,
)
from sync.protocol.feed import Page, decode_page
from tests.sync.central.world import Till, World


class Client:
    """Synchronous, so that tests read plainly; a fault of the server is an answer of 500."""

    def __init__(
        self, world: World, *, pages_open: bool = True, address: str = "127.0.0.1"
    ) -> None:
        self.world = world
        app = create_application(world.central, pages_open=pages_open)
        self._transport = httpx.ASGITransport(
            app, raise_app_exceptions=False, client=(address, 123)
        )

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        async def go() -> httpx.Response:
            async with httpx.AsyncClient(transport=self._transport, base_url="http://c") as http:
                return await http.request(method, path, **more)

        return asyncio.run(go())

    def get(self, path: str, till: Till | None = None, **params: Any) -> httpx.Response:
        return self.ask("GET", path, auth=till.auth if till else None, params=params)

    def push(self, till: Till, *commands: Command) -> tuple[Answer, ...]:
        response = self.ask(
            "POST",
            "/v1/commands",
            auth=till.auth,
            content=to_json(Push(tuple(till.in_session(command) for command in commands))),
        )
        assert response.status_code == 200, response.text
        answers: PushAnswer = parse_json(PushAnswer, response.content)
        return answers.answers

    def page(self, till: Till, bucket: str, **params: Any) -> Page:
        response = self.get(f"/v1/feed/{bucket}", till, **params)
        assert response.status_code == 200, response.text
        return decode_page(response.content)
