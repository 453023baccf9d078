"""Keys are named alike in a script's file and in its Python calls."""

from __future__ import annotations

from pathlib import Path

import pytest

from tapwright.actions import OTHER_KEY_NAMES, PressKey
from tapwright.agent.script.gestures import pressing
from tapwright.agent.script.keys import on_desktops, on_phones, unknown_key
from tapwright.agent.script.lint import lint
from tapwright.agent.script.load import load_script, read_script
from tapwright.agent.script.screen import Screen
from tapwright.agent.script.steps import Press
from tapwright.devices.android_keys import KEYS, key_code
from tapwright.devices.desktop_keys import KEYSYMS, key_name
from tapwright.errors import ScriptError, UsageError
from tapwright.keys import DESKTOP_KEYS, MAC_KEYS, PHONE_KEYS

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
    with pytest.raises(UsageError, match=r"'press'|is no key"):
        read_script(f'device: sim\nsteps:\n  - press: "{said}"\n')
    program = Program(window())
    with pytest.raises(UsageError, match="cannot read the keys"):
        Screen(program.stage()).press(said)
    assert program.desktop.ledger == []


def test_the_names_that_scripts_are_judged_by_are_those_that_devices_press() -> None:
    assert frozenset(KEYSYMS) == DESKTOP_KEYS
    assert frozenset(KEYS) == PHONE_KEYS
    for name in (*DESKTOP_KEYS, *MAC_KEYS, *OTHER_KEY_NAMES, "a", "+", "ß", "Page_Down"):
        assert on_desktops(name)
        assert key_name(name, platform="darwin")


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("back", "BACK"),
        ("Enter", "ENTER"),
        ("return", "ENTER"),
        ("backspace", "DEL"),
        ("delete", "FORWARD_DEL"),
        ("Page Down", "PAGE_DOWN"),
        ("pgup", "PAGE_UP"),
        ("escape", "ESCAPE"),
        ("menu", "MENU"),
        ("volume_up", "VOLUME_UP"),
        ("app_switch", "APP_SWITCH"),
    ],
)
def test_a_phones_keys_have_the_names_of_a_desktops_too(written: str, name: str) -> None:
    assert pressing("phone", (written,)) == PressKey(name)
    assert on_phones(written) and key_code(name)


@pytest.mark.parametrize(
    ("said", "cure"),
    [
        ("entr", "no device has a key 'entr'; did you mean 'enter'?"),
        ("ctlr+s", "no device has a key 'ctlr'; did you mean 'ctrl'?"),
        ("ctrl+bakc", "no device has a key 'bakc'; did you mean 'back'?"),
        ("xyzzy", "no device has a key 'xyzzy'; write it as in enter, f5, ctrl+s or back"),
    ],
)
def test_a_key_that_no_device_has_is_refused_with_its_line(said: str, cure: str) -> None:
    with pytest.raises(ScriptError) as error:
        read_script(f"steps:\n  - press: a\n  - press: {{keys: {said}}}\n", "k.yaml")
    assert [fault.startswith(f"k.yaml:3: step 2: {cure}") for fault in error.value.faults] == [True]


def test_a_key_that_is_filled_in_is_the_devices_to_refuse() -> None:
    assert unknown_key("{{ key }}") == unknown_key("f{{ n }}") == ""


@pytest.mark.parametrize(
    ("device", "said", "found"),
    [
        ("desktop", "back", "'desktop' has no key 'back'"),
        ("xvfb:800x600", "ctrl+back", "'xvfb:800x600' has no key 'back'"),
        ("sim", "f5", "'sim' has no key 'f5'"),
        ("android", "ctrl+s", "'android' presses one key at a time, not 'ctrl+s'"),
        ("sim", "back", ""),
        ("desktop", "ctrl+s", ""),
        ("desktop", "home", ""),
        ("sim", "home", ""),
        ("192.0.2.7:5555", "ctrl+s", ""),  # what that is shows when it is opened
    ],
)
def test_a_key_that_the_steps_own_device_lacks_is_an_error_of_lint(
    tmp_path: Path, device: str, said: str, found: str
) -> None:
    file = tmp_path / "k.yaml"
    file.write_text(f'device: "{device}"\nsteps:\n  - press: {said}\n', encoding="utf-8")
    assert load_script(file), "with --device it may be for another device"
    told = [(finding.severity, finding.text) for finding in lint(file)]
    assert ([told[0]] if told else []) == ([("error", found)] if found else [])


def test_the_device_that_a_step_names_counts(tmp_path: Path) -> None:
    file = tmp_path / "k.yaml"
    steps = "steps:\n  - press: ctrl+s\n  - press: back\n    on: phone\n"
    file.write_text(f"devices: {{pc: desktop, phone: sim}}\n{steps}", encoding="utf-8")
    assert lint(file) == []
