"""Terminals and kiosks with a real central server: what one does, the others see, once."""

from __future__ import annotations

import shutil
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from app.device import Device
from app.usecases.returns.payouts import PayoutState
from app.usecases.returns.returns import Choice
from app.usecases.selling.checkout import Sale
from sync.domain.customer import Customer
from sync.domain.errors import ComptoirError, NotFound
from sync.domain.fulfilment import FulfilmentState, RejectionReason
from sync.domain.money import Money
from sync.domain.order import FulfilmentMode
from sync.domain.order_status import OrderStatus
from sync.domain.returns import Disposition, InspectedLine, ReturnReason, ReturnState
from tests.app.central_link import LEO, Shops, stock_of, stock_shown
from tests.sync.central.world import World

WHY = ReturnReason.NOT_SUITABLE
ZOE = Customer("Zoé Petit", "zoe@example.fr")


def sell(device: Device, *lines: tuple[str, int, FulfilmentMode, str]) -> Sale:
    """Sell lines in their ways (and places), paid in cash to the cent."""
    place = device.basket.places("69002")[0]
    device.basket.set_customer(ZOE, "3 rue du Bac", place)
    for sku, quantity, mode, at in lines:
        promise = next(
            p
            for p in device.catalogue.promises(sku, quantity)
            if p.mode is mode and (not at or p.collect_at == at)
        )
        device.basket.add(sku, quantity, promise)
    return device.checkout.pay_cash(device.basket.view().total, LEO)


def carry(device: Device, sku: str, quantity: int = 1) -> Sale:
    return sell(device, (sku, quantity, FulfilmentMode.CARRY_OUT, ""))


def prepare(device: Device) -> int:
    """Do everything on the list of a store; gives how much that was."""
    todo = device.fulfilments.todo()
    for fulfilment in todo:
        if fulfilment.state is not FulfilmentState.PACKED:
            device.fulfilments.pack(fulfilment.fulfilment_id, LEO)
        device.fulfilments.hand_over(fulfilment.fulfilment_id, LEO)
    return len(todo)


def test_a_device_has_the_stock_of_the_server(shops: Shops, world: World) -> None:
    device = shops.open()
    known = stock_of(world)
    assert known
    assert {key: count for key, count in stock_shown(device).items() if count} == {
        key: count for key, count in known.items() if count
    }
    assert device.sign_in.sign_in("A01", "135790").name == "Léo Martin"
    assert [p.sure for p in device.catalogue.promises("MUG")] == [True] * len(
        device.catalogue.promises("MUG")
    )


def mails(world: World) -> list[EmailMessage]:
    world.run("mail")
    found = []
    for path in sorted(world.mail_folder.glob("*.eml")):
        message = message_from_bytes(path.read_bytes(), policy=default)
        assert isinstance(message, EmailMessage)
        found.append(message)
    return found


def test_a_receipt_asked_for_by_e_mail_without_network_goes_when_it_is_back(
    shops: Shops, world: World
) -> None:
    till = shops.open("S1")
    shops.cable(till).down = True
    number = str(carry(till, "MUG").order.number)
    till.document_email.send_receipt(number, "zoe@example.fr", LEO)
    till.sync_once()
    assert [mail.state for mail in till.document_email.sent(number)] == ["waiting"]
    assert mails(world) == []
    shops.cable(till).faults.append("lost")  # and the first answer is lost on top of it
    shops.sync_all()
    assert [mail.state for mail in till.document_email.sent(number)] == ["handed_over"]
    (message,) = mails(world)
    (documents,) = message.iter_attachments()
    assert (message["To"], documents.get_filename()) == (
        "zoe@example.fr",
        f"sales_receipt-{number}.pdf",
    )
    assert documents.get_content().startswith(b"%PDF-")
    assert till.status.now().attention == ()
    assert world.check() == []


