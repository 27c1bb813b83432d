"""`comptoir company set --dry-run` says whether a file can be set, without a server."""

from importlib.resources import files
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli.company import app
from sync.domain.errors import InvalidInput

DEMO = (files("assets") / "demo" / "company.toml").read_text("utf-8")


def dry_run(path: Path) -> str:
    answer = CliRunner().invoke(app, ["set", str(path), "--dry-run"])
    if answer.exception is not None:
        raise answer.exception
    return answer.output


def test_a_good_file_can_be_set(tmp_path: Path) -> None:
    path = tmp_path / "ours.toml"
    path.write_text(DEMO, "utf-8")
    assert dry_run(path) == f"Comptoir: {path} can be set. Nothing was changed.\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (DEMO.replace("period_days", "period").encode(), "line 21, returns.period: is not known"),
        (b"[seller\xff", "cannot be read"),
        (None, "No such file"),
    ],
)
def test_a_bad_file_is_named_with_what_is_wrong(
    tmp_path: Path, content: bytes | None, said: str
) -> None:
    path = tmp_path / "ours.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InvalidInput) as refused:
        dry_run(path)
    assert str(path) in str(refused.value)
    assert said in str(refused.value)
