"""Each request of a paired device is signed with its key, under a number that is used once."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Generator
from datetime import datetime

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.protocol.signatures import RANDOM_BYTES, sign
from sync.terminal.store.local_store import LocalStore

COUNTER = "request_counter"
RESERVED_AT_ONCE = 1000


class RequestCounter:
    """Numbers that only rise, over restarts too: they are reserved on disk before they are used."""

    def __init__(self, store: LocalStore) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._next = self._reserved = int(store.meta(COUNTER) or 0)

    def __call__(self) -> int:
        """The next number; the first is 1."""
        with self._lock:
            if self._next == self._reserved:
                self._store.set_meta(COUNTER, str(self._reserved + RESERVED_AT_ONCE))
                self._reserved += RESERVED_AT_ONCE
            self._next += 1
            return self._next


class SignedRequests(httpx.Auth):
    """Signs what an httpx client sends (see `sync.protocol.signatures`)."""

    requires_request_body = True

    def __init__(
        self,
        key: Ed25519PrivateKey,
        device: str,
        counter: Callable[[], int],
        clock: Callable[[], datetime],
    ) -> None:
        self._key, self._device = key, device
        self._counter, self._clock = counter, clock

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response]:
        """Put the signature into the headers."""
        path = request.url.raw_path.decode("ascii")
        signed = sign(
            self._key,
            self._device,
            request.method,
            f"{request.url.scheme}://{request.headers['host']}{path}",
            request.content,
            created=int(self._clock().timestamp()),
            counter=self._counter(),
            random=secrets.token_bytes(RANDOM_BYTES),
        )
        request.headers.update(signed)
        yield request
