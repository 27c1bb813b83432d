"""Pictures of documents: what a print job looks like, beside the screen that made it."""

from __future__ import annotations

import flet as ft

from app.components import ErrorBanner, Loading, component, use_loaded
from app.session import AppContext
from app.theme import CARD, LINE


@component
def DocumentPicture(
    ctx: AppContext, job: int, name: str, *, height: float = 420, width: float | None = None
) -> ft.Control:
    """The first page of print job `job` as it comes out of the printer."""
    loaded = use_loaded(ctx, lambda: ctx.device.documents.pages(job), [job])
    if loaded.error is not None:
        return ErrorBanner(ctx.i18n.error(loaded.error), key="document-error")
    if not loaded.value:
        return ft.Container(Loading(), height=height, alignment=ft.Alignment.CENTER)
    return ft.Container(
        ft.Image(
            src=loaded.value[0],
            fit=ft.BoxFit.CONTAIN,
            semantics_label=ctx.i18n.t("Picture of: {document}", document=name),
        ),
        key="document-picture",
        height=height,
        width=width,
        padding=12,
        bgcolor=CARD,
        border=ft.Border.all(1, LINE),
        border_radius=8,
        alignment=ft.Alignment.CENTER,
    )
