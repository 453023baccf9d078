"""Regular expressions tried on what a device or a screen says, within a bound of time."""

from __future__ import annotations

import json
import re
import subprocess
import sys

from tapwright.errors import StepFailed, UsageError

MOST_PATTERN = 200  # characters
MOST_MATCHED = 20_000  # characters of a text that a pattern is tried on
MATCH_SECONDS = 5.0  # a pattern may take
# A repeated group with a repeat inside, such as `(a+)+`, can take longer than any run.
_NESTED_REPEAT = re.compile(r"[*+}]\)?[^()]*\)[*+{]")

# Tries a pattern on a text, both on its input, and gives the match and its groups. Python's matcher
# can neither be stopped nor given a bound, and `(a|aa)+$` outlasts any run, so it works in a
# process that can be ended. (As an argument, a pattern could hold no zero byte, and would be read
# by the locale.)
_MATCHER = """
import json, re, sys
pattern, said = json.load(sys.stdin.buffer)
match = re.search(pattern, said)
print(json.dumps(match and [match[0], *match.groups()]))
"""


class TooSlow(Exception):
    """The pattern took longer than `MATCH_SECONDS`."""


def search(pattern: str, text: str) -> list[str | None] | None:
    """What a pattern finds in the first `MOST_MATCHED` characters of `text`; None for nothing.

    The match stands first, its groups behind it; one that took no part in it is None. Raise
    `TooSlow` where it takes too long, `StepFailed` where the trying itself fails.
    """
    command = [sys.executable, "-I", "-S", "-c", _MATCHER]
    asked = json.dumps([pattern, text[:MOST_MATCHED]]).encode("ascii")
    try:
        done = subprocess.run(command, input=asked, capture_output=True, timeout=MATCH_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise TooSlow from error
    if done.returncode != 0:  # killed, or out of memory: that it matches nothing is not known
        raise StepFailed(f"the pattern {pattern!r} could not be tried: {_last(done)}")
    found: list[str | None] | None = json.loads(done.stdout)
    return found


def _last(done: subprocess.CompletedProcess[bytes]) -> str:
    """The last line that a process said, or how it ended."""
    lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else f"its process ended with {done.returncode}"


def must_be_pattern(value: str) -> None:
    """Raise `UsageError` for what is no regular expression, is too long, or may never end."""
    if len(value) > MOST_PATTERN:
        raise UsageError(f"the pattern has {len(value)} characters; {MOST_PATTERN} at most")
    try:
        re.compile(value)
    except re.error as error:
        raise UsageError(f"the pattern {value!r} is not a regular expression: {error}") from error
    if _NESTED_REPEAT.search(value):
        raise UsageError(
            f"the pattern {value!r} repeats a group that repeats inside, which may never end; "
            "write it without the inner repeat"
        )