def test_an_order_goes_the_whole_way_to_a_return(shops: Shops, world: World) -> None:
    till, kiosk, other = shops.open("S1"), shops.open("S1", "kiosk"), shops.open("S2")
    sale = sell(
        till,
        ("MUG", 2, FulfilmentMode.CARRY_OUT, ""),
        ("LAMP", 1, FulfilmentMode.SHIP_HOME, ""),
    )
    number = str(sale.order.number)
    assert not till.orders.list()[0].sent
    till.sync_once()
    detail = till.orders.get(number)
    assert (detail.sent, till.orders.list()[0].status) == (True, OrderStatus.IN_PREPARATION)
    assert detail.explanation[0] == "“Mug”: the customer took it along."
    assert detail.explanation[1].startswith("“Lamp”: 1 piece comes from ")
    (why_not, *_) = till.orders.why_not_others(number, 10)
    assert why_not.startswith("Next best: ")

    prepare(till)
    shops.sync_all()
    world.fulfil(sale.order)  # what another location sends
    shops.sync_all()
    assert till.orders.list()[0].status is OrderStatus.COMPLETED

    found = kiosk.returns.find(sale.receipt_code)
    assert [line.quantity_max for line in found.lines] == [2, 1]
    before = stock_of(world)["S1", "MUG"]
    goods = kiosk.returns.register(number, [Choice(1, 1, WHY)], sale.receipt_code).goods
    shops.sync_all()
    (waiting,) = till.returns.to_inspect()
    assert waiting.goods == goods
    till.returns.inspect(str(goods.number), [InspectedLine(1, Disposition.RESTOCK)], LEO)
    shops.sync_all()
    assert till.returns.get(str(goods.number)).goods.state is ReturnState.REFUNDED
    assert stock_of(world)["S1", "MUG"] == before + 1
    for device in (till, kiosk, other):
        assert device.status.now().attention == ()
        assert device.status.now().to_send == 0
        shown, known = stock_shown(device), stock_of(world)
        assert {k: v for k, v in shown.items() if v} == {k: v for k, v in known.items() if v}
    assert world.check() == []


def test_with_the_server_away_selling_goes_on_and_arrives_once(shops: Shops, world: World) -> None:
    till, kiosk = shops.open("S1"), shops.open("S1", "kiosk")
    known = carry(till, "CARD", 3)
    shops.sync_all()
    for device in (till, kiosk):
        shops.cable(device).down = True
        device.sync_once()
        assert not device.status.now().online
    sales = [carry(till, "MUG"), sell(till, ("LAMP", 1, FulfilmentMode.SHIP_HOME, ""))]
    goods = kiosk.returns.register(
        str(known.order.number), [Choice(1, 2, WHY)], known.receipt_code
    ).goods
    assert (till.status.now().to_send, kiosk.status.now().to_send) == (2, 1)
    till.stop()
    till = shops.open("S1")  # switched off and on again, still without the server
    assert till.status.now().to_send == 2
    shops.cables["S1-terminal"].down = False
    shops.cables["S1-terminal"].faults.extend(["lost", "lost", "cut", "lost"])
    for _ in range(4):
        till.sync_once()
    shops.sync_all()
    for sale in sales:
        assert world.state(sale.order).order == sale.order
        assert till.orders.get(str(sale.order.number)).sent
    assert [record.goods for record in till.returns.to_inspect()] == [goods]
    assert till.status.now().attention == kiosk.status.now().attention == ()
    assert world.check() == []


def test_the_last_piece_sold_twice_offline_is_sold_twice_and_shows(
    shops: Shops, world: World
) -> None:
    tills = [shops.open("S1"), shops.open("S1", nth=2)]
    for device in tills:
        shops.cable(device).down = True
        device.sync_once()
    sales = [carry(device, "LAMP", 2) for device in tills]
    shops.sync_all()
    for device, sale in zip(tills, sales, strict=True):
        assert world.state(sale.order).lines[0].handed_over == 2
        assert device.status.now().attention == ()
        assert stock_shown(device)["S1", "LAMP"] == 0
    assert world.balance("S1", "LAMP").on_hand == -2
    assert world.balance("S1", "LAMP").discrepancy > 0


def test_one_receipt_at_two_kiosks_is_refunded_once(shops: Shops, world: World) -> None:
    till, kiosk = shops.open("S1"), shops.open("S1", "kiosk")
    sale = carry(till, "BAG", 1)
    shops.sync_all()
    number = str(sale.order.number)
    goods = []
    for device in (till, kiosk):
        shops.cable(device).down = True
        device.sync_once()
        goods.append(device.returns.register(number, [Choice(1, 1, WHY)], sale.receipt_code).goods)
    shops.sync_all()
    attention = [a for device in (till, kiosk) for a in device.status.now().attention]
    assert [a.kind for a in attention] == ["register_return"]
    state = world.state(sale.order)
    assert state.lines[0].returning == 1


