"""The fulfilment of this store for orders: the list, and one fulfilment from shelf to carrier."""

from __future__ import annotations

import flet as ft

from app.components import component
from app.screens.fulfilment.detail import FulfilmentScreen
from app.screens.fulfilment.list import TodoList
from app.session import AppContext, key_of


@component
def PrepareScreen(ctx: AppContext) -> ft.Control:
    """/prepare is the list, /fulfilments/<id> one fulfilment."""
    fulfilment_id = key_of(ctx.route)
    return FulfilmentScreen(ctx, fulfilment_id) if fulfilment_id else TodoList(ctx)
