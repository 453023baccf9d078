"""A script's report: one file, offline, small enough, and safe to open."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tapwright.agent.script.html import write_html
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


def test_a_report_never_takes_the_record_s_place(tmp_path: Path) -> None:
    write_progress(tmp_path, end())
    with pytest.raises(JournalError, match="would take the place"):
        write_html(tmp_path, tmp_path / "progress.jsonl")
