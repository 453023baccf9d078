"""Typing through a keyboard app that takes base64, and giving the person's keyboard back.

The keyboard in use is written to a file before it is changed. It is restored when the text is
typed, and where this program dies in between, at the next connection to the phone.
"""

from __future__ import annotations

import base64
import json
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tapwright import locks
from tapwright.devices.adb_shell import AdbLink, shell_words
from tapwright.devices.adb_stream import Deadline, ShellOutput
from tapwright.errors import DeviceError, TextNotTypable

_READ_CURRENT = "settings get secure default_input_method"
_ID = re.compile(r"^[\w.]+/[\w.$]+$")
_POLL = 0.1  # seconds between two looks at the setting
_RESTORE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class ImeRoute:
    """A keyboard app and the broadcast that makes it type."""

    ime: str
    action: str
    extra: str

    def line(self, text: str) -> str:
        """The command that types `text`; only the keyboard itself is sent it."""
        package = self.ime.partition("/")[0]
        encoded = base64.b64encode(text.encode("utf-8")).decode("ascii")
        return shell_words(
            ["am", "broadcast", "-a", self.action, "-p", package, "--es", self.extra, encoded]
        )


@dataclass(frozen=True, slots=True)
class _Memory:
    """A borrowed keyboard: what was in use before, and whether ours was enabled then."""

    previous: str
    ours: str
    was_enabled: bool


ROUTES = (
    ImeRoute("com.android.adbkeyboard/.AdbIME", "ADB_INPUT_B64", "msg"),
    ImeRoute("com.github.uiautomator/.AdbKeyboard", "ADB_KEYBOARD_INPUT_TEXT", "text"),
)


def state_folder() -> Path:
    """Where this user's programs keep their state, one folder for the borrowed keyboards."""
    return locks.state_folder() / "keyboards"


class KeyboardSwitch:
    """Borrows the phone's keyboard setting and gives it back."""

    def __init__(self, link: AdbLink, folder: Path | None = None) -> None:
        """Keep the memory of a borrowed keyboard in `folder` (the user's state folder)."""
        self._link = link
        name = re.sub(r"[^\w.-]", "_", link.serial)
        self._memory = (folder or state_folder()) / f"{name}.json"

    def route(self) -> ImeRoute | None:
        """The first keyboard on the phone that can type any text; None where there is none."""
        installed = self._link.shell("ime list -a -s").text.split()
        return next((route for route in ROUTES if route.ime in installed), None)

    @contextmanager
    def using(self, route: ImeRoute, deadline: Deadline) -> Iterator[None]:
        """Switch to the keyboard of `route` and back; raise `TextNotTypable` where refused."""
        if self._memory.exists():
            self.restore()  # of an earlier time that could not be restored
        current = self._current(deadline)
        if current == route.ime:
            yield
            return
        self._remember(current, route, deadline)
        try:
            for verb in ("enable", "set"):
                answer = self._link.shell(f"ime {verb} {route.ime}", timeout=deadline.at_most(10))
                if answer.exit_code != 0:
                    raise TextNotTypable(_refusal(route, answer))
            if not self._await(route.ime, deadline.at_most(3)):
                raise TextNotTypable(_refusal(route, answer))
            yield
        finally:
            self.restore()

    def restore(self) -> bool:
        """Give the person's keyboard back; False where the phone could not be told to.

        Without a memory there is nothing to do. Never raises: what goes wrong here must not hide
        what went wrong before, and the memory stays for the next time.
        """
        memory = self._recall()
        if memory is None:
            return True
        try:
            if not self._give_back(memory):
                return False
            self._memory.unlink(missing_ok=True)
        except (DeviceError, OSError):
            return False
        return True

    @property
    def borrowed(self) -> bool:
        """Whether a keyboard is still to be given back."""
        return self._memory.exists()

    def _recall(self) -> _Memory | None:
        """What was borrowed; a damaged note says at least that something was."""
        try:
            note = json.loads(self._memory.read_text(encoding="utf-8"))
            return _Memory(str(note["previous"]), str(note["ours"]), bool(note["was_enabled"]))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError):
            return _Memory("", "", was_enabled=True)

    def _give_back(self, memory: _Memory) -> bool:
        deadline = Deadline(2 * _RESTORE_SECONDS, "restoring the keyboard")
        if self._current(deadline) in {route.ime for route in ROUTES}:
            previous = memory.previous
            known = bool(_ID.match(previous)) and previous in self._listed("-a", deadline)
            # Without one that is still there, the phone picks its own.
            line = f"ime set {previous}" if known else "ime reset"
            self._link.shell(line, timeout=deadline.left())
            if known and not self._await(previous, deadline.at_most(3)):
                return False
        if not memory.was_enabled and _ID.match(memory.ours):
            self._link.shell(f"ime disable {memory.ours}", timeout=deadline.left())
        return True

    def _listed(self, flag: str, deadline: Deadline) -> list[str]:
        return self._link.shell(f"ime list {flag} -s", timeout=deadline.left()).text.split()

    def _current(self, deadline: Deadline) -> str:
        return self._link.shell(_READ_CURRENT, timeout=deadline.left()).text.strip()

    def _await(self, ime: str, seconds: float) -> bool:
        deadline = Deadline(seconds + 1, "reading the keyboard setting")
        pause = threading.Event()
        for _ in range(max(1, round(seconds / _POLL))):
            # The setting changes before the keyboard app runs; what is sent to it then is lost.
            if self._current(deadline) == ime and not self._still_binding(deadline):
                return True
            pause.wait(_POLL)
        return False

    def _still_binding(self, deadline: Deadline) -> bool:
        said = self._link.shell("dumpsys input_method", timeout=deadline.left()).text
        return "mHaveConnection=false" in said or "mBoundToMethod=false" in said

    def _remember(self, current: str, route: ImeRoute, deadline: Deadline) -> None:
        was_enabled = route.ime in self._listed("", deadline)
        note = {"previous": current, "ours": route.ime, "was_enabled": was_enabled}
        try:
            self._memory.parent.mkdir(parents=True, exist_ok=True)
            fresh = self._memory.with_suffix(".new")
            with fresh.open("w", encoding="utf-8") as file:
                json.dump(note, file)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self._memory)
        except OSError as error:
            raise TextNotTypable(
                f'the keyboard in use cannot be noted down in "{self._memory.parent}" ({error}): '
                "it was not changed, nothing was typed"
            ) from error


def _refusal(route: ImeRoute, answer: ShellOutput) -> str:
    said = " ".join(answer.words.split())[:160] or "no words"
    return (
        f'the phone would not switch to the keyboard "{route.ime}" ("{said}"): '
        "switch it on in the phone's keyboard settings"
    )
