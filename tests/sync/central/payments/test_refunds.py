"""Money of a return goes back through the provider once, and waits for one where there is none."""

from __future__ import annotations

from sync.central.jobs.queue import ATTEMPTS_MAX, set_aside
from sync.domain.money import Money
from sync.domain.payment import Tender, TenderKind
from sync.domain.payment_provider import RefundAnswer, RefundOrder, RefundState
from sync.domain.returns import Return
from tests.sync.central.both_databases import BOTH_DATABASES
from tests.sync.central.client import Client
from tests.sync.central.world import CARRY, World

pytestmark = BOTH_DATABASES


class Provider:
    """Answers as it is told; remembers what it was asked."""

    def __init__(self, *states: RefundState) -> None:
        self.states = list(states)
        self.asked: list[RefundOrder] = []

    def refund(self, wanted: RefundOrder) -> RefundAnswer:
        self.asked.append(wanted)
        return RefundAnswer(self.states.pop(0), "card expired")


def inspected(world: World, *tenders: Tender) -> Return:
    order = world.placed(("MUG", 2, CARRY), **({"tenders": tenders} if tenders else {}))
    goods = world.goods_back(order, {1: 2})
    assert world.deposit(goods).code == ""
    world.applied(world.inspected(goods))
    return goods


def test_a_card_gets_its_money_back_once(world: World) -> None:
    goods = inspected(world)
    assert [world.run("refund"), world.run("refund")] == [1, 0]
    assert world.provider.refunded == {f"{goods.number}/0": Money(1300)}


def test_cash_is_not_asked_of_the_provider(world: World) -> None:
    inspected(world, Tender(TenderKind.CASH, Money(1300), Money(1300)))
    assert world.run("refund") == 0
    assert world.provider.refunded == {}


def test_without_a_provider_the_refund_waits_on_the_page(world: World) -> None:
    world.ports.payment_provider = None
    goods = inspected(world)
    for _ in range(ATTEMPTS_MAX + 1):
        world.run("refund")
        world.pass_time(hours=1)
    page = Client(world).get("/", lang="en").text
    assert "No payment provider is set up: 1 refund to a card waits." in page
    world.ports.payment_provider = world.provider
    assert world.run("refund") == 1
    assert world.provider.refunded == {f"{goods.number}/0": Money(1300)}


def test_no_answer_is_asked_for_again_under_the_same_key(world: World) -> None:
    provider = Provider(RefundState.UNKNOWN, RefundState.DONE)
    world.ports.payment_provider = provider
    goods = inspected(world)
    assert world.run("refund") == 0
    world.pass_time(minutes=1)
    assert world.run("refund") == 1
    wanted = RefundOrder(f"{goods.number}/0", "T1", Money(1300))
    assert provider.asked == [wanted, wanted]


def test_what_the_provider_refuses_is_for_a_person(world: World) -> None:
    world.ports.payment_provider = Provider(RefundState.REFUSED)
    goods = inspected(world)
    assert world.run("refund") == 0
    with world.central.database.read() as connection:
        (job,) = set_aside(connection, 20)
    assert (job.kind, job.key) == ("refund", str(goods.number))
    assert job.last_error == "The payment provider refuses the refund: card expired"
