"""The key of a store: in the keystore of the machine where there is one, and never lost."""

import random
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring
from keyring.errors import KeyringLocked, PasswordDeleteError

from sync.domain.errors import Unavailable
from sync.terminal.store.keystore import Keystore, SystemKeystore, system_keystore
from sync.terminal.store.local_store import FILE_NAME, KEY_NAME, LocalStore
from tests.sync.terminal.world import NOW


class Memory(KeyringBackend):
    """A keystore of the operating system that can be locked, and can lose what it is given."""

    priority = 5

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.secrets: dict[tuple[str, str], str] = {}
        self.locked = self.forgetful = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked("locked")
        return self.secrets.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.locked:
            raise KeyringLocked("locked")
        if not self.forgetful:
            self.secrets[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.secrets.pop((service, username), None) is None:
            raise PasswordDeleteError("not there")


@pytest.fixture
def machine() -> Iterator[Memory]:
    before, found = keyring.get_keyring(), Memory()
    keyring.set_keyring(found)
    yield found
    keyring.set_keyring(before)


def _open(folder: Path, keystore: Keystore | None) -> LocalStore:
    return LocalStore.open(folder, NOW, random.Random(3).randbytes, keystore)


def test_a_copy_of_the_folder_holds_no_key(tmp_path: Path, machine: Memory) -> None:
    store = _open(tmp_path, system_keystore())
    store.set_meta("device_code", "T1")
    store.close()
    (secret,) = machine.secrets.values()
    assert len(secret) == 64
    for file in tmp_path.iterdir():
        assert secret.encode() not in file.read_bytes()
        assert bytes.fromhex(secret) not in file.read_bytes()
    again = _open(tmp_path, system_keystore())
    assert again.meta("device_code") == "T1"
    again.close()


def test_a_key_moves_from_its_file_to_the_keystore_once_there_is_one(
    tmp_path: Path, machine: Memory
) -> None:
    store = _open(tmp_path, None)
    store.set_meta("device_code", "T1")
    store.close()
    key = (tmp_path / KEY_NAME).read_text()
    moved = _open(tmp_path, system_keystore())
    assert moved.meta("device_code") == "T1"
    moved.close()
    assert list(machine.secrets.values()) == [key]
    assert key not in (tmp_path / KEY_NAME).read_text()


@pytest.mark.parametrize("fault", ["locked", "forgetful"])
def test_a_keystore_that_does_not_keep_leaves_the_key_in_the_file(
    tmp_path: Path, machine: Memory, fault: str
) -> None:
    setattr(machine, fault, True)
    for _ in range(2):
        store = _open(tmp_path, SystemKeystore())
        store.set_meta("device_code", "T1")
        store.close()
    assert len((tmp_path / KEY_NAME).read_text()) == 64


def test_a_locked_keystore_is_said_and_nothing_is_touched(tmp_path: Path, machine: Memory) -> None:
    _open(tmp_path, system_keystore()).close()
    before = (tmp_path / FILE_NAME).read_bytes()
    machine.locked = True
    for keystore in (SystemKeystore(), None):
        with pytest.raises(Unavailable) as caught:
            _open(tmp_path, keystore)
        assert caught.value.code == "store.keystore"
    machine.locked = False
    assert (tmp_path / FILE_NAME).read_bytes() == before
    _open(tmp_path, SystemKeystore()).close()


def test_erasing_takes_the_key_out_of_the_keystore(tmp_path: Path, machine: Memory) -> None:
    heard: list[str] = []
    store = _open(tmp_path, system_keystore())
    store.subscribe(heard.append)
    store.erase()
    store.close()
    assert machine.secrets == {}
    assert heard == ["erased"]
    assert not (tmp_path / FILE_NAME).exists()


def test_a_machine_without_a_keystore_says_so(machine: Memory) -> None:
    assert isinstance(system_keystore(), SystemKeystore)
    keyring.set_keyring(Keyring())  # type: ignore[no-untyped-call]
    assert system_keystore() is None
