"""What a desktop knows beside its picture: checks, programs, the clipboard, whether it is lit."""

# ruff: noqa: RUF001 - letters of other scripts are meant.

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from Xlib import X
from Xlib.display import Display

from tapwright.actions import Hotkey, OpenApp, TypeText
from tapwright.agent.verify import parse_check
from tapwright.devices.desktop import DesktopDevice
from tapwright.devices.desktop_apps import Program, environment, find
from tapwright.devices.desktop_beside import Beside
from tapwright.devices.desktop_entries import entries
from tapwright.devices.desktop_keysyms import key_name, key_text
from tapwright.devices.desktop_selection import clipboard_text
from tapwright.devices.desktop_session import must_be_drivable, session
from tapwright.devices.desktop_x11 import env_for
from tapwright.devices.virtual_display import VirtualDisplay
from tapwright.errors import AppNotFound, DisplayGone, NoDevice, SetupError, UsageError
from tapwright.types import Delivery, ScreenState, Size

from ...waiting import until


@pytest.fixture
def beside(screen: VirtualDisplay) -> Iterator[Beside]:
    made = Beside(screen.display)
    yield made
    made.close()


@pytest.mark.desktop
def test_a_program_is_opened_typed_into_and_checked(
    desktop: DesktopDevice, needs: Callable[..., None], tmp_path: Path
) -> None:
    needs("mousepad")
    file = tmp_path / "out.txt"
    file.write_text("", encoding="utf-8")
    opened = desktop.perform(OpenApp("mousepad", ("--disable-server", str(file))))
    assert opened.delivery is Delivery.DELIVERED and "out.txt" in opened.said
    window = desktop.wait_for_window("out.txt")
    try:
        assert desktop.glance() == (f"mousepad: {file} - Mousepad", 0)
        desktop.perform(TypeText("Zürich 你"))
        for check, holds in (
            ("windows contains Mousepad", True),
            ("window out.txt matches ^mousepad", True),
            (f"process mousepad contains {window.pid}", True),
            (f"output cat {file} contains Z", False),  # not saved yet
            (f"file {file} contains Z", False),
        ):
            assert parse_check(check)(desktop).passed is holds, check
        desktop.perform(Hotkey(("ctrl", "s")))
        saved = parse_check(f"file {file} == 'Zürich 你'")
        until(lambda: saved(desktop).passed, "the editor has not written it")
    finally:
        assert window.pid
        os.kill(window.pid, signal.SIGTERM)


@pytest.mark.desktop
@pytest.mark.parametrize(
    ("argv", "code", "said"),
    [
        (["windows", "x"], 2, "takes no words"),
        (["window"], 2, "needs a title"),
        (["window", "never"], 1, "no window has 'never'"),
        (["file"], 2, "needs one path"),
        (["file", "/no/such"], 1, "cannot read '/no/such': No such file"),
        (["file", "/usr/bin/env"], 1, "is not UTF-8 text"),
        (["clipboard", "x"], 2, "takes no words"),
        (["process"], 2, "needs one name"),
        (["process", "no-such-process"], 1, "no process is called"),
        (["output"], 2, "needs a program"),
        (["output", "no-such-program"], 127, "cannot run 'no-such-program'"),
        (["output", "sh", "-c", "echo oh >&2; exit 4"], 4, "oh"),
        (["settings", "get"], 127, "a desktop knows no 'settings'; ask one of: windows"),
    ],
)
def test_a_question_without_an_answer_says_why(
    beside: Beside, argv: list[str], code: int, said: str
) -> None:
    answer = beside.query(argv)
    assert (answer.exit_code, answer.stdout) == (code, "")
    assert said in answer.stderr


@pytest.mark.desktop
def test_a_question_that_cannot_be_meant_is_the_persons_fault(beside: Beside) -> None:
    for argv in ([], [""], ["output", "a\0b"]):
        with pytest.raises(UsageError):
            beside.query(argv)


@pytest.mark.desktop
def test_arguments_reach_a_program_as_they_are(beside: Beside) -> None:
    hostile = ["$(id)", "a b", "*", "; ls", "你"]
    assert beside.query(["output", "printf", "%s|", *hostile]).stdout == "$(id)|a b|*|; ls|你|"


def _holds(beside: Beside, text: str) -> bool:
    return beside.query(["clipboard"]).stdout == text


