"""Rows of a CSV or Excel file, each a mapping from the first row's names to texts."""

from __future__ import annotations

import csv
import datetime
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from tapwright.agent.script.steps import Script
from tapwright.errors import UsageError

MOST_BYTES = 50_000_000
MOST_ROWS = 100_000
MOST_COLUMNS = 1_000
# What openpyxl, zipfile and the readers of XML below it raise for files that are broken.
_BROKEN_BOOK = (
    AttributeError, EOFError, LookupError, OSError, RuntimeError, SyntaxError, TypeError,
    ValueError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip
_SEPARATORS = (",", ";", "\t", "|")


def rows(file: str | Path, sheet: str = "") -> list[dict[str, str]]:
    """Every row of a `.csv`, `.tsv` or `.xlsx` file; blank rows are left out.

    A CSV file is UTF-8; what parts its columns is a comma, semicolon, tab or bar, whichever its
    first row has most of outside quotes. Of a workbook it is `sheet` (its first unless given),
    formulas as the values that they had when it was saved. Raise `UsageError` with file and row.
    """
    path = Path(file)
    _must_be_file(path)
    if path.suffix.lower() in (".xlsx", ".xlsm"):
        table: Iterable[Sequence[str]] = _sheet(path, sheet)
    elif path.suffix.lower() in (".csv", ".tsv", ".txt"):
        if sheet:
            raise UsageError(f"{path}: only an Excel file has sheets; leave out '{sheet}'")
        table = _separated(path)
    else:
        raise UsageError(f"{path}: rows come from .csv, .tsv or .xlsx, not '{path.suffix}'")
    return list(_named(path, table))


def beside(script: Script, name: str) -> Path:
    """A data file as a script names it: below the script's own folder, unless it is absolute."""
    return script.file.parent / name


def columns(file: str | Path, sheet: str = "") -> list[str]:
    """The names in a file's first row; raise `UsageError` as `rows`."""
    path = Path(file)
    _must_be_file(path)
    excel = path.suffix.lower() in (".xlsx", ".xlsm")
    table = iter(_sheet(path, sheet) if excel else _separated(path))
    return _names(path, next(table, []))


def _must_be_file(path: Path) -> None:
    try:
        size = path.stat().st_size
    except OSError as error:
        raise UsageError(f"{path}: cannot read the rows: {error.strerror or error}") from error
    if path.is_dir():
        raise UsageError(f"{path}: is a folder; name a .csv or .xlsx file")
    if size > MOST_BYTES:
        raise UsageError(f"{path}: has {size} bytes; {MOST_BYTES} at most")


def _named(path: Path, table: Iterable[Sequence[str]]) -> Iterator[dict[str, str]]:
    lines = iter(table)
    names = _names(path, next(lines, []))
    for number, values in enumerate(lines, 2):
        if number > MOST_ROWS + 1:
            raise UsageError(f"{path}: has more than {MOST_ROWS} rows; part it")
        if not any(value.strip() for value in values):
            continue
        if any(value.strip() for value in values[len(names) :]):
            raise UsageError(
                f"{path}: row {number} has {len(values)} columns, the first row names {len(names)}"
            )
        if len(values) < len(names):
            missing = names[len(values)]
            raise UsageError(f"{path}: row {number} ends before its column '{missing}'")
        yield dict(zip(names, values, strict=False))


def _names(path: Path, first: Sequence[str]) -> list[str]:
    names = [name.strip() for name in first]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise UsageError(f"{path}: is empty; its first row must name the columns")
    if len(names) > MOST_COLUMNS:
        raise UsageError(f"{path}: has {len(names)} columns; {MOST_COLUMNS} at most")
    for at, name in enumerate(names, 1):
        if not name:
            raise UsageError(f"{path}: row 1 has no name for column {at}")
        if name in names[: at - 1]:
            raise UsageError(f"{path}: row 1 has two columns '{name}'; name one otherwise")
    return names


def _separated(path: Path) -> Iterator[list[str]]:
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        raise UsageError(
            f"{path}: line {row} is not UTF-8; save the file as 'CSV UTF-8'"
        ) from error
    if "\0" in text:
        raise UsageError(f"{path}: holds NUL characters; this is no CSV file in UTF-8")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    number = 0
    try:
        for values in reader:
            number += 1
            yield values if any(value.strip() for value in values) else []
    except csv.Error as error:
        raise UsageError(f"{path}: row {number + 1} (line {reader.line_num}): {error}") from error


def _separator(text: str) -> str:
    """What parts the columns: the one that the first row has most of outside quotes."""
    counts, quoted = dict.fromkeys(_SEPARATORS, 0), False
    for character in text:
        if character == '"':
            quoted = not quoted
        elif character in "\r\n" and not quoted:
            break
        elif character in counts and not quoted:
            counts[character] += 1
    return max(_SEPARATORS, key=lambda separator: counts[separator])


def _sheet(path: Path, sheet: str) -> Iterator[list[str]]:
    import openpyxl

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            known = ", ".join(f"'{name}'" for name in book.sheetnames) or "none"
            if (sheet and sheet not in book.sheetnames) or not book.sheetnames:
                raise UsageError(f"{path}: has no sheet '{sheet}'; it has {known}")
            table = book[sheet or book.sheetnames[0]]
            for number, values in enumerate(table.iter_rows(values_only=True), 1):
                yield [_cell(path, number, at, value) for at, value in enumerate(values, 1)]
        finally:
            book.close()
    except _BROKEN_BOOK as error:
        why = " ".join(str(error).split()) or type(error).__name__
        raise UsageError(f"{path}: is no whole Excel workbook: {why}") from error


def _cell(path: Path, row: int, column: int, value: Any) -> str:
    """A cell as text: whole numbers without a point, dates as 2026-01-31."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime.datetime):
        if value.time() == datetime.time():
            return value.date().isoformat()
        return value.isoformat(sep=" ", timespec="seconds")
    text = str(value)
    if text in ("#REF!", "#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#VALUE!"):
        raise UsageError(f"{path}: row {row}, column {column} holds the error {text}")
    return text
