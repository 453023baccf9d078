"""What a run looks like on a terminal and as JSON."""

from __future__ import annotations

import json

import pytest
from PIL import Image

from tapwright.cli.views import JsonView, LiveView, step_facts, step_lines
from tapwright.types import (
    Decision,
    Delivery,
    Effect,
    Finish,
    ImagePart,
    Message,
    Observation,
    Outcome,
    Part,
    Reply,
    Request,
    ScreenState,
    Step,
    TextPart,
    ToolCall,
    ToolResult,
    Verdict,
)

SEEN = Observation(Image.new("RGB", (108, 240)), foreground="com.android.settings/.Main")
ASKED = Request((Message("user", (TextPart("Turn on Wi-Fi"),)),))
TAP = ToolCall("Click", {"point": [500, 250]})


def step(**changed: object) -> Step:
    facts: dict[str, object] = {
        "number": 3,
        "observation": SEEN,
        "request": ASKED,
        "reply": Reply("Wi-Fi is off.\nI tap it."),
        "thought": "Wi-Fi is off.\nI tap it.",
        "calls": (TAP,),
        "decisions": (Decision(Verdict.ALLOW, "default"),),
        "results": (ToolResult(Effect(Delivery.DELIVERED, "input tap 54 60"), point=(54, 60)),),
        "screen_changed": True,
        "seconds": {"observe": 0.25, "think": 1.5},
    }
    return Step(**{**facts, **changed})  # type: ignore[arg-type]


def test_a_step_says_what_was_seen_thought_and_done_and_how_long_it_took() -> None:
    assert step_lines(step()) == [
        "3   saw      com.android.settings/.Main, 108x240",
        "    thought  Wi-Fi is off. I tap it.",
        "    did      Click(point=[500, 250]) at 54, 60, delivered: input tap 54 60",
        "    screen   changed",
        "    took     1.8 s (observe 0.2, think 1.5)",
    ]


def test_a_call_that_was_never_carried_out_says_so() -> None:
    assert "    did      Click(point=[500, 250]) (not done)" in step_lines(step(results=()))


def test_a_refused_call_says_why() -> None:
    refused = ToolResult(Effect(Delivery.REFUSED, "outside the screen"))
    assert "refused: outside the screen" in "\n".join(step_lines(step(results=(refused,))))


LOOK = ToolCall("flight", {"number": "CA1723"})


def answered(*parts: Part) -> Step:
    return step(calls=(LOOK,), results=(ToolResult(Effect(Delivery.DELIVERED), parts),))


def test_what_a_tool_answered_is_shown_below_its_call() -> None:
    chart = ImagePart(Image.new("RGB", (30, 20)))
    looked_up = answered(TextPart("CA1723 Air China\nlands Beijing (PEK) 20:30"), chart)
    lines = step_lines(looked_up)
    at = lines.index('    did      flight(number="CA1723"), delivered')
    assert lines[at + 1 : at + 4] == [
        "    result   CA1723 Air China",
        "             lands Beijing (PEK) 20:30",
        "             (a picture, 30x20)",
    ]
    assert step_facts(looked_up)["results"][0]["text"] == (
        "CA1723 Air China\nlands Beijing (PEK) 20:30\n(a picture, 30x20)"
    )


def test_only_the_beginning_of_a_long_answer_is_shown_and_no_command_to_the_terminal() -> None:
    lines = step_lines(
        answered(TextPart("\x1b[2Jwiped\x9b2J\u202e\n" + "word " * 900 + "\nx" * 98))
    )
    shown = [line for line in lines if line.startswith(("    result", " " * 13))]
    assert shown[0] == "    result   ?[2Jwiped?2J?"
    assert shown[-1] == "             … (100 lines in all)"
    assert len(shown) == 6 and max(map(len, shown)) < 250


def test_an_act_without_an_answer_has_no_line_for_it() -> None:
    assert not any("result" in line for line in step_lines(step()))


def test_an_unreadable_reply_is_shown_as_an_error() -> None:
    lines = step_lines(step(calls=(), results=(), thought="", screen_changed=None, error="prose"))
    assert lines[1] == "    error    prose"
    assert not any("screen " in line for line in lines)


def test_a_screen_that_is_not_lit_is_named() -> None:
    dark = Observation(SEEN.image, state=ScreenState.LOCKED)
    assert step_lines(step(observation=dark))[0].endswith("the screen, 108x240, locked")


def test_foreign_text_cannot_steer_the_terminal() -> None:
    hostile = step_lines(step(thought="\x1b[2J\x07wiped\u202egnp", error="a\rb"))
    assert "\x1b" not in "\n".join(hostile)
    assert "\x07" not in "\n".join(hostile)
    assert "\u202e" not in "\n".join(hostile)


def test_a_very_long_thought_stays_one_line() -> None:
    assert max(map(len, step_lines(step(thought="word " * 5000)))) < 250


def test_a_step_as_json_holds_everything_but_the_picture() -> None:
    facts = json.loads(json.dumps(step_facts(step())))
    assert facts["saw"] == {
        "foreground": "com.android.settings/.Main", "size": [108, 240], "state": "lit",
    }  # fmt: skip
    assert facts["calls"] == [{"name": "Click", "arguments": {"point": [500, 250]}}]
    assert facts["results"] == [
        {"delivery": "delivered", "said": "input tap 54 60", "point": [54, 60], "text": ""}
    ]
    assert facts["screen_changed"] is True


def test_json_is_one_object_a_line_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    view = JsonView()
    view.began({"task": "x\ny", "device": "d"})
    view.text("thinking")
    view.stepped(step())
    view.ended(Outcome.VERIFIED, "the phone says '1'", {"steps": 1})
    view.close()
    lines = capsys.readouterr().out.splitlines()
    assert [json.loads(line)["event"] for line in lines] == ["start", "step", "end"]
    assert json.loads(lines[-1])["outcome"] == "verified"


def test_the_last_line_of_the_live_view_is_the_outcome(capsys: pytest.CaptureFixture[str]) -> None:
    view = LiveView()
    view.began({"task": "t", "device": "d", "model": "m", "run": "r"})
    view.text("think")
    view.stepped(step(calls=(ToolCall("Done", {}),), results=(
        ToolResult(Effect(Delivery.DELIVERED), finish=Finish(True, "ok")),
    )))  # fmt: skip
    view.ended(Outcome.CLAIMED, "done\nand more", {})
    assert capsys.readouterr().out.splitlines()[-1] == "claimed: done and more"
