"""What is asked about on a desktop: by the program in front, by keys, by what is opened."""

from __future__ import annotations

import pytest

from tapwright.actions import (
    Action,
    Click,
    Drag,
    FocusWindow,
    Hotkey,
    MoveTo,
    OpenApp,
    Point,
    PressKey,
    Scroll,
    TypeText,
    Wait,
)
from tapwright.agent.policy import NoOne, Policy, PolicyContext
from tapwright.devices.desktop_keys import KEYSYMS, key_name
from tapwright.tools.gestures import hotkey
from tapwright.tools.registry import CheckedCall, Tool
from tapwright.types import Decision, ToolCall, ToolSpec, Verdict

HERE = Point(10, 10)
CLICK = Click(HERE)


def decided(planned: Action, front: str = "", task: str = "", **arguments: object) -> Decision:
    tool = Tool(ToolSpec("act", "", {"type": "object"}), plan=lambda context, given: planned)
    call = CheckedCall(ToolCall("act", arguments), tool, arguments)
    context = PolicyContext(task=task, planned=planned, foreground=front or None)
    return Policy(NoOne()).decide(call, context)


@pytest.mark.parametrize("act", [CLICK, TypeText("ls"), Hotkey(("enter",)), Drag((HERE, HERE))])
@pytest.mark.parametrize(
    ("front", "rule"),
    [
        ("xterm: root@host: ~", "app.terminal"),
        ("gnome-terminal-server: Notes", "app.terminal"),
        ("C:\\Windows\\System32\\cmd.exe: Notes", "app.terminal"),
        ("WindowsTerminal: x", "app.terminal"),
        ("polkit-gnome-authentication-agent-1: Authenticate", "app.privileges"),
        ("KeePassXC: vault.kdbx", "app.passwords"),
        ("chromium: Bitwarden Web Vault - Chromium", "app.passwords"),
    ],
)
def test_acts_in_a_terminal_or_a_vault_are_asked_about(act: Action, front: str, rule: str) -> None:
    decision = decided(act, front)
    assert (decision.verdict, decision.rule) == (Verdict.CONFIRM, rule)


@pytest.mark.parametrize("act", [Scroll(HERE, 3), MoveTo(HERE), Hotkey(("pagedown",)), Wait(1.0),
                                 FocusWindow("Notes"), Hotkey(("alt", "tab"))])  # fmt: skip
def test_looking_at_a_terminal_is_not(act: Action) -> None:
    assert decided(act, "xterm: ~").verdict is Verdict.ALLOW


@pytest.mark.parametrize(
    "front", ["mousepad: how to use a terminal", "chromium: xterm: a guide", ""]
)
def test_a_title_makes_no_terminal_of_another_program(front: str) -> None:
    assert decided(CLICK, front).verdict is Verdict.ALLOW


@pytest.mark.parametrize(
    ("keys", "rule"),
    [
        (("alt", "f4"), "keys.close"),
        (("ALT", "F4"), "keys.close"),
        (("ctrlleft", "w"), "keys.close"),
        (("command", "q"), "keys.close"),
        (("ctrl", "alt", "delete"), "keys.power"),
        (("ctrl", "alt", "del"), "keys.power"),
        (("super", "l"), "keys.power"),
        (("ctrl", "alt", "f2"), "keys.power"),
        (("win", "r"), "keys.run"),
        (("ctrl", "alt", "t"), "keys.run"),
        (("shift", "delete"), "keys.delete"),
    ],
)
def test_keys_that_close_lock_or_delete_are_asked_about(keys: tuple[str, ...], rule: str) -> None:
    decision = decided(Hotkey(keys), "mousepad: Notes", keys=list(keys))
    assert (decision.verdict, decision.rule) == (Verdict.CONFIRM, rule)


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("alt left+f4", "keys.close"),
        ("Alt_Right+F 4", "keys.close"),
        ("control-right+W", "keys.close"),
        ("shift+d e l", "keys.delete"),
        ("shift_left+De_lete", "keys.delete"),
        ("Super+l", "keys.power"),
        ("ctrl+alt+Back-Space", "keys.power"),
        ("windows+R", "keys.run"),
    ],
)
def test_no_spelling_that_a_keyboard_presses_passes_the_question(written: str, rule: str) -> None:
    planned = hotkey(written)
    plain = [key_name(key, platform="linux") for key in planned.keys]  # each is pressed there
    assert all(key in KEYSYMS or len(key) == 1 for key in plain)
    decision = decided(planned, "mousepad: Notes", keys=list(planned.keys))
    assert (decision.verdict, decision.rule) == (Verdict.CONFIRM, rule)


@pytest.mark.parametrize("key", ["\n", "\r", "RE TURN", "enter_", "NUMPAD_ENTER", "num enter"])
def test_enter_is_enter_however_it_is_written(key: str) -> None:
    assert decided(PressKey(key), "slack: general").rule == "app.messenger-enter"


@pytest.mark.parametrize("keys", [("ctrl", "s"), ("delete",), ("enter",), ("ctrl", "f"), ("f4",)])
def test_keys_of_every_editor_are_not(keys: tuple[str, ...]) -> None:
    assert decided(Hotkey(keys), "mousepad: Notes", keys=list(keys)).verdict is Verdict.ALLOW


def test_delete_deletes_in_a_file_manager() -> None:
    for act in (Hotkey(("delete",)), PressKey("delete")):
        assert decided(act, "thunar: Documents").rule == "keys.delete"


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("xterm", "open.terminal"),
        ("/usr/bin/gnome-terminal", "open.terminal"),
        ("PowerShell.exe", "open.terminal"),
        ("poweroff", "open.power"),
        ("KeePassXC", "open.passwords"),
    ],
)
def test_opening_a_terminal_a_vault_or_the_end_is_asked_about(name: str, rule: str) -> None:
    assert decided(OpenApp(name)).rule == rule


def test_opening_anything_else_is_not() -> None:
    assert decided(OpenApp("galculator")).verdict is Verdict.ALLOW


@pytest.mark.parametrize("act", [Hotkey(("enter",)), Hotkey(("ctrl", "Return")), TypeText("hi\n")])
def test_enter_sends_in_a_messenger(act: Action) -> None:
    assert decided(act, "slack: general").rule == "app.messenger-enter"
    assert decided(act, "chromium: (2) WhatsApp - Chromium").rule == "app.messenger-enter"
    assert decided(TypeText("hi"), "slack: general").verdict is Verdict.ALLOW


def test_a_costly_task_asks_before_clicks_and_enter_but_not_before_looking() -> None:
    task = "Delete all my files"
    for act in (CLICK, Drag((HERE, HERE)), Hotkey(("enter",)), TypeText("yes\n")):
        assert decided(act, "mousepad: x", task).rule == "task.delete"
    for look in (Scroll(HERE, 1), MoveTo(HERE), Hotkey(("down",)), TypeText("yes")):
        assert decided(look, "mousepad: x", task).verdict is Verdict.ALLOW
