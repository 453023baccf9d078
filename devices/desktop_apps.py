"""The programs of a desktop: which there are, and opening one until its window is there.

A name is looked for among the programs that the desktop's menu offers, then on the PATH. What is
started gets an argument list, never a shell, and outlives the run, as if the person had opened it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tapwright.devices.desktop_windows import Window, Windows
from tapwright.devices.desktop_x11 import APART, env_for
from tapwright.errors import ActionRefused, AppNotFound
from tapwright.types import AppInfo, Delivery, Effect

WINDOW_SECONDS = 20.0  # a program may take until its window is there
ENDED_SECONDS = 2.0  # one that ended at once may have handed its window to another process
LOOK_EVERY = 0.05
MOST_NAMED = 6

# Kept for as long as we run: a handle that is dropped before its program ends is a leak.
_started: list[subprocess.Popen[bytes]] = []


@dataclass(frozen=True, slots=True)
class Program:
    """A program that can be opened: how it is called, and its argument list."""

    package: str  # the menu entry's name, else the program's own
    label: str  # what the menu shows
    argv: tuple[str, ...]


def installed() -> list[Program]:
    """What this desktop's menu offers, by label."""
    if sys.platform.startswith("linux"):
        from tapwright.devices.desktop_entries import entries

        return entries()
    return _mac_bundles() if sys.platform == "darwin" else _start_menu()


def app_infos(programs: Sequence[Program]) -> list[AppInfo]:
    """The programs as a device tells of them."""
    return [AppInfo(program.package, program.label) for program in programs]


def find(name: str, programs: Sequence[Program]) -> Program:
    """The program that `name` means: a label, an entry's name, or a program on the PATH.

    Case and blanks do not count. Raise `AppNotFound`, with the names that come near.
    """
    wanted = _fold(name)
    if not wanted:
        raise AppNotFound("no program is named; give its name")
    ways: tuple[Callable[[Program], bool], ...] = (
        lambda program: _fold(program.label) == wanted,
        lambda program: _fold(program.package) in (wanted, f"{wanted}.exe"),
        lambda program: _fold(program.package.rpartition(".")[2]) == wanted,
        lambda program: _fold(Path(program.argv[0]).stem) == wanted,
    )
    for way in ways:
        found = [program for program in programs if way(program)]
        if len({program.argv for program in found}) == 1:
            return found[0]
        if found:
            names = ", ".join(f"'{program.package}'" for program in found[:MOST_NAMED])
            raise AppNotFound(f"'{name}' is the name of {len(found)} programs: use one of {names}")
    path = shutil.which(name)
    if path is not None:
        return Program(Path(path).name, name, (path,))
    near = [program.label for program in programs if wanted in _fold(program.label)][:MOST_NAMED]
    hint = f"; did you mean {', '.join(repr(label) for label in near)}?" if near else ""
    raise AppNotFound(f"no program is called '{name}' here; install it, or name its file{hint}")


def environment(display: str | None) -> dict[str, str] | None:
    """The environment for a program that shall appear on `display`; None for ours as it is."""
    if not display or not sys.platform.startswith("linux"):
        return None
    env = env_for(display, os.environ)
    return env if display == os.environ.get("DISPLAY") else env | APART


def open_program(
    program: Program,
    windows: Windows,
    *,
    arguments: Sequence[str] = (),
    env: Mapping[str, str] | None = None,
    wait: Callable[[float], object] = time.sleep,
) -> Effect:
    """Start a program and wait until it has a window; `wait(seconds)` is how it waits.

    A window of another process that comes forward counts where the program itself ended well: a
    browser that runs already opens one for it. `UNKNOWN` where no window came.
    """
    before = windows.all()
    started = _start((*program.argv, *arguments), program.label, env)
    deadline = time.monotonic() + WINDOW_SECONDS
    while True:
        new = _new_window(before, windows.all())
        if new is not None:
            return Effect(Delivery.DELIVERED, f"'{new.title}' opened")
        code = started.poll()
        if code:
            raise ActionRefused(f"'{program.label}' ended at once with exit code {code}")
        if code == 0:
            deadline = min(deadline, time.monotonic() + ENDED_SECONDS)
        if time.monotonic() >= deadline:
            break
        wait(LOOK_EVERY)
    how = "it ended" if started.poll() == 0 else f"{WINDOW_SECONDS:g} s have passed"
    return Effect(Delivery.UNKNOWN, f"'{program.label}' was started but shows no window: {how}")


def _new_window(before: Sequence[Window], after: Sequence[Window]) -> Window | None:
    """A window that was not there, or one that came forward under another title."""
    known = {window.handle for window in before}
    for window in after:
        if window.handle not in known:
            return window
    fronts = [window for window in after if window.focused]
    was = {(window.handle, window.title) for window in before if window.focused}
    if fronts and was and (fronts[0].handle, fronts[0].title) not in was:
        return fronts[0]
    return None


def _start(
    argv: Sequence[str], label: str, env: Mapping[str, str] | None
) -> subprocess.Popen[bytes]:
    _started[:] = [each for each in _started if each.poll() is None]
    try:
        # A session of its own: the terminal's Ctrl-C is for us and not for it.
        started = subprocess.Popen(
            list(argv), env=None if env is None else dict(env), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
    except (OSError, ValueError) as error:
        raise ActionRefused(f"'{label}' cannot be started: {error}") from error
    _started.append(started)
    return started


def _mac_bundles() -> list[Program]:
    """The application bundles of macOS; its `open` starts them."""
    folders = ("/Applications", "/System/Applications", "~/Applications")
    found = [
        Program(bundle.name, bundle.stem, ("open", "-a", str(bundle)))
        for folder in folders
        for bundle in sorted(Path(folder).expanduser().glob("**/*.app"))
    ]
    return _one_each(found)


def _start_menu() -> list[Program]:
    """The Start menu's shortcuts; Explorer opens what they point to, without a shell."""
    roots = [os.environ.get(name, "") for name in ("ProgramData", "APPDATA")]
    found = [
        Program(shortcut.stem, shortcut.stem, ("explorer.exe", str(shortcut)))
        for root in roots
        if root
        for shortcut in sorted(
            Path(root, "Microsoft", "Windows", "Start Menu", "Programs").glob("**/*.lnk")
        )
    ]
    return _one_each(found)


def _one_each(programs: Sequence[Program]) -> list[Program]:
    """One program a name: the first."""
    kept: dict[str, Program] = {}
    for program in programs:
        kept.setdefault(program.package, program)
    return sorted(kept.values(), key=lambda program: program.label.casefold())


def _fold(name: str) -> str:
    return " ".join(name.split()).casefold()
