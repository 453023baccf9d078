"""The keys that can be pressed on an Android phone: a strict list, an unknown one is refused."""

from __future__ import annotations

import difflib

from tapwright.errors import ActionRefused

KEYS = {
    "HOME": 3,
    "BACK": 4,
    "CALL": 5,
    "ENDCALL": 6,
    "DPAD_UP": 19,
    "DPAD_DOWN": 20,
    "DPAD_LEFT": 21,
    "DPAD_RIGHT": 22,
    "DPAD_CENTER": 23,
    "VOLUME_UP": 24,
    "VOLUME_DOWN": 25,
    "POWER": 26,
    "CAMERA": 27,
    "TAB": 61,
    "SPACE": 62,
    "ENTER": 66,
    "DEL": 67,
    "MENU": 82,
    "NOTIFICATION": 83,
    "SEARCH": 84,
    "MEDIA_PLAY_PAUSE": 85,
    "MEDIA_STOP": 86,
    "MEDIA_NEXT": 87,
    "MEDIA_PREVIOUS": 88,
    "PAGE_UP": 92,
    "PAGE_DOWN": 93,
    "ESCAPE": 111,
    "FORWARD_DEL": 112,
    "MOVE_HOME": 122,
    "MOVE_END": 123,
    "VOLUME_MUTE": 164,
    "APP_SWITCH": 187,
    "BRIGHTNESS_DOWN": 220,
    "BRIGHTNESS_UP": 221,
    "SLEEP": 223,
    "WAKEUP": 224,
    "CUT": 277,
    "COPY": 278,
    "PASTE": 279,
}


def key_code(name: str) -> int:
    """Android's code of a key named as in `KEYCODE_<name>`; raise `ActionRefused` for others."""
    if name in KEYS:
        return KEYS[name]
    near = difflib.get_close_matches(name.upper().removeprefix("KEYCODE_"), KEYS, n=3)
    cure = " or ".join(f'"{each}"' for each in near) if near else '"BACK", "HOME" or "ENTER"'
    raise ActionRefused(f'there is no key "{name}": use {cure}')
