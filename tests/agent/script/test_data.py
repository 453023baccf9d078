"""Rows of CSV and Excel files."""

from __future__ import annotations

import contextlib
import datetime
import random
import zipfile
from pathlib import Path

import openpyxl
import pytest

from tapwright.agent.script.data import columns, rows
from tapwright.errors import UsageError


def file(folder: Path, data: bytes | str, name: str = "a.csv") -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name,city\nAna,Oslo\n", [{"name": "Ana", "city": "Oslo"}]),
        ("\ufeffname,city\r\nAna,Oslo\r\n", [{"name": "Ana", "city": "Oslo"}]),
        ("name;sum\nAna;1,5\n", [{"name": "Ana", "sum": "1,5"}]),
        ("name\tcity\nAna\tOslo", [{"name": "Ana", "city": "Oslo"}]),
        ("name|city\nAna|Oslo", [{"name": "Ana", "city": "Oslo"}]),
        ('"last, first";city\nx;y\n', [{"last, first": "x", "city": "y"}]),
        ('name,text\nAna,"a, ""b""\nc"\n', [{"name": "Ana", "text": 'a, "b"\nc'}]),
        ("name\nAna\nBo\n", [{"name": "Ana"}, {"name": "Bo"}]),
        ("zip,flag\n007,on\n", [{"zip": "007", "flag": "on"}]),
        (" name , city \n Ana ,Zürich\n", [{"name": " Ana ", "city": "Zürich"}]),
        ("name,city\n\nAna,Oslo\n,\n\n", [{"name": "Ana", "city": "Oslo"}]),
        ("name,city,\nAna,Oslo,\n", [{"name": "Ana", "city": "Oslo"}]),
        ("name,city\nAna,\n", [{"name": "Ana", "city": ""}]),
        ("name\n", []),
    ],
)
def test_a_csv_file_gives_its_rows(
    text: str, expected: list[dict[str, str]], tmp_path: Path
) -> None:
    path = file(tmp_path, text)
    assert rows(path) == expected
    assert not expected or columns(path) == list(expected[0])


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty; its first row must name the columns"),
        (b"a,b\n1,2\n1,2,3\n", "row 3 has 3 columns, the first row names 2"),
        (b"a,b\n1\n", "row 2 ends before its column 'b'"),
        (b"a,,c\n", "row 1 has no name for column 2"),
        (b"a,b,a\n", "row 1 has two columns 'a'; name one otherwise"),
        (b"a\nZ\xfcrich\n", "line 2 is not UTF-8; save the file as 'CSV UTF-8'"),
        (b"a\0\n", "holds NUL characters"),
        (b'a\n"b\n', "row 2"),
    ],
)
def test_a_csv_file_that_is_wrong_is_told_with_its_row(
    data: bytes, said: str, tmp_path: Path
) -> None:
    path = file(tmp_path, data)
    with pytest.raises(UsageError) as caught:
        rows(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert said in str(caught.value)


def book(folder: Path) -> Path:
    workbook = openpyxl.Workbook()
    first = workbook.active
    assert first is not None
    first.title = "Orders"
    first.append(["name", "sum", "day", "at", "paid", "note"])
    first.append(
        ["Ana", 12.0, datetime.date(2026, 1, 31), datetime.datetime(2026, 1, 31, 9, 5), True]
    )
    first.append(["Bo", 1.5, None, None, False, " x "])
    second = workbook.create_sheet("Other")
    second.append(["zip"])
    second.append(["007"])
    workbook.create_sheet("Bad")["A1"] = "a"
    workbook["Bad"]["A2"] = "#DIV/0!"
    path = folder / "a.xlsx"
    workbook.save(path)
    return path


def test_a_workbook_gives_the_rows_of_a_sheet(tmp_path: Path) -> None:
    path = book(tmp_path)
    assert rows(path) == [
        {
            "name": "Ana", "sum": "12", "day": "2026-01-31", "at": "2026-01-31 09:05:00",
            "paid": "true", "note": "",
        },
        {"name": "Bo", "sum": "1.5", "day": "", "at": "", "paid": "false", "note": " x "},
    ]  # fmt: skip
    assert rows(path, "Other") == [{"zip": "007"}]
    assert columns(path, "Other") == ["zip"]


def test_a_workbook_that_is_wrong_is_told_so(tmp_path: Path) -> None:
    path = book(tmp_path)
    with pytest.raises(UsageError, match="has no sheet 'Orders2'; it has 'Orders', 'Other', 'Bad'"):
        rows(path, "Orders2")
    with pytest.raises(UsageError, match=r"row 2, column 1 holds the error #DIV/0!"):
        rows(path, "Bad")


def parts_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_broken_workbook_is_told_so_however_it_is_broken(tmp_path: Path) -> None:
    whole = book(tmp_path)
    data, parts = whole.read_bytes(), parts_of(whole)
    chance = random.Random(1)
    broken = file(tmp_path, data[:300], "b.xlsx")
    with pytest.raises(UsageError, match="is no whole Excel workbook"):
        rows(broken)
    for turn in range(30):
        if turn % 2:
            bytes_of = bytearray(data)
            for _ in range(6):
                bytes_of[chance.randrange(len(data))] = chance.randrange(256)
            broken.write_bytes(bytes_of)
        else:
            name = chance.choice(sorted(parts))
            cut = {**parts, name: parts[name][: chance.randrange(len(parts[name]))]}
            with zipfile.ZipFile(broken, "w") as archive:
                for each, inner in cut.items():
                    archive.writestr(each, inner)
        with contextlib.suppress(UsageError):  # any other error is the test's failure
            rows(broken)


def test_a_file_that_cannot_be_read_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot read the rows: No such file"):
        rows(tmp_path / "none.csv")
    with pytest.raises(UsageError, match="is a folder"):
        rows(tmp_path)
    with pytest.raises(UsageError, match=r"rows come from \.csv, \.tsv or \.xlsx, not '\.pdf'"):
        rows(file(tmp_path, "a", "a.pdf"))
    with pytest.raises(UsageError, match="only an Excel file has sheets"):
        rows(file(tmp_path, "a\n1\n"), "Orders")
