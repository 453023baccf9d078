"""The programs of a Linux desktop's menu, from its .desktop files."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from tapwright.devices.desktop_apps import Program

_FOLDERS = ("~/.local/share", "/usr/local/share", "/usr/share")
_GROUP = "[Desktop Entry]"
_TERMINALS = (("x-terminal-emulator", "-e"), ("xterm", "-e"))  # for programs without a window


def entries(env: Mapping[str, str] | None = None) -> list[Program]:
    """Every program that the menu shows, by label; a file that cannot be read is passed over."""
    found: dict[str, Program | None] = {}
    for folder in _folders(os.environ if env is None else env):
        for file in sorted(folder.glob("**/*.desktop")):
            name = "-".join(file.relative_to(folder).with_suffix("").parts)
            if name not in found:  # an earlier folder's file stands for the later ones', hidden too
                found[name] = _program(name, file)
    shown = [program for program in found.values() if program is not None]
    return sorted(shown, key=lambda program: program.label.casefold())


def _folders(env: Mapping[str, str]) -> Iterator[Path]:
    own = env.get("XDG_DATA_HOME", "")
    shared = env.get("XDG_DATA_DIRS", "")
    listed = [own or _FOLDERS[0], *(shared.split(os.pathsep) if shared else _FOLDERS[1:])]
    for folder in listed:
        yield Path(folder).expanduser() / "applications"


def _program(name: str, file: Path) -> Program | None:
    """The entry's program; None where the menu would not show it."""
    try:
        says = _fields(file.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return None
    hidden = "true" in (says.get("NoDisplay", ""), says.get("Hidden", ""))
    if says.get("Type") != "Application" or hidden or not says.get("Exec"):
        return None
    try:
        argv = _argv(says["Exec"])
    except ValueError:
        return None
    needed = says.get("TryExec") or (argv[0] if argv else "")
    if not argv or shutil.which(needed) is None:
        return None
    if says.get("Terminal") == "true":
        terminal = next((words for words in _TERMINALS if shutil.which(words[0])), None)
        if terminal is None:
            return None
        argv = (*terminal, *argv)
    return Program(name, says.get("Name") or name, argv)


def _fields(text: str) -> dict[str, str]:
    """The keys of the entry's own group, without translations."""
    found: dict[str, str] = {}
    inside = False
    for line in text.splitlines():
        if line.startswith("["):
            inside = line.strip() == _GROUP
        elif inside and not line.startswith("#") and "=" in line:
            key, _, value = line.partition("=")
            found.setdefault(key.strip(), value.strip())
    return found


def _argv(line: str) -> tuple[str, ...]:
    """`Exec` as an argument list, without the codes that stand for files to open."""
    words = shlex.split(line.replace("\\\\", "\\"))
    kept = (word for word in words if not (len(word) == 2 and word[0] == "%" and word != "%%"))
    return tuple(word.replace("%%", "%") for word in kept)
