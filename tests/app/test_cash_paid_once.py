"""Cash of one return leaves one drawer, once: that of the till whose inspection was applied."""

from __future__ import annotations

import pytest

from app.device import Device
from app.usecases.returns.payouts import Payout, PayoutState
from app.usecases.returns.returns import Choice
from sync.domain.errors import Conflict
from sync.domain.identifiers import DocumentNumber
from sync.domain.money import Money
from sync.domain.order import FulfilmentMode
from sync.domain.returns import Disposition, InspectedLine, ReturnReason, ReturnState
from sync.protocol.codec import parse_json
from sync.protocol.commands import Command, PayOutCash
from tests.app.central_link import LEO, Shops
from tests.sync.central.world import World

RESTOCK = [InspectedLine(1, Disposition.RESTOCK)]
NOT_ACCEPTED = [InspectedLine(1, Disposition.DESTROY, accepted=False)]
NOTHING = Money(0)


def left_at_the_kiosk(till: Device, kiosk: Device) -> tuple[str, Money]:
    """A mug sold for cash at `till` and left at `kiosk`; the number of the return, its worth."""
    promise = next(p for p in till.catalogue.promises("MUG") if p.mode is FulfilmentMode.CARRY_OUT)
    till.basket.add("MUG", 1, promise)
    sale = till.checkout.pay_cash(till.basket.view().total, LEO)
    till.sync_once()
    kiosk.sync_once()
    choice = [Choice(1, 1, ReturnReason.NOT_SUITABLE)]
    goods = kiosk.returns.register(str(sale.order.number), choice, sale.receipt_code).goods
    kiosk.sync_once()
    return str(goods.number), goods.refund


def payouts_sent(device: Device) -> list[str]:
    return [entry.about for entry in device.payouts._context.outbox.entries("pay_out_cash", "R")]


def test_of_two_tills_that_inspect_one_return_one_pays(shops: Shops, world: World) -> None:
    kiosk, first, second = shops.open(kind="kiosk"), shops.open(), shops.open(nth=2)
    number, worth = left_at_the_kiosk(first, kiosk)
    first.sync_once()
    second.sync_once()
    first.returns.inspect(number, RESTOCK, LEO)
    second.returns.inspect(number, RESTOCK, LEO)
    for till in (first, second):
        assert till.payouts.get(number) == Payout(PayoutState.UNCONFIRMED, worth)
        with pytest.raises(Conflict) as caught:
            till.payouts.hand_out(number, LEO)
        assert caught.value.code == "payout.not_due"
    first.sync_once()
    second.sync_once()
    assert first.payouts.get(number) == Payout(PayoutState.DUE, worth)
    assert second.payouts.get(number) == Payout(PayoutState.INSPECTED_ELSEWHERE, NOTHING)
    with pytest.raises(Conflict):
        second.payouts.hand_out(number, LEO)
    assert [entry.kind for entry in second.status.now().attention] == ["inspect_return"]
    assert payouts_sent(first) == payouts_sent(second) == []


def test_a_till_that_refused_the_goods_pays_nothing_when_the_other_took_them(
    shops: Shops, world: World
) -> None:
    kiosk, first, second = shops.open(kind="kiosk"), shops.open(), shops.open(nth=2)
    number, worth = left_at_the_kiosk(first, kiosk)
    first.sync_once()
    second.sync_once()
    second.returns.inspect(number, NOT_ACCEPTED, LEO)
    first.returns.inspect(number, RESTOCK, LEO)
    first.sync_once()
    second.sync_once()
    assert second.returns.get(number).goods.state is ReturnState.REFUNDED  # what the first decided
    assert second.payouts.get(number) == Payout(PayoutState.INSPECTED_ELSEWHERE, NOTHING)
    assert first.payouts.get(number) == Payout(PayoutState.DUE, worth)


