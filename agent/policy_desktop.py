"""What costs something on a desktop: the program in front, the keys, the programs to open.

A desktop tells no words under a click, so its rules look at what is in front (`PROGRAM: TITLE`)
and at what the keys mean there. They only raise a decision, as all rules do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from tapwright.actions import (
    Action,
    Click,
    Drag,
    Hotkey,
    LongPress,
    OpenApp,
    PressKey,
    Swipe,
    Tap,
    TypeText,
    plain_key,
)
from tapwright.types import Decision, Finish, Verdict

# By the program's own name: a title can say anything.
_TERMINALS = re.compile(
    r"(?:u|r|lx|a|e|st|cool-retro-)?xterm|x?terminal|terminal\.app|.*-terminal(?:-server)?"
    r"|konsole|terminator|tilix|guake|yakuake|alacritty|kitty|wezterm(?:-gui)?|foot|zutty|urxvt"
    r"|rxvt|st|mintty|ghostty|iterm2?|cmd|powershell(?:_ise)?|pwsh|windowsterminal|wt|conhost"
    r"|x-terminal-emulator"
)
_FILE_MANAGERS = re.compile(
    r"nautilus|org\.gnome\.nautilus|thunar|dolphin|pcmanfm(?:-qt)?|nemo|caja|explorer|finder|files"
)
_PRIVILEGES = re.compile(
    r".*polkit.*|pkexec|gksu(?:do)?|kdesu(?:do)?|lxqt-sudo|consent|securityagent|coreautha"
)
_POWER = re.compile(r"shutdown|poweroff|reboot|halt|systemctl|loginctl|init|xfce4-session-logout")
# In the program's name or in the title: browsers show vaults in their tabs.
_VAULTS = re.compile(
    r"keepass|bitwarden|1password|lastpass|dashlane|enpass|proton ?pass|nordpass|kwallet"
    r"|seahorse|keychain access|passwords? (?:and keys|manager|safe)|credential manager"
    r"|密码管理|钥匙串"
)
_COSTLY_KEYS: Mapping[str, tuple[frozenset[str], ...]] = {
    "close": tuple(
        map(frozenset, (("alt", "f4"), ("ctrl", "q"), ("ctrl", "w"), ("ctrl", "shift", "w"),
                        ("ctrl", "shift", "q"), ("ctrl", "f4"), ("command", "q"),
                        ("command", "w"), ("command", "option", "esc")))
    ),
    "power": tuple(
        map(frozenset, (("ctrl", "alt", "delete"), ("ctrl", "alt", "backspace"), ("win", "l"),
                        ("ctrl", "alt", "l"), ("ctrl", "command", "q"), ("power",), ("sleep",)))
    ),
    "run": tuple(
        map(frozenset, (("win", "r"), ("alt", "f2"), ("ctrl", "alt", "t"), ("win", "x")))
    ),
    "delete": tuple(
        map(frozenset, (("shift", "delete"), ("command", "backspace"), ("ctrl", "shift", "delete"),
                        ("command", "option", "backspace")))
    ),
}  # fmt: skip
_WORDS = {
    "close": "close a window or lose what is open in it",
    "power": "lock, end or switch off the session",
    "run": "open a place where commands are run",
    "delete": "delete for good",
}
# Keys that only look elsewhere, alone or with Shift, Ctrl or Alt.
_LOOKING = frozenset(
    ("up", "down", "left", "right", "pageup", "pagedown", "home", "end", "tab", "esc")
)
_MODIFIERS = frozenset(("ctrl", "shift", "alt", "win", "command", "option", "fn"))


def keys_of(planned: Action | Finish | None) -> frozenset[str]:
    """The keys that an act holds together, in one spelling; none for other acts."""
    if isinstance(planned, Hotkey):
        return _folded(planned.keys)
    if isinstance(planned, PressKey):
        return _folded((planned.key,))
    return frozenset()


def only_looks(planned: Action | Finish | None) -> bool:
    """Whether a desktop's keys can only show something else, or are modifiers alone."""
    keys = keys_of(planned)
    return bool(keys) and keys <= _LOOKING | _MODIFIERS and not _costly(keys)


def enters(planned: Action | Finish | None) -> bool:
    """Whether the act presses Enter, typed line ends among it."""
    if isinstance(planned, TypeText):
        return "\n" in planned.text or "\r" in planned.text
    return "enter" in keys_of(planned)


def costly_keys(planned: Action | Finish | None, foreground: str | None) -> Decision | None:
    """Ask before keys that close, lock, delete for good or open a place for commands."""
    keys = keys_of(planned)
    found = _costly(keys)
    if not found and "delete" in keys and _FILE_MANAGERS.fullmatch(program_of(foreground)):
        found = "delete"
    if not found:
        return None
    return _confirm(f"keys.{found}", f"'{'+'.join(sorted(keys))}' can {_WORDS[found]}")


def costly_program(planned: Action | Finish | None, foreground: str | None) -> Decision | None:
    """Ask before acting in a terminal, a password manager or a question for more rights."""
    hands = (Tap, LongPress, Swipe, Click, Drag, TypeText, Hotkey, PressKey)
    if not isinstance(planned, hands) or not foreground or only_looks(planned):
        return None
    program, everything = program_of(foreground), foreground.casefold()
    if _TERMINALS.fullmatch(program):
        return _confirm("app.terminal", f"the terminal '{program}' is in front")
    if _PRIVILEGES.fullmatch(program):
        return _confirm("app.privileges", f"'{program}' asks for more rights")
    if _VAULTS.search(everything):
        return _confirm("app.passwords", f"'{everything[:60]}' keeps passwords")
    return None


def costly_opening(planned: Action | Finish | None) -> Decision | None:
    """Ask before opening a terminal, a password manager, or what ends the session."""
    if not isinstance(planned, OpenApp):
        return None
    name = _base(planned.name)
    for kind, pattern in (("terminal", _TERMINALS), ("power", _POWER)):
        if pattern.fullmatch(name):
            return _confirm(f"open.{kind}", f"'{name}' is to be opened")
    if _VAULTS.search(name):
        return _confirm("open.passwords", f"'{name}' is to be opened")
    return None


def program_of(foreground: str | None) -> str:
    """The program of `PROGRAM: TITLE`, as its file is called."""
    return _base((foreground or "").partition(": ")[0])


def _base(name: str) -> str:
    folded = name.strip().casefold()
    return re.split(r"[\\/]", folded)[-1].removesuffix(".exe")


def _costly(keys: frozenset[str]) -> str:
    """What keys that are held together cost; empty where they cost nothing."""
    # Ctrl+Alt+F1 to F12 leave the session for a text console.
    if {"ctrl", "alt"} <= keys and any(re.fullmatch(r"f\d{1,2}", key) for key in keys):
        return "power"
    for kind, held in _COSTLY_KEYS.items():
        if any(each <= keys for each in held):
            return kind
    return ""


def _folded(keys: tuple[str, ...]) -> frozenset[str]:
    return frozenset(_sideless(plain_key(key)) for key in keys)


def _sideless(key: str) -> str:
    """Of a modifier that there is on both sides of the keyboard, which one it is."""
    for side in ("left", "right"):
        if key.removesuffix(side) in _MODIFIERS:
            return key.removesuffix(side)
    return key


def _confirm(rule: str, reason: str) -> Decision:
    return Decision(Verdict.CONFIRM, rule, reason)
