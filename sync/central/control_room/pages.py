"""Pages for the people who run the network: an overview, and an order with its reasons."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from babel import negotiate_locale
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment

from sync.central.context import Context
from sync.central.control_room.order_page import order_values
from sync.central.control_room.overview import overview_values
from sync.central.control_room.view import Link, Page, templates
from sync.central.records import order_records
from sync.domain.errors import InvalidInput, NotFound
from sync.domain.identifiers import DocumentNumber
from sync.i18n import LANGUAGES, I18n

PAGES = "pages"  # who looks where nobody is asked for a key
PAGE_MAX = 10_000
_FONT_FILES = {"Inter-Regular.ttf", "Inter-SemiBold.ttf", "Manrope-ExtraBold.ttf"}
_SAFE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; font-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


def language_of(request: Request) -> str:
    """`?lang`, else the first language that the browser asks for and we have, else French."""
    asked = request.query_params.get("lang", "")
    if asked in LANGUAGES:
        return asked
    wanted = request.headers.get("accept-language", "")[:200]
    preferred = [part.split(";")[0].strip().replace("-", "_") for part in wanted.split(",")]
    found = negotiate_locale(preferred, list(LANGUAGES)) if wanted else None
    return found or LANGUAGES[0]


def page_number(request: Request, name: str) -> int:
    """A page number of the address, the first one when it is none."""
    text = request.query_params.get(name, "1")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1
    return min(max(number, 1), PAGE_MAX)


def _name_of(request: Request, opens: Callable[[str], str]) -> str:
    """The name of the key that was given as the password; empty for none."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        _, _, password = base64.b64decode(given, validate=True).partition(b":")
    except (binascii.Error, ValueError):
        return ""
    return opens(password.decode("utf-8", "replace"))


def create_pages(
    ctx: Context,
    opens: Callable[[str], str] | None,
    looked: Callable[[Request, str, int], None],
) -> APIRouter:
    """The pages; `opens` names the key that a password is of, without it they are open.

    `looked` is told who has looked at an order.
    """
    shown = templates()
    pages = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    def closed(request: Request) -> bool:
        request.state.name = PAGES if opens is None else _name_of(request, opens)
        return not request.state.name

    is_closed = Depends(closed)

    @pages.get("/")
    def overview(request: Request, refused: bool = is_closed) -> Response:
        words = I18n(language_of(request), ctx.reference.zone)
        if refused:
            return _asks_for_key(shown, words)
        with ctx.database.read() as connection:
            values = overview_values(
                ctx,
                connection,
                words,
                orders_page=page_number(request, "orders"),
                fulfilments_page=page_number(request, "fulfilments"),
            )
        return _answer(shown, "overview.html", values)

    @pages.get("/orders/{number}")
    def order(number: str, request: Request, refused: bool = is_closed) -> Response:
        words = I18n(language_of(request), ctx.reference.zone)
        if refused:
            return _asks_for_key(shown, words)
        try:
            wanted = DocumentNumber(number).value
            with ctx.database.read() as connection:
                values = order_values(ctx, connection, words, wanted)
            looked(request, request.state.name, 200)
        except (NotFound, InvalidInput):
            return _not_found(shown, words, number)
        return _answer(shown, "order_page.html", values)

    @pages.get("/fonts/{name}")
    def font(name: str) -> Response:
        if name not in _FONT_FILES:
            raise NotFound("There is nothing here. Check the address.")
        content = (files("assets") / "fonts" / name).read_bytes()
        week = {"Cache-Control": "public, max-age=604800"}
        return Response(content, media_type="font/ttf", headers=week)

    return pages


def _asks_for_key(shown: Environment, words: I18n) -> HTMLResponse:
    sentence = words.t("Give the key of the file operations-key.txt as the password.")
    values = {"page": Page(words.language, words.t("Key needed")), "sentence": sentence}
    asks = {"WWW-Authenticate": 'Basic realm="Comptoir", charset="UTF-8"'}
    return _answer(shown, "message.html", values, 401, asks)


def _not_found(shown: Environment, words: I18n, number: str) -> HTMLResponse:
    back = Link(f"/?lang={words.language}", words.t("Overview"))
    page = Page(words.language, words.t("Not found"), (back,))
    sentence = words.error(order_records.unknown_order(number))
    return _answer(shown, "message.html", {"page": page, "sentence": sentence}, 404)


def _answer(
    shown: Environment,
    template: str,
    values: dict[str, Any],
    status: int = 200,
    more: Mapping[str, str] = MappingProxyType({}),
) -> HTMLResponse:
    text = shown.get_template(template).render(values)
    return HTMLResponse(text, status, headers=_SAFE_HEADERS | dict(more))
