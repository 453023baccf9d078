"""Keys as a script and its Python calls name them: "ctrl+s"."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping

from tapwright.actions import OTHER_KEY_NAMES, plain_key
from tapwright.keys import DESKTOP_KEYS, MAC_KEYS, PHONE_KEYS

# What scripts call a phone's keys, beside their Android names.
_ON_PHONES: Mapping[str, str] = {
    "backspace": "DEL", "delete": "FORWARD_DEL", "esc": "ESCAPE", "pageup": "PAGE_UP",
    "pagedown": "PAGE_DOWN", "up": "DPAD_UP", "down": "DPAD_DOWN", "left": "DPAD_LEFT",
    "right": "DPAD_RIGHT", "volumeup": "VOLUME_UP", "volumedown": "VOLUME_DOWN",
    "volumemute": "VOLUME_MUTE",
}  # fmt: skip
_NEAR = 0.6  # of the letters: a name so like may have been meant
# A key is a plus, or runs up to the next one that stands outside `{{ }}`: "ctrl++" are two keys.
_KEY = re.compile(r"\s*(\+|(?:\{\{.*?\}\}|\{(?!\{)|[^+{])+)", re.DOTALL)
MOST_KEYS = 8


def keys_in(said: str) -> tuple[str, ...] | None:
    """The keys of "ctrl+s"; None where one is missing, or there are too many."""
    keys, at = [], 0
    while match := _KEY.match(said, at):
        keys.append(match[1].strip())
        at = match.end()
        if not said[at:].strip():
            return tuple(keys) if all(keys) and len(keys) <= MOST_KEYS else None
        at = said.find("+", at) + 1
        if not at or said[match.end() : at].strip() != "+":
            return None
    return None


def phone_key(written: str) -> str:
    """Android's name of the key that is meant; what is none comes back for the phone to refuse."""
    upper = written.upper()
    if upper in PHONE_KEYS:
        return upper
    plain = plain_key(written)
    return _ON_PHONES.get(plain, plain.upper() if plain.upper() in PHONE_KEYS else upper)


def on_phones(key: str) -> bool:
    """Whether a phone has such a key."""
    return phone_key(key) in PHONE_KEYS


def on_desktops(key: str) -> bool:
    """Whether some desktop has such a key: a named one, or any one character."""
    plain = plain_key(key)
    return plain in DESKTOP_KEYS | MAC_KEYS or (len(plain) == 1 and plain.isprintable())


def unknown_key(key: str) -> str:
    """What is wrong with a key that no device has, and which may be meant; empty where one has."""
    if "{{" in key or on_desktops(key) or on_phones(key):
        return ""
    known = {*DESKTOP_KEYS, *MAC_KEYS, *OTHER_KEY_NAMES, *(name.lower() for name in PHONE_KEYS)}
    near = difflib.get_close_matches(plain_key(key), sorted(known), n=1, cutoff=_NEAR)
    cure = f"did you mean '{near[0]}'?" if near else "write it as in enter, f5, ctrl+s or back"
    return f"no device has a key '{key[:60]}'; {cure}"
