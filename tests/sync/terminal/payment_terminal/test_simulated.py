"""The simulated card terminal: one charge for one reference, whatever is pressed."""

import threading

import pytest

from sync.domain.money import Money
from sync.domain.payment import PaymentState
from sync.terminal.payment_terminal.simulated import SimulatedCardTerminal, Waiting


def test_it_approves_and_declines_as_it_is_told() -> None:
    terminal = SimulatedCardTerminal("approve")
    assert terminal.authorise("a", Money(500)).state is PaymentState.APPROVED
    terminal.set_behaviour("decline")
    assert terminal.authorise("b", Money(500)).state is PaymentState.DECLINED
    assert terminal.charged == {"a": Money(500)}


def test_asking_twice_about_one_reference_charges_once() -> None:
    terminal = SimulatedCardTerminal("approve")
    first = terminal.authorise("a", Money(500))
    assert terminal.authorise("a", Money(500)) == first
    assert terminal.status("a") == first
    assert terminal.charged == {"a": Money(500)}


def test_a_silent_terminal_may_have_charged_all_the_same() -> None:
    terminal = SimulatedCardTerminal("silent")
    assert terminal.authorise("a", Money(500)).state is PaymentState.UNKNOWN
    assert terminal.status("a").state is PaymentState.UNKNOWN
    terminal.set_behaviour("approve")
    assert terminal.status("a").state is PaymentState.APPROVED
    assert terminal.charged == {"a": Money(500)}


def test_what_never_arrived_was_never_charged() -> None:
    assert SimulatedCardTerminal().status("x").state is PaymentState.CANCELLED


@pytest.mark.parametrize(
    ("button", "state"),
    [
        ("approve", PaymentState.APPROVED),
        ("decline", PaymentState.DECLINED),
        ("silent", PaymentState.UNKNOWN),
    ],
)
def test_a_person_presses_its_buttons(button: str, state: PaymentState) -> None:
    shown = threading.Event()
    terminal = SimulatedCardTerminal("ask")
    terminal.watch(shown.set)
    seen = []

    def person() -> None:
        assert shown.wait(20)
        seen.append(terminal.waiting)
        terminal.press(button)

    thread = threading.Thread(target=person)
    thread.start()
    answer = terminal.authorise("a", Money(500))
    thread.join()
    assert answer.state is state
    assert seen == [Waiting("a", Money(500))]
    assert terminal.waiting is None


def test_nobody_presses_anything_until_its_time_is_up() -> None:
    terminal = SimulatedCardTerminal("ask", timeout_s=0.0)
    assert terminal.authorise("a", Money(500)).state is PaymentState.UNKNOWN


def test_a_button_that_it_does_not_have_is_a_mistake_of_ours() -> None:
    terminal = SimulatedCardTerminal()
    with pytest.raises(ValueError, match="explode"):
        terminal.press("explode")
    with pytest.raises(ValueError, match="explode"):
        terminal.set_behaviour("explode")


def test_what_was_cancelled_is_never_charged_later() -> None:
    terminal = SimulatedCardTerminal("approve")
    assert terminal.cancel("a").state is PaymentState.CANCELLED
    assert terminal.authorise("a", Money(500)).state is PaymentState.CANCELLED
    approved = terminal.authorise("b", Money(500))
    assert terminal.cancel("b") == approved
    assert terminal.charged == {"b": Money(500)}


def test_cancelling_ends_the_wait_for_the_customer() -> None:
    shown = threading.Event()
    terminal = SimulatedCardTerminal("ask")
    terminal.watch(shown.set)

    def till() -> None:
        assert shown.wait(20)
        assert terminal.cancel("a").state is PaymentState.CANCELLED

    thread = threading.Thread(target=till)
    thread.start()
    answer = terminal.authorise("a", Money(500))
    thread.join()
    assert (answer.state, terminal.waiting, terminal.charged) == (PaymentState.CANCELLED, None, {})
