"""Returns that were left at the kiosk or the counter: the list, and inspection one of them."""

from __future__ import annotations

import flet as ft

from app.components import component
from app.screens.returns.detail import InspectionScreen
from app.screens.returns.list import ReturnList
from app.session import AppContext, key_of


@component
def ReturnsScreen(ctx: AppContext) -> ft.Control:
    """/returns is the list, /returns/<number> one return."""
    number = key_of(ctx.route)
    return InspectionScreen(ctx, number) if number else ReturnList(ctx)
