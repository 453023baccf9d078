"""Values read by a pattern: what is meant by it, and that it ends in time."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

from tapwright.actions import Box
from tapwright.agent.matching import MATCH_SECONDS
from tapwright.agent.script.load import read_script
from tapwright.agent.script.steps import Ask
from tapwright.devices.drawn_scene import Part
from tapwright.errors import NotFound, ScriptError, StepFailed, UsageError

from .ladder_parts import Program, window

LETTERS = "a" * 40 + "!"


def reading(text: str, pattern: str) -> object:
    """What a pattern makes of the only text on a screen."""
    program = Program(window(Part(text, Box(12, 30, 430, 56)), title=""))
    return program.stage().ask(Ask("it", "it", "text", pattern=pattern), 0.3)


def test_a_number_among_words_is_taken_out_as_the_refusal_says() -> None:
    stored, members = Part("Stored:", Box(12, 30, 90, 56)), Part("12 members", Box(12, 60, 200, 86))
    program = Program(window(stored, members, title=""))
    asked = Ask("how many", "many", "int", below="Stored:")
    said = r"'12 members' is no number; .* such as pattern: '\\d\+'"
    with pytest.raises(NotFound, match=said):
        program.stage().ask(asked, 0.3)
    assert program.stage().ask(replace(asked, pattern=r"\d+"), 0.3) == 12


def test_a_pattern_that_would_not_end_fails_in_time_and_only_once() -> None:
    began = time.monotonic()
    with pytest.raises(StepFailed, match=r"took longer than 5 s on 'a+!'") as error:
        reading(LETTERS, "(a|aa)+$")
    assert time.monotonic() - began < 2 * MATCH_SECONDS
    assert not isinstance(error.value, NotFound), "the run would try it again"


@pytest.mark.parametrize("pattern", ["(a+)+$", "(", "x" * 201])
def test_a_pattern_that_was_filled_in_is_looked_at_too(pattern: str) -> None:
    with pytest.raises(UsageError, match="the pattern"):
        reading(LETTERS, pattern)


@pytest.mark.parametrize("pattern", ["(a+)+$", "(", "x" * 201])
def test_a_pattern_that_stands_in_the_script_is_refused_with_its_line(pattern: str) -> None:
    text = f"device: sim\nsteps:\n  - ask: {{below: A, save_as: a, pattern: '{pattern}'}}\n"
    with pytest.raises(ScriptError, match=r"a\.yaml:3: step 1: 'pattern' of 'ask': the pattern"):
        read_script(text, Path("a.yaml"))


@pytest.mark.parametrize(
    ("pattern", "value"),
    [
        (r"Total (\d+)", "12"),
        (r"Total \d+", "Total 12"),
        (r"(?i)total (\d)", "1"),
        (r"(Total) (\d+)", "Total"),
    ],
)
def test_the_first_group_or_all_of_it_is_the_value(pattern: str, value: str) -> None:
    assert reading("Total 12", pattern) == value


@pytest.mark.parametrize("pattern", [r"Sum", r"Total(, or not)?"])
def test_what_matches_nothing_gives_no_value(pattern: str) -> None:
    with pytest.raises(NotFound, match="nothing matches"):
        reading("Total 12", pattern)
