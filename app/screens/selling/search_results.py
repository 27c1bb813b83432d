"""Articles: what is searched for, page by page."""

from __future__ import annotations

import flet as ft

from app.components import (
    Card,
    EmptyState,
    ErrorBanner,
    ListRow,
    Loading,
    QuietButton,
    StatePill,
    Tile,
    component,
    text,
    use_box,
    use_loaded,
)
from app.session import AppContext
from app.theme import Tone, Type
from app.usecases.selling.catalogue import Hit

ROWS_FIRST = 12  # what fits on a screen: painted before the rest of the page is asked for
PAGE_SIZE = 50


@component
def ArticlesScreen(ctx: AppContext) -> ft.Control:
    """The hits for `ctx.query`; without words the articles most in stock here."""
    i18n, query = ctx.i18n, ctx.query
    more, set_more = ft.use_state(("", ROWS_FIRST))
    limit = more[1] if more[0] == query else ROWS_FIRST
    hits = use_loaded(
        ctx,
        lambda: ctx.device.catalogue.search(query, limit=limit + 1),
        [query, limit],
        topics=("stock",),
    )
    nothing: tuple[str, int, list[Hit]] = ("", 0, [])
    kept = use_box(nothing)
    if hits.value is not None:
        kept.value = (query, limit, hits.value)
    # Rows of other words are never shown under these; fewer rows of the same words are.
    _, shown_max, found = kept.value if kept.value[0] == query else nothing

    def fill_page() -> None:
        if hits.value is not None and ROWS_FIRST == limit < len(hits.value):
            set_more((query, PAGE_SIZE))

    ft.use_effect(fill_page, [query, limit, hits.value is None])
    if hits.error is not None:
        return ErrorBanner(i18n.error(hits.error))
    if not found:
        if hits.loading:
            return Loading()
        return EmptyState(
            ft.Icons.SEARCH_OFF,
            i18n.t("Nothing found for “{words}”", words=query),
            i18n.t("Try part of a word, the SKU, or scan the barcode."),
        )

    async def show_more(_: ft.Event[ft.TextButton]) -> None:
        set_more((query, limit + PAGE_SIZE))

    rows = [HitRow(ctx, hit, i18n.language, key=hit.sku) for hit in found[:shown_max]]
    if len(found) > shown_max >= PAGE_SIZE:
        rows.append(
            ft.Container(
                padding=8,
                alignment=ft.Alignment.CENTER,
                content=QuietButton(i18n.t("Show more"), key="more", on_click=show_more),
            )
        )
    title = i18n.t("Results for “{words}”", words=query) if query else i18n.t("Most in stock here")
    return _titled(title, rows)


def _titled(title: str, rows: list[ft.Control]) -> ft.Control:
    return ft.Column(
        [
            ft.Semantics(header=True, content=text(title, Type.TITLE, lines=1)),
            Card(
                ft.ListView(rows, spacing=0, expand=True, padding=6),
                padding=0,
                expand=True,
                clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
                margin=ft.Margin.only(bottom=16),
            ),
        ],
        spacing=12,
        expand=True,
    )


@ft.memo  # type: ignore[untyped-decorator]
@component
def HitRow(ctx: AppContext, hit: Hit, language: str) -> ft.Control:
    """One article: name, stock here and in the network, price.

    Rendered again only when the hit or the `language` changes: a list has many.
    """
    i18n = ctx.i18n

    async def show(_: ft.Event[ft.TextButton]) -> None:
        ctx.navigate(f"/article/{hit.sku}")

    here = (
        StatePill(i18n.n("{count} here", "{count} here", hit.here))
        if hit.here
        else StatePill(i18n.t("None here"), tone=Tone.NEUTRAL)
        if not hit.network
        else StatePill(
            i18n.n("{count} elsewhere", "{count} elsewhere", hit.network), tone=Tone.ATTENTION
        )
    )
    return ListRow(
        hit.name,
        subtitle=f"{hit.sku} · {i18n.t(hit.category)}",
        leading=Tile(hit.name, hit.category),
        trailing=ft.Row(
            [
                here,
                ft.Container(
                    width=84,
                    alignment=ft.Alignment.CENTER_RIGHT,
                    content=text(i18n.money(hit.price), Type.FIGURE, no_wrap=True),
                ),
            ],
            spacing=8,
            tight=True,
        ),
        key=f"hit-{hit.sku}",
        on_click=show,
    )
