"""An act that is refused behind a part of it that was done: it was begun, and nobody's guess."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tapwright.actions import Action, Box, Hotkey, PressKey, Tap, TypeText
from tapwright.agent.script.past import read_past
from tapwright.agent.script.results import Ended, ScriptResult, Status
from tapwright.agent.script.resume import resume_script
from tapwright.agent.script.runner import RunnerSettings, ScriptRunner
from tapwright.agent.script.stages import StageLike
from tapwright.agent.script.steps import Condition, Script, Target, TypeIn
from tapwright.devices.drawn_desktop import DrawnDesktop
from tapwright.devices.drawn_scene import Part
from tapwright.errors import ActionRefused, TextNotTypable, Uncertain
from tapwright.types import Delivery, Effect

from .ladder_parts import Program, window
from .standin import World, run, script_of

FIELD = Part("Name", Box(20, 80, 300, 106), "name", "field")
INTO_NAME = TypeIn("Ана", Target("Name"))


class Refusing(DrawnDesktop):
    """A desktop that can type no text; it keeps what it was asked to do."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.asked: list[Action] = []
        self.unknown: type[Action] | None = None  # nobody learns whether these arrive

    def perform(self, action: Action) -> Effect:
        self.asked.append(action)
        if isinstance(action, TypeText):
            raise TextNotTypable("a letter that this keyboard lacks")
        effect = super().perform(action)
        if self.unknown is not None and isinstance(action, self.unknown):
            return Effect(Delivery.UNKNOWN, "cut off")
        return effect

    def taps(self) -> int:
        """How many reached it."""
        return sum(isinstance(action, Tap) for action in self.asked)


def refusing() -> tuple[Program, Refusing]:
    program = Program(window(FIELD))
    desktop = Refusing(program.desktop.scene, program.desktop.on_hit)
    program.desktop = desktop
    return program, desktop


def test_typing_that_is_refused_behind_its_tap_is_not_as_if_nothing_was_done() -> None:
    program, desktop = refusing()
    with pytest.raises(
        Uncertain, match="a part of it was done, and then: a letter that this keyboard"
    ):
        program.stage().do(INTO_NAME)
    assert desktop.taps() == 1


def test_typing_that_is_refused_behind_the_clearing_is_not_either() -> None:
    program, desktop = refusing()
    with pytest.raises(Uncertain, match="a part of it was done"):
        program.stage().do(TypeIn("Ана", clear=True))
    assert Hotkey(("ctrl", "a")) in desktop.asked


def test_typing_that_is_refused_at_once_did_nothing() -> None:
    program, _ = refusing()
    with pytest.raises(ActionRefused, match="keyboard lacks"):
        program.stage().do(TypeIn("Ана"))


def test_what_was_done_in_part_is_decided_by_what_is_expected() -> None:
    program, _ = refusing()
    there = Condition(text="name was clicked")
    done = program.stage().do(INTO_NAME, expect=there)
    assert done.verified and done.unknown
    program, _ = refusing()
    with pytest.raises(Uncertain, match="'Sent' is not on the screen"):
        program.stage().do(INTO_NAME, timeout=0.3, expect=Condition(text="Sent"))


def test_nothing_is_typed_behind_a_clearing_of_which_nobody_knows() -> None:
    program, desktop = refusing()
    desktop.unknown = PressKey
    with pytest.raises(Uncertain, match="cut off"):
        program.stage().do(replace(INTO_NAME, clear=True))
    assert not any(isinstance(action, TypeText) for action in desktop.asked)


TEXT = """
    device: desktop
    steps:
      - type: {text: Ана, into: Name}
        once: true
"""


def carry(script: Script, program: Program, folder: Path, *, resumed: bool) -> ScriptResult:
    """Run the script on the program's stage, or go on with it."""

    def open_stage(device: object, script: Script, alias: str) -> StageLike:
        return program.stage()

    if resumed:
        return resume_script(
            folder,
            {"device": program.desktop},
            settings=RunnerSettings(environ={}),
            open_stage=open_stage,
            script=script,
        )
    settings = RunnerSettings(folder=folder, environ={})
    devices = {"device": program.desktop}
    return ScriptRunner(script, devices, settings=settings, open_stage=open_stage).run()


def test_a_once_step_that_was_refused_halfway_is_not_done_again(tmp_path: Path) -> None:
    program, desktop = refusing()
    script, folder = script_of(TEXT, tmp_path), tmp_path / "run"
    first = carry(script, program, folder, resumed=False)
    assert (first.ended, first.exit_code) == (Ended.NEEDS_HUMAN, 5), first.said
    assert first.steps[0].status is Status.UNCERTAIN
    assert read_past(folder).done["1"]["delivery"] == "unknown"
    again = carry(script, program, folder, resumed=True)
    assert again.ended is Ended.NEEDS_HUMAN and "--not-done" in again.said
    assert desktop.taps() == 1, "it was tapped again"


@pytest.mark.parametrize(
    ("tries", "delivery"), [(1, "none"), (2, "delivered")], ids=["at once", "at the second try"]
)
def test_a_refusal_does_not_undo_what_an_earlier_try_did(
    tmp_path: Path, tries: int, delivery: str
) -> None:
    world = World()

    def refuse(act: str) -> None:
        if len(world.acts) == tries - 1:
            raise ActionRefused("it would not")

    world.trouble = refuse
    text = "{device: desktop, steps: [{press: a, expect: Never, retries: 3}]}"
    assert run(text, world, tmp_path).ended is Ended.FAILED
    assert len(world.acts) == tries - 1
    assert read_past(tmp_path / "run").done["1"]["delivery"] == delivery
