"""`comptoir policy check` says whether a file can be loaded, without a server."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli.policy import app
from sync.domain.errors import InvalidInput


def check(path: Path) -> str:
    answer = CliRunner().invoke(app, ["check", str(path)])
    if answer.exception is not None:
        raise answer.exception
    return answer.output


def test_a_good_file_is_called_by_its_name_and_version(tmp_path: Path) -> None:
    path = tmp_path / "winter.toml"
    path.write_text('version = "3"\n')
    assert check(path) == "winter@3 can be loaded.\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'version = "3"\n[weights]\neconomic = -1.0\n', "line 3, weights.economic"),
        (b"version = \xff", "cannot be read"),
        (None, "No such file"),
    ],
)
def test_a_bad_file_is_named_with_what_is_wrong(
    tmp_path: Path, content: bytes | None, said: str
) -> None:
    path = tmp_path / "winter.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InvalidInput) as refused:
        check(path)
    assert str(path) in str(refused.value)
    assert said in str(refused.value)
