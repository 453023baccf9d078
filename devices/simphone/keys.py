"""What the keys of the phone do, by their Android names without `KEYCODE_`."""

from __future__ import annotations

import string
from collections.abc import Callable
from typing import Protocol

from tapwright.devices.simphone.state import PhoneState
from tapwright.devices.simphone.ui import TextField


class KeyTarget(Protocol):
    """What keys act on: the phone."""

    state: PhoneState

    @property
    def focused(self) -> TextField | None:
        """The field that has the keyboard."""

    def back(self) -> None:
        """Leave the page in front."""

    def home(self) -> None:
        """Show the launcher."""

    def recents(self) -> None:
        """Show the apps used last."""


Press = Callable[[], None]

_CHARACTERS = {
    "SPACE": " ",
    "TAB": "\t",
    "COMMA": ",",
    "PERIOD": ".",
    "MINUS": "-",
    "PLUS": "+",
    "EQUALS": "=",
    "SLASH": "/",
    "BACKSLASH": "\\",
    "SEMICOLON": ";",
    "APOSTROPHE": "'",
    "AT": "@",
    "POUND": "#",
    "STAR": "*",
    "GRAVE": "`",
    "LEFT_BRACKET": "[",
    "RIGHT_BRACKET": "]",
    **{letter: letter.lower() for letter in string.ascii_uppercase},
    **{digit: digit for digit in string.digits},
}
# Real keys that no screen of this phone answers to.
_INERT = frozenset((
    "MENU", "SEARCH", "CAMERA", "FOCUS", "CALL", "ENDCALL", "NOTIFICATION", "MEDIA_PLAY_PAUSE",
    "MEDIA_STOP", "MEDIA_NEXT", "MEDIA_PREVIOUS", "MEDIA_PLAY", "MEDIA_PAUSE", "DPAD_UP",
    "DPAD_DOWN", "DPAD_LEFT", "DPAD_RIGHT", "DPAD_CENTER", "MOVE_HOME", "MOVE_END", "PAGE_UP",
    "PAGE_DOWN", "SHIFT_LEFT", "SHIFT_RIGHT", "CTRL_LEFT", "CTRL_RIGHT", "ALT_LEFT", "ALT_RIGHT",
    "CAPS_LOCK", "ASSIST", "HEADSETHOOK",
))  # fmt: skip


def _power(phone: KeyTarget) -> None:
    (_sleep if phone.state.awake else _wake)(phone)


def _sleep(phone: KeyTarget) -> None:
    phone.state.awake = False
    phone.state.locked = True


def _wake(phone: KeyTarget) -> None:
    phone.state.awake = True


def _volume(step: int) -> Callable[[KeyTarget], None]:
    def press_volume(phone: KeyTarget) -> None:
        level = phone.state.number("system", "volume_music", 0, 15) + step
        phone.state.put("system", "volume_music", min(max(level, 0), 15))

    return press_volume


def _mute(phone: KeyTarget) -> None:
    phone.state.put("system", "volume_music", 0)


def _brightness(step: int) -> Callable[[KeyTarget], None]:
    def press_brightness(phone: KeyTarget) -> None:
        level = phone.state.number("system", "screen_brightness", 0, 255) + step
        phone.state.put("system", "screen_brightness", min(max(level, 0), 255))

    return press_brightness


def _delete(phone: KeyTarget) -> None:
    erase(phone.focused)


def _enter(phone: KeyTarget) -> None:
    write(phone.focused, "\n")


def _back(phone: KeyTarget) -> None:
    if not phone.state.locked:
        phone.back()


def _home(phone: KeyTarget) -> None:
    if not phone.state.locked:
        phone.home()


def _recents(phone: KeyTarget) -> None:
    if not phone.state.locked:
        phone.recents()


_PRESSES: dict[str, Callable[[KeyTarget], None]] = {
    "HOME": _home,
    "BACK": _back,
    "ESCAPE": _back,
    "APP_SWITCH": _recents,
    "ENTER": _enter,
    "NUMPAD_ENTER": _enter,
    "DEL": _delete,
    "FORWARD_DEL": lambda phone: None,  # the cursor is always at the end
    "POWER": _power,
    "WAKEUP": _wake,
    "SLEEP": _sleep,
    "VOLUME_UP": _volume(1),
    "VOLUME_DOWN": _volume(-1),
    "VOLUME_MUTE": _mute,
    "MUTE": _mute,
    "BRIGHTNESS_UP": _brightness(25),
    "BRIGHTNESS_DOWN": _brightness(-25),
}
_WHEN_ASLEEP = frozenset({"POWER", "WAKEUP", "SLEEP", "VOLUME_UP", "VOLUME_DOWN", "VOLUME_MUTE"})


def known(name: str) -> bool:
    """Whether Android has a key of this name that the phone takes."""
    return name in _PRESSES or name in _CHARACTERS or name in _INERT


def press(phone: KeyTarget, name: str) -> None:
    """Carry out a known key; a sleeping phone takes the hardware keys only."""
    if not phone.state.awake and name not in _WHEN_ASLEEP:
        return
    if name in _CHARACTERS:
        write(phone.focused, _CHARACTERS[name])
    elif name in _PRESSES:
        _PRESSES[name](phone)


def write(text_field: TextField | None, text: str) -> None:
    """Append text to a field; in a field of one line a line break enters it instead."""
    if text_field is None or not text:
        return
    if text_field.lines > 1:
        text_field.write(text_field.text + text)
        return
    kept = text.replace("\n", "")
    if kept:
        text_field.write(text_field.text + kept)
    if "\n" in text and text_field.entered is not None:
        text_field.entered()


def erase(text_field: TextField | None) -> None:
    """Take the last character off a field."""
    if text_field is not None and text_field.text:
        text_field.write(text_field.text[:-1])
