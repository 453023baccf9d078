"""Words that are read elsewhere while all around the target's own place is as it was."""

from __future__ import annotations

import pytest

from tapwright.actions import Box
from tapwright.agent.script.steps import TapOn, Target
from tapwright.agent.seeing.values import Rung
from tapwright.devices.drawn_scene import Part, Window
from tapwright.errors import Ambiguous
from tapwright.types import Size
from tests.agent.script.ladder_parts import Program, button, row, window

SAVE = TapOn(Target("Save"))
BEHIND = (button("New", 20, 30), button("Save", 110, 30), *row(1, "Meier", 70))


def _dialog(left: int, top: int) -> Window:
    question = Part("Keep the changes?", Box(12, 10, 220, 40))
    answer = Part("Save", Box(188, 60, 264, 86), "dialog", "button")
    return Window("Question", left, top, Size(280, 130), (question, answer), modal=True)


@pytest.mark.parametrize(("left", "top"), [(0, 0), (60, 10), (-10, 60)])
def test_a_dialog_over_a_button_with_a_button_of_that_name_is_not_pressed(
    left: int, top: int
) -> None:
    program = Program(window(*BEHIND, left=100, top=60))
    program.stage().do(SAVE)
    program.show(window(*BEHIND, left=100, top=60), _dialog(100 + left, 60 + top))
    with pytest.raises(Ambiguous, match="only the target itself has changed"):
        program.stage().do(SAVE)
    assert program.desktop.ledger == []


def test_buttons_in_another_order_are_found_by_their_words() -> None:
    program = Program(
        window(button("Open", 20, 30), button("Save", 110, 30), button("New", 200, 30))
    )
    program.stage().do(SAVE)
    program.show(window(button("Save", 20, 30), button("Open", 110, 30), button("New", 200, 30)))
    done = program.stage().do(SAVE)
    assert (done.rung, program.desktop.ledger) == (Rung.TEXT, ["Save"])


def test_a_button_of_another_window_is_found_where_nothing_of_the_first_is_left() -> None:
    program = Program(window(*BEHIND, left=100, top=60))
    program.stage().do(SAVE)
    program.show(_dialog(300, 200))
    assert program.stage().do(SAVE).rung is Rung.TEXT
