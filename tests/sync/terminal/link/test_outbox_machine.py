"""Whatever the network, the server and the power do: every command one effect, none lost."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from sync.protocol.commands import Command
from sync.terminal.link.outbox import RETRY_S
from tests.sync.terminal.fake_central import FAULTS, FakeCentral
from tests.sync.terminal.world import Clock, make_world

CYCLES_UNTIL_ALL_IS_SAID_MAX = 12


class OutboxMachine(RuleBasedStateMachine):
    """A device against a server, with lost answers, cut pages, restarts and restored backups."""

    @initialize(page_rows=st.integers(1, 5))
    def open(self, page_rows: int) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.central, self.clock = FakeCentral(page_rows), Clock()
        self.central.on_applied = self._happened
        self.seed = 1
        self.world = make_world(self.folder, self.central, self.clock, self.seed)
        self.made: list[Command] = []
        self.refused_on_purpose: set[str] = set()

    def _happened(self, command: Command) -> None:
        self.central.publish("store:LYN2", "receipt", str(command.command_id), {})

    @rule()
    def take_an_order(self) -> None:
        self.made.append(self.world.place(len(self.made) + 1))

    @rule(fulfilment=st.sampled_from(("F1", "F2")))
    def work_on_something(self, fulfilment: str) -> None:
        self.made.append(self.world.start(fulfilment))

    @rule(data=st.data())
    def the_server_will_refuse_one(self, data: st.DataObject) -> None:
        open_ones = [c for c in self.made if str(c.command_id) not in self.central.answers]
        if open_ones:
            key = str(data.draw(st.sampled_from(open_ones)).command_id)
            self.central.refuse[key] = "no"
            self.refused_on_purpose.add(key)

    @rule()
    def a_cycle_on_a_good_network(self) -> None:
        self.world.loop.cycle()

    @rule(faults=st.lists(st.sampled_from(("none", *FAULTS)), max_size=6))
    def a_cycle_on_a_bad_network(self, faults: list[str]) -> None:
        self.central.faults.clear()
        self.central.faults.extend(faults)
        self.world.loop.cycle()
        self.central.faults.clear()

    @rule()
    def the_power_goes_and_comes_back(self) -> None:
        self.world.close()
        self.seed += 1
        self.world = make_world(self.folder, self.central, self.clock, self.seed)

    @rule(minutes=st.integers(-120, 120))
    def the_clock_jumps(self, minutes: int) -> None:
        self.clock.pass_(minutes=minutes)

    @precondition(lambda self: self.central.applied)
    @rule(data=st.data())
    def the_server_comes_back_from_an_older_backup(self, data: st.DataObject) -> None:
        kept = data.draw(st.integers(0, len(self.central.applied)))
        self.central.restored(f"epoch {len(self.made)} {self.seed} {kept}", kept)
        self.seed += 1

    @invariant()
    def nothing_has_two_effects(self) -> None:
        ids = [command.command_id for command in self.central.applied]
        assert len(ids) == len(set(ids))

    @invariant()
    def nothing_comes_before_what_it_depends_on(self) -> None:
        done: set[object] = set()
        for command in self.central.applied:
            assert set(command.depends_on) <= done
            done.add(command.command_id)

    @invariant()
    def work_on_one_thing_happens_in_the_order_in_which_it_was_done(self) -> None:
        for fulfilment in ("F1", "F2"):
            mine = [c for c in self.made if c.payload.get("fulfilment_id") == fulfilment]
            applied = [c for c in self.central.applied if c in mine]
            assert applied == [c for c in mine if c in applied]

    @invariant()
    def nothing_is_lost_here(self) -> None:
        rows = self.world.store.all("SELECT command_id FROM outbox ORDER BY seq")
        assert [row[0] for row in rows] == [str(command.command_id) for command in self.made]

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        for _ in range(CYCLES_UNTIL_ALL_IS_SAID_MAX):
            self.world.loop.cycle()
            if self.world.outbox.count() == 0:
                break
            self.clock.pass_(seconds=RETRY_S)
        refusals = {str(refusal.command_id) for refusal in self.world.outbox.refusals()}
        applied = {str(command.command_id) for command in self.central.applied}
        made = {str(command.command_id) for command in self.made}
        assert self.world.outbox.count() == 0
        assert applied | refusals == made
        assert applied & refusals == set()
        builds_on_refused = {
            str(c.command_id)
            for c in self.made
            if any(str(other) in refusals for other in c.depends_on)
        }
        assert refusals <= self.refused_on_purpose | builds_on_refused
        self.world.close()
        shutil.rmtree(self.folder)


TestOutboxMachine = OutboxMachine.TestCase
TestOutboxMachine.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
