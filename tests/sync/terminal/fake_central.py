"""A central server in memory behind an httpx transport, with the faults of a bad network.

It keeps the promises of the protocol (one effect and one answer for each UUID, positions given
out in order, pages up to a high-water mark) and nothing else: the real server has tests of its
own.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

import httpx

from sync.protocol.codec import parse_json, to_json
from sync.protocol.commands import Answer, Command, Outcome, Push, PushAnswer
from sync.protocol.feed import Change, OrderState, Page, encode_page
from sync.protocol.journal import JournalAnswer, JournalPush

Fault = str
FAULTS = ("none", "no_connection", "answer_lost", "busy", "cut_page")


class FakeCentral:
    """`applied` lists the commands that had an effect, in order; `faults` is used up in turn,
    `down` lasts."""

    def __init__(self, page_rows: int = 1000) -> None:
        self.epoch = "first"
        self.page_rows = page_rows
        self.applied: list[Command] = []
        self.answers: dict[str, Answer] = {}
        self.refuse: dict[str, str] = {}  # command id -> code
        self.unreadable: set[str] = set()
        self.orders: dict[str, OrderState] = {}  # of other stores, by number
        self.others: dict[str, tuple[str, ...]] = {}  # why not from elsewhere, by order number
        self.faults: deque[Fault] = deque()
        self.down = False
        self.requests: list[str] = []
        self.retry_after = "7"
        self.positions: dict[str, int] = {}
        self.rows: dict[tuple[str, str, str], tuple[int, Any]] = {}
        self.on_applied: Callable[[Command], None] = lambda command: None
        self.before_page: Callable[[], None] = lambda: None

    def client(self) -> httpx.Client:
        """A client that talks to this server."""
        return httpx.Client(
            base_url="http://central.test", transport=httpx.MockTransport(self._answer)
        )

    def publish(self, bucket: str, kind: str, key: str, body: Any) -> None:
        """Change a row; None is a tombstone."""
        position = self.positions.get(bucket, 0) + 1
        self.positions[bucket] = position
        self.rows[bucket, kind, key] = (position, body)

    def publish_all(self, bucket: str, rows: Iterable[tuple[str, str, Any]]) -> None:
        """Several rows."""
        for kind, key, body in rows:
            self.publish(bucket, kind, key, json.loads(json.dumps(body)))

    def restored(self, epoch: str, commands_kept: int = 0) -> None:
        """An older backup of the server takes over, with the first `commands_kept` commands."""
        self.epoch = epoch
        kept = {str(command.command_id) for command in self.applied[:commands_kept]}
        self.applied = self.applied[:commands_kept]
        self.answers = {key: answer for key, answer in self.answers.items() if key in kept}

    def _answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path == "/v1/journal" and not self.down:
            return self._journal(request)
        self.requests.append(f"{request.method} {path}")
        fault = self.faults.popleft() if self.faults else "none"
        if self.down or fault == "no_connection":
            raise httpx.ConnectError("cable pulled", request=request)
        if fault == "busy":
            return httpx.Response(503, headers={"Retry-After": self.retry_after})
        if path == "/v1/commands":
            response = self._push(request)
        elif path.endswith("/explanation"):
            response = self._explanation(path.split("/")[3])
        elif path.startswith("/v1/orders/"):
            response = self._order(path.rpartition("/")[2])
        else:
            response = self._feed(request)
        if fault == "answer_lost":
            raise httpx.ReadTimeout("answer lost", request=request)
        if fault == "cut_page":
            return httpx.Response(response.status_code, content=response.content[:-1])
        return response

    def _journal(self, request: httpx.Request) -> httpx.Response:
        """Every journal is held whole, over a good network."""
        sent: JournalPush = parse_json(JournalPush, request.content)
        held = sent.entries[-1] if sent.entries else None
        seq, found = (held.seq, held.hash) if held else (sent.last, sent.last_hash)
        return httpx.Response(200, content=to_json(JournalAnswer(seq, found)))

    def _push(self, request: httpx.Request) -> httpx.Response:
        push: Push = parse_json(Push, request.content)
        if any(str(command.command_id) in self.unreadable for command in push.commands):
            problem = {"code": "message.invalid", "message": "Unreadable {whatever}.", "params": {}}
            return httpx.Response(422, json=problem)
        answers = tuple(self._apply(command) for command in push.commands)
        return httpx.Response(200, content=to_json(PushAnswer(self.epoch, answers)))

    def _order(self, number: str) -> httpx.Response:
        if number not in self.orders:
            problem = {"code": "order.unknown", "message": "No such order.", "params": {}}
            return httpx.Response(404, json=problem)
        return httpx.Response(200, content=to_json(self.orders[number]))

    def _explanation(self, number: str) -> httpx.Response:
        decisions = [{"others": list(self.others[number])}] if number in self.others else []
        return httpx.Response(200, json={"order_number": number, "decisions": decisions})

    def _apply(self, command: Command) -> Answer:
        key = str(command.command_id)
        if key in self.answers:
            return self.answers[key]
        needed = [self.answers.get(str(other)) for other in command.depends_on]
        if None in needed:
            return Answer(command.command_id, Outcome.WAITING, "command.depends_on", "Later.")
        if any(other is not None and other.outcome is Outcome.REFUSED for other in needed):
            answer = Answer(command.command_id, Outcome.REFUSED, "dependency", "Builds on it.")
        elif key in self.refuse:
            answer = Answer(command.command_id, Outcome.REFUSED, self.refuse[key], "No.")
        else:
            answer = Answer(command.command_id, Outcome.APPLIED)
            self.applied.append(command)
            self.on_applied(command)
        self.answers[key] = answer
        return answer

    def _feed(self, request: httpx.Request) -> httpx.Response:
        bucket = request.url.path.removeprefix("/v1/feed/")
        self.before_page()
        cursor = int(request.url.params["cursor"])
        newest = self.positions.get(bucket, 0)
        high_water = int(request.url.params.get("high_water", newest)) or newest
        found = (
            sorted(
                (position, kind, key, body)
                for (where, kind, key), (position, body) in self.rows.items()
                if where == bucket and cursor < position <= high_water
            )
            if cursor <= newest
            else []
        )
        page, rest = found[: self.page_rows], found[self.page_rows :]
        reached = page[-1][0] if rest else max(high_water, cursor)
        content = encode_page(
            Page(self.epoch, bucket, reached, high_water, bool(rest), [Change(*x) for x in page])
        )
        return httpx.Response(200, content=content)
