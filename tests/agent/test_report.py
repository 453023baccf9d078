"""The report: one file, everything in it, nothing of it alive."""

from __future__ import annotations

import random
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image

from tapwright.agent.journal import Journal
from tapwright.agent.report import write_report
from tapwright.agent.verify import parse_check
from tapwright.errors import JournalError, ModelError
from tapwright.types import ImagePart, Message, Observation, Outcome, Reply, Request, Step, TextPart

from .drawn_device import DrawnDevice
from .parts import DONE, call, lose, make_agent, tap_row


def report_of(folder: Path) -> str:
    return write_report(folder, folder / "report.html").read_text(encoding="utf-8")


def text_of(page: str) -> str:
    """What a person reads."""
    words: list[str] = []
    parser = HTMLParser()
    parser.handle_data = words.append  # type: ignore[method-assign]
    parser.feed(page)
    return " ".join(" ".join(words).split())


def test_a_report_tells_the_whole_story(tmp_path: Path) -> None:
    replies = [tap_row(2, "The third is off."), call("Type", text="ä"), "Hm.", DONE]
    checks = [parse_check("switch 2 == 1")]
    make_agent(replies, DrawnDevice(), tmp_path).run("Turn the third on", checks)
    page = report_of(tmp_path)
    text = text_of(page)
    for words in (
        "Turn the third on",
        "verified",
        "'switch 2' says '1'",
        "The third is off.",
        "Click (point=[500, 417])",
        "allowed",
        "delivered",
        "screen changed",
        "refused: cannot type 'ä'",
        "observe 0.",
        "think 0.",
        "settle 0.",
        "Task: Turn the third on",  # the prompt
        "*FUNCTION*: Click",  # the reply
        "the model says: done",
        "com.example.switches",
    ):
        assert words in text, words
    assert page.count("<article>") == 4


def test_the_tap_is_drawn_where_it_went(tmp_path: Path) -> None:
    make_agent([tap_row(2), DONE], DrawnDevice(), tmp_path).run("Turn it on")
    page = report_of(tmp_path)
    assert 'viewBox="0 0 240 480"' in page
    assert '<circle cx="120" cy="200"' in page
    assert page.count("<svg") == 1


def test_the_way_of_a_swipe_is_drawn(tmp_path: Path) -> None:
    make_agent([call("Swipe", direction="up"), DONE], DrawnDevice(), tmp_path).run("Look further")
    (way,) = re.findall(r'<polyline points="([^"]*)"', report_of(tmp_path))
    (x, top), (same, bottom) = ((float(part) for part in at.split(",")) for at in way.split())
    assert (x, top > bottom) == (same, True)


def test_a_report_loads_nothing_and_runs_nothing(tmp_path: Path) -> None:
    make_agent([tap_row(2), DONE], DrawnDevice(), tmp_path).run("Turn it on")
    page = report_of(tmp_path)
    assert set(re.findall(r'src="([^:"]+):', page)) == {"data"}
    assert not re.search(r"<script|<link|<iframe|https?://|@import|url\(", page)
    assert "default-src 'none'" in page


EVIL = "</pre><script>alert(1)</script><img src=x onerror=alert(2)>\"'&"


def test_whatever_anyone_says_is_escaped(tmp_path: Path) -> None:
    device = DrawnDevice()
    device.foreground = EVIL
    replies = [
        call("Type", EVIL, text=f"ä{EVIL}"),
        call(EVIL, **{EVIL: EVIL}),
        EVIL,
        call("Fail", reason=EVIL),
    ]
    make_agent(replies, device, tmp_path).run(EVIL)
    page = report_of(tmp_path)
    assert "<script" not in page
    assert "<img src=x" not in page
    assert "alert(1)" in page


def test_a_denied_call_and_its_rule_are_shown(tmp_path: Path) -> None:
    make_agent([tap_row(2, "Delete it.")], DrawnDevice(), tmp_path).run("Tidy up")
    text = text_of(report_of(tmp_path))
    assert "deny by rule 'thought.delete'" in text
    assert "denied" in text


@pytest.mark.parametrize(
    ("device", "script", "words"),
    [
        (DrawnDevice(lose), [tap_row(2)], ("device_lost", "unknown: 'drawn' is offline")),
        (DrawnDevice(), [ModelError("no memory")], ("model_failed", "no reply", "no memory")),
        (DrawnDevice(), ["Hm."] * 3, ("confused", "*FUNCTION*")),
        (DrawnDevice(), [call("Fly")] * 3, ("no tool 'Fly'", "not carried out")),
    ],
)
def test_runs_that_went_wrong_have_reports(
    tmp_path: Path, device: DrawnDevice, script: list[str], words: tuple[str, ...]
) -> None:
    make_agent(script, device, tmp_path).run("Turn it on")
    text = text_of(report_of(tmp_path))
    for each in words:
        assert each in text


def test_a_run_that_is_not_over_has_a_report(tmp_path: Path) -> None:
    steps = make_agent([tap_row(2), DONE], DrawnDevice(), tmp_path).steps("Turn it on")
    next(steps)
    assert "not over" in text_of(report_of(tmp_path))
    steps.close()


def test_the_screen_at_the_end_is_shown(tmp_path: Path) -> None:
    make_agent([tap_row(2)], DrawnDevice(), tmp_path, max_steps=1).run("Turn it on")
    assert "The screen at the end" in text_of(report_of(tmp_path))


def test_a_report_of_200_steps_stays_under_20_megabytes(tmp_path: Path) -> None:
    rng = random.Random(3)
    small = Image.frombytes("RGB", (270, 600), rng.randbytes(270 * 600 * 3))
    busy = small.resize((540, 1200))  # as busy as a photograph
    journal = Journal.open(tmp_path)
    journal.begin("Scroll")
    message = Message("user", (TextPart("word " * 10_000), ImagePart(busy)))
    for number in range(1, 111):
        step = Step(number, Observation(busy), Request((message,)), Reply("text " * 100))
        journal.record(step)
    journal.end(Outcome.STEP_LIMIT, "110 steps are spent")
    path = write_report(tmp_path, tmp_path / "deep" / "report.html")
    assert path.stat().st_size / 110 * 200 < 20_000_000
    page = path.read_text(encoding="utf-8")
    assert page.count("<article>") == 110
    assert "characters, see transcript.jsonl" in page


def test_a_report_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    make_agent([DONE], DrawnDevice(), tmp_path).run("Look")
    with pytest.raises(JournalError, match="cannot write the report"):
        write_report(tmp_path, tmp_path)


def test_no_run_no_report(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="is not a run folder"):
        write_report(tmp_path / "nothing", tmp_path / "report.html")
    assert not (tmp_path / "report.html").exists()
