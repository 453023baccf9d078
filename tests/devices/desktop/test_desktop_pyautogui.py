"""The hands of Windows and macOS, tested where they work too: under X11, with their library."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from Xlib import X

from tapwright.devices.virtual_display import VirtualDisplay

pytestmark = pytest.mark.desktop

# pyautogui takes its display from the environment when it is imported, so it runs by itself.
_BEFORE = """
import json, sys, time
import pyautogui
settings = (pyautogui.PAUSE, pyautogui.FAILSAFE)
from tapwright.devices.desktop_hands import Hands
from tapwright.devices.desktop_pyautogui import PyAutoGui
from tapwright.errors import ActionRefused, TapwrightError
hands = Hands(PyAutoGui())
"""
_AFTER = """
hands.close()
assert (pyautogui.PAUSE, pyautogui.FAILSAFE) == settings
"""


@pytest.fixture
def run(screen: VirtualDisplay, tmp_path: Path) -> Callable[[str], Any]:
    """Runs lines with `hands` on the display and gives what they printed, as JSON."""
    if importlib.util.find_spec("pyautogui") is None:  # importing it needs a display
        pytest.skip("pyautogui is not installed here")

    def run(lines: str) -> Any:
        # Files, not pipes: a clipboard's program lives on and would hold a pipe open.
        said, failed = tmp_path / "said.json", tmp_path / "failed.txt"
        with said.open("wb") as out, failed.open("wb") as err:
            command = [sys.executable, "-c", _BEFORE + lines + _AFTER]
            done = subprocess.run(command, env=screen.env, stdout=out, stderr=err, timeout=40)
        assert done.returncode == 0, failed.read_text(encoding="utf-8")
        text = said.read_text(encoding="utf-8")
        return json.loads(text) if text.strip() else None

    return run


def _kinds(events: list[Any]) -> list[tuple[str, int]]:
    names = {X.ButtonPress: "down", X.ButtonRelease: "up"}
    return [(names[event.type], event.detail) for event in events if event.type in names]


def test_its_mouse_does_what_the_other_does_even_in_the_corner(
    run: Callable[[str], Any], pad: Any
) -> None:
    place = run(
        "hands.click((300, 200), 'right', 2, ('ctrl',))\n"
        "hands.drag([(10, 10), (200, 90)], seconds=0.05)\n"
        "hands.scroll((50, 60), 2, -1)\n"
        "hands.click((0, 0))\n"
        "hands.move((7, 8))\n"
        "print(json.dumps(hands._injector.position()))\n"
    )
    events = pad.events()
    assert _kinds(events) == [
        *[("down", 3), ("up", 3)] * 2,
        ("down", 1), ("up", 1),
        *[("down", 5), ("up", 5)] * 2, ("down", 6), ("up", 6),
        ("down", 1), ("up", 1),
    ]  # fmt: skip
    presses = [event for event in events if event.type == X.ButtonPress]
    assert presses[0].state & X.ControlMask
    assert (presses[0].root_x, presses[0].root_y) == (300, 200)
    released = [event for event in events if event.type == X.ButtonRelease]
    assert (released[2].root_x, released[2].root_y) == (200, 90)
    assert place == [7, 8]


def test_what_it_would_pass_over_in_silence_is_refused(run: Callable[[str], Any], pad: Any) -> None:
    said = run(
        "said = []\n"
        "for keys in (['nosuch'], ['ctrl', 'entr'], ['browserback'], ['command']):\n"
        "    try:\n"
        "        hands.hotkey(keys)\n"
        "    except ActionRefused as error:\n"
        "        said.append(str(error))\n"
        "for text in ('a\\0b', '\\ud800'):\n"
        "    try:\n"
        "        hands.type(text)\n"
        "    except ActionRefused as error:\n"
        "        said.append(str(error))\n"
        "print(json.dumps(said))\n"
    )
    assert len(said) == 6
    assert "did you mean" in said[1] and "has no key" in said[2] and "U+0000" in said[4]
    assert not any(event.type == X.KeyPress for event in pad.events())


def test_text_goes_by_the_clipboard_which_holds_what_it_held_afterwards(
    run: Callable[[str], Any], needs: Callable[..., None]
) -> None:
    needs("xclip", "zenity")
    came = run(
        "import subprocess, pyperclip\n"
        "from tapwright.devices.desktop_windows import open_windows, wait_for_window\n"
        "pyperclip.copy('mine, \u00e7')\n"
        "asking = ['zenity', '--entry', '--title=ask']\n"
        "entry = subprocess.Popen(asking, stdout=subprocess.PIPE)\n"
        "windows = open_windows()\n"
        "windows.focus(wait_for_window(windows, 'ask'))\n"
        "effect = hands.type('Gr\u00fc\u00dfe \u6f22\u5b57 \U0001f600 \\'x\\'\\n')\n"
        "typed = entry.communicate(timeout=20)[0].decode('utf-8')\n"
        "from tapwright.devices.desktop_clipboard import held_text\n"
        "print(json.dumps([typed, pyperclip.paste(), effect.said, held_text()]))\n"
    )
    assert came[0] == "Grüße 漢字 😀 'x'\n"
    assert came[1] == came[3] == "mine, ç"
    assert "clipboard" in came[2]
