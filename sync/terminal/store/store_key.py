"""The key that a device's store is encrypted with, and where it lies.

Where the machine has a keystore, the key is in it, and the file beside the store only names it.
Elsewhere the key is in that file, readable by its user alone; `comptoir doctor` says which.
"""

from __future__ import annotations

import os
import stat
import string
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from sync.domain.errors import Unavailable
from sync.terminal.store.keystore import Keystore

KEY_BYTES = 32
NAME_BYTES = 16
_IN_KEYSTORE = "keystore:"


@dataclass(frozen=True, slots=True)
class StoreKey:
    """The key of a store. It shows in no log, whatever prints it."""

    raw: bytes = field(repr=False)


def read_or_make_key(
    path: Path, random_bytes: Callable[[int], bytes], keystore: Keystore | None = None
) -> StoreKey:
    """The 32-byte key of the store, made on first use.

    A key that lay in the file moves to the `keystore` once there is one. Raises Unavailable for a
    damaged file, or when the keystore that has the key does not give it.
    """
    if not path.exists():
        key = StoreKey(random_bytes(KEY_BYTES))
        _write(path, _place(key, random_bytes, keystore))
        return key
    text = path.read_text().strip()
    if text.startswith(_IN_KEYSTORE):
        found = keystore.find(text) if keystore is not None else None
        if found is None:
            raise Unavailable(
                "The key of this device lies in the keystore of this machine, which does not give "
                "it. Sign in as the user who set the device up and unlock the keystore, or pair "
                "the device anew. Nothing was deleted.",
                code="store.keystore",
            )
        return _parsed(found)
    key = _parsed(text)
    if keystore is not None:
        _write(path, _place(key, random_bytes, keystore))
    return key


def forget_key(path: Path, keystore: Keystore | None) -> None:
    """Remove the key for ever: what it encrypted is noise from now on."""
    text = path.read_text().strip() if path.exists() else ""
    if keystore is not None and text.startswith(_IN_KEYSTORE):
        keystore.forget(text)
    path.unlink(missing_ok=True)


def in_keystore(path: Path) -> bool:
    """Whether the key whose file is `path` lies in the keystore of the machine."""
    return path.exists() and path.read_text().startswith(_IN_KEYSTORE)


def _place(key: StoreKey, random_bytes: Callable[[int], bytes], keystore: Keystore | None) -> str:
    """What the file says: the name under which the keystore has the key, else the key."""
    name = f"{_IN_KEYSTORE}{UUID(bytes=random_bytes(NAME_BYTES), version=4)}"
    kept = keystore is not None and keystore.keep(name, key.raw.hex())
    return name if kept else key.raw.hex()


def _write(path: Path, text: str) -> None:
    """All of it or nothing: a cut in the middle would lose the data of the device."""
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    new.touch(mode=stat.S_IRUSR | stat.S_IWUSR)
    with new.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def _parsed(text: str) -> StoreKey:
    if len(text) == 2 * KEY_BYTES and all(c in string.hexdigits for c in text):
        return StoreKey(bytes.fromhex(text))
    raise Unavailable(
        "The key file of this device is damaged, so its data cannot be read. Nothing was "
        "deleted; bring the file back from a copy, or pair the device anew.",
        code="store.key_damaged",
    )
