"""A budget of requests and bytes for each caller, so that none takes the server from the others."""

from __future__ import annotations

import hashlib
import json
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

CALLERS_MAX = 20_000  # remembered; the one that was silent longest is forgotten first
ADDRESS_TIMES = 10  # an address may have this many callers behind it
_TOO_MANY = "Too many requests. What was sent was not taken; it can be sent again a little later."


@dataclass(frozen=True, slots=True)
class Budget:
    """What one caller may send in a minute, and at once after a pause."""

    requests_per_minute: int = 3_000
    bytes_per_minute: int = 64 * 1024 * 1024


@dataclass(slots=True)
class _Bucket:
    requests: float
    bytes: float
    at: float


class Budgets:
    """Answers 429 to who is beyond the budget, before the body is read.

    A caller is told apart by key or device as the headers say, and by address; each is counted.
    What is sent counts when it has been read, so that the last message may go beyond.
    """

    def __init__(
        self,
        app: ASGIApp,
        budget: Budget | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app, self._clock = app, clock
        self._budget = budget or Budget()
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._lock = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        callers = _callers(scope)
        wait_s = self._take(callers)
        if wait_s:
            await _refuse(send, wait_s)
            return

        async def counted() -> Message:
            message = await receive()
            self._spend(callers, len(message.get("body", b"")))
            return message

        await self._app(scope, counted, send)

    def _take(self, callers: dict[str, int]) -> float:
        """Count a request of each; gives the seconds to wait, 0 for none."""
        with self._lock:
            found = [(self._bucket(name, times), times) for name, times in callers.items()]
            waits = [self._wait(bucket, times) for bucket, times in found]
            if not any(waits):
                for bucket, _ in found:
                    bucket.requests -= 1
            return max(waits, default=0.0)

    def _spend(self, callers: dict[str, int], count: int) -> None:
        if count:
            with self._lock:
                for name, times in callers.items():
                    self._bucket(name, times).bytes -= count

    def _wait(self, bucket: _Bucket, times: int) -> float:
        requests = self._budget.requests_per_minute * times / 60
        size = self._budget.bytes_per_minute * times / 60
        return max(0.0, (1 - bucket.requests) / requests, -bucket.bytes / size)

    def _bucket(self, name: str, times: int) -> _Bucket:
        """The caller's bucket, filled up to now."""
        now, budget = self._clock(), self._budget
        most = budget.requests_per_minute * times, budget.bytes_per_minute * times
        bucket = self._buckets.pop(name, None)
        if bucket is None:
            bucket = _Bucket(*most, now)
            if len(self._buckets) >= CALLERS_MAX:
                self._buckets.popitem(last=False)
        minutes = max(0.0, now - bucket.at) / 60
        bucket.requests = min(most[0], bucket.requests + most[0] * minutes)
        bucket.bytes = min(most[1], bucket.bytes + most[1] * minutes)
        bucket.at = now
        self._buckets[name] = bucket
        return bucket


def _callers(scope: Scope) -> dict[str, int]:
    """Who asks, as the headers say, and from where; each with how many budgets it has."""
    headers = dict(scope["headers"])
    said = headers.get(b"authorization") or _key_id(headers.get(b"signature-input", b""))
    client = scope.get("client")
    found = {f"address:{client[0] if client else ''}": ADDRESS_TIMES}
    if said:
        found[f"caller:{hashlib.blake2b(said, digest_size=16).hexdigest()}"] = 1
    return found


def _key_id(signature_input: bytes) -> bytes:
    _, found, rest = signature_input.partition(b'keyid="')
    return rest.partition(b'"')[0][:80] if found else b""


async def _refuse(send: Send, wait_s: float) -> None:
    answer = {
        "code": "too_many_requests",
        "message": _TOO_MANY,
        "template": _TOO_MANY,
        "params": {},
    }
    headers = [
        (b"content-type", b"application/json"),
        (b"retry-after", str(math.ceil(wait_s)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 429, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(answer).encode()})
