"""The work of this store for orders: the list, and one piece of work from shelf to carrier."""

from __future__ import annotations

import flet as ft

from app.components import component
from app.screens.fulfilment.detail import WorkScreen
from app.screens.fulfilment.list import TodoList
from app.session import AppContext, key_of


@component
def PrepareScreen(ctx: AppContext) -> ft.Control:
    """/prepare is the list, /prepare/<id> one piece of work."""
    fulfilment_id = key_of(ctx.route)
    return WorkScreen(ctx, fulfilment_id) if fulfilment_id else TodoList(ctx)
