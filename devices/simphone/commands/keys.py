"""Android's key codes and their names."""

from __future__ import annotations

_NAMED = {
    3: "HOME", 4: "BACK", 5: "CALL", 6: "ENDCALL", 17: "STAR", 18: "POUND", 19: "DPAD_UP",
    20: "DPAD_DOWN", 21: "DPAD_LEFT", 22: "DPAD_RIGHT", 23: "DPAD_CENTER", 24: "VOLUME_UP",
    25: "VOLUME_DOWN", 26: "POWER", 27: "CAMERA", 28: "CLEAR", 55: "COMMA", 56: "PERIOD",
    57: "ALT_LEFT", 58: "ALT_RIGHT", 59: "SHIFT_LEFT", 60: "SHIFT_RIGHT", 61: "TAB", 62: "SPACE",
    64: "EXPLORER", 65: "ENVELOPE", 66: "ENTER", 67: "DEL", 68: "GRAVE", 69: "MINUS",
    70: "EQUALS", 71: "LEFT_BRACKET", 72: "RIGHT_BRACKET", 73: "BACKSLASH", 74: "SEMICOLON",
    75: "APOSTROPHE", 76: "SLASH", 77: "AT", 81: "PLUS", 82: "MENU", 83: "NOTIFICATION",
    84: "SEARCH", 85: "MEDIA_PLAY_PAUSE", 86: "MEDIA_STOP", 87: "MEDIA_NEXT",
    88: "MEDIA_PREVIOUS", 91: "MUTE", 92: "PAGE_UP", 93: "PAGE_DOWN", 111: "ESCAPE",
    112: "FORWARD_DEL", 113: "CTRL_LEFT", 114: "CTRL_RIGHT", 122: "MOVE_HOME", 123: "MOVE_END",
    124: "INSERT", 126: "MEDIA_PLAY", 127: "MEDIA_PAUSE", 164: "VOLUME_MUTE", 176: "SETTINGS",
    187: "APP_SWITCH", 207: "CONTACTS", 208: "CALENDAR", 210: "CALCULATOR", 219: "ASSIST",
    220: "BRIGHTNESS_DOWN", 221: "BRIGHTNESS_UP", 223: "SLEEP", 224: "WAKEUP", 276: "SOFT_SLEEP",
    277: "CUT", 278: "COPY", 279: "PASTE",
}  # fmt: skip
KEY_NAMES = {
    **_NAMED,
    **{7 + digit: str(digit) for digit in range(10)},
    **{29 + index: chr(ord("A") + index) for index in range(26)},
}
_KNOWN = frozenset(KEY_NAMES.values())


def key_name(word: str) -> str | None:
    """The name without `KEYCODE_` of a key given by number or name; None where there is none."""
    name = word.upper().removeprefix("KEYCODE_")
    # A single digit is a key code, not the key with that digit on it: `keyevent 4` is BACK.
    if word.isdecimal():
        return KEY_NAMES.get(int(word))
    return name if name in _KNOWN else None
