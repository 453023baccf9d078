"""The run folder: intent before act, nothing lost, torn ends forgiven, readable by others."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tapwright.actions import Action
from tapwright.agent.journal import Journal
from tapwright.agent.pictures import MOST_BYTES, encode_picture
from tapwright.agent.runs import read_run
from tapwright.errors import JournalError
from tapwright.types import (
    Decision,
    Delivery,
    Effect,
    Finish,
    ImagePart,
    Message,
    Observation,
    Outcome,
    Reply,
    Request,
    ScreenState,
    Step,
    TextPart,
    ToolCall,
    ToolResult,
    ToolSpec,
    Verdict,
    VideoPart,
)

from .drawn_device import DrawnDevice
from .parts import DONE, make_agent, tap_row


def records(folder: Path) -> list[Mapping[str, Any]]:
    text = (folder / "transcript.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def a_run(folder: Path) -> Path:
    """A finished run of two steps."""
    make_agent([tap_row(2, "Turn it on."), DONE], DrawnDevice(), folder).run("Turn it on")
    return folder


def test_the_intent_is_on_the_disk_before_the_act(tmp_path: Path) -> None:
    seen: list[Mapping[str, Any]] = []

    def look(action: Action) -> None:
        seen.append(records(tmp_path)[-1])

    make_agent([tap_row(2), tap_row(3), DONE], DrawnDevice(look), tmp_path).run("Turn them on")
    assert [(record["kind"], record["step"], record["index"]) for record in seen] == [
        ("intent", 1, 0),
        ("intent", 2, 0),
    ]
    assert seen[0]["call"] == {"name": "Click", "arguments": {"point": [500, 417]}}


def test_records_come_in_the_order_of_what_happened(tmp_path: Path) -> None:
    kinds = [record["kind"] for record in records(a_run(tmp_path))]
    assert kinds == ["intent", "effect", "step", "intent", "effect", "step", "end"]


def test_a_denied_call_leaves_no_intent(tmp_path: Path) -> None:
    make_agent([tap_row(2, "Delete it.")], DrawnDevice(), tmp_path).run("Tidy up")
    assert [record["kind"] for record in records(tmp_path)] == ["step", "end"]


def test_a_finished_run_can_be_read(tmp_path: Path) -> None:
    run = read_run(a_run(tmp_path))
    first, second = run.steps()
    assert (run.task, run.outcome) == ("Turn it on", Outcome.CLAIMED)
    assert (first.thought, first.screen_changed, second.screen_changed) == (
        "Turn it on.",
        True,
        None,
    )
    assert first.observation.image.size == (240, 480)
    assert run.meta["device"] == "drawn"
    assert run.meta["settings"]["max_new_tokens"] == 64


def test_a_step_comes_back_as_it_was(tmp_path: Path) -> None:
    picture, other = Image.new("RGB", (30, 60), "red"), Image.new("RGB", (20, 20), "blue")
    step = Step(
        number=1,
        observation=Observation(picture, 1, "com.example", ScreenState.SECURE, 12.5),
        request=Request(
            messages=(
                Message("system", (TextPart("Act."),)),
                Message("user", (ImagePart(picture), TextPart("否\u2028", trusted=False))),
                Message("assistant", (), calls=(ToolCall("Click", {"point": [1, 2]}),)),
                Message("tool", (VideoPart((other,), (1.5,)),)),
                Message("assistant", (TextPart("half"),), open=True),
            ),
            stop=("✿RESULT✿",),
            max_new_tokens=7,
            tools=(ToolSpec("Click", "Tap.", {"type": "object"}),),
            schema={"type": "object"},
        ),
        reply=Reply("text", "stop_word", 10, 3, 0.5, (ToolCall("Click", {"point": [1, 2]}),)),
        thought="Hm.",
        calls=(ToolCall("Click", {"point": [1, 2]}),),
        decisions=(Decision(Verdict.CONFIRM, "rule", "reason"),),
        results=(
            ToolResult(Effect(Delivery.UNKNOWN, "cut"), (ImagePart(other),), (3, 4)),
            ToolResult(Effect(Delivery.DELIVERED), finish=Finish(True, "done")),
        ),
        screen_changed=False,
        error="none",
        seconds={"think": 0.25},
    )
    Journal.open(tmp_path).begin("Look")
    Journal.open(tmp_path).record(step)
    (back,) = read_run(tmp_path).steps()

    def plain(value: Step) -> str:
        """The step without its pictures, which come back as other objects."""
        text = repr(value)
        return "".join(piece.partition(">")[2] for piece in f">{text}".split("<PIL"))

    assert plain(back) == plain(step)
    assert back.observation.image.size == (30, 60)
    assert back.results[0].parts[0].image.size == (20, 20)


def test_a_picture_that_stands_in_many_places_is_written_once(tmp_path: Path) -> None:
    replies = [tap_row(row) for row in (0, 1, 2, 3)]
    device = DrawnDevice()
    make_agent(replies, device, tmp_path, max_steps=4).run("Turn them on")
    assert len(list((tmp_path / "images").iterdir())) == device.looks == 5


def test_the_screen_at_the_end_is_kept(tmp_path: Path) -> None:
    make_agent([tap_row(0)], DrawnDevice(), tmp_path, max_steps=1).run("Turn it on")
    last = read_run(tmp_path).last_look()
    assert last is not None
    red, _, blue = last.convert("RGB").getpixel((190, 40))
    assert blue > red


def test_the_last_look_is_no_second_picture_of_the_last_step(tmp_path: Path) -> None:
    assert read_run(a_run(tmp_path)).last_look() is None


@pytest.mark.parametrize("cut", [1, 5, 40])
def test_a_torn_last_record_is_left_out_on_reading_and_cut_off_on_writing(
    tmp_path: Path, cut: int
) -> None:
    path = a_run(tmp_path) / "transcript.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole[:-cut])
    assert read_run(tmp_path).outcome is None
    assert len(list(read_run(tmp_path).steps())) == 2
    Journal.open(tmp_path).resumed()
    assert [record["kind"] for record in records(tmp_path)][-2:] == ["step", "resumed"]


def test_a_broken_record_in_the_middle_is_an_error(tmp_path: Path) -> None:
    path = a_run(tmp_path) / "transcript.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + b"{broken\n" + b"".join(lines[1:]))
    with pytest.raises(JournalError, match="line 2 of"):
        read_run(tmp_path)


@pytest.mark.parametrize("line", [b"[]\n", b"{}\n", b"3\n"])
def test_a_line_that_is_no_record_is_an_error(tmp_path: Path, line: bytes) -> None:
    path = a_run(tmp_path) / "transcript.jsonl"
    path.write_bytes(line + path.read_bytes())
    with pytest.raises(JournalError, match="line 1 of"):
        read_run(tmp_path)


def test_a_step_record_that_lacks_something_is_an_error(tmp_path: Path) -> None:
    path = a_run(tmp_path) / "transcript.jsonl"
    path.write_bytes(path.read_bytes() + b'{"kind": "step", "number": 3}\n')
    with pytest.raises(JournalError, match="line 8 of"):
        list(read_run(tmp_path).steps())


def test_a_lost_picture_is_an_error(tmp_path: Path) -> None:
    (a_run(tmp_path) / "images/001.jpg").unlink()
    with pytest.raises(JournalError, match=r"001\.jpg"):
        list(read_run(tmp_path).steps())


def test_what_is_no_run_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="is not a run folder"):
        read_run(tmp_path / "nothing")


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(JournalError, match="cannot write the run folder"):
        Journal.open(tmp_path / "file")


def test_two_runs_do_not_share_a_folder(tmp_path: Path) -> None:
    a_run(tmp_path)
    with pytest.raises(JournalError, match="already holds a run"):
        a_run(tmp_path)


def test_notes_go_into_the_meta_file(tmp_path: Path) -> None:
    Journal.open(tmp_path, {"verify": ["a == 1"]}).begin("Look")
    assert read_run(tmp_path).meta["notes"] == {"verify": ["a == 1"]}


def test_text_without_utf8_does_not_stop_the_journal(tmp_path: Path) -> None:
    make_agent(["\ud800 what", DONE], DrawnDevice(), tmp_path).run("Look")
    first, _ = read_run(tmp_path).steps()
    assert first.reply is not None
    assert first.reply.text == "\ud800 what"


def test_pictures_of_200_steps_stay_under_20_megabytes() -> None:
    noise = Image.frombytes("RGB", (1080, 2400), random.Random(1).randbytes(1080 * 2400 * 3))
    assert len(encode_picture(noise)) <= MOST_BYTES
    assert 200 * MOST_BYTES <= 20_000_000


def test_a_picture_that_had_to_be_halved_comes_back_at_its_size(tmp_path: Path) -> None:
    noise = Image.frombytes("RGB", (800, 800), random.Random(1).randbytes(800 * 800 * 3))
    request = Request((Message("user", (ImagePart(noise),)),))
    journal = Journal.open(tmp_path)
    journal.begin("Look")
    journal.record(Step(1, Observation(noise), request, None))
    (step,) = read_run(tmp_path).steps()
    assert step.observation.image.size == (800, 800)


def test_a_picture_never_takes_the_place_of_another(tmp_path: Path) -> None:
    a_run(tmp_path)
    names = sorted((tmp_path / "images").iterdir())
    kept = {path: path.read_bytes() for path in names[1:]}
    names[0].unlink()
    journal = Journal.open(tmp_path)
    journal.record(Step(3, Observation(Image.new("RGB", (30, 60), "red")), Request(()), None))
    assert {path: path.read_bytes() for path in kept} == kept
    assert records(tmp_path)[-1]["observation"]["image"] == f"images/{len(names) + 1:03}.jpg"
