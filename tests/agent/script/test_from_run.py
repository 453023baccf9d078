"""An agent's run as a script: only a solved one, its targets in words, its checks asserted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image

from tapwright.actions import Box, Point
from tapwright.agent.journal import Journal
from tapwright.agent.runs import Run, read_run
from tapwright.agent.script.draft import Draft
from tapwright.agent.script.from_run import write_steps
from tapwright.agent.script.load import load_script
from tapwright.agent.script.pointed import FAR_REACH, Pointer
from tapwright.agent.script.scope import Scope
from tapwright.agent.script.steps import Assert, CallTool, Press, ScrollBy, TapOn, Target, TypeIn
from tapwright.agent.seeing.values import Line
from tapwright.errors import UsageError
from tapwright.model.families import FAMILIES
from tapwright.types import (
    Delivery,
    Effect,
    Observation,
    Outcome,
    Reply,
    Request,
    Step,
    TextPart,
    ToolCall,
    ToolResult,
)

FAMILY = FAMILIES["qwen2-vl"]
SIZE = (1000, 2000)
CHECK = "settings get global wifi_on == 1"
ROWS = {  # a list of settings, an icon with its name below, larger words first in each row
    Box(180, 700, 320, 760): "Wi-Fi",
    Box(180, 780, 250, 820): "Off",
    Box(180, 920, 400, 980): "Location",
    Box(60, 1500, 180, 1540): "Messages",
}


class RowReader:
    """Reads the rows of `ROWS`."""

    name = "rows"

    def read(self, image: Image.Image) -> Sequence[Line]:
        return [Line(words, box, 0.99) for box, words in ROWS.items()]


def call(name: str, **arguments: object) -> ToolCall:
    return ToolCall(name, arguments)


def tap(x: int, y: int) -> tuple[ToolCall, ToolResult]:
    done = ToolResult(Effect(Delivery.DELIVERED), point=(x, y))
    return call("Click", point=[x * 1000 // SIZE[0], y * 1000 // SIZE[1]]), done


def did(name: str, said: str = "", **arguments: object) -> tuple[ToolCall, ToolResult]:
    parts = (TextPart(said),) if said else ()
    return call(name, **arguments), ToolResult(Effect(Delivery.DELIVERED), parts)


def run_of(
    folder: Path,
    *acts: tuple[ToolCall, ToolResult],
    outcome: Outcome | None = Outcome.VERIFIED,
    changed: bool = True,
    checks: tuple[str, ...] = (CHECK,),
) -> Run:
    """A run's folder with one act in each step."""
    journal = Journal.open(folder, {"checks": list(checks)})
    journal.begin("Turn on Wi-Fi", family=FAMILY.name, model="m", dialect="qwen", device="d")
    for number, (made, result) in enumerate(acts, start=1):
        journal.record(
            Step(
                number, Observation(Image.new("RGB", SIZE, (250, 250, 250))), Request(()),
                Reply("text"), calls=(made,), results=(result,), screen_changed=changed,
            )
        )  # fmt: skip
    if outcome is not None:
        journal.end(outcome, "so it ended")
    return read_run(folder)


def draft_of(run: Run, tmp_path: Path) -> Draft:
    pointer = Pointer(RowReader(), FAR_REACH, icons=True)
    draft = Draft(tmp_path / "task.yaml", run.task, "sim", pointer, learns=False)
    write_steps(run, draft, FAMILY, lambda size: size)
    return draft


def test_a_solved_task_becomes_readable_steps_and_its_check(tmp_path: Path) -> None:
    run = run_of(
        tmp_path / "run", tap(120, 1440), tap(500, 785), did("Type", text="Ana {{ x }}"),
        did("Enter"), did("Swipe", direction="up"), did("Swipe", direction="up"), tap(500, 950),
    )  # fmt: skip
    draft = draft_of(run, tmp_path)
    acts = [step.act for step in draft.steps]
    assert acts[:2] == [TapOn(Target("Messages")), TapOn(Target("Wi-Fi"))]
    assert isinstance(acts[2], TypeIn) and "{{ '{{' }}" in acts[2].text
    assert acts[3] == Press(("enter",))
    assert acts[4] == ScrollBy("down", 6, until="Location")
    assert acts[5] == TapOn(Target("Location"))
    assert isinstance(acts[6], Assert) and acts[6].condition.check == CHECK
    again = load_script(draft.save())
    assert [step.act for step in again.steps] == acts
    assert not (tmp_path / "task.learned").exists()


