"""`input`: taps, swipes, text and keys, the way Android's own command reads and refuses them."""

from __future__ import annotations

import math
from collections.abc import Callable

from tapwright.devices.simphone.calls import Call
from tapwright.devices.simphone.commands.keys import key_name
from tapwright.devices.simphone.faults import Fault

_SOURCES = frozenset(
    ("dpad", "gamepad", "joystick", "keyboard", "mouse", "rotaryencoder", "stylus",
     "touchnavigation", "touchpad", "touchscreen", "trackball")
)  # fmt: skip
_TOUCH_SLOP = 16  # pixels a finger may wander without it being a swipe
_LONG_PRESS = 400  # milliseconds, as Android's view configuration has it
_FAILED = 255
_USAGE = "Usage: input [<source>] [-d DISPLAY_ID] <command> [<arg>...]"


class _Refused(Exception):
    """What the command prints about arguments that it cannot use."""


def input_command(call: Call) -> int:
    """`input [source] [-d DISPLAY] tap|swipe|draganddrop|text|keyevent …`."""
    words = list(call.args)
    while words and (words[0] in _SOURCES or words[0] == "-d"):
        del words[: 2 if words[0] == "-d" else 1]
    if not words:
        call.say(_USAGE)
        return _FAILED
    verb, *args = words
    action = _VERBS.get(verb)
    if action is None:
        return call.fail(f"Unknown command: {verb}", _FAILED)
    if call.system.faults.take(Fault.INPUT_DENIED, " ".join(words)):
        return _exception(
            call,
            verb,
            "java.lang.SecurityException: Injecting input events requires the caller (or the "
            "source of the instrumentation, if any) to have the INJECT_EVENTS permission.",
            "com.android.server.input.InputManagerService.injectInputEventToTarget"
            "(InputManagerService.java:923)",
        )
    if call.system.faults.take(Fault.INPUT_IGNORED, " ".join(words)):
        return 0
    try:
        with call.system.lock:
            return action(call, args)
    except _Refused as refusal:
        return call.fail(f"Error: {refusal}", _FAILED)


def _exception(call: Call, verb: str, what: str, where: str) -> int:
    call.fail("")
    call.fail(f"Exception occurred while executing '{verb}':")
    call.fail(what)
    return call.fail(f"\tat {where}", _FAILED)


def _numbers(verb: str, args: list[str], least: int, most: int) -> list[int]:
    if not least <= len(args) <= most:
        raise _Refused(f"Invalid arguments for command: {verb}")
    numbers: list[int] = []
    for arg in args:
        try:
            number = float(arg)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise _Refused(f'java.lang.NumberFormatException: For input string: "{arg}"')
        numbers.append(int(number))
    return numbers


def _tap(call: Call, args: list[str]) -> int:
    call.system.phone.tap(*_numbers("tap", args, 2, 2))
    return 0


def _swipe(call: Call, args: list[str]) -> int:
    x1, y1, x2, y2, *rest = _numbers("swipe", args, 4, 5)
    ms = rest[0] if rest and rest[0] >= 0 else 300
    phone = call.system.phone
    if math.hypot(x2 - x1, y2 - y1) > _TOUCH_SLOP:
        phone.swipe(x1, y1, x2, y2, ms)
    elif ms >= _LONG_PRESS:
        phone.long_press(x1, y1, ms)
    else:
        phone.tap(x1, y1)
    return 0


def _drag(call: Call, args: list[str]) -> int:
    x1, y1, x2, y2, *rest = _numbers("draganddrop", args, 4, 5)
    call.system.phone.swipe(x1, y1, x2, y2, rest[0] if rest else 1000)
    return 0


def _text(call: Call, args: list[str]) -> int:
    if len(args) != 1:
        raise _Refused("Invalid arguments for command: text")
    text = args[0].replace("%s", " ")
    if not text.isascii() or not text.isprintable():
        # The key map has no keys for such a character, and the array of events is null.
        return _exception(
            call,
            "text",
            "java.lang.NullPointerException: Attempt to get length of null array",
            "com.android.server.input.InputShellCommand.sendText(InputShellCommand.java:328)",
        )
    call.system.phone.type_text(text)
    return 0


def _keyevent(call: Call, args: list[str]) -> int:
    keys = [arg for arg in args if not arg.startswith("--")]
    if not keys:
        raise _Refused("Invalid arguments for command: keyevent")
    names: list[str] = []
    for key in keys:
        name = key_name(key)
        if name is None:
            raise _Refused(f"Unknown keycode: {key}")
        names.append(name)
    for name in names:
        call.system.phone.key(name)  # a key that nothing listens to is no error on a phone
    return 0


_VERBS: dict[str, Callable[[Call, list[str]], int]] = {
    "draganddrop": _drag,
    "keyevent": _keyevent,
    "swipe": _swipe,
    "tap": _tap,
    "text": _text,
}
