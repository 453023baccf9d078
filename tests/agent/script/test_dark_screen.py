"""A screen that is locked or off: nothing is thought gone, read or typed there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from drift_world import NoTime

from tapwright.actions import Action
from tapwright.agent.script.acting import Stage
from tapwright.agent.script.steps import Act, Ask, Condition, Open, Press, ScrollBy, TypeIn
from tapwright.errors import ScreenUnavailable, UsageError
from tapwright.types import Effect, Observation, ScreenState

from .ladder_parts import Program, button, window


class Dark:
    """A desktop, or a phone, that is dark for so many looks."""

    def __init__(self, program: Program, state: ScreenState, looks: int = 10_000) -> None:
        self._desktop = program.desktop
        self.state, self.looks = state, looks
        self.acts: list[Action] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._desktop, name)

    def observe(self) -> Observation:
        self.looks -= 1
        seen = self._desktop.observe()
        return replace(seen, state=self.state) if self.looks >= 0 else seen

    def perform(self, action: Action) -> Effect:
        self.acts.append(action)
        return self._desktop.perform(action)


def dark(state: ScreenState = ScreenState.LOCKED, looks: int = 10_000) -> tuple[Dark, Stage]:
    program = Program(window(button("Save", 300, 120)))
    device = Dark(program, state, looks)
    return device, Stage(device, reader=program.reader, clock=NoTime())


DARK = (ScreenState.LOCKED, ScreenState.ASLEEP, ScreenState.SECURE)


@pytest.mark.parametrize("state", DARK)
@pytest.mark.parametrize("condition", [Condition(gone="Error"), Condition(text="Save")])
def test_nothing_is_said_of_a_dark_screen(state: ScreenState, condition: Condition) -> None:
    _, stage = dark(state)
    with pytest.raises(ScreenUnavailable):
        stage.holds(condition, None, 1)


@pytest.mark.parametrize(
    "act", [TypeIn("secret"), Press(("enter",)), ScrollBy("down", 1), Open("mousepad")]
)
def test_nothing_is_done_on_a_dark_desktop(act: Act) -> None:
    device, stage = dark()
    with pytest.raises(ScreenUnavailable, match="locked"):
        stage.do(act, timeout=1)
    assert device.acts == []


def test_a_screen_that_lights_up_in_time_is_read() -> None:
    _, stage = dark(ScreenState.ASLEEP, looks=3)
    assert stage.holds(Condition(text="Save"), None, 5)[0]


def test_nothing_is_read_off_a_dark_screen() -> None:
    _, stage = dark()
    with pytest.raises(ScreenUnavailable):
        stage.ask(Ask("x", "x", pattern="S.*"), 1)


def test_a_pattern_that_was_filled_in_and_is_none_is_named() -> None:
    _, stage = dark(looks=0)
    with pytest.raises(UsageError, match="not a regular expression"):
        stage.ask(Ask("x", "x", pattern="("), 1)