def test_of_two_devices_that_inspect_one_return_offline_one_may_hand_out_the_cash(
    shops: Shops, world: World
) -> None:
    till, second = shops.open("S1"), shops.open("S1", "kiosk")
    sale = carry(till, "BAG", 1)
    shops.sync_all()
    goods = till.returns.register(
        str(sale.order.number), [Choice(1, 1, WHY)], sale.receipt_code
    ).goods
    shops.sync_all()
    number = str(goods.number)
    for device in (till, second):
        shops.cable(device).down = True
        device.sync_once()
        device.returns.inspect(number, [InspectedLine(1, Disposition.RESTOCK)], LEO)
        assert device.payouts.get(number).state is PayoutState.UNCONFIRMED
    shops.cable(till).down = False
    till.sync_once()
    assert till.payouts.get(number).state is PayoutState.DUE
    assert second.payouts.get(number).state is PayoutState.UNCONFIRMED
    shops.sync_all()
    assert second.payouts.get(number).state is PayoutState.INSPECTED_ELSEWHERE
    assert [a.kind for a in second.status.now().attention] == ["inspect_return"]
    assert world.state(sale.order).lines[0].returned == 1


def test_a_receipt_of_another_store_is_asked_of_the_server(shops: Shops, world: World) -> None:
    till, kiosk = shops.open("S1"), shops.open("S2", "kiosk")
    sale = carry(till, "MUG", 2)
    with pytest.raises(NotFound) as caught:
        kiosk.returns.find(sale.receipt_code)  # a real receipt, but it has not arrived
    assert caught.value.code == "return.receipt_not_here"
    shops.sync_all()
    found = kiosk.returns.find(sale.receipt_code)
    assert found.lines[0].quantity_max == 2
    number = str(sale.order.number)
    assert kiosk.returns.quote(number, [Choice(1, 1, WHY)]).total == Money(650)
    kiosk.returns.register(number, [Choice(1, 1, WHY)], sale.receipt_code)
    shops.sync_all()
    assert kiosk.status.now().attention == ()
    assert world.state(sale.order).lines[0].returning == 1
    assert kiosk.returns.find(sale.receipt_code).lines[0].quantity_max == 1

    forged = sale.receipt_code[:-20] + ("A" * 20)
    with pytest.raises(ComptoirError) as caught_forged:
        kiosk.returns.find(forged)
    assert caught_forged.value.code == "receipt.forged"
    shops.cable(kiosk).down = True
    kiosk.sync_once()
    other = carry(till, "CARD")
    with pytest.raises(ComptoirError) as caught_offline:
        kiosk.returns.find(other.receipt_code)
    assert caught_offline.value.code == "receipt.unknown_till"


def test_of_two_at_one_fulfilment_one_wins_and_the_other_sees_it(
    shops: Shops, world: World
) -> None:
    till = shops.open("S1")
    order = world.placed(("MUG", 1, FulfilmentMode.COLLECT, "S1"), till=world.till("S2"))
    shops.sync_all()
    (fulfilment,) = [w for w in till.fulfilments.todo() if w.order_number == order.number]
    assert fulfilment.location == "S1"
    shops.cable(till).down = True
    till.sync_once()
    till.fulfilments.pack(fulfilment.fulfilment_id, LEO)
    world.reject(fulfilment, RejectionReason.NO_TIME)  # by somebody else, at the same time
    shops.sync_all()
    assert till.fulfilments.get(fulfilment.fulfilment_id).state is FulfilmentState.REJECTED
    (attention,) = till.status.now().attention
    assert (attention.kind, attention.about) == ("pack_fulfilment", fulfilment.fulfilment_id)


def test_a_server_restored_from_a_backup_gets_everything_again(
    shops: Shops, world: World, tmp_path: Path
) -> None:
    till = shops.open("S1")
    first = carry(till, "MUG")
    shops.sync_all()
    world.close()
    shutil.copytree(tmp_path / "central", tmp_path / "backup")
    world.__init__(tmp_path / "central")  # type: ignore[misc]
    shops.cables["S1-terminal"].__init__(world)  # type: ignore[misc]
    second = carry(till, "MUG")
    shops.sync_all()
    assert world.state(second.order).order == second.order

    world.close()
    shutil.rmtree(tmp_path / "central")
    shutil.copytree(tmp_path / "backup", tmp_path / "central")
    world.__init__(tmp_path / "central")  # type: ignore[misc]
    world._random = 10_000  # its randomness began anew with it; an epoch is never the same
    world.central.new_epoch()
    shops.cables["S1-terminal"].__init__(world)  # type: ignore[misc]
    third = carry(till, "MUG")
    shops.sync_all()
    for sale in (first, second, third):
        assert world.state(sale.order).order == sale.order
        assert till.orders.get(str(sale.order.number)).sent
    assert till.status.now().attention == ()
    assert stock_shown(till)["S1", "MUG"] == stock_of(world)["S1", "MUG"]
    assert world.check() == []


