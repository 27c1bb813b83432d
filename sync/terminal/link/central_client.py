"""The central server's HTTP API, as a device sees it. Every failure becomes one of our errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from sync.domain.device import DeviceKind
from sync.domain.errors import ComptoirError, InvalidInput, NotFound, Refused, Unavailable
from sync.protocol.codec import parse_json, to_json
from sync.protocol.commands import (
    Command,
    Push,
    PushAnswer,
)
from sync.protocol.feed import OrderState, Page, decode_page
from sync.protocol.journal import JournalAnswer, JournalPush

TIMEOUT_S = 10.0


class CentralUnavailable(Unavailable):
    """The server does not answer, or asks to wait `retry_after_s` seconds (None: as you like)."""

    code = "central.unavailable"

    def __init__(self, retry_after_s: float | None = None) -> None:
        super().__init__(
            "The central server does not answer. Work goes on here; everything is sent when it "
            "is back."
        )
        self.retry_after_s = retry_after_s


class CommandsRejected(InvalidInput):
    """The server says that it cannot read the request, so none of it was applied."""

    code = "central.rejected"


@dataclass(frozen=True, slots=True)
class Pairing:
    """What the server gives a device that it accepts."""

    device: str
    number: int
    location: str
    epoch: str
    kind: DeviceKind


@dataclass(frozen=True, slots=True)
class _ExplainedDecision:
    """What a device reads of a decision that the server explains."""

    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Explanation:
    decisions: tuple[_ExplainedDecision, ...]


class CentralClient:
    """Calls the server over an injected httpx client (its base URL is the server's).

    `signer` signs what a paired device sends; who is to be paired has none yet.
    """

    def __init__(self, http: httpx.Client, signer: httpx.Auth | None = None) -> None:
        self._http = http
        self._signer = signer

    @property
    def is_private(self) -> bool:
        """Whether nobody on the way can answer for the server: TLS, or this very machine."""
        url = self._http.base_url
        return url.scheme == "https" or url.host in ("127.0.0.1", "localhost", "::1")

    def pair(self, code: str, public_key: str, name: str) -> Pairing:
        """Register with a pairing code; raises Refused when the server does not take it."""
        answer = self._call(
            "POST", "/v1/pair", json={"code": code, "public_key": public_key, "name": name}
        ).json()
        return Pairing(
            str(answer["device"]),
            int(answer["number"]),
            str(answer["location"]),
            str(answer["epoch"]),
            DeviceKind(answer["kind"]),
        )

    def push(self, commands: list[Command]) -> PushAnswer:
        """Send commands in order; one answer for each."""
        answer = self._call(
            "POST",
            "/v1/commands",
            content=to_json(Push(tuple(commands))),
            headers={"Content-Type": "application/json"},
        )
        parsed: PushAnswer = parse_json(PushAnswer, answer.content)
        return parsed

    def push_journal(self, push: JournalPush) -> JournalAnswer:
        """Send what is new in the journal; the server says how far it holds it."""
        answer = self._call(
            "POST",
            "/v1/journal",
            content=to_json(push),
            headers={"Content-Type": "application/json"},
        )
        parsed: JournalAnswer = parse_json(JournalAnswer, answer.content)
        return parsed

    def feed(self, bucket: str, cursor: int, epoch: str, high_water: int | None) -> Page:
        """A page of changes of a bucket."""
        query: dict[str, Any] = {"cursor": cursor, "epoch": epoch}
        if high_water is not None:
            query["high_water"] = high_water
        return decode_page(self._call("GET", f"/v1/feed/{bucket}", params=query).content)

    def order(self, number: str, receipt_code: str = "") -> OrderState:
        """An order that this device does not hold, for who has its receipt; raises NotFound."""
        query = {"receipt_code": receipt_code} if receipt_code else {}
        answer = self._call("GET", f"/v1/orders/{number}", params=query)
        parsed: OrderState = parse_json(OrderState, answer.content)
        return parsed

    def why_not_others(self, number: str, language: str, evaluations_max: int) -> tuple[str, ...]:
        """Sentences on what the latest decision for an order did not choose; none without one."""
        query = {"lang": language, "evaluations_max": evaluations_max}
        answer = self._call("GET", f"/v1/orders/{number}/explanation", params=query)
        parsed: _Explanation = parse_json(_Explanation, answer.content)
        return parsed.decisions[-1].others if parsed.decisions else ()

    def _call(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, **request: Any
    ) -> httpx.Response:
        try:
            answer = self._http.request(method, path, headers=headers, auth=self._signer, **request)
        except (httpx.TransportError, httpx.InvalidURL) as error:
            raise CentralUnavailable from error
        status = answer.status_code
        if status < 400:
            return answer
        if status in (408, 425, 429) or status >= 500:
            raise CentralUnavailable(_retry_after(answer))
        raise _refusal(answer)


def _retry_after(answer: httpx.Response) -> float | None:
    """Seconds; the HTTP-date form of RFC 9110 10.2.3 is treated as no wish."""
    text = answer.headers.get("Retry-After", "").strip()
    return float(text) if text.isascii() and text.isdigit() else None


def _refusal(answer: httpx.Response) -> ComptoirError:
    if answer.status_code == 401:
        return Refused(
            "The central server does not know this device any more. Call a manager: it has to be "
            "paired again. Nothing is lost.",
            code="central.device_unknown",
        )
    found = _problem(answer)
    if found is None:
        # Not our server's words: a proxy or a portal in between. What it says is not final.
        return CentralUnavailable()
    kind = _KINDS.get(answer.status_code, CommandsRejected)
    return kind(found.template, code=found.code, **found.params)


_KINDS: dict[int, type[ComptoirError]] = {403: Refused, 404: NotFound}


@dataclass(frozen=True, slots=True)
class _Problem:
    """An error in our server's words: a sentence that this device can say in its language."""

    code: str
    template: str
    params: dict[str, Any]


def _problem(answer: httpx.Response) -> _Problem | None:
    """None for what is not our server's. One of before there were templates is said as it came."""
    try:
        body = answer.json()
    except ValueError:
        return None
    if not isinstance(body, dict) or not (body.get("code") and body.get("message")):
        return None
    code, params = str(body["code"]), body.get("params")
    # These names are the error's own; no sentence of ours has such a gap.
    gaps = {
        str(name): value
        for name, value in (params.items() if isinstance(params, dict) else ())
        if name not in ("self", "template", "code")
    }
    template = body.get("template")
    try:
        if isinstance(template, str) and (template.format_map(gaps) if gaps else template):
            return _Problem(code, template, gaps)
    except (LookupError, ValueError, AttributeError, TypeError):
        pass  # gaps that nothing fills: the filled sentence is still there
    return _Problem(code, str(body["message"]), {})