def test_what_a_tool_said_is_typed_by_its_name(tmp_path: Path) -> None:
    run = run_of(
        tmp_path / "run", did("weather", "cloudy, 7 °C", city="Oslo"),
        did("Type", text="cloudy, 7 °C"),
    )  # fmt: skip
    asked, typed = [step.act for step in draft_of(run, tmp_path).steps][:2]
    assert asked == CallTool("weather", {"city": "Oslo"}, "weather_1")
    assert typed == TypeIn("{{ weather_1 }}")


def test_an_idle_tap_is_left_out_and_said(tmp_path: Path) -> None:
    run = run_of(tmp_path / "run", tap(500, 785), did("Type", text="a"), changed=False)
    draft = draft_of(run, tmp_path)
    assert [type(step.act) for step in draft.steps] == [TypeIn, Assert]
    assert draft.notes == ["step 1 of the run changed nothing and is left out"]


@pytest.mark.parametrize(
    ("outcome", "said"),
    [(None, "is not over"), (Outcome.STUCK, "ended as stuck"), (Outcome.GAVE_UP, "gave_up")],
)
def test_a_run_that_was_not_solved_is_refused(
    tmp_path: Path, outcome: Outcome | None, said: str
) -> None:
    run = run_of(tmp_path / "run", tap(500, 785), outcome=outcome)
    with pytest.raises(UsageError, match=said):
        draft_of(run, tmp_path)


def test_an_act_that_nobody_knows_of_is_refused(tmp_path: Path) -> None:
    made, _ = tap(500, 785)
    run = run_of(tmp_path / "run", (made, ToolResult(Effect(Delivery.UNKNOWN, "cut off"))))
    with pytest.raises(UsageError, match="nobody knows whether 'Click' happened"):
        draft_of(run, tmp_path)


def test_a_run_without_acts_or_checks_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="did nothing"):
        draft_of(run_of(tmp_path / "idle"), tmp_path)
    draft = draft_of(run_of(tmp_path / "run", tap(500, 785), checks=()), tmp_path)
    assert "had no check" in draft.notes[0]


def test_a_place_is_named_by_the_row_that_it_is_in(tmp_path: Path) -> None:
    pointer, blank = Pointer(RowReader(), FAR_REACH, icons=True), Image.new("RGB", SIZE)
    named = [pointer.at(blank, Point(500, y)).target.words for y in (730, 790, 950, 1300)]
    assert named == ["Wi-Fi", "Wi-Fi", "Location", ""]


def test_what_a_model_or_a_screen_said_is_never_an_expression(tmp_path: Path) -> None:
    said = "{{ 6 * 7 }} {{ HOME }}"
    run = run_of(
        tmp_path / "run",
        tap(240, 730),
        did("weather", "sunny", city=said, days=[said, {"more": said}]),
        checks=(f"echo '{said}' == 1",),
    )

    class Mocking(RowReader):
        def read(self, image: Image.Image) -> Sequence[Line]:
            return [Line(said if line.text == "Wi-Fi" else line.text, line.box, line.score)
                    for line in super().read(image)]  # fmt: skip

    draft = Draft(tmp_path / "s.yaml", "s", "sim", Pointer(Mocking(), FAR_REACH))
    write_steps(run, draft, FAMILY, lambda size: size)
    tapped, called, asserted = load_script(draft.save()).steps
    scope = Scope({"HOME": "expanded"})
    assert isinstance(tapped.act, TapOn) and isinstance(called.act, CallTool)
    assert scope.text(tapped.act.target.words) == said
    assert scope.fill(called.act.arguments) == {"city": said, "days": [said, {"more": said}]}
    assert isinstance(asserted.act, Assert)
    assert scope.text(asserted.act.condition.check) == f"echo '{said}' == 1"
