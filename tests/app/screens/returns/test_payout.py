"""The cash of a return on the screen: at the till that pays, and at the till that came second."""

from __future__ import annotations

import asyncio
from pathlib import Path

from app.device import Device
from app.screens.returns import ReturnsScreen
from tests.app.central_link import LEO, Shops
from tests.app.screens.shop import Shop, open_screen
from tests.app.test_cash_paid_once import RESTOCK, left_at_the_kiosk, payouts_sent
from tests.sync.central.world import World


async def at_return(device: Device, number: str) -> Shop:
    return await open_screen(ReturnsScreen, f"/returns/{number}", device)


def test_cash_is_handed_out_at_one_till_and_the_other_says_why_not(tmp_path: Path) -> None:
    world = World(tmp_path / "central")
    shops = Shops(tmp_path, world)
    kiosk, first, second = shops.open(kind="kiosk"), shops.open(), shops.open(nth=2)
    number, worth = left_at_the_kiosk(first, kiosk)
    amount = first.payouts._context.i18n.money(worth)
    for till in (first, second):
        till.sync_once()
        till.returns.inspect(number, RESTOCK, LEO)

    async def journey() -> None:
        shop = await at_return(first, number)
        assert shop.screen.says(f"Keep {amount} in the drawer for now")
        assert "payout-done" not in shop.screen.shown()
        for till in (first, second):
            await asyncio.to_thread(till.sync_once)
        await shop.screen.settle()
        assert shop.screen.says(f"Hand out {amount} in cash")
        assert payouts_sent(first) == []
        await shop.screen.press("payout-done")
        assert payouts_sent(first) == [number]
        assert shop.screen.says(f"{amount} handed out in cash")
        assert "payout-done" not in shop.screen.shown()

        late = await at_return(second, number)
        assert late.screen.says("This return was inspected at another till")
        assert late.screen.says(f"It refunded {amount}. Hand out nothing here.")
        assert "payout-done" not in late.screen.shown()

    asyncio.run(journey())
    shops.close()
    world.close()
