"""Who stands at the till: people of the store, and their PINs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """An associate of this store; `role` is "associate" or "manager"."""

    code: str
    name: str
    role: str
    initials: str


class SignIn:
    """Lets associates in by name and PIN, with tries counted on disk."""

    def people(self) -> list[Person]:
        """The associates of this store, by name."""
        raise NotImplementedError

    def sign_in(self, code: str, pin: str) -> Person:
        """The person, when the PIN is right.

        Raises Refused: `sign_in.wrong_pin` (with the tries left), `sign_in.wait` (until when),
        `sign_in.locked`.
        """
        raise NotImplementedError

    def demo_hint(self, code: str) -> str:
        """The PIN of a person of the demo company; empty anywhere else."""
        raise NotImplementedError
