"""What a condition takes for its words: a label of their own, and not what only holds them."""

from __future__ import annotations

import pytest

from tapwright.actions import Box
from tapwright.agent.script.steps import Condition, ScrollBy
from tapwright.devices.drawn_scene import Part
from tapwright.errors import Unexpected

from .ladder_parts import Program, row, window


def asked(label: str, **condition: str) -> tuple[bool, str]:
    """Whether a condition holds on a screen with one label, and why."""
    program = Program(window(Part(label, Box(12, 30, 430, 56)), title=""))
    return program.stage().holds(Condition(**condition))


@pytest.mark.parametrize("label", ["Saved", "saved", "Saved.", "Saved!", "(Saved)", "\u2713 Saved"])
def test_words_are_on_the_screen_as_a_label_whatever_marks_are_around_it(label: str) -> None:
    assert asked(label, text="Saved") == (True, "'Saved' is on the screen")


@pytest.mark.parametrize(
    "label",
    ["Not Saved", "Saved 3 files", "It was not saved to the disk yet", "Saved?", "Saved as"],
)
def test_words_within_a_longer_label_are_another_thing(label: str) -> None:
    held, why = asked(label, text="Saved")
    assert not held
    assert why == (
        f"'Saved' is on the screen only within '{label}'; where that is meant, say `contains:`"
    )


def test_a_number_with_a_mark_is_another_number() -> None:
    assert asked("84", text="84")[0]
    assert not asked("-84", text="84")[0]
    assert not asked(".84", text="84")[0]


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("Saved", "'Saved' is on the screen"),
        ("Saved 3 files", "'Saved' is on the screen, in 'Saved 3 files'"),
    ],
)
def test_contains_takes_words_within_a_label_too(label: str, said: str) -> None:
    assert asked(label, contains="Saved") == (True, said)
    assert asked("Unsaved", contains="Saved") == (False, "'Saved' is not on the screen")


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("Please wait", "'Please wait' is on the screen"),
        ("Please wait a minute", "'Please wait' is on the screen, in 'Please wait a minute'"),
    ],
)
def test_what_is_still_within_a_label_has_not_gone(label: str, said: str) -> None:
    assert asked(label, gone="Please wait") == (False, said)
    assert asked("Done", gone="Please wait")[0]


def test_every_part_has_to_hold() -> None:
    assert asked("Saved 3 files", contains="Saved", gone="Copied")[0]
    assert not asked("Saved 3 files", contains="Saved", text="Saved")[0]


def test_a_label_is_taken_before_a_longer_one_that_holds_it() -> None:
    parts = [Part(text, Box(12, top, 430, top + 26)) for text, top in
             (("Not Saved", 30), ("Saved", 80))]  # fmt: skip
    assert Program(window(*parts)).stage().holds(Condition(text="Saved"))[0]


def test_scrolling_that_passes_a_longer_label_says_so() -> None:
    parts = [part for number in range(12) for part in row(number, f"Row {number} b", 34 * number)]
    stage = Program(window(*parts)).stage()
    with pytest.raises(Unexpected, match="scrolled to the end, and 'Row 11' is on the screen only"):
        stage.do(ScrollBy("down", 60, None, "Row 11"))
