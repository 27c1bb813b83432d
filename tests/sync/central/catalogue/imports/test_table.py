"""A feed is read to the last good row, and each bad one is named by file, line and column."""

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.central.catalogue.imports.table import (
    FeedError,
    ImportReport,
    Row,
    Seen,
    load_table,
    read_bytes,
)
from sync.domain.errors import InvalidInput
from sync.domain.identifiers import Gtin

HEADER = ("sku", "quantity")


def build(row: Row) -> tuple[str, int]:
    return row.text("sku"), row.whole("quantity", minimum=1, maximum=999)


def load(folder: Path, content: str | bytes, report: ImportReport | None = None) -> object:
    data = content.encode() if isinstance(content, str) else content
    (folder / "feed.csv").write_bytes(data)
    return load_table(folder, "feed.csv", HEADER, build, report)


def refusal(folder: Path, content: str | bytes) -> FeedError:
    with pytest.raises(FeedError) as caught:
        load(folder, content)
    return caught.value


def test_good_rows_are_given_in_their_order(tmp_path: Path) -> None:
    assert load(tmp_path, "sku,quantity\nB,2\nA,1\n") == [("B", 2), ("A", 1)]


def test_a_byte_order_mark_windows_line_ends_and_empty_lines_do_no_harm(tmp_path: Path) -> None:
    content = b"\xef\xbb\xbfsku,quantity\r\nB,2\r\n\r\nA,1"
    assert load(tmp_path, content) == [("B", 2), ("A", 1)]


def test_a_quoted_comma_and_line_end_stay_in_their_field(tmp_path: Path) -> None:
    assert load(tmp_path, 'sku,quantity\n"A, or\nB",2\n') == [("A, or\nB", 2)]


@pytest.mark.parametrize(
    ("content", "code", "line", "column"),
    [
        ("", "feed.header", 1, ""),
        ("sku;quantity\nA;1\n", "feed.header", 1, ""),
        ("quantity,sku\n1,A\n", "feed.header", 1, ""),
        ("sku,quantity\nA,1\nB\n", "feed.columns", 3, "quantity"),
        ("sku,quantity\nA,1,9\n", "feed.columns", 2, "quantity"),
        ("sku,quantity\nA,1\n ,2\n", "feed.empty", 3, "sku"),
        ("sku,quantity\nA,l2\n", "feed.not_whole", 2, "quantity"),
        ("sku,quantity\nA,1.0\n", "feed.not_whole", 2, "quantity"),
        ("sku,quantity\nA,1_0\n", "feed.not_whole", 2, "quantity"),
        ("sku,quantity\nA,1e2\n", "feed.not_whole", 2, "quantity"),
        ("sku,quantity\nA,\n", "feed.not_whole", 2, "quantity"),
        ("sku,quantity\nA,٣\n", "feed.not_whole", 2, "quantity"),
        ("sku,quantity\nA,1" + "0" * 5000 + "\n", "feed.not_whole", 2, "quantity"),
        ("sku,quantity\nA,0\n", "feed.range", 2, "quantity"),
        ("sku,quantity\nA,-1\n", "feed.range", 2, "quantity"),
        ("sku,quantity\nA,1000\n", "feed.range", 2, "quantity"),
        ('sku,quantity\n"A,1\nB,2\n', "feed.damaged", 0, ""),
        (b"sku,quantity\nCaf\xe9,1\n", "feed.encoding", 0, ""),
    ],
)
def test_a_fault_is_named_by_its_place(
    tmp_path: Path, content: str | bytes, code: str, line: int, column: str
) -> None:
    error = refusal(tmp_path, content)
    assert (error.code, error.file, error.line, error.column) == (code, "feed.csv", line, column)


def test_the_sentence_says_what_is_wrong_and_what_to_do(tmp_path: Path) -> None:
    assert str(refusal(tmp_path, "sku,quantity\nA,l2\n")) == (
        "feed.csv, line 2, column quantity: “l2” is not a whole number. The row was not loaded; "
        "correct it and load the file again."
    )


def test_a_long_value_is_shown_in_part(tmp_path: Path) -> None:
    error = refusal(tmp_path, "sku,quantity\nA," + "x" * 10_000 + "\n")
    assert len(str(error)) < 250


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(FeedError) as caught:
        load_table(tmp_path, "nowhere.csv", HEADER, build)
    assert (caught.value.code, caught.value.file) == ("feed.missing", "nowhere.csv")


