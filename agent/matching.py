"""Regular expressions tried on what a device or a screen says, within a bound of time."""

from __future__ import annotations

import json
import re
import subprocess
import sys

from tapwright.errors import UsageError

MOST_PATTERN = 200  # characters
MOST_MATCHED = 20_000  # characters of a text that a pattern is tried on
MATCH_SECONDS = 5.0  # a pattern may take
# A repeated group with a repeat inside, such as `(a+)+`, can take longer than any run.
_NESTED_REPEAT = re.compile(r"[*+}]\)?[^()]*\)[*+{]")

# Tries the pattern (its argument) on its input and gives the match and its groups. Python's matcher
# can neither be stopped nor given a bound, and `(a|aa)+$` outlasts any run, so it works in a
# process that can be ended.
_MATCHER = """
import json, re, sys
said = sys.stdin.buffer.read().decode("utf-8", "surrogatepass")
match = re.search(sys.argv[1], said)
if match is None:
    sys.exit(3)
print(json.dumps([match[0], *match.groups()]))
"""


class TooSlow(Exception):
    """The pattern took longer than `MATCH_SECONDS`."""


def search(pattern: str, text: str) -> list[str | None] | None:
    """What a pattern finds in the first `MOST_MATCHED` characters of `text`; None for nothing.

    The match stands first, its groups behind it; one that took no part in it is None. Raise
    `TooSlow` where it takes too long.
    """
    command = [sys.executable, "-I", "-S", "-c", _MATCHER, pattern]
    said = text[:MOST_MATCHED].encode("utf-8", "surrogatepass")
    try:
        done = subprocess.run(
            command, input=said, stdout=subprocess.PIPE, timeout=MATCH_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise TooSlow from error
    if done.returncode != 0:
        return None
    found: list[str | None] = json.loads(done.stdout)
    return found


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
