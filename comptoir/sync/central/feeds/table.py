"""Read a CSV file row by row, and say of each bad row in which file, line and column it is.

Strict by default: the first bad row raises. With an `ImportReport` the bad rows are collected
there and the good ones are given. A file that cannot be read at all (missing, damaged, not UTF-8,
another header) raises in both cases, because nothing of it can be trusted.

FeedError (an InvalidInput)
├── feed.missing, feed.damaged, feed.encoding, feed.header     the whole file
└── feed.columns, feed.empty, feed.not_whole, feed.not_number, feed.range, feed.choice,
    feed.gtin, feed.unknown, feed.duplicate, feed.value, feed.json     one row
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TypeVar

from comptoir.sync.domain.errors import ComptoirError, InvalidInput
from comptoir.sync.domain.identifiers import Gtin

FILE_BYTES_MAX = 64 * 1024 * 1024  # unpacked; a feed that is larger is not one of ours
_WHOLE = re.compile(r"-?[0-9]{1,15}", re.ASCII)
_DECIMAL = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,12})?", re.ASCII)

Record = TypeVar("Record")
Choice = TypeVar("Choice", bound=StrEnum)
Folder = Path | Traversable


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
        """The text of `column` as it is, without surrounding spaces; may be empty."""
        return self._values[self._index[column]].strip()

    def text(self, column: str) -> str:
        """The text of `column`, which must not be empty."""
        value = self.raw(column)
        if not value:
            raise self.error(column, "feed.empty", "nothing is there.")
        return value

    def whole(self, column: str, minimum: int = 0, maximum: int = 10**12) -> int:
        """A whole number in ASCII digits within the two bounds, both included."""
        value = self.raw(column)
        if not _WHOLE.fullmatch(value):
            raise self.error(column, "feed.not_whole", "“{value}” is not a whole number.")
        return int(self._within(column, int(value), minimum, maximum))

    def decimal(self, column: str, minimum: float = 0.0, maximum: float = 1e12) -> float:
        """A number with a decimal point within the two bounds, both included."""
        value = self.raw(column)
        if not _DECIMAL.fullmatch(value):
            raise self.error(column, "feed.not_number", "“{value}” is not a number.")
        return self._within(column, float(value), minimum, maximum)

    def _within(self, column: str, number: float, minimum: float, maximum: float) -> float:
        if not minimum <= number <= maximum:
            raise self.error(
                column,
                "feed.range",
                "{value} is not between {minimum} and {maximum}.",
                minimum=minimum,
                maximum=maximum,
            )
        return number

    def yes_no(self, column: str) -> bool:
        """True for `yes`, False for `no`."""
        value = self.raw(column)
        if value not in ("yes", "no"):
            raise self.error(column, "feed.choice", "“{value}” is neither yes nor no.")
        return value == "yes"

    def choice(self, column: str, kind: type[Choice]) -> Choice:
        """A member of the enumeration `kind` by its value."""
        value = self.raw(column)
        try:
            return kind(value)
        except ValueError:
            raise self.error(
                column, "feed.choice", "“{value}” is not one of {choices}.", choices=", ".join(kind)
            ) from None

    def gtin(self, column: str) -> Gtin:
        """A barcode number with a right check digit."""
        value = self.text(column)
        try:
            return Gtin(value)
        except InvalidInput as error:
            raise self.error(column, "feed.gtin", "{cause}", cause=str(error)) from error

    def error(self, column: str, code: str, what: str, **params: object) -> FeedError:
        """The error to raise for `column`; `what` may name {value}, the text that is there."""
        return FeedError(
            "{file}, line {line}, column {column}: " + what + " The row was not loaded; correct "
            "it and load the file again.",
            code=code,
            file=self.file,
            line=self.line,
            column=column,
            value=self.raw(column)[:60],
            **params,
        )


def read_bytes(folder: Folder, name: str) -> bytes:
    """The content of a file, unpacked when its name ends in .gz; raises FeedError."""
    try:
        content = (folder / name).read_bytes()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        raise FeedError(
            "The file {file} is not there. Nothing was loaded; put it back or build it again.",
            code="feed.missing",
            file=name,
        ) from None
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


def read_rows(folder: Folder, name: str, header: Sequence[str]) -> Iterator[Row | FeedError]:
    """Each row of a CSV file, or the error of a row with too few or too many columns.

    Raises FeedError when the file cannot be read or its first line is not `header`.
    """
    reader = csv.reader(io.StringIO(read_text(folder, name), newline=""), strict=True)
    index = {column: position for position, column in enumerate(header)}
    try:
        found = next(reader, [])
        if found != list(header):
            raise FeedError(
                "The first line of {file} is not the expected header: found {found}, expected "
                "{expected}. Nothing was loaded.",
                code="feed.header",
                file=name,
                line=1,
                found=", ".join(found)[:200] or "nothing",
                expected=", ".join(header),
            )
        for values in reader:
            if len(values) == len(header):
                yield Row(name, reader.line_num, index, values)
            elif values:
                yield _wrong_width(name, reader.line_num, header, values)
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
    *,
    unique: Sequence[str] = (),
    report: ImportReport | None = None,
) -> list[Record]:
    """Each row of a file as a record made by `build`.

    `unique`: columns of which no two rows may hold the same value; several columns joined by `+`
    are unique together. Without `report` the first bad row raises FeedError; with it, bad rows
    are collected there and the rest is given.
    """
    keys = [tuple(columns.split("+")) for columns in unique]
    seen: dict[tuple[str, ...], dict[tuple[str, ...], int]] = {columns: {} for columns in keys}
    records: list[Record] = []
    for row in read_rows(folder, name, header):
        try:
            if isinstance(row, FeedError):
                raise row
            record = _build(row, build)
            _check_unique(row, keys, seen)
        except FeedError as error:
            if report is None:
                raise
            report.left_out.append(error)
        else:
            records.append(record)
    if report is not None:
        report.rows_kept += len(records)
    return records


def _build(row: Row, build: Callable[[Row], Record]) -> Record:
    try:
        return build(row)
    except FeedError:
        raise
    except ComptoirError as error:  # the record's own rules
        raise FeedError(
            "{file}, line {line}: {cause} The row was not loaded; correct it and load the file "
            "again.",
            code="feed.value",
            file=row.file,
            line=row.line,
            cause=str(error),
        ) from error


def _check_unique(
    row: Row,
    keys: list[tuple[str, ...]],
    seen: dict[tuple[str, ...], dict[tuple[str, ...], int]],
) -> None:
    for columns in keys:
        value = tuple(row.raw(column) for column in columns)
        first = seen[columns].get(value)
        if first is not None:
            raise row.error(
                columns[-1],
                "feed.duplicate",
                "“{value}” is already on line {first}.",
                first=first,
            )
    for columns in keys:
        seen[columns][tuple(row.raw(column) for column in columns)] = row.line
