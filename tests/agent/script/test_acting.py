"""Acts on a stage: only on what is ready, and looked at afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tapwright.actions import Action, Box, Tap
from tapwright.agent.script.acting import Stage
from tapwright.agent.script.steps import (
    Ask,
    Condition,
    DragTo,
    Open,
    Press,
    ScrollBy,
    TapOn,
    Target,
    TypeIn,
)
from tapwright.agent.seeing.values import Found
from tapwright.devices.drawn_desktop import DrawnDesktop
from tapwright.devices.drawn_scene import Part, Window
from tapwright.errors import (
    ActionRefused,
    NotFound,
    NotReady,
    ScreenUnavailable,
    TapwrightError,
    Uncertain,
    Unexpected,
    UsageError,
)
from tapwright.types import Delivery, Effect, Observation, ScreenState
from tests.agent.script.ladder_parts import Program, button, row, window

SAVE = TapOn(Target("Save"))
FIELD = Part("Name", Box(20, 80, 300, 106), "name", "field")


class Cut(DrawnDesktop):
    """A desktop on which nobody learns whether a click arrived; `arrives` says whether it did."""

    arrives = True

    def perform(self, action: Action) -> Effect:
        if isinstance(action, Tap) and not self.arrives:
            return Effect(Delivery.UNKNOWN, "cut off")
        super().perform(action)
        return Effect(Delivery.UNKNOWN, "cut off")


def cut(arrives: bool) -> Program:
    program = Program(window(button("Save", 20, 30)))
    desktop = Cut(program.desktop.scene, program.desktop.on_hit)
    desktop.arrives = arrives
    program.desktop = desktop
    return program


def test_what_follows_is_seen() -> None:
    program = Program(window(button("Save", 20, 30)))
    done = program.stage().do(SAVE)
    assert (done.verified, done.said) == (True, "the screen changed")
    assert done.found is not None and done.before is not None


def test_what_changes_nothing_is_called_unverified() -> None:
    program = Program(
        window(button("Save", 20, 30)), Window("Q", 300, 250, window().size, (), True)
    )
    done = program.stage().do(SAVE)
    assert (done.verified, done.said) == (False, "unverified: nothing changed on the screen")
    assert program.desktop.ledger == ["blocked"]


def test_what_is_stated_has_to_follow() -> None:
    program = Program(window(button("Save", 20, 30)))
    done = program.stage().do(SAVE, expect=Condition(text="Save was clicked"))
    assert (done.verified, done.said) == (True, "'Save was clicked' is on the screen")
    with pytest.raises(Unexpected, match="it was done, but 'Sent' is not on the screen"):
        program.stage().do(SAVE, timeout=0.5, expect=Condition(text="Sent"))


def test_an_act_whose_end_nobody_knows_is_decided_by_what_is_stated() -> None:
    program = cut(True)
    with pytest.raises(Uncertain, match="cut off"):
        program.stage().do(SAVE)
    clicked = Condition(text="Save was clicked")
    assert cut(True).stage().do(SAVE, expect=clicked).verified
    lost = cut(False)
    with pytest.raises(Uncertain, match="'Save was clicked' is not on the screen"):
        lost.stage().do(SAVE, timeout=0.5, expect=clicked)
    assert lost.desktop.ledger == []


def test_what_the_device_refuses_is_an_error() -> None:
    program = Program(window(button("Save", 20, 30)))
    with pytest.raises(ActionRefused, match="OpenApp"):
        program.stage().do(Open("calculator"))


def test_whoever_is_told_first_can_keep_it_from_happening() -> None:
    class Denied(TapwrightError):
        pass

    seen: list[Found | None] = []

    def deny(found: Found | None) -> None:
        seen.append(found)
        raise Denied("no")

    program = Program(window(button("Save", 20, 30)))
    with pytest.raises(Denied):
        program.stage().do(SAVE, begin=deny)
    assert program.desktop.ledger == [] and seen[0] is not None and seen[0].said == "Save"


def test_text_is_typed_into_its_field_and_read_back() -> None:
    program = Program(window(FIELD))
    done = program.stage().do(TypeIn("Ana Sánchez", Target("Name"), clear=True))
    assert (done.verified, program.desktop.scene.typed) == (True, {"name": "Ana Sánchez"})
    assert done.said == "what was typed is on the screen"


def test_text_that_does_not_appear_is_a_fault() -> None:
    program = Program(
        window(button("Name", 20, 80)), Window("Q", 300, 250, window().size, (), True)
    )
    with pytest.raises(Unexpected, match="nothing appeared"):
        program.stage().do(TypeIn("Ana", Target("Name")))


def test_keys_and_drags_reach_the_device() -> None:
    program = Program(window(button("A", 20, 30), button("B", 200, 90)))
    stage = program.stage()
    assert not stage.do(Press(("Ctrl", "S"))).verified
    stage.do(DragTo(Target("A"), Target("B")))
    assert program.desktop.ledger == ["key ctrl+s", "drag A to B"]


def test_a_list_is_scrolled_until_words_are_seen() -> None:
    parts = [part for number in range(20) for part in row(number, f"Row {number}", 34 * number)]
    program = Program(window(*parts))
    stage = program.stage()
    said = stage.do(ScrollBy("down", 30, None, "Row 12")).said
    assert said.startswith("'Row 12' is on the screen after ")
    with pytest.raises(Unexpected, match="scrolled to the end, and 'Row 77' is not on the screen"):
        stage.do(ScrollBy("down", 60, None, "Row 77"))


def sliding(looks: int) -> Program:
    """A window that moves for so many looks."""
    program = Program(window(button("Save", 20, 30)))
    left = iter(range(looks))

    def slide() -> None:
        if next(left, None) is not None:
            program.change(lambda each: replace(each, left=each.left + 1))

    program.desktop.on_look = slide
    return program


def test_what_moves_is_waited_for() -> None:
    program = sliding(12)
    program.stage().do(SAVE)
    assert program.desktop.ledger == ["Save"]


def test_what_never_stands_still_is_not_ready() -> None:
    program = sliding(1000)
    with pytest.raises(NotReady, match="'Save' is not still"):
        program.stage().do(SAVE, timeout=1.0)
    assert program.desktop.ledger == []


def test_what_comes_late_is_waited_for() -> None:
    program = Program(window())
    looks = iter(range(6))

    def come() -> None:
        if next(looks, None) is None:
            program.change(lambda each: replace(each, parts=(button("Save", 20, 30), *each.parts)))
            program.desktop.on_look = None

    program.desktop.on_look = come
    program.stage().do(SAVE)
    assert program.desktop.ledger == ["Save"]


def test_nothing_is_done_when_another_window_came_to_the_front() -> None:
    program = Program(window(button("Save", 20, 30)))

    class Left(DrawnDesktop):
        def glance(self) -> tuple[str | None, int | None]:
            return "Bank", 0

        def observe(self) -> Observation:
            return replace(super().observe(), foreground="Notes")

    program.desktop = Left(program.desktop.scene)
    with pytest.raises(NotReady, match="'Bank' came to the front"):
        program.stage().do(SAVE, timeout=0.5)
    assert program.desktop.ledger == []


@pytest.mark.parametrize(
    ("state", "said"), [(ScreenState.LOCKED, "is locked"), (ScreenState.BLANK, "one colour")]
)
def test_a_screen_that_shows_nothing_is_named(state: ScreenState, said: str) -> None:
    program = Program(window(button("Save", 20, 30)))

    class Dark(DrawnDesktop):
        def observe(self) -> Observation:
            return replace(super().observe(), state=state)

    program.desktop = Dark(program.desktop.scene)
    with pytest.raises(ScreenUnavailable, match=said):
        program.stage().do(SAVE, timeout=0.5)


class Variables:
    """A scope with one variable."""

    def fill(self, text: str) -> str:
        return text.replace("{{ name }}", "Save")

    def truth(self, expression: str) -> bool:
        return expression == "yes"


@pytest.mark.parametrize(
    ("condition", "holds", "said"),
    [
        (Condition(text="{{ name }}"), True, "'Save' is on the screen"),
        (Condition(text="Send"), False, "'Send' is not on the screen"),
        (Condition(gone="Send"), True, "'Send' is not on the screen"),
        (Condition(gone="Save"), False, "'Save' is on the screen"),
        (Condition(that="yes"), True, "'yes' is true"),
        (Condition(text="Save", that="no"), False, "'no' is false"),
        (Condition(check="ledger == ''"), True, "'ledger' says ''"),
        (Condition(check="field name == x"), False, "'field name' should be 'x' but says ''"),
        (Condition(seen="it is saved"), False, "the model says that 'it is saved' is false"),
    ],
)
def test_conditions_hold_or_say_why_not(condition: Condition, holds: bool, said: str) -> None:
    program = Program(window(button("Save", 20, 30)))
    stage = program.stage(model=True)
    assert stage.holds(condition, Variables(), 0.3) == (holds, said)


def test_a_judgement_takes_a_model() -> None:
    program = Program(window(button("Save", 20, 30)))
    with pytest.raises(NotFound, match="there is none to ask"):
        program.stage().holds(Condition(seen="it is saved"))
    with pytest.raises(UsageError, match="a condition needs"):
        program.stage().holds(Condition())


TOTAL = (Part("Total:", Box(20, 30, 90, 56)), Part("1.234,50", Box(120, 30, 220, 56)))


@pytest.mark.parametrize(
    ("ask", "value"),
    [
        (lambda: Ask("t", "t", "float", right_of="Total:"), 1234.5),
        (lambda: Ask("t", "t", "text", right_of="Total:", pattern=r"(\d+)\."), "1"),
        (lambda: Ask("t", "t", "text", pattern=r"Tot\w+"), "Total"),
    ],
)
def test_values_are_read_beside_words(ask: Callable[[], Ask], value: object) -> None:
    stage: Stage = Program(window(*TOTAL)).stage()
    assert stage.ask(ask(), 0.3) == value
    assert stage.model_calls == 0


def test_a_value_that_is_not_there_is_told() -> None:
    program = Program(window(*TOTAL))
    with pytest.raises(NotFound, match="'Sum' is not on the screen"):
        program.stage().ask(Ask("sum", "s", "float", right_of="Sum"), 0.3)
    with pytest.raises(NotFound, match="takes a model"):
        program.stage().ask(Ask("the total", "t", "float"), 0.3)
    program.eyes.says = 12.5
    stage = program.stage(model=True)
    assert (stage.ask(Ask("the total", "t", "float")), stage.model_calls) == (12.5, 1)
