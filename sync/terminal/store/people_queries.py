"""The people of the store, their tries to sign in, and the devices that sign receipts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sync.protocol.codec import parse_json, to_json
from sync.protocol.feed import Associate, DeviceKey
from sync.protocol.sessions import Session
from sync.terminal.store.local_store import Reader, Transaction


@dataclass(frozen=True, slots=True)
class Tries:
    """Wrong PINs in a row, and when the last was; `last_at` is None before the first."""

    failures: int = 0
    last_at: datetime | None = None


def associates(reader: Reader) -> list[Associate]:
    """All people of the store."""
    rows = reader.all("SELECT body FROM associates ORDER BY code")
    return [parse_json(Associate, body) for (body,) in rows]


def associate(reader: Reader, code: str) -> Associate | None:
    """The person of that code; None when nobody here has it."""
    row = reader.one("SELECT body FROM associates WHERE code = ?", (code,))
    if row is None:
        return None
    found: Associate = parse_json(Associate, row[0])
    return found


def put_person(tx: Transaction, person: Associate) -> None:
    """Keep somebody of the store as they are now; the server's word replaces it."""
    tx.execute(
        "INSERT OR REPLACE INTO associates VALUES (?, ?)",
        (person.code, to_json(person).decode()),
    )


def tries(reader: Reader, person: Associate) -> Tries:
    """The tries with this PIN; a new PIN begins anew."""
    row = reader.one(
        "SELECT failures, last_at FROM sign_in_attempts WHERE associate = ? AND pin_hash = ?",
        (person.code, person.pin_hash),
    )
    return Tries(int(row[0]), datetime.fromisoformat(row[1])) if row else Tries()


def put_tries(tx: Transaction, person: Associate, failures: int, last_at: datetime) -> None:
    """Keep the tries of a person."""
    tx.execute(
        "INSERT OR REPLACE INTO sign_in_attempts VALUES (?, ?, ?, ?)",
        (person.code, failures, last_at.isoformat(), person.pin_hash),
    )


def forget_tries(tx: Transaction, code: str) -> None:
    """The person is in: the count begins anew."""
    tx.execute("DELETE FROM sign_in_attempts WHERE associate = ?", (code,))


def put_session(tx: Transaction, session: Session) -> None:
    """Keep the session of who has just signed in; their last one is forgotten."""
    tx.execute(
        "INSERT OR REPLACE INTO sessions VALUES (?, ?)",
        (session.person, to_json(session).decode()),
    )


def session(reader: Reader, person: str) -> Session | None:
    """The session of that person; None for who has not signed in here."""
    row = reader.one("SELECT body FROM sessions WHERE associate = ?", (person,))
    if row is None:
        return None
    found: Session = parse_json(Session, row[0])
    return found


def device_keys(reader: Reader) -> list[DeviceKey]:
    """The devices of the store that are known, with their public keys."""
    rows = reader.all("SELECT body FROM device_keys ORDER BY code")
    return [parse_json(DeviceKey, body) for (body,) in rows]
