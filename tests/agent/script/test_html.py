"""A script's report: one file, offline, small enough, and safe to open."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tapwright.agent.script.html import write_html
from tapwright.agent.script.junit import write_junit
from tapwright.agent.script.told import read_tale, write_whole
from tapwright.errors import JournalError

from .told_parts import done, end, intend, noise, write_progress


def page(folder: Path) -> str:
    return write_html(folder, folder / "report.html").read_text(encoding="utf-8")


def test_what_healed_and_failed_stands_out(tmp_path: Path) -> None:
    picture = noise(tmp_path, "1.jpg", (400, 300))
    write_progress(
        tmp_path,
        done("1", "tap Save", status="healed", rung="text", said="moved", picture=picture),
        done(
            "2",
            "assert <script>alert(1)</script>",
            status="failed",
            said="no & never",
            picture=picture,
        ),
        intend("3", "tap Send"),
        end("failed", "step 2 failed"),
    )
    html = page(tmp_path)
    assert "<script>" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "Invoice &amp; &lt;form&gt;" in html
    assert 'class="healed ' in html
    assert html.count('class="failed ') == 2  # the failed one and the one in flight
    assert "found by: text" in html
    assert html.count("<figure>") == html.count("data:image/jpeg;base64,") == 2
    captions = re.findall(r"<figcaption>(.*?)</figcaption>", html)
    assert captions == ["before this step", "when it failed"]
    assert "default-src 'none'" in html
    assert re.findall(r"https?://", html) == []


def test_two_hundred_steps_stay_under_20_mb(tmp_path: Path) -> None:
    picture = noise(tmp_path, "1.jpg", (640, 400))
    steps = [done(str(number), "tap Save", picture=picture) for number in range(200)]
    write_progress(tmp_path, *steps, end())
    written = write_html(tmp_path, tmp_path / "report.html")
    assert 1_000_000 < written.stat().st_size < 20_000_000
    assert written.read_text(encoding="utf-8").count("data:image/jpeg;base64,") > 150


def test_a_lost_picture_is_said_and_nothing_is_lost_beside_it(tmp_path: Path) -> None:
    write_progress(tmp_path, done("1", "tap Save", picture="pictures/7.jpg"), end())
    html = page(tmp_path)
    assert "7.jpg is missing" in html
    assert "tap Save" in html


def test_a_picture_from_elsewhere_is_refused(tmp_path: Path) -> None:
    write_progress(tmp_path / "run", done("1", "tap", picture="../secret.png"), end())
    with pytest.raises(JournalError, match="not in the run's folder"):
        write_html(tmp_path / "run", tmp_path / "report.html")


def test_a_run_that_is_not_over_says_so(tmp_path: Path) -> None:
    assert "not over" in page(write_progress(tmp_path, done("1", "tap Save")))


@pytest.mark.parametrize("write", [write_html, write_junit])
@pytest.mark.parametrize(
    "name",
    ["progress.jsonl", "lock", "pictures/1.jpg", "pictures", "runs/1/transcript.jsonl", "a.link"],
)
def test_a_report_never_takes_the_record_s_place(
    tmp_path: Path, name: str, write: Callable[[Path, Path], Path]
) -> None:
    write_progress(tmp_path, end())
    (tmp_path / "a.link").symlink_to("progress.jsonl")
    before = sorted(tmp_path.rglob("*"))
    record = (tmp_path / "progress.jsonl").read_bytes()
    with pytest.raises(JournalError, match="would take the place"):
        write(tmp_path, tmp_path / name)
    assert (tmp_path / "progress.jsonl").read_bytes() == record
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("write", [write_html, write_junit])
def test_what_is_no_ordinary_file_is_refused_and_nothing_is_left(
    tmp_path: Path, write: Callable[[Path, Path], Path]
) -> None:
    write_progress(tmp_path, end())
    out = tmp_path / "out"
    (out / "report").mkdir(parents=True)
    with pytest.raises(JournalError, match="it is no ordinary file"):
        write(tmp_path, out / "report")
    assert [file.name for file in out.iterdir()] == ["report"]


def test_an_old_report_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    tale = read_tale(write_progress(tmp_path, end()))
    out = tmp_path / "out" / "report.html"
    link = tmp_path / "latest.html"
    link.symlink_to(out)
    write_whole(tale, link, [b"old"])
    assert out.read_bytes() == b"old" and link.is_symlink()

    def torn() -> Iterator[bytes]:
        yield b"new"
        raise OSError(28, "no space left on device")

    with pytest.raises(JournalError, match="no space left"):
        write_whole(tale, link, torn())
    assert out.read_bytes() == b"old"
    assert [file.name for file in out.parent.iterdir()] == ["report.html"]


def test_two_who_write_one_report_at_once_each_write_it_whole(tmp_path: Path) -> None:
    tale = read_tale(write_progress(tmp_path, end()))
    out = tmp_path / "out" / "report.html"
    out.parent.mkdir()
    own = out.with_name("report.html.part")  # a person's
    own.write_bytes(b"kept")

    def interrupted() -> Iterator[bytes]:
        yield b"first, "
        write_whole(tale, out, [b"second"])
        yield b"to its end"

    write_whole(tale, out, interrupted())
    assert out.read_bytes() == b"first, to its end" and own.read_bytes() == b"kept"
    assert sorted(file.name for file in out.parent.iterdir()) == [out.name, own.name]
