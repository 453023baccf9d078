"""A script's steps as Python calls."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import tapwright
from tapwright import Condition, Screen, Script, Target
from tapwright.actions import Box
from tapwright.agent.script.screen import Screen as Plain
from tapwright.devices.drawn_scene import Part
from tapwright.errors import Ambiguous, NotFound, Unexpected, UsageError
from tests.agent.script.ladder_parts import Program, button, row, window

LIST = (*row(1, "Meier", 20), *row(2, "Olsen", 54))
FIELD = Part("Name", Box(20, 100, 280, 126), "name", "field")


def screen(program: Program, *, model: bool = False) -> Plain:
    return Plain(program.stage(model=model), timeout=0.5)


def test_targets_are_words_or_say_more() -> None:
    program = Program(window(*LIST))
    plain = screen(program)
    plain.tap("Delete", near="Olsen", expect="delete 2 was clicked")
    plain.click("Delete", nth=1)
    plain.double_click(Target("Delete", near="Meier"))
    with pytest.raises(Ambiguous):
        plain.tap("Delete")
    assert program.desktop.ledger == ["delete 2", "delete 1", "delete 1"]


def test_typing_keys_scrolling_and_dragging() -> None:
    program = Program(window(FIELD, button("A", 20, 30), button("B", 200, 30)))
    plain = screen(program)
    plain.type("Ana", into="Name", clear=True)
    plain.press("ctrl+s")
    plain.press("ctrl++")
    plain.drag("A", "B")
    plain.scroll("down", 1)
    assert program.desktop.scene.typed == {"name": "Ana"}
    assert program.desktop.ledger[-3:] == ["key ctrl+s", "key ctrl++", "drag A to B"]


def test_the_screen_is_read_asked_and_held_against_words(tmp_path: Path) -> None:
    total = (Part("Total:", Box(20, 30, 90, 56)), Part("12.50", Box(120, 30, 220, 56)))
    program = Program(window(*total))
    plain = screen(program, model=True)
    assert plain.ask("the total", float, right_of="Total:") == 12.5
    program.eyes.says, program.eyes.true = 7, True
    assert plain.ask("how many", int) == 7
    plain.check("the invoice is paid")
    plain.check(Condition(text="12.50", gone="Loading"))
    program.eyes.true = False
    with pytest.raises(Unexpected, match="'the invoice is paid' is false"):
        plain.check("the invoice is paid")
    assert {"Total:", "12.50"} <= set(plain.read())
    assert plain.screenshot(tmp_path / "a.png").size == (560, 360)
    assert (tmp_path / "a.png").exists() and plain.model_calls == 3
    assert plain.find("Total:").box.width > 10


def test_words_are_waited_for() -> None:
    program = Program(window())
    done = replace(window(), parts=(Part("Done", Box(20, 30, 90, 56)),))
    looks = iter(range(4))
    program.desktop.on_look = lambda: program.show(done) if next(looks, 0) == 3 else None
    plain = screen(program)
    plain.wait_for("Done", timeout=10)
    with pytest.raises(Unexpected, match=r"waited 0\.5 s, and 'Ready' is not on the screen"):
        plain.wait_for("Ready")


def test_what_cannot_be_meant_is_told() -> None:
    plain = screen(Program(window(*LIST)))
    with pytest.raises(UsageError, match="a target needs words"):
        plain.tap(" ")
    with pytest.raises(UsageError, match="leave 'near'"):
        plain.tap(Target("Delete"), near="Olsen")
    with pytest.raises(UsageError, match="a value is one of"):
        plain.ask("the total", list)
    with pytest.raises(UsageError, match="cannot read the keys"):
        plain.press("ctrl+")


def test_an_empty_value_of_the_callers_widens_nothing() -> None:
    program = Program(window(*row(2, "Olsen", 54)))
    plain = screen(program)
    with pytest.raises(UsageError, match="near nothing"):
        plain.tap("Delete", near="")
    with pytest.raises(UsageError, match="nothing is expected"):
        plain.tap("Delete", expect="")
    with pytest.raises(UsageError, match="with words in it"):
        plain.wait_for(Condition(gone=" "))
    assert program.desktop.ledger == []


@pytest.mark.parametrize("only_learned", [False, True])
def test_the_front_door_puts_a_screen_together(tmp_path: Path, only_learned: bool) -> None:
    program = Program(window(button("Save", 20, 30)))
    asked = []

    def model() -> tapwright.Model:
        asked.append(1)
        raise NotFound("there is none")

    made = Screen(
        program.desktop, model, learned=tmp_path / "a", only_learned=only_learned, timeout=0.2
    )
    assert made.device is program.desktop and made.model_calls == 0
    made.press("enter")
    assert asked == []


def test_a_script_is_loaded_and_run_on_a_device(tmp_path: Path) -> None:
    file = tmp_path / "note.yaml"
    file.write_text(
        "name: note\ndevices: {pc: desktop}\nvariables: {key: enter}\n"
        "steps:\n  - tap: {at: [0.1875, 0.3]}\n  - press: '{{ key }}'\n",
        encoding="utf-8",
    )
    program = Program(window(button("Save", 20, 30)))
    script = Script.load(file)
    result = script.run(program.desktop, values={"key": "f5"}, folder=tmp_path / "run")
    assert (result.ended.value, program.desktop.ledger) == ("passed", ["Save", "key f5"])
    assert result.exit_code == 0 and result.model_calls == 0
