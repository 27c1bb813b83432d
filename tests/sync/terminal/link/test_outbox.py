"""Commands: answered once, refused visibly, kept long enough, in nobody's way."""

from pathlib import Path

from sync.protocol.commands import (
    COMMANDS_PER_PUSH_MAX,
    Answer,
    EmailDocument,
    Outcome,
)
from sync.terminal.link.outbox import BATCH_BYTES_MAX, KEPT_DAYS, KEPT_DAYS_PERSONAL, RETRY_S
from tests.sync.terminal.world import STORE, an_order, make_world


def test_a_command_is_queued_with_what_it_tells_or_not_at_all(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    try:
        with world.store.transaction():
            world.place(1)
            raise RuntimeError("power cut")
    except RuntimeError:
        pass
    assert world.outbox.count() == 0
    assert world.store.one("SELECT count(*) FROM orders") == (0,)
    world.close()


def test_a_refused_command_stands_on_the_list_and_holds_up_nobody(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    first, second, third = (world.place(serial) for serial in (1, 2, 3))
    world.central.refuse[str(second.command_id)] = "order.absurd"
    world.loop.cycle()
    assert [world.state_of(c) for c in (first, second, third)] == ["applied", "refused", "applied"]
    (refusal,) = world.outbox.refusals()
    assert (refusal.command_id, refusal.about) == (second.command_id, "C0012-000002-7")
    assert refusal.answer.code == "order.absurd"
    assert world.outbox.count() == 0
    world.close()


def test_a_refused_sale_stays_visible_because_the_goods_are_gone(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    command = world.place(1)
    world.central.refuse[str(command.command_id)] = "order.absurd"
    world.loop.cycle()
    world.loop.cycle()
    assert world.store.one("SELECT count(*) FROM orders WHERE body IS NOT NULL") == (1,)
    world.close()


def test_any_other_refused_command_leaves_the_servers_state(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    command = world.start("F1")
    world.central.refuse[str(command.command_id)] = "fulfilment.state"
    world.loop.cycle()
    (refusal,) = world.outbox.refusals()
    assert refusal.kind == "start_picking"
    again = world.start("F1")
    assert again.depends_on == ()  # it builds on what is shown, not on what was refused
    world.close()


def test_what_builds_on_a_refused_command_is_refused_with_it(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    first = world.place(1)
    batch = world.outbox.next_batch(0)[1]
    second, third, other = world.start("F1"), world.start("F1"), world.start("F2")
    assert batch == [first]
    world.outbox.record([Answer(second.command_id, Outcome.REFUSED, "no", "No.")])
    assert [world.state_of(c) for c in (second, third, other)] == ["refused", "refused", "queued"]
    codes = [refusal.answer.code for refusal in world.outbox.refusals()]
    assert codes == ["no", "outbox.depends_on_refused"]
    world.close()


def test_the_first_answer_is_the_answer(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    command = world.place(1)
    world.outbox.record([Answer(command.command_id, Outcome.APPLIED)])
    world.outbox.record([Answer(command.command_id, Outcome.REFUSED, "late", "Late.")])
    assert world.state_of(command) == "applied"
    assert world.outbox.refusals() == []
    world.close()


def test_a_command_that_must_wait_is_sent_again_later_and_seen_meanwhile(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    command = world.place(1)
    world.outbox.next_batch(0)
    fault = Answer(command.command_id, Outcome.WAITING, "server.fault", "Fault.")
    world.outbox.record([fault])
    assert world.outbox.next_batch(0)[1] == []
    assert [refusal.answer for refusal in world.outbox.refusals()] == [fault]
    world.clock.pass_(seconds=RETRY_S)
    assert world.outbox.next_batch(0)[1] == [command]
    world.outbox.record([Answer(command.command_id, Outcome.APPLIED)])
    assert world.outbox.refusals() == []
    world.close()


def test_a_clock_set_back_does_not_keep_a_command_waiting(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    command = world.place(1)
    world.outbox.record([Answer(command.command_id, Outcome.WAITING, "server.fault", "Fault.")])
    world.clock.pass_(days=-3)
    assert world.outbox.next_batch(0)[1] == [command]
    world.close()


def test_waiting_for_another_command_is_nobodys_trouble(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    command = world.start("F1")
    world.outbox.record([Answer(command.command_id, Outcome.WAITING, "command.depends_on", "…")])
    assert world.outbox.refusals() == []
    world.close()


def test_dismissing_takes_it_off_the_list_and_nothing_else(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    command = world.place(1)
    world.outbox.record([Answer(command.command_id, Outcome.REFUSED, "no", "No.")])
    assert world.outbox.refused_about("C0012-000001-0")
    world.outbox.dismiss(command.command_id)
    assert world.outbox.refusals() == []
    assert not world.outbox.refused_about("C0012-000001-0")
    assert world.state_of(command) == "refused"
    world.close()


def test_batches_are_bounded_and_in_order(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    with world.store.transaction():
        commands = [world.start(f"F{number}") for number in range(COMMANDS_PER_PUSH_MAX + 3)]
    world.loop.cycle()
    assert world.central.applied == commands
    assert world.central.requests.count("POST /v1/commands") == 2
    world.close()


def test_acknowledged_commands_are_kept_for_a_month_and_then_let_go(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    applied, refused = world.place(1), world.place(2)
    world.central.refuse[str(refused.command_id)] = "no"
    world.loop.cycle()
    waiting = world.place(3)
    world.clock.pass_(days=KEPT_DAYS - 1)
    assert world.outbox.forget_old() == 0
    world.clock.pass_(days=2)
    assert world.outbox.forget_old() == 1
    left = [row[0] for row in world.store.all("SELECT command_id FROM outbox ORDER BY seq")]
    assert left == [str(refused.command_id), str(waiting.command_id)]
    assert str(applied.command_id) not in left
    assert world.store.one("SELECT count(*) FROM stock_overlays WHERE location = ?", (STORE,)) == (
        2,
    )
    world.close()


def test_an_e_mail_with_a_customers_document_is_let_go_after_two_days(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    sold = world.place(1)
    document = EmailDocument(
        "sales_receipt/C0012-000001-0/1", an_order(1).number, "c@example.fr", "fr", "Ticket",
        "Bonjour", "ticket.pdf", "JVBERi0=",
    )  # fmt: skip
    with world.store.transaction() as tx:
        mail = world.outbox.add(tx, document, "C0012-000001-0 → c@example.fr")
    assert world.outbox.builds_on(tx, "C0012-000001-0") == (sold.command_id,)
    (entry,) = world.outbox.entries("email_document", "C0012-000001-0 → ")
    assert (entry.about, entry.state) == ("C0012-000001-0 → c@example.fr", "queued")
    world.clock.pass_(days=KEPT_DAYS)
    assert world.outbox.forget_old() == 0  # what has not gone is never let go
    world.loop.cycle()
    world.clock.pass_(days=KEPT_DAYS_PERSONAL + 1)
    assert world.outbox.forget_old() == 1
    assert world.outbox.entries("email_document", "") == []
    assert world.store.one("SELECT command_id FROM outbox") == (str(sold.command_id),)
    assert mail.command_id != sold.command_id
    world.close()


def test_a_day_of_e_mailed_documents_goes_in_batches_that_a_slow_line_carries(
    tmp_path: Path,
) -> None:
    world = make_world(tmp_path)
    sizes = [300_000, 600_000, 300_000, BATCH_BYTES_MAX + 1, 10, 10]
    made = []
    for size in sizes:
        document = EmailDocument(
            "sales_receipt/C0012-000001-0/1", an_order(1).number, "c@example.fr", "fr", "Ticket",
            "Bonjour", "ticket.pdf", "A" * size,
        )  # fmt: skip
        with world.store.transaction() as tx:
            made.append(world.outbox.add(tx, document, "C0012-000001-0"))
    batches, position = [], 0
    while batch := (found := world.outbox.next_batch(position))[1]:
        position = found[0]
        batches.append([made.index(command) for command in batch])
    assert batches == [[0, 1], [2], [3], [4, 5]]
    world.close()