@pytest.mark.desktop
def test_the_clipboard_is_read_small_and_large(
    beside: Beside, screen: VirtualDisplay, needs: Callable[..., None]
) -> None:
    needs("xclip")
    assert beside.query(["clipboard"]).stdout == ""
    for text in ("Zürich 你好\n", "x" * 600_000):
        with subprocess.Popen(
            ["xclip", "-selection", "clipboard", "-quiet"],
            env=screen.env, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL,
        ) as holder:  # fmt: skip
            assert holder.stdin is not None
            holder.stdin.write(text.encode())
            holder.stdin.close()
            until(partial(_holds, beside, text), "the clipboard is another's")
            holder.terminate()


@pytest.mark.desktop
def test_a_display_that_ends_while_the_clipboard_is_read_is_a_typed_error(
    needs: Callable[..., None],
) -> None:
    needs("Xvfb")
    with VirtualDisplay(Size(320, 240), manager=False) as own:
        _read_while_it_ends(own)


def _read_while_it_ends(own: VirtualDisplay) -> None:
    holder = Display(own.display)  # it holds the clipboard and hands nothing over
    window = holder.screen().root.create_window(0, 0, 1, 1, 0, 0)
    window.set_selection_owner(holder.intern_atom("CLIPBOARD"), X.CurrentTime)
    holder.sync()

    def end_when_asked() -> None:
        while holder.next_event().type != X.SelectionRequest:
            pass
        os.kill(own.pid, signal.SIGKILL)

    ending = threading.Thread(target=end_when_asked)
    ending.start()
    with pytest.raises(DisplayGone, match="is gone"):
        clipboard_text(own.display)
    ending.join()


@pytest.mark.desktop
def test_a_program_that_fails_or_shows_nothing_is_not_opened(desktop: DesktopDevice) -> None:
    failed = desktop.perform(OpenApp("false"))
    assert failed.delivery is Delivery.REFUSED and "exit code 1" in failed.said
    silent = desktop.perform(OpenApp("true"))
    assert silent.delivery is Delivery.UNKNOWN and "shows no window" in silent.said
    unknown = desktop.perform(OpenApp("no-such-program"))
    assert unknown.delivery is Delivery.REFUSED and "no program is called" in unknown.said


@pytest.mark.desktop
def test_a_dark_screen_is_told_and_woken(desktop: DesktopDevice, beside: Beside) -> None:
    link = Display(desktop.query(["output", "printenv", "DISPLAY"]).stdout.strip())
    assert beside.state() is ScreenState.LIT
    link.force_screen_saver(1)
    link.sync()
    assert beside.state() is ScreenState.ASLEEP
    assert desktop.observe().state is ScreenState.ASLEEP
    desktop.wake()
    assert beside.state() is ScreenState.LIT
    locked, lock = link.intern_atom("_SCREENSAVER_STATUS"), link.intern_atom("LOCK")
    root = link.screen().root
    root.change_property(locked, 19, 32, [lock, 0])  # as XScreenSaver says it: INTEGER
    link.sync()
    assert beside.state() is ScreenState.LOCKED
    root.delete_property(locked)
    link.sync()
    link.close()
    assert desktop.observe().state in (ScreenState.LIT, ScreenState.BLANK)


