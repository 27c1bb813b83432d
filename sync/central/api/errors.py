"""Errors on the wire: `{"code", "message", "template", "params"}`, whatever went wrong.

`code` never changes; `message` is the English sentence, filled, for who reads a log. `template`
is the same with its gaps: a device looks it up in its own language and fills it with `params`.
"""

from __future__ import annotations

from typing import Any, cast

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from sync.central.device_sync.handle_command import wire_params
from sync.domain.errors import ComptoirError, Conflict, InvalidInput, NotFound, Refused, Unavailable

log = structlog.get_logger(__name__)


class Unauthorised(ComptoirError):
    """No signature or key, or one that is not known (any more)."""

    code = "unauthorised"

    def __init__(self) -> None:
        super().__init__(
            "This device is not known here. Pair it again; what it holds is safe on it."
        )


class NotTaken(ComptoirError):
    """A signed request that was served already, or whose body is not the one that was signed."""

    code = "request.not_taken"

    def __init__(self) -> None:
        super().__init__(
            "This request was sent before, or was changed on its way. Nothing was changed."
        )


class TooMany(ComptoirError):
    """Asked too often."""

    code = "too_many_requests"

    def __init__(self) -> None:
        super().__init__("Too many tries. Wait a minute and try again.")


STATUS: tuple[tuple[type[ComptoirError], int], ...] = (
    (Unauthorised, 401),
    (NotTaken, 401),
    (NotFound, 404),
    (Conflict, 409),
    (InvalidInput, 422),
    (Refused, 403),
    (TooMany, 429),
    (Unavailable, 503),
)
_HTTP_SENTENCES = {
    404: ("not_found", "There is nothing here. Check the address."),
    405: ("method_not_allowed", "This address does not take that method."),
    413: ("too_large", "The message is too large. Send less at once."),
}


def body(code: str, template: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
    """The one shape of an error."""
    message = template.format_map(params) if params else template
    return {"code": code, "message": message, "template": template, "params": params or {}}


def status_of(error: Exception) -> int:
    """The status that an error is answered with."""
    if isinstance(error, HTTPException):
        return error.status_code
    if isinstance(error, RequestValidationError):
        return 422
    unknown = 400 if isinstance(error, ComptoirError) else 500
    return next((status for kind, status in STATUS if isinstance(error, kind)), unknown)


def _comptoir(_request: Request, raised: Exception) -> JSONResponse:
    error = cast(ComptoirError, raised)
    status = status_of(error)
    headers = {}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"  # a device signs, which has no scheme
    if status in (429, 503):
        headers["Retry-After"] = "60"
    answer = body(error.code, error.template, wire_params(error))
    return JSONResponse(answer, status, headers=headers)


def _validation(_request: Request, raised: Exception) -> JSONResponse:
    error = cast(RequestValidationError, raised)
    first = error.errors()[0]
    params = {"field": ".".join(str(part) for part in first["loc"]), "problem": first["msg"]}
    template = "The message cannot be read: {field}: {problem}. Nothing was changed."
    return JSONResponse(body("message.invalid", template, params), 422)


def _http(_request: Request, raised: Exception) -> JSONResponse:
    error = cast(HTTPException, raised)
    code, message = _HTTP_SENTENCES.get(error.status_code, ("error", str(error.detail)))
    return JSONResponse(body(code, message), error.status_code, headers=error.headers)


def _fault(request: Request, error: Exception) -> JSONResponse:
    log.error("request_failed", path=request.url.path, exc_info=error)
    message = "The server has a fault. Nothing was changed; try again later."
    return JSONResponse(body("server.fault", message), 500)


def install_errors(app: FastAPI) -> None:
    """Give every error of `app` the one shape."""
    app.add_exception_handler(ComptoirError, _comptoir)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _fault)


def openapi_errors() -> dict[int | str, dict[str, Any]]:
    """The errors as `openapi.json` tells them."""
    schema = {
        "type": "object",
        "required": ["code", "message", "template", "params"],
        "properties": {
            "code": {"type": "string"},
            "message": {"type": "string"},
            "template": {"type": "string"},
            "params": {"type": "object"},
        },
    }
    described = {
        401: "The signature or key is not known",
        403: "A rule of the house says no",
        404: "Not known here, or another store's",
        409: "Somebody or something else came first",
        413: "The message is too large",
        422: "The message cannot be read",
        429: "Too many tries",
    }
    return {
        status: {"description": text, "content": {"application/json": {"schema": schema}}}
        for status, text in described.items()
    }
