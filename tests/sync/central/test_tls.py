"""The server by TLS with a private authority, pinned by a device; to others never in plain text."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from app.cli.certificate import CA, CA_KEY, SERVER, SERVER_KEY, issue
from app.device import world_of
from sync.central.exposure import Exposure
from sync.domain.errors import InvalidInput

ROOT = Path(__file__).parents[3]
NOW = datetime.now(UTC)


def started(*arguments: str) -> tuple[subprocess.Popen[str], str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli.main", "central", "--port", "0", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        umask=0o022,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    return process, process.stdout.readline().removeprefix("ready ").strip()


def stopped(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)


def test_a_device_believes_the_authority_that_it_was_paired_with(tmp_path: Path) -> None:
    shop, other = tmp_path / "shop", tmp_path / "other"
    issue(["127.0.0.1", "central.shop.example"], shop, NOW)
    issue(["127.0.0.1"], other, NOW)
    process, url = started(
        "--data",
        str(tmp_path / "central"),
        *("--tls-cert", str(shop / SERVER), "--tls-key", str(shop / SERVER_KEY)),
    )
    try:
        assert url.startswith("https://127.0.0.1:")
        world_of(tmp_path / "till", pin=shop / CA)
        with world_of(tmp_path / "till").http(url) as http:
            assert http.get("/v1/status").json()["name"] == "comptoir-central"
        for ports in (world_of(tmp_path / "thief", pin=other / CA), world_of(tmp_path / "none")):
            with ports.http(url) as http, pytest.raises(httpx.ConnectError):
                http.get("/v1/status")
    finally:
        stopped(process)


def test_what_the_server_writes_is_for_its_user_alone(tmp_path: Path) -> None:
    process, _ = started("--data", str(tmp_path / "central"))
    try:
        written = [tmp_path / "central", *(tmp_path / "central").rglob("*")]
        assert (tmp_path / "central" / "central.db-wal") in written
        assert [path for path in written if path.stat().st_mode & 0o077] == []
    finally:
        stopped(process)


def test_behind_a_proxy_plain_text_is_refused(tmp_path: Path) -> None:
    process, url = started(
        "--data",
        str(tmp_path / "central"),
        *("--trusted-proxy", "127.0.0.1", "--public-name", "central.example"),
    )
    try:
        named = {"Host": "central.example"}
        by_proxy = named | {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
        assert httpx.get(f"{url}/v1/status", headers=by_proxy).status_code == 200
        plain = httpx.get(f"{url}/v1/status", headers=named)
        assert (plain.status_code, plain.json()["code"]) == (403, "server.plain")
        foreign = httpx.get(f"{url}/v1/status", headers=by_proxy | {"Host": "evil.example"})
        assert foreign.status_code == 421
        assert httpx.get(f"{url}/", headers=by_proxy).status_code == 401, "the pages need a key"
    finally:
        stopped(process)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4"])
def test_nobody_else_is_served_in_plain_text(host: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        Exposure(host).check()
    assert caught.value.code == "central.plain"


@pytest.mark.parametrize("proxy", ["*", "proxy.example", "10.0.0.1/99", " "])
def test_a_trusted_proxy_is_an_address(proxy: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        Exposure("0.0.0.0", trusted_proxy=proxy).check()
    assert caught.value.code == "central.proxy"


def test_tls_files_that_do_not_fit_are_said_so(tmp_path: Path) -> None:
    issue(["a.example"], tmp_path / "a", NOW)
    issue(["b.example"], tmp_path / "b", NOW)
    for cert, key, code in (
        (tmp_path / "a" / SERVER, None, "central.tls_pair"),
        (tmp_path / "a" / SERVER, tmp_path / "b" / SERVER_KEY, "central.tls_files"),
        (tmp_path / "a" / SERVER, tmp_path / "none", "central.tls_files"),
    ):
        with pytest.raises(InvalidInput) as caught:
            Exposure("0.0.0.0", cert, key).check()
        assert caught.value.code == code


def test_an_authority_renews_for_its_own_names_only(tmp_path: Path) -> None:
    issue(["central.example", "10.0.0.5"], tmp_path, NOW)
    before = (tmp_path / CA).read_bytes(), (tmp_path / SERVER).read_bytes()
    issue(["10.0.0.5", "central.example"], tmp_path, NOW)
    assert (tmp_path / CA).read_bytes() == before[0]
    assert (tmp_path / SERVER).read_bytes() != before[1]
    with pytest.raises(InvalidInput) as caught:
        issue(["other.example"], tmp_path, NOW)
    assert caught.value.code == "certificate.other_names"
    for name in (CA_KEY, SERVER_KEY):
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600


def test_a_pinned_file_that_is_no_certificate_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "text.pem").write_text("hello")
    for file in (tmp_path / "text.pem", tmp_path / "none.pem"):
        with pytest.raises(InvalidInput) as caught:
            world_of(tmp_path / "till", pin=file)
        assert caught.value.code == "device.ca"