@pytest.mark.parametrize(
    ("env", "platform", "kind"),
    [
        ({"DISPLAY": ":0"}, "linux", "x11"),
        ({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, "linux", "wayland"),
        ({"DISPLAY": ":0", "XDG_SESSION_TYPE": "wayland"}, "linux", "wayland"),
        ({}, "linux", "none"),
        ({}, "win32", "windows"),
        ({}, "darwin", "macos"),
    ],
)
def test_a_session_is_told_by_its_environment(
    env: dict[str, str], platform: str, kind: str
) -> None:
    assert session(env, platform) == kind


def test_wayland_and_no_display_are_named_with_what_to_do() -> None:
    with pytest.raises(SetupError, match=r"Wayland session.*Xorg session.*--device xvfb"):
        must_be_drivable(env={"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"})
    with pytest.raises(NoDevice, match=r"no display here.*`--device xvfb`.*`xvfb-run`"):
        must_be_drivable(env={})
    must_be_drivable(":99", env={})


ENTRY = "[Desktop Entry]\nType=Application\nName={}\nExec={}\n"


def written(folder: Path, **files: str) -> dict[str, str]:
    (folder / "applications").mkdir(parents=True)
    for name, text in files.items():
        (folder / "applications" / f"{name}.desktop").write_text(text, encoding="utf-8")
    return {"XDG_DATA_HOME": str(folder), "XDG_DATA_DIRS": str(folder / "none")}


def test_the_menu_s_entries_become_argument_lists(tmp_path: Path) -> None:
    env = written(
        tmp_path,
        plain=ENTRY.format("Plain", "env --unset=A %U %f -x %%"),
        quoted=ENTRY.format("Quoted", '"/usr/bin/env" "a b"') + "Name[de]=Nein\n",
        hidden=ENTRY.format("Hidden", "env") + "NoDisplay=true\n",
        gone=ENTRY.format("Gone", "no-such-program"),
        action=ENTRY.format("Acting", "env") + "[Desktop Action new]\nName=New\nExec=false\n",
        broken=ENTRY.format("Broken", 'env "'),
        link="[Desktop Entry]\nType=Link\nName=Link\n",
    )
    assert entries(env) == [
        Program("action", "Acting", ("env",)),
        Program("plain", "Plain", ("env", "--unset=A", "-x", "%")),
        Program("quoted", "Quoted", ("/usr/bin/env", "a b")),
    ]


def test_a_program_is_found_by_label_entry_or_file() -> None:
    editor = Program("org.xfce.mousepad", "Text Editor", ("/usr/bin/mousepad",))
    other = Program("org.gnome.editor", "Editor", ("gedit",))
    twin = Program("org.kde.editor", "Editor", ("kate",))
    for name in ("text  editor", "ORG.XFCE.Mousepad", "mousepad"):
        assert find(name, [editor, other]) == editor
    with pytest.raises(AppNotFound, match=r"'Editor' is the name of 2 programs.*'org.kde.editor'"):
        find("Editor", [editor, other, twin])
    assert find("sh", [editor]).argv[0].endswith("/sh")
    with pytest.raises(AppNotFound, match="did you mean 'Text Editor'"):
        find("text", [editor])
    with pytest.raises(AppNotFound, match="no program is named"):
        find(" ", [editor])


def test_a_program_s_environment_is_that_of_its_display() -> None:
    env = environment(":77")
    assert env is not None and env["DISPLAY"] == ":77" and "WAYLAND_DISPLAY" not in env
    assert env["DBUS_SESSION_BUS_ADDRESS"] == "disabled:"  # no program of another display is asked
    assert environment(None) is None
    base = {"WAYLAND_DISPLAY": "wayland-0", "SESSION_MANAGER": "here", "HOME": "/home/ana"}
    assert env_for(":5", base) == {
        "HOME": "/home/ana", "DISPLAY": ":5", "XDG_SESSION_TYPE": "x11", "GDK_BACKEND": "x11",
        "QT_QPA_PLATFORM": "xcb",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("mapped", "state", "text", "name"),
    [
        ([0x61, 0x41], 0, "a", "a"),
        ([0x61, 0x41], 1, "A", "a"),
        ([0x61, 0x41], 2, "A", "a"),  # Caps Lock
        ([0x61, 0x41], 3, "a", "a"),
        ([0x31, 0x21], 2, "1", "1"),
        ([0x71, 0x51, 0, 0, 0x40, 0], 0x80, "@", "q"),  # AltGr
        ([0x66, 0x46, 0x6C1, 0x6E1], 0x2000, "а", "f"),  # the second group, Cyrillic
        ([0x6C1, 0x6E1], 1, "А", "а"),
        ([0x1004F60], 0, "你", "你"),
        ([0x20AC], 0, "€", "€"),
        ([0x7E1], 0, "α", "α"),
        ([0xFF0D], 0, "", "enter"),
        ([0xFFB7, 0xFF95], 0, "7", "7"),  # the keypad
        ([0xFE51], 0, "", ""),  # a dead key
        ([0xFFE3], 0, "", "ctrl"),
        ([0xFFBE], 0, "", "f1"),
        ([], 0, "", ""),
    ],
)
def test_a_key_is_named_and_typed_as_its_keysyms_say(
    mapped: list[int], state: int, text: str, name: str
) -> None:
    assert key_text(mapped, state) == text
    assert key_name(mapped, text) == name
