"""Who stands at the till: people of the store, and their PINs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from app.usecases.context import Context
from sync.domain.associate import Right, check_pin
from sync.domain.device import DeviceKind
from sync.domain.errors import NotFound, Refused
from sync.protocol.commands import ResetPin
from sync.protocol.feed import Associate
from sync.protocol.sessions import Approval, Session
from sync.terminal.store import people_queries
from sync.terminal.store.search_text import fold

TRIES_MAX = 10
FREE_TRIES = 2  # a slip of the finger costs no waiting
FIRST_DELAY_S = 5
_HASHER = PasswordHasher()


@dataclass(frozen=True, slots=True)
class Person:
    """An associate of this store, to be shown."""

    code: str
    name: str
    role: str
    initials: str


def delay_s(failures: int) -> int:
    """Seconds to wait after that many wrong PINs in a row: 0, 0, 5, 10, 20, 40, ..."""
    return 0 if failures <= FREE_TRIES else FIRST_DELAY_S * 2 ** (failures - FREE_TRIES - 1)


class SignIn:
    """Lets associates in by name and PIN, with tries counted on disk."""

    def __init__(self, context: Context, demo_pins: Sequence[str] = ()) -> None:
        self._context = context
        self._demo_pins = tuple(demo_pins)
        self._hints: dict[str, str] = {}

    def people(self) -> list[Person]:
        """The associates of this store, by name; nobody on a kiosk."""
        if self._context.identity.kind is DeviceKind.KIOSK:
            return []
        people = [_person(found) for found in people_queries.associates(self._context.store)]
        return sorted(people, key=lambda person: (fold(person.name), person.code))

    def sign_in(self, code: str, pin: str) -> Person:
        """The person, when the PIN is right.

        Raises Refused: `sign_in.wrong_pin` (with the tries left), `sign_in.wait` (until when),
        `sign_in.locked`. The try is on disk before the PIN is looked at, so that pulling the
        plug does not buy another one.
        """
        person = self._checked(code, pin)
        identity, now = self._context.identity, self._context.clock()
        session = Session.begin(identity.key, identity.code, code, now)
        with self._context.store.transaction() as tx:
            people_queries.put_session(tx, session)
        return person

    def _checked(self, code: str, pin: str) -> Person:
        associate = self._associate(code)
        failures = self._count_try(associate)
        if _matches(associate.pin_hash, pin):
            with self._context.store.transaction() as tx:
                people_queries.forget_tries(tx, code)
            return _person(associate)
        left = TRIES_MAX - failures
        if left <= 0:
            raise _locked(associate)
        raise Refused(
            "That is not the PIN of {name}. Tries left: {left}.",
            code="sign_in.wrong_pin",
            name=associate.name,
            left=left,
        )

    def may(self, person: Person, right: Right) -> bool:
        """Whether the person's role has the right."""
        return self._context.reference.company().may(person.role, right)

    def who_may(self, right: Right) -> list[Person]:
        """The people of this store who have the right, by name."""
        return [person for person in self.people() if self.may(person, right)]

    def approve(self, right: Right, subject: str, code: str, pin: str) -> Approval:
        """Let somebody who has the right allow it once for the document `subject`, by their PIN.

        Raises Refused as `sign_in`, and for who has not the right.
        """
        context = self._context
        person = self._checked(code, pin)
        if not self.may(person, right):
            raise Refused(
                "{name} may not approve this. Ask somebody who may.",
                code="sign_in.may_not_approve",
                name=person.name,
            )
        now, identity = context.clock(), context.identity
        approval = Approval(context.new_id(), right, subject, code, now)
        approval = approval.signed(identity.key, identity.code)
        with context.store.transaction() as tx:
            said = {"right": right.value, "subject": subject, "by": code}
            self._context.journal.append(tx, "approval", said)
        return approval

    def reset_pin(self, manager: Person, code: str, pin: str) -> None:
        """Give somebody of this store a new PIN, which counts here at once.

        Raises InvalidInput for one that is too short or guessed first, Refused for who may not.
        """
        if not self.may(manager, Right.MANAGE_STAFF):
            raise Refused(
                "{name} may not approve this. Ask somebody who may.",
                code="sign_in.may_not_approve",
                name=manager.name,
            )
        check_pin(pin)
        person, context = self._associate(code), self._context
        pin_hash = _HASHER.hash(pin)
        with context.store.transaction() as tx:
            people_queries.put_person(tx, replace(person, pin_hash=pin_hash))
            context.outbox.add(tx, ResetPin(manager.code, code, pin_hash), code)
            said = {"person": code, "by": manager.code}
            context.journal.append(tx, "pin_reset", said)
        context.kick()

    def demo_hint(self, code: str) -> str:
        """The PIN of a person of the demo company; empty anywhere else."""
        if not self._demo_pins:
            return ""
        pin_hash = self._associate(code).pin_hash
        if pin_hash not in self._hints:
            pins = self._demo_pins
            self._hints[pin_hash] = next((pin for pin in pins if _matches(pin_hash, pin)), "")
        return self._hints[pin_hash]

    def _associate(self, code: str) -> Associate:
        found = None
        if self._context.identity.kind is not DeviceKind.KIOSK:
            found = people_queries.associate(self._context.store, code)
        if found is None:
            raise NotFound(
                "Nobody with this name works in this store.", code="sign_in.unknown_person"
            )
        return found

    def _count_try(self, associate: Associate) -> int:
        """Count a try; raises Refused when none is allowed now."""
        now = self._context.clock()
        with self._context.store.transaction() as tx:
            tries = people_queries.tries(tx, associate)
            failures = tries.failures
            # A clock that was set back begins the wait anew; it does not make it a month long.
            last = min(now, tries.last_at or now)
            until = last + timedelta(seconds=delay_s(failures))
            allowed = failures < TRIES_MAX and now >= until
            people_queries.put_tries(tx, associate, failures + allowed, now if allowed else last)
        if allowed:
            return failures + 1
        if failures >= TRIES_MAX:
            raise _locked(associate)
        raise Refused(
            "Too many wrong PINs. Try again at {time}.",
            code="sign_in.wait",
            time=self._context.i18n.time(until + timedelta(seconds=59)),
            until=until,
        )


def _matches(pin_hash: str, pin: str) -> bool:
    try:
        return _HASHER.verify(pin_hash, pin)
    except VerifyMismatchError:
        return False
    except (InvalidHashError, VerificationError) as error:
        raise Refused(
            "The PIN of this person cannot be checked here. Ask a manager to set it again.",
            code="sign_in.broken_pin",
        ) from error


def _locked(associate: Associate) -> Refused:
    return Refused(
        "{name} is locked after {tries} wrong PINs. A manager has to set a new PIN.",
        code="sign_in.locked",
        name=associate.name,
        tries=TRIES_MAX,
    )


def _person(associate: Associate) -> Person:
    words = associate.name.split()
    initials = "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()
    return Person(associate.code, associate.name, associate.role, initials)
