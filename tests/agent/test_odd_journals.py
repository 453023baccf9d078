"""Run folders that no journal wrote: refused by file and line, never shown, never a traceback."""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tapwright.agent.report import write_report
from tapwright.agent.runs import read_run
from tapwright.errors import JournalError

from .drawn_device import DrawnDevice
from .parts import DONE, make_agent, tap_row

Record = dict[str, Any]
EVIL = '"><script>alert(1)</script>'


def a_run(folder: Path) -> list[Record]:
    """A run of two steps and its records: intent, effect, step, intent, effect, step, end."""
    make_agent([tap_row(2), DONE], DrawnDevice(), folder).run("Turn it on")
    text = (folder / "transcript.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def write(folder: Path, records: list[Record]) -> None:
    text = "".join(json.dumps(record) + "\n" for record in records)
    (folder / "transcript.jsonl").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    "meta",
    [
        "[]",
        "5",
        "{}",
        '{"task": "x"}',
        '{"task": 5, "began_at": 1}',
        '{"task": "x", "began_at": 1e30}',
        '{"task": "x", "began_at": NaN}',
        '{"task": "x", "began_at": 1, "notes": []}',
        "[" * 100_000,
    ],
)
def test_an_odd_meta_is_refused_by_name(tmp_path: Path, meta: str) -> None:
    a_run(tmp_path)
    (tmp_path / "meta.json").write_text(meta, encoding="utf-8")
    with pytest.raises(JournalError, match=r"meta\.json' is broken"):
        write_report(tmp_path, tmp_path / "report.html")


def put(line: int, *path: str | int, value: object) -> tuple[int, Callable[[list[Record]], None]]:
    """A change of one value in a record, with the number of its line."""

    def change(records: list[Record]) -> None:
        place: Any = records[line - 1]
        for each in path[:-1]:
            place = place[each]
        place[path[-1]] = value

    return line, change


@pytest.mark.parametrize(
    ("line", "change"),
    [
        put(1, "kind", value=[]),
        put(1, "step", value=[]),
        put(2, "index", value=7),
        put(2, "result", "delivery", value="sent"),
        put(3, "thought", value=5),
        put(3, "number", value=EVIL),
        put(3, "seconds", value={"think": "x"}),
        put(3, "seconds", value={"think": float("nan")}),
        put(3, "seconds", value={"think": -1.0}),
        put(3, "reply", "prompt_tokens", value=EVIL),
        put(3, "reply", "new_tokens", value=True),
        put(3, "results", 0, "point", value=[EVIL, 5]),
        put(3, "results", 0, "point", value=[10**400, 5]),
        put(3, "decisions", 0, "verdict", value="perhaps"),
        put(3, "observation", "size", value=[EVIL, 5]),
        put(3, "observation", "size", value=[10**9, 10**9]),
        put(3, "observation", "image", value="../secret.jpg"),
        put(3, "observation", "image", value="/etc/passwd"),
        put(3, "observation", "image", value="images/../../secret.jpg"),
        put(3, "observation", "image", value="images/.."),
        put(3, "request", "messages", value=[{"role": "user"}]),
        put(3, "calls", value=[{"name": "Click", "arguments": []}]),
        put(7, "outcome", value="triumph"),
        put(7, "checks", value=[{"passed": "yes"}]),
        put(7, "checks", value=5),
        put(7, "last", value={"image": "../x.jpg", "size": [1, 1]}),
    ],
)
def test_an_odd_record_is_refused_by_file_and_line(
    tmp_path: Path, line: int, change: Callable[[list[Record]], None]
) -> None:
    records = a_run(tmp_path)
    change(records)
    write(tmp_path, records)
    with pytest.raises(JournalError, match=rf"line {line} of '.*transcript\.jsonl' is broken") as e:
        write_report(tmp_path, tmp_path / "report.html")
    assert "\n" not in str(e.value)
    assert not (tmp_path / "report.html").exists()


def test_an_effect_without_its_intent_is_refused(tmp_path: Path) -> None:
    records = a_run(tmp_path)
    write(tmp_path, records[1:])
    with pytest.raises(JournalError, match=r"line 1 .* an effect without its intent"):
        read_run(tmp_path)


def test_a_record_of_a_kind_to_come_is_let_through(tmp_path: Path) -> None:
    records = a_run(tmp_path)
    write(tmp_path, [{"kind": "remark", "words": 5}, *records])
    assert len(list(read_run(tmp_path).steps())) == 2


def test_a_picture_that_is_a_link_out_of_the_folder_is_not_shown(tmp_path: Path) -> None:
    a_run(tmp_path / "run")
    Image.new("RGB", (240, 480), "red").save(tmp_path / "private.jpg")
    (tmp_path / "run/images/001.jpg").unlink()
    (tmp_path / "run/images/001.jpg").symlink_to(tmp_path / "private.jpg")
    with pytest.raises(JournalError, match=r"images/001\.jpg' is not in"):
        write_report(tmp_path / "run", tmp_path / "report.html")


def bomb(side: int) -> bytes:
    """A small PNG that claims to be `side` pixels wide and high."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return len(data).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")

    sides = side.to_bytes(4, "big") * 2
    header = chunk(b"IHDR", sides + bytes([8, 2, 0, 0, 0]))
    packed = zlib.compress(b"\0" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [7_000, 60_000])
def test_a_picture_that_would_fill_the_memory_is_refused(tmp_path: Path, side: int) -> None:
    a_run(tmp_path)
    (tmp_path / "images/001.jpg").write_bytes(bomb(side))
    with pytest.raises(JournalError, match=r"001\.jpg"):
        write_report(tmp_path, tmp_path / "report.html")


@pytest.mark.parametrize(
    "target", ["meta.json", "transcript.jsonl", "lock", "images/001.jpg", "images/x/y.html"]
)
def test_a_report_never_takes_the_place_of_the_journal(tmp_path: Path, target: str) -> None:
    a_run(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    (tmp_path / "link.html").symlink_to(tmp_path / target)
    for out in (tmp_path / target, tmp_path / "images/.." / target, tmp_path / "link.html"):
        with pytest.raises(JournalError, match="take the place"):
            write_report(tmp_path, out)
    (tmp_path / "link.html").unlink()
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_report_that_fails_leaves_the_old_one(tmp_path: Path) -> None:
    a_run(tmp_path)
    report = tmp_path / "report.html"
    report.write_text("old", encoding="utf-8")
    (tmp_path / "images/002.jpg").unlink()
    with pytest.raises(JournalError, match=r"002\.jpg"):
        write_report(tmp_path, report)
    assert report.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.glob("*.part")) == []


def test_a_report_takes_the_place_of_ordinary_files_only(tmp_path: Path) -> None:
    a_run(tmp_path)
    os.mkfifo(tmp_path / "pipe")  # for root, a device such as /dev/null would be replaced as well
    with pytest.raises(JournalError, match="no ordinary file"):
        write_report(tmp_path, tmp_path / "pipe")
    assert (tmp_path / "pipe").is_fifo()


def test_a_page_sends_no_forms_and_has_no_base(tmp_path: Path) -> None:
    a_run(tmp_path)
    page = write_report(tmp_path, tmp_path / "r.html").read_text(encoding="utf-8")
    assert "form-action 'none'; base-uri 'none'" in page