def test_a_till_that_has_not_touched_a_return_pays_nothing_for_it(
    shops: Shops, world: World
) -> None:
    kiosk, first, second = shops.open(kind="kiosk"), shops.open(), shops.open(nth=2)
    number, _ = left_at_the_kiosk(first, kiosk)
    for till in (first, second):
        till.sync_once()
        assert till.payouts.get(number) == Payout(PayoutState.NONE, NOTHING)  # not inspected yet
    first.returns.inspect(number, RESTOCK, LEO)
    first.sync_once()
    second.sync_once()
    assert second.payouts.get(number) == Payout(PayoutState.INSPECTED_ELSEWHERE, NOTHING)
    kiosk.sync_once()
    assert kiosk.payouts.get(number) == Payout(PayoutState.INSPECTED_ELSEWHERE, NOTHING)


def test_an_answer_without_the_record_of_the_server_is_not_enough(
    shops: Shops, world: World
) -> None:
    kiosk, till = shops.open(kind="kiosk"), shops.open()
    number, worth = left_at_the_kiosk(till, kiosk)
    till.sync_once()
    till.returns.inspect(number, RESTOCK, LEO)
    # The answer arrives, then the feed is cut: the amount is not the server's yet.
    till._sync._push()
    assert till.payouts.get(number) == Payout(PayoutState.UNCONFIRMED, worth)
    till.sync_once()
    assert till.payouts.get(number) == Payout(PayoutState.DUE, worth)


def test_cash_is_handed_out_once_also_after_a_restart(shops: Shops, world: World) -> None:
    kiosk, till = shops.open(kind="kiosk"), shops.open()
    number, worth = left_at_the_kiosk(till, kiosk)
    till.sync_once()
    till.returns.inspect(number, RESTOCK, LEO)
    till.sync_once()
    shops.cable(till).down = True
    done = Payout(PayoutState.HANDED_OUT, worth)
    assert till.payouts.hand_out(number, LEO) == done
    for _ in range(2):
        with pytest.raises(Conflict) as caught:
            till.payouts.hand_out(number, LEO)
        assert caught.value.code == "payout.handed_out"
        assert till.payouts.get(number) == done
        till.stop()
        till = shops.open()
    assert payouts_sent(till) == [number]
    assert till._store.all("SELECT body FROM journal WHERE kind = 'pay_out_cash'") == [
        (
            f'{{"amount_minor":{worth.minor},"associate":"A01","currency":"EUR",'
            f'"return":"{number}"}}',
        )
    ]
    shops.cables["S1-terminal"].down = False
    till.sync_once()
    assert till.payouts.get(number) == done
    assert till.status.now().attention == ()
    assert world.check() == []


def test_what_is_refused_or_goes_to_a_card_leaves_the_drawer_shut(
    shops: Shops, world: World
) -> None:
    kiosk, till = shops.open(kind="kiosk"), shops.open()
    number, _ = left_at_the_kiosk(till, kiosk)
    till.sync_once()
    till.returns.inspect(number, NOT_ACCEPTED, LEO)
    assert till.payouts.get(number) == Payout(PayoutState.NONE, NOTHING)
    till.sync_once()
    assert till.payouts.get(number) == Payout(PayoutState.NONE, NOTHING)
    with pytest.raises(Conflict):
        till.payouts.hand_out(number, LEO)


def test_the_payout_waits_for_the_inspection_that_it_pays(shops: Shops, world: World) -> None:
    kiosk, till = shops.open(kind="kiosk"), shops.open()
    number, worth = left_at_the_kiosk(till, kiosk)
    till.sync_once()
    till.returns.inspect(number, RESTOCK, LEO)
    till.sync_once()
    till.payouts.hand_out(number, LEO)
    inspect, paid = [
        parse_json(Command, body)
        for (body,) in till._store.all(
            "SELECT body FROM outbox WHERE about = ? AND kind != 'register_return' ORDER BY seq",
            (number,),
        )
    ]
    assert paid.depends_on == (inspect.command_id,)
    assert paid.body() == PayOutCash(DocumentNumber(number), "A01", worth)
