"""Keys are named alike in a script's file and in its Python calls."""

from __future__ import annotations

import pytest

from tapwright.agent.script.load import read_script
from tapwright.agent.script.screen import Screen
from tapwright.agent.script.steps import Press
from tapwright.errors import UsageError

from .ladder_parts import Program, window


@pytest.mark.parametrize(
    ("said", "keys"),
    [
        ("ctrl+s", ("ctrl", "s")),
        (" ctrl + shift + f5 ", ("ctrl", "shift", "f5")),
        ("ctrl++", ("ctrl", "+")),
        ("ctrl + +", ("ctrl", "+")),
        ("+", ("+",)),
    ],
)
def test_keys_are_told_apart(said: str, keys: tuple[str, ...]) -> None:
    (step,) = read_script(f'device: sim\nsteps:\n  - press: "{said}"\n').steps
    assert step.act == Press(keys)
    program = Program(window())
    Screen(program.stage()).press(said)
    assert program.desktop.ledger == [f"key {'+'.join(keys)}"]


@pytest.mark.parametrize(
    "said", ["", " ", "ctrl+", "+s", "a+ +b", "ctrl++s", "+".join("abcdefghi")]
)
def test_what_is_no_key_is_refused_in_both(said: str) -> None:
    with pytest.raises(UsageError, match="'press'|is no key"):
        read_script(f'device: sim\nsteps:\n  - press: "{said}"\n')
    program = Program(window())
    with pytest.raises(UsageError, match="cannot read the keys"):
        Screen(program.stage()).press(said)
    assert program.desktop.ledger == []
