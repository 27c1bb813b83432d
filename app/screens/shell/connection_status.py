"""Where the device stands: its link, the age of its copy of the stock, what needs a person."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import flet as ft

from app.components import (
    Card,
    EmptyState,
    Figure,
    Hairline,
    QuietButton,
    SectionTitle,
    component,
    text,
    use_loaded,
)
from app.screens.wording import ago
from app.session import AppContext
from app.theme import MUTED, Tone
from app.usecases.store.status import Attention, Status

ABOVE_CARDS, CARD_HEIGHT = 420, 170  # px of the sheet before its list; of one entry, at most


def connection_words(ctx: AppContext, status: Status) -> tuple[str, Tone, ft.IconData]:
    """The label, tone and icon of the state of the link."""
    i18n = ctx.i18n
    if status.attention:
        count = len(status.attention)
        return (
            i18n.n("{count} thing to look at", "{count} things to look at", count),
            Tone.ATTENTION,
            ft.Icons.NOTIFICATIONS_NONE,
        )
    if status.online:
        if status.to_send:
            label = i18n.n("Online · {count} to send", "Online · {count} to send", status.to_send)
        else:
            label = i18n.t("Online")
        return label, Tone.GOOD, ft.Icons.CLOUD_DONE_OUTLINED
    if status.to_send:
        label = i18n.n("Offline · {count} to send", "Offline · {count} to send", status.to_send)
    elif status.stock_as_of is not None:
        label = i18n.t("Offline · stock {age}", age=ago(i18n, status.stock_as_of, ctx.now()))
    else:
        label = i18n.t("Offline")
    return label, Tone.ATTENTION, ft.Icons.CLOUD_OFF


@component
def ConnectionSheet(ctx: AppContext) -> ft.Control:
    """The link in numbers, and the list of what the server refused."""
    i18n = ctx.i18n
    loaded = use_loaded(ctx, ctx.device.status.now, topics=("status",))
    status = loaded.value
    if status is None:
        return ft.Container(height=120)
    explanation = (
        i18n.t("Everything is up to date. Sales and orders reach the company at once.")
        if status.online
        else i18n.t(
            "The network is not there. Selling goes on from this device; promises rest on the "
            "last known stock, and everything is sent once the network is back."
        )
    )
    parts: list[ft.Control] = [
        text(explanation, color=MUTED),
        Card(
            ft.Column(
                [
                    Figure(i18n.t("Waiting to be sent"), i18n.number(status.to_send)),
                    Hairline(),
                    Figure(i18n.t("Network stock as of"), _age(ctx, status.stock_as_of)),
                    Hairline(),
                    Figure(i18n.t("Last contact"), _age(ctx, status.last_contact)),
                ],
                spacing=12,
            ),
        ),
        SectionTitle(i18n.t("Needs a person")),
    ]
    if status.attention:
        cards = [AttentionCard(ctx, entry) for entry in status.attention]
        room = ctx.height - ABOVE_CARDS
        parts.append(
            ft.Column(
                cards,
                spacing=12,
                height=room if len(cards) * CARD_HEIGHT > room else None,
                scroll=ft.ScrollMode.AUTO if len(cards) * CARD_HEIGHT > room else None,
                horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            )
        )
    else:
        parts.append(EmptyState(ft.Icons.DONE_ALL, i18n.t("Nothing needs you here.")))
    return ft.Column(parts, spacing=16, tight=True)


def AttentionCard(ctx: AppContext, entry: Attention) -> ft.Control:
    """One command that the server refused, and what it was about."""

    async def dismiss(_: ft.Event[ft.TextButton]) -> None:
        await ctx.attempt(ctx.device.status.dismiss, UUID(str(entry.command_id)))
        ctx.changes.tell("status")

    return Card(
        ft.Column(
            [
                SectionTitle(entry.about, note=_age(ctx, entry.at)),
                text(entry.sentence),
                ft.Row(
                    [
                        QuietButton(
                            ctx.i18n.t("I have seen to it"),
                            key=f"dismiss-{entry.command_id}",
                            icon=ft.Icons.CHECK,
                            on_click=dismiss,
                        )
                    ],
                    alignment=ft.MainAxisAlignment.END,
                ),
            ],
            spacing=8,
        ),
        padding=16,
    )


def _age(ctx: AppContext, moment: datetime | None) -> str:
    return ago(ctx.i18n, moment, ctx.now()) if moment is not None else ctx.i18n.t("not yet")
