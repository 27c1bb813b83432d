"""`make audit`: the licences of all that is installed with Comptoir, against a list of what is
allowed; and known vulnerabilities of the locked versions, where they can be looked up.

Exits 1 for a licence that is not allowed or a known vulnerability, 2 when none could be looked up.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements.lock"
ALLOWED = re.compile(
    r"\b(MIT|BSD|Apache|ISC|PSF|Python Software Foundation|MPL|Mozilla|Zlib|HPND|Unlicense|0BSD|"
    r"CC0|Public Domain|BSL-1\.0)",
    re.IGNORECASE,
)
FORBIDDEN = re.compile(r"\bA?GPL|(?<!Lesser )General Public License", re.IGNORECASE)
LESSER = re.compile(r"\bLGPL|Lesser General Public License", re.IGNORECASE)
# What a package does not say of itself, looked up by a person in its source.
KNOWN = {"sqlcipher3": "Zlib"}
_LOCKED = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^ ;\\]+)", re.MULTILINE)


def locked(text: str) -> dict[str, str]:
    """The packages of a lock file and their versions."""
    return {name.lower(): version for name, version in _LOCKED.findall(text)}


def licence_of(name: str) -> str:
    """What an installed package says of its licence: the expression, else the classifiers, else
    the first line of the text; empty when it says nothing or is not installed."""
    if name in KNOWN:
        return KNOWN[name]
    try:
        about: Any = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    expression = about.get("License-Expression", "")
    if expression:
        return str(expression)
    classified = [
        value.rpartition(" :: ")[2]
        for value in about.get_all("Classifier") or ()
        if value.startswith("License :: ") and value != "License :: OSI Approved"
    ]
    if classified:
        return "; ".join(classified)
    return str(about.get("License", "")).strip().partition("\n")[0]


def verdict(licence: str) -> str:
    """ "allowed", "lesser" (LGPL: allowed as a library of its own, and named), "forbidden" or
    "unknown". Of several to choose from (OR), one that is allowed is enough."""
    order = ("allowed", "lesser", "unknown", "forbidden")
    return min((_judged(part) for part in re.split(r"\bOR\b", licence)), key=order.index)


def _judged(licence: str) -> str:
    if FORBIDDEN.search(licence):
        return "forbidden"
    if LESSER.search(licence):
        return "lesser"
    return "allowed" if ALLOWED.search(licence) else "unknown"


def licences(names: Iterable[str]) -> bool:
    """Print the report; False when one is not allowed."""
    found = [(name, licence_of(name)) for name in sorted(names)]
    good = True
    for name, licence in found:
        says = verdict(licence)
        good = good and says in ("allowed", "lesser")
        if says != "allowed":
            print(f"{says}: {name}: {licence or 'says nothing, or is not installed'}")
    print(f"{len(found)} packages looked at; every licence is allowed." if good else "Not allowed.")
    return good


def vulnerabilities() -> int:
    """What `pip-audit` says of the lock file: 0 none known, 1 some, 2 it could not look."""
    if find_spec("pip_audit") is None:
        print("Known vulnerabilities were NOT looked up: pip-audit is not installed here.")
        return 2
    command = ["-m", "pip_audit", "--strict", "--disable-pip", "--no-deps", "-r", str(LOCK)]
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=False)
    print(done.stdout, end="")
    if done.returncode and "Found" not in done.stderr:
        print("Known vulnerabilities were NOT looked up: the advisory source does not answer.")
        return 2
    print(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "None is known.")
    return done.returncode


def main() -> int:
    """Both reports; the worse of the two decides."""
    good = licences(locked(LOCK.read_text("utf-8")))
    looked = vulnerabilities()
    return 1 if not good else looked


if __name__ == "__main__":
    sys.exit(main())
