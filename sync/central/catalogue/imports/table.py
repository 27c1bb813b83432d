"""Read a CSV file row by row, and say of each bad row in which file, line and column it is.

Strict by default: the first bad row raises. With an `ImportReport` the bad rows are collected
there and the good ones are given. A file that cannot be read at all (missing, damaged, not UTF-8,
another header) raises in both cases, because nothing of it can be trusted.

Codes of FeedError, an InvalidInput:
├── the whole file: feed.missing, feed.damaged, feed.encoding, feed.header
└── one row: feed.columns, feed.empty, feed.not_whole, feed.not_number, feed.range, feed.choice,
    feed.gtin, feed.unknown, feed.duplicate, feed.value; in the files of the demo company also
    feed.weeks, feed.time, feed.json, feed.lines
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

from sync.domain.errors import ComptoirError, InvalidInput
from sync.domain.identifiers import Gtin

FILE_BYTES_MAX = 64 * 1024 * 1024  # unpacked; a feed that is larger is not one of ours
VALUE_SHOWN_MAX = 60
_WHOLE = re.compile(r"-?[0-9]{1,15}", re.ASCII)
_DECIMAL = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,12})?", re.ASCII)

Record = TypeVar("Record")
Choice = TypeVar("Choice")
Folder = Path | Traversable
Seen = dict[str, tuple[str, int]]  # a value that must be unique, to the file and line of it


class FeedError(InvalidInput):
    """A file, or one row of it, cannot be used. `line` is 0 for the file as a whole."""

    code = "feed"

    def __init__(
        self,
        template: str,
        *,
        code: str,
        file: str,
        line: int = 0,
        column: str = "",
        **params: object,
    ) -> None:
        super().__init__(template, code=code, file=file, line=line, column=column, **params)
        self.file = file
        self.line = line
        self.column = column


@dataclass(slots=True)
class ImportReport:
    """What a lenient reading kept and left out. Every row read is in one of the two."""

    rows_kept: int = 0
    left_out: list[FeedError] = field(default_factory=list)

    @property
    def rows_read(self) -> int:
        """Rows kept and left out together."""
        return self.rows_kept + len(self.left_out)

    def by_code(self) -> dict[str, int]:
        """How many rows were left out for each reason, by its stable code."""
        return dict(sorted(Counter(error.code for error in self.left_out).items()))


class Row:
    """One row with the place it came from; each method reads a column or raises FeedError."""

    __slots__ = ("_index", "_values", "file", "line")

    def __init__(self, file: str, line: int, index: dict[str, int], values: list[str]) -> None:
        self.file = file
        self.line = line
        self._index = index
        self._values = values

    def raw(self, column: str) -> str:
        """The text of `column` as it is, without surrounding spaces; may be empty.

        So is an optional column that the file does not have.
        """
        place = self._index.get(column)
        return "" if place is None else self._values[place].strip()

    def place(self, column: str) -> dict[str, Any]:
        """What an error about `column` needs: file, line, column and the text that is there."""
        return {
            "file": self.file,
            "line": self.line,
            "column": column,
            "value": self.raw(column)[:VALUE_SHOWN_MAX],
        }

    def text(self, column: str) -> str:
        """The text of `column`, which must not be empty."""
        value = self.raw(column)
        if not value:
            raise FeedError(
                "{file}, line {line}, column {column}: nothing is there. The row was not loaded; "
                "correct it and load the file again.",
                code="feed.empty",
                **self.place(column),
            )
        return value

    def whole(self, column: str, minimum: int = 0, maximum: int = 10**12) -> int:
        """A whole number in ASCII digits within the two bounds, both included."""
        value = self.raw(column)
        if not _WHOLE.fullmatch(value):
            raise FeedError(
                "{file}, line {line}, column {column}: “{value}” is not a whole number. The row "
                "was not loaded; correct it and load the file again.",
                code="feed.not_whole",
                **self.place(column),
            )
        number = int(value)
        self._check_range(column, number, minimum, maximum)
        return number

    def decimal(self, column: str, minimum: float = 0.0, maximum: float = 1e12) -> float:
        """A number with a decimal point within the two bounds, both included."""
        value = self.raw(column)
        if not _DECIMAL.fullmatch(value):
            raise FeedError(
                "{file}, line {line}, column {column}: “{value}” is not a number with a decimal "
                "point. The row was not loaded; correct it and load the file again.",
                code="feed.not_number",
                **self.place(column),
            )
        number = float(value)
        self._check_range(column, number, minimum, maximum)
        return number

    def _check_range(self, column: str, number: float, minimum: float, maximum: float) -> None:
        if not minimum <= number <= maximum:
            raise FeedError(
                "{file}, line {line}, column {column}: {value} is not between {minimum} and "
                "{maximum}. The row was not loaded; correct it and load the file again.",
                code="feed.range",
                minimum=minimum,
                maximum=maximum,
                **self.place(column),
            )

    def choice(self, column: str, choices: Mapping[str, Choice]) -> Choice:
        """What the text of `column` stands for in `choices`."""
        try:
            return choices[self.raw(column)]
        except KeyError:
            raise FeedError(
                "{file}, line {line}, column {column}: “{value}” is not one of {choices}. The "
                "row was not loaded; correct it and load the file again.",
                code="feed.choice",
                choices=", ".join(choices),
                **self.place(column),
            ) from None

    def yes_no(self, column: str) -> bool:
        """True for `yes`, False for `no`."""
        return self.choice(column, {"yes": True, "no": False})

    def gtin(self, column: str) -> Gtin:
        """A barcode number with a right length and check digit."""
        try:
            return Gtin(self.text(column))
        except FeedError:
            raise
        except InvalidInput as error:
            raise FeedError(
                "{file}, line {line}, column {column}: “{value}” is not a barcode number; a "
                "digit is wrong, missing or too many. The row was not loaded; correct it and "
                "load the file again.",
                code="feed.gtin",
                **self.place(column),
            ) from error

    def known(self, column: str, known: Collection[str]) -> str:
        """The text of `column`, which must be one of `known`: a SKU, a location."""
        value = self.text(column)
        if value not in known:
            raise FeedError(
                "{file}, line {line}, column {column}: “{value}” is not known here. The row was "
                "not loaded; load what it names first, or correct it.",
                code="feed.unknown",
                **self.place(column),
            )
        return value

    def first_time(self, column: str, seen: Seen) -> str:
        """The text of `column`, which no earlier row may hold; `seen` remembers where it was."""
        value = self.text(column)
        if value in seen:
            first_file, first_line = seen[value]
            raise FeedError(
                "{file}, line {line}, column {column}: “{value}” is already in {first_file}, line "
                "{first_line}. The row was not loaded; correct it and load the file again.",
                code="feed.duplicate",
                first_file=first_file,
                first_line=first_line,
                **self.place(column),
            )
        seen[value] = self.file, self.line
        return value


def read_bytes(folder: Folder, name: str) -> bytes:
    """The content of a file, unpacked when its name ends in .gz; raises FeedError."""
    try:
        content = (folder / name).read_bytes()
    except OSError as error:
        raise FeedError(
            "The file {file} is not there or cannot be read. Nothing was loaded; put it back or "
            "build it again.",
            code="feed.missing",
            file=name,
        ) from error
    if not name.endswith(".gz"):
        return content
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as packed:
            unpacked = packed.read(FILE_BYTES_MAX + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise _damaged(name) from error
    if len(unpacked) > FILE_BYTES_MAX:
        raise _damaged(name)
    return unpacked


def _damaged(name: str) -> FeedError:
    return FeedError(
        "The file {file} is damaged or was not copied to its end. Nothing was loaded; copy it "
        "again.",
        code="feed.damaged",
        file=name,
    )


def read_text(folder: Folder, name: str) -> str:
    """The content of a UTF-8 file, with or without a byte order mark; raises FeedError."""
    try:
        return read_bytes(folder, name).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FeedError(
            "The file {file} is not UTF-8 text (byte {position}). Nothing was loaded; save it "
            "as UTF-8.",
            code="feed.encoding",
            file=name,
            position=error.start,
        ) from error


def read_rows(
    folder: Folder, name: str, header: Sequence[str], optional: Sequence[str] = ()
) -> Iterator[Row | FeedError]:
    """Each row of a CSV file, or the error of a row with too few or too many columns.

    Raises FeedError when the file cannot be read or its first line is not `header`, which any of
    the `optional` columns may follow.
    """
    reader = csv.reader(io.StringIO(read_text(folder, name), newline=""), strict=True)
    try:
        found = next(reader, [])
        more = found[len(header) :]
        if found[: len(header)] != list(header) or [c for c in optional if c in more] != more:
            raise FeedError(
                "The first line of {file} is not the expected header: found {found}, expected "
                "{expected}. Nothing was loaded.",
                code="feed.header",
                file=name,
                line=1,
                found=", ".join(found)[:200] or "nothing",
                expected=", ".join(header),
            )
        index = {column: position for position, column in enumerate(found)}
        for values in reader:
            if len(values) == len(found):
                yield Row(name, reader.line_num, index, values)
            elif values:
                yield _wrong_width(name, reader.line_num, found, values)
    except csv.Error as error:
        raise _damaged(name) from error


def _wrong_width(name: str, line: int, header: Sequence[str], values: list[str]) -> FeedError:
    first_missing = header[len(values)] if len(values) < len(header) else header[-1]
    return FeedError(
        "{file}, line {line}, column {column}: the line has {found} columns instead of "
        "{expected}. The row was not loaded; correct it and load the file again.",
        code="feed.columns",
        file=name,
        line=line,
        column=first_missing,
        found=len(values),
        expected=len(header),
    )


def load_table(
    folder: Folder,
    name: str,
    header: Sequence[str],
    build: Callable[[Row], Record],
    report: ImportReport | None = None,
    optional: Sequence[str] = (),
) -> list[Record]:
    """Each row of a file as a record made by `build`.

    Without `report` the first bad row raises FeedError; with it, bad rows are collected there and
    the rest is given. `build` keeps track of what must be unique (`Row.first_time`).
    """
    records: list[Record] = []
    for row in read_rows(folder, name, header, optional):
        try:
            records.append(_build(row, build))
        except FeedError as error:
            if report is None:
                raise
            report.left_out.append(error)
    if report is not None:
        report.rows_kept += len(records)
    return records


def _build(row: Row | FeedError, build: Callable[[Row], Record]) -> Record:
    if isinstance(row, FeedError):
        raise row
    try:
        return build(row)
    except FeedError:
        raise
    except ComptoirError as error:  # the record's own rules
        raise FeedError(
            "{file}, line {line}: the values of this row do not fit together ({cause}). The row "
            "was not loaded; correct it and load the file again.",
            code="feed.value",
            file=row.file,
            line=row.line,
            cause=str(error),
        ) from error
