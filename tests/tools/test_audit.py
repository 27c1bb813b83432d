"""Licences: what is allowed, what is named, and what is not."""

from __future__ import annotations

import pytest

from tools.audit import LOCK, licence_of, licences, locked, verdict


@pytest.mark.parametrize(
    ("licence", "says"),
    [
        ("MIT", "allowed"),
        ("Apache-2.0 AND BSD-3-Clause", "allowed"),
        ("BSD License", "allowed"),
        ("LGPL-2.1-or-later", "lesser"),
        ("GNU Lesser General Public License v3 or later (LGPLv3+)", "lesser"),
        ("GPL-3.0-only", "forbidden"),
        ("GNU General Public License v3 (GPLv3)", "forbidden"),
        ("GNU Affero General Public License v3", "forbidden"),
        ("AGPL-3.0", "forbidden"),
        ("GPL-2.0 OR MIT", "allowed"),
        ("MIT AND GPL-3.0-only", "forbidden"),
        ("", "unknown"),
        ("Proprietary", "unknown"),
    ],
)
def test_a_licence_is_judged(licence: str, says: str) -> None:
    assert verdict(licence) == says


def test_the_lock_file_holds_only_what_is_allowed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    names = locked(LOCK.read_text("utf-8"))
    assert "fastapi" in names
    assert licences(names), capsys.readouterr().out


def test_a_package_that_is_not_there_says_nothing() -> None:
    assert licence_of("no-such-package-here") == ""