def test_a_packed_file_that_was_cut_is_damaged(tmp_path: Path) -> None:
    packed = gzip.compress(b"sku,quantity\n" + b"A,1\n" * 1000, mtime=0)
    (tmp_path / "feed.csv.gz").write_bytes(packed[: len(packed) // 2])
    with pytest.raises(FeedError) as caught:
        load_table(tmp_path, "feed.csv.gz", HEADER, build)
    assert caught.value.code == "feed.damaged"


def test_a_file_that_is_not_packed_at_all_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "feed.csv.gz").write_bytes(b"sku,quantity\n")
    with pytest.raises(FeedError) as caught:
        read_bytes(tmp_path, "feed.csv.gz")
    assert caught.value.code == "feed.damaged"


def test_a_packed_file_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.central.catalogue.imports.table.FILE_BYTES_MAX", 1000)
    (tmp_path / "feed.csv.gz").write_bytes(gzip.compress(b"0" * 1001, mtime=0))
    with pytest.raises(FeedError) as caught:
        read_bytes(tmp_path, "feed.csv.gz")
    assert caught.value.code == "feed.damaged"


def test_a_lenient_reading_keeps_the_good_rows_and_counts_the_others(tmp_path: Path) -> None:
    report = ImportReport()
    content = "sku,quantity\nA,1\nB,x\nC\nD,4\n,5\nE,y\n"
    assert load(tmp_path, content, report) == [("A", 1), ("D", 4)]
    assert report.by_code() == {"feed.columns": 1, "feed.empty": 1, "feed.not_whole": 2}
    assert (report.rows_kept, report.rows_read) == (2, 6)
    assert [error.line for error in report.left_out] == [3, 4, 6, 7]


def test_a_lenient_reading_still_refuses_a_file_with_another_header(tmp_path: Path) -> None:
    report = ImportReport()
    with pytest.raises(FeedError):
        load(tmp_path, "sku,price\nA,1\n", report)
    assert report == ImportReport()


def test_a_value_that_came_before_is_named_with_its_place(tmp_path: Path) -> None:
    seen: Seen = {}
    (tmp_path / "feed.csv").write_text("sku,quantity\nA,1\nB,1\nA,2\n")
    with pytest.raises(FeedError) as caught:
        load_table(tmp_path, "feed.csv", HEADER, lambda row: row.first_time("sku", seen))
    assert (caught.value.code, caught.value.line) == ("feed.duplicate", 4)
    assert caught.value.params["first_line"] == 2


def test_a_duplicate_in_a_second_file_is_found_even_on_the_same_line(tmp_path: Path) -> None:
    seen: Seen = {}
    for name in ("one.csv", "two.csv"):
        (tmp_path / name).write_text("sku,quantity\nA,1\n")
    load_table(tmp_path, "one.csv", HEADER, lambda row: row.first_time("sku", seen))
    with pytest.raises(FeedError) as caught:
        load_table(tmp_path, "two.csv", HEADER, lambda row: row.first_time("sku", seen))
    assert caught.value.params["first_file"] == "one.csv"


def test_a_record_that_refuses_its_values_names_the_line(tmp_path: Path) -> None:
    def refuse(_: Row) -> None:
        raise InvalidInput("No.", code="any")

    (tmp_path / "feed.csv").write_text("sku,quantity\nA,1\n")
    with pytest.raises(FeedError) as caught:
        load_table(tmp_path, "feed.csv", HEADER, refuse)
    assert (caught.value.code, caught.value.line) == ("feed.value", 2)
    assert isinstance(caught.value.__cause__, InvalidInput)


def row(value: str) -> Row:
    return Row("feed.csv", 2, {"value": 0}, [value])


@given(st.integers(min_value=-(10**12), max_value=10**12))
def test_every_whole_number_within_the_bounds_is_read(number: int) -> None:
    assert row(str(number)).whole("value", minimum=-(10**12)) == number


@given(st.text(max_size=30))
def test_any_text_is_a_number_or_a_feed_error(text: str) -> None:
    for read in (row(text).whole, row(text).decimal):
        try:
            assert 0 <= read("value") <= 10**12
        except FeedError as error:
            assert error.line == 2


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "1e5", "1,5", "0x10", "１", ".5", "5.", ""])
def test_a_decimal_is_plain_digits_with_a_point(text: str) -> None:
    with pytest.raises(FeedError) as caught:
        row(text).decimal("value")
    assert caught.value.code == "feed.not_number"


@pytest.mark.parametrize(("text", "meaning"), [("yes", True), ("no", False)])
def test_yes_and_no_are_read(text: str, meaning: bool) -> None:
    assert row(text).yes_no("value") is meaning


@pytest.mark.parametrize("text", ["", "Yes", "oui", "1", "true"])
def test_nothing_else_is_yes_or_no(text: str) -> None:
    with pytest.raises(FeedError) as caught:
        row(text).yes_no("value")
    assert (caught.value.code, caught.value.params["choices"]) == ("feed.choice", "yes, no")


def test_a_barcode_number_is_checked_to_its_last_digit() -> None:
    assert row("4006381333931").gtin("value") == Gtin("4006381333931")
    for wrong in ("4006381333932", "400638133393", "400638133393x", "٤٠٠٦٣٨١٣٣٣٩٣١"):
        with pytest.raises(FeedError) as caught:
            row(wrong).gtin("value")
        assert caught.value.code == "feed.gtin"
    with pytest.raises(FeedError) as caught:
        row("").gtin("value")
    assert caught.value.code == "feed.empty"
