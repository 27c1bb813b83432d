"""`comptoir doctor`: what is missing on this machine and how to get it."""

from __future__ import annotations

import importlib
import platform
import shutil
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from importlib.resources import files

from rich.console import Console
from rich.table import Table

from app.cli.shadowing import our_root, shadowed

SQLITE_FIXED = (3, 51, 3)  # WAL-reset corruption with two connections is fixed from here on
DISK_FREE_MB_MIN = 500


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `needed`: the product does not work without it."""

    what: str
    good: bool
    says: str
    remedy: str = ""
    needed: bool = True


def _python() -> Finding:
    good = sys.version_info >= (3, 11)
    return Finding(
        "Python", good, platform.python_version(), "Install Python 3.11 or later, then run again."
    )


def _packages() -> Finding:
    root = our_root()
    said = shadowed(root)
    return Finding(
        "Our packages",
        not said,
        " ".join(said) or str(root),
        "Uninstall what is named, or give Comptoir an environment of its own (pipx, venv).",
    )


def _encrypted_store() -> Finding:
    try:
        module = importlib.import_module("sqlcipher3.dbapi2")
    except ImportError:
        return Finding(
            "Encrypted local store",
            False,
            f"sqlcipher3 is missing; SQLite {sqlite3.sqlite_version} without encryption is used",
            "pip install sqlcipher3",
            needed=False,
        )
    version = tuple(int(part) for part in module.sqlite_version.split("."))
    return Finding(
        "Encrypted local store",
        version >= SQLITE_FIXED,
        f"SQLCipher with SQLite {module.sqlite_version}",
        "Upgrade sqlcipher3 to 0.6 or later.",
        needed=False,
    )


def _keystore() -> Finding:
    from sync.terminal.store.keystore import system_keystore

    found = system_keystore() is not None
    return Finding(
        "Key of the local store",
        found,
        "in the keystore of this machine" if found else "in a file of its user: no keystore here",
        "On Debian: apt-get install gnome-keyring, in the session of the till's user.",
        needed=False,
    )


def _library(name: str, why: str) -> Callable[[], Finding]:
    def look() -> Finding:
        try:
            return Finding(why, True, f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            return Finding(why, False, f"{name} is missing", f"pip install {name}")

    return look


def _fonts() -> Finding:
    folder = files("assets").joinpath("fonts")
    names = [entry.name for entry in folder.iterdir() if entry.name.endswith(".ttf")]
    return Finding(
        "Fonts", len(names) >= 6, f"{len(names)} bundled", "Install the package again: it is cut."
    )


def _browser() -> Finding:
    for name in ("chromium", "chromium-browser", "google-chrome", "chrome", "firefox", "msedge"):
        found = shutil.which(name)
        if found:
            return Finding("Browser", True, found, needed=False)
    return Finding(
        "Browser",
        False,
        "none found on this machine (screens can still be opened from another one)",
        "On Debian: apt-get install chromium. The browser tests need it too.",
        needed=False,
    )


def _disk() -> Finding:
    free_mb = shutil.disk_usage(".").free // 1_000_000
    return Finding(
        "Disk", free_mb >= DISK_FREE_MB_MIN, f"{free_mb:,} MB free", "Make room: 500 MB at least."
    )


LOOKS: tuple[Callable[[], Finding], ...] = (
    _python,
    _packages,
    _encrypted_store,
    _keystore,
    _library("flet-web", "Screens"),
    _library("highspy", "Sourcing of large orders"),
    _library("reportlab", "Documents"),
    _library("uvicorn", "Central server"),
    _fonts,
    _browser,
    _disk,
)


def run(console: Console) -> int:
    """Print a table of findings; 1 when something that is needed is missing, else 0."""
    table = Table(box=None, pad_edge=False)
    for column in ("", "what", "found", "what to do"):
        table.add_column(column)
    findings = [look() for look in LOOKS]
    for finding in findings:
        sign = (
            "[green]ok[/]"
            if finding.good
            else ("[red]missing[/]" if finding.needed else "[yellow]better with[/]")
        )
        table.add_row(sign, finding.what, finding.says, "" if finding.good else finding.remedy)
    console.print(table)
    return int(any(not finding.good and finding.needed for finding in findings))
