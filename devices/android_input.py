"""The lines that make a phone touch, press and type, and the reading of what it said to them.

`input` reports its failures in words as well as in exit codes, so both are read.
"""

from __future__ import annotations

import math
import re
import shlex

from tapwright.devices.adb_stream import OutputTooLarge, ServerSaidNo, ShellOutput
from tapwright.errors import ActionRefused, CommandFailed, InputDenied, TextNotTypable

MAX_TEXT = 4000  # characters in one act: each key takes the phone time
_PIECE = 400  # characters in one `input text`

_DENIED = re.compile(r"INJECT_EVENTS|SecurityException|injecting (?:to|input)", re.IGNORECASE)
_TROUBLE = re.compile(
    r"\bException\b|Exception:|^\s*(?:error|usage)\b", re.IGNORECASE | re.MULTILINE
)
_KILLED = 128  # exit codes above it: ended by a signal, in the middle of it


def milliseconds(seconds: float, longest: float) -> int:
    """A duration for `input`: 1 ms to `longest` seconds; raise `ActionRefused` for no number."""
    if not math.isfinite(seconds) or seconds < 0:
        raise ActionRefused(f'"{seconds}" is no duration: give seconds from 0 to {longest:g}')
    return max(1, round(min(seconds, longest) * 1000))


def touch_line(x1: int, y1: int, x2: int, y2: int, ms: int) -> str:
    """A finger that moves from one point to another in `ms`; the same point holds it there."""
    return f"input swipe {x1} {y1} {x2} {y2} {ms}"


def check_text(text: str) -> None:
    """Raise `TextNotTypable` for text that no keyboard could type whole."""
    if len(text) > MAX_TEXT:
        raise TextNotTypable(
            f"a text of {len(text)} characters is longer than {MAX_TEXT}: type it in parts"
        )
    bad = sorted({char for char in text if _no_key(char)})
    if bad:
        raise TextNotTypable(f"no key types {shown(bad)}: leave them out, nothing was typed")


def unmapped(text: str) -> list[str]:
    """The characters that `input text` cannot type: all beyond printable ASCII."""
    return sorted({char for char in text if char not in "\n\t" and not " " <= char <= "~"})


def shown(chars: list[str]) -> str:
    """Characters with their code points, at most eight of them."""
    names = ", ".join(f"{char!a} (U+{ord(char):04X})" for char in chars[:8])
    return names if len(chars) <= 8 else f"{names} and {len(chars) - 8} more"


def ascii_lines(text: str) -> list[str]:
    """The commands that type ASCII `text`, in order.

    `input text` reads `%s` as a space, so text is parted between the two characters; a newline
    and a tab are keys.
    """
    lines: list[str] = []
    for piece in re.split(r"([\n\t])|(?<=%)(?=s)", text):
        if piece == "\n":
            lines.append("input keyevent 66")
        elif piece == "\t":
            lines.append("input keyevent 61")
        elif piece:
            lines += [
                f"input text {shlex.quote(piece[at : at + _PIECE])}"
                for at in range(0, len(piece), _PIECE)
            ]
    return lines


def check_answer(output: ShellOutput, what: str) -> None:
    """Raise the typed error for what `input`, `am` or `monkey` said; silence is consent.

    `InputDenied` names the setting that forbids it; `CommandFailed` carries the exit code.
    """
    words = output.words.strip()
    if _DENIED.search(words):
        raise InputDenied(
            f'the phone forbids {what}: turn on "USB debugging (Security settings)" in its '
            "developer options, then unplug it and plug it in again"
        )
    if output.exit_code != 0 or _TROUBLE.search(words):
        first = next((line.strip() for line in words.splitlines() if line.strip()), "no words")
        raise CommandFailed(
            f'the phone answered {what} with exit code {output.exit_code}: "{first[:200]}"',
            exit_code=output.exit_code,
            stdout=output.text,
            stderr=output.stderr.decode("utf-8", errors="replace"),
        )


def is_refusal(error: CommandFailed) -> bool:
    """Whether the failure says that nothing was done.

    A command that was killed, failed without a word or drowned its answer may have done its work
    before, in part or in whole.
    """
    if isinstance(error, ServerSaidNo):
        return True  # it was never started
    if isinstance(error, OutputTooLarge) or error.exit_code is None:
        return False
    return error.exit_code <= _KILLED and bool((error.stdout + error.stderr).strip())


def _no_key(char: str) -> bool:
    if char in "\n\t":
        return False
    return char < " " or char == "\x7f" or "\x80" <= char <= "\x9f" or "\ud800" <= char <= "\udfff"