class ShopsMachine(RuleBasedStateMachine):
    """Two tills and a kiosk do what shops do, over a network that fails; in the end all agree."""

    @initialize()
    def open(self) -> None:
        import tempfile

        self.folder = tempfile.TemporaryDirectory()
        self.world = World(Path(self.folder.name) / "central")
        self.shops = Shops(Path(self.folder.name), self.world)
        for store, kind in (("S1", "terminal"), ("S1", "kiosk"), ("S2", "terminal")):
            self.shops.open(store, kind)
        self.sales: list[Sale] = []

    def device(self, name: str) -> Device:
        return self.shops.devices[name]

    @rule(
        name=st.sampled_from(("S1-terminal", "S2-terminal")),
        sku=st.sampled_from(("MUG", "BAG", "CARD")),
        quantity=st.integers(1, 3),
        option=st.integers(0, 6),
    )
    def sell(self, name: str, sku: str, quantity: int, option: int) -> None:
        device = self.device(name)
        promises = device.catalogue.promises(sku, quantity)
        device.basket.set_customer(ZOE, "3 rue du Bac", device.basket.places("69002")[0])
        device.basket.add(sku, quantity, promises[option % len(promises)])
        self.sales.append(device.checkout.pay_cash(device.basket.view().total, LEO))

    @rule(name=st.sampled_from(("S1-terminal", "S2-terminal")), reject=st.booleans())
    def prepare(self, name: str, reject: bool) -> None:
        device = self.device(name)
        if reject and device.fulfilments.todo():
            fulfilment = device.fulfilments.todo()[0]
            try:
                device.fulfilments.reject(fulfilment.fulfilment_id, RejectionReason.NOT_FOUND, LEO)
            except ComptoirError:
                return
        else:
            prepare(device)

    @rule(data=st.data(), name=st.sampled_from(("S1-terminal", "S1-kiosk", "S2-terminal")))
    def bring_back(self, data: st.DataObject, name: str) -> None:
        if not self.sales:
            return
        sale = data.draw(st.sampled_from(self.sales))
        try:
            self.device(name).returns.find(sale.receipt_code)
            self.device(name).returns.register(
                str(sale.order.number), [Choice(1, 1, WHY)], sale.receipt_code
            )
        except ComptoirError:
            return

    @rule(name=st.sampled_from(("S1-terminal", "S2-terminal")), accepted=st.booleans())
    def inspect(self, name: str, accepted: bool) -> None:
        device = self.device(name)
        for record in device.returns.to_inspect():
            evaluations = [
                InspectedLine(line.line_id, Disposition.RESTOCK, accepted)
                for line in record.goods.lines
            ]
            device.returns.inspect(str(record.goods.number), evaluations, LEO)

    @rule(
        name=st.sampled_from(("S1-terminal", "S1-kiosk", "S2-terminal")),
        faults=st.lists(st.sampled_from(("", "", "cut", "lost")), max_size=5),
    )
    def sync(self, name: str, faults: list[str]) -> None:
        cable = self.shops.cables[name]
        cable.faults.extend(faults)
        self.device(name).sync_once()
        cable.faults.clear()

    def teardown(self) -> None:
        if not hasattr(self, "shops"):
            return
        self.shops.sync_all()
        assert self.world.check() == []
        for sale in self.sales:
            assert self.world.state(sale.order).order == sale.order
        known = {k: v for k, v in stock_of(self.world).items() if v}
        for device in self.shops.devices.values():
            assert device.status.now().to_send == 0
            assert {k: v for k, v in stock_shown(device).items() if v} == known
        for sale in self.sales:
            state = self.world.state(sale.order)
            line = state.lines[0]
            assert line.returning + line.returned <= sale.order.lines[0].quantity
            refunded = sum(amount.minor for amount in state.refunded.values())
            assert refunded <= sale.order.goods_total.minor
        self.shops.close()
        self.world.close()
        self.folder.cleanup()


TestShopsMachine = ShopsMachine.TestCase
TestShopsMachine.settings = settings(max_examples=8, stateful_step_count=15, deadline=None)
