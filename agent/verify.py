"""Checks that a person states in one line: a question to the device and the answer hoped for."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from typing import Literal, get_args

from tapwright.errors import UsageError
from tapwright.protocols import Device
from tapwright.types import CheckResult

Operator = Literal["==", "!=", "contains", "matches"]
OPERATORS: tuple[str, ...] = get_args(Operator)
_SHOULD = {"==": "be", "!=": "not be", "contains": "contain", "matches": "match"}
EXAMPLE = "settings get global wifi_on == 1"
MOST_PATTERN = 200  # characters
MOST_MATCHED = 20_000  # characters of an answer that a pattern is tried on
MOST_SAID = 200  # characters of an answer that a result quotes
MATCH_SECONDS = 5.0  # a pattern may take
# A repeated group with a repeat inside, such as `(a+)+`, can take longer than any run.
_NESTED_REPEAT = re.compile(r"[*+}]\)?[^()]*\)[*+{]")


# Tries the pattern (its argument) on its input. Python's matcher can neither be stopped nor given
# a bound, and `(a|aa)+$` outlasts any run, so it works in a process that can be ended.
_MATCHER = """
import re, sys
said = sys.stdin.buffer.read().decode("utf-8", "surrogatepass")
sys.exit(0 if re.search(sys.argv[1], said) else 3)
"""


class _TooSlow(Exception):
    """The pattern took longer than it may."""


@dataclass(frozen=True, slots=True)
class QueryCheck:
    """Asks a device with `argv` and compares what it printed, without outer blanks."""

    argv: tuple[str, ...]
    operator: Operator
    value: str

    def __call__(self, device: Device) -> CheckResult:
        """Ask `device`; a command that fails is a failed check. Raise `DeviceError` if gone."""
        answer = device.query(self.argv)
        asked = f"'{shlex.join(self.argv)}'"
        if answer.exit_code != 0:
            why = answer.stderr.strip() or answer.stdout.strip()
            return CheckResult(
                False, f"{asked} failed with exit code {answer.exit_code}: {_quote(why)}"
            )
        said = answer.stdout.strip()
        if self.operator == "!=" and self._is_unset(said):
            return CheckResult(False, f"{asked} says {_quote(said)}: there is no such setting")
        try:
            passed = self._holds(said)
        except _TooSlow:
            slow = f"took longer than {MATCH_SECONDS:g} s on the answer {_quote(said)}"
            return CheckResult(False, f"{asked}: the pattern '{self.value}' {slow}")
        verb = "says" if passed else f"should {_SHOULD[self.operator]} '{self.value}' but says"
        return CheckResult(passed, f"{asked} {verb} {_quote(said)}")

    def _holds(self, said: str) -> bool:
        if self.operator == "==":
            return said == self.value
        if self.operator == "!=":
            return said != self.value
        if self.operator == "contains":
            return self.value in said
        return _matches(self.value, said[:MOST_MATCHED])

    def _is_unset(self, said: str) -> bool:
        """Whether the answer is what Android says of a setting that was never set, or misspelt.

        That it differs from any value proves nothing.
        """
        return self.argv[:2] == ("settings", "get") and said in ("", "null")


def _matches(pattern: str, said: str) -> bool:
    command = [sys.executable, "-I", "-S", "-c", _MATCHER, pattern]
    try:
        done = subprocess.run(
            command, input=said.encode("utf-8", "surrogatepass"), timeout=MATCH_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise _TooSlow from error
    return done.returncode == 0


def _quote(said: str) -> str:
    line = " ".join(said.split())
    return f"'{line[:MOST_SAID]}…'" if len(line) > MOST_SAID else f"'{line}'"


def parse_check(text: str) -> QueryCheck:
    """Read `COMMAND OPERATOR VALUE`, quoted as in a shell; raise `UsageError` otherwise.

    The operator is the first word that is one: `==`, `!=`, `contains` or `matches` (a regular
    expression, found anywhere in the answer).
    """
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise UsageError(f"cannot read the check {text!r}: {error}; for example {EXAMPLE!r}") from (
            error
        )
    found = [(at, name) for at, word in enumerate(words) for name in OPERATORS if word == name]
    if not found or found[0][0] == 0 or found[0][0] == len(words) - 1:
        raise UsageError(
            f"a check is COMMAND {'|'.join(OPERATORS)} VALUE, not {text!r}; for example {EXAMPLE!r}"
        )
    at, name = found[0]
    value = " ".join(words[at + 1 :])
    if name in ("contains", "matches") and not value:
        raise UsageError(f"every answer {name} nothing; say what {text!r} is to look for")
    if name == "matches":
        _must_be_pattern(value)
    operator: Operator = name  # type: ignore[assignment]  # one of OPERATORS
    return QueryCheck(tuple(words[:at]), operator, value)


def _must_be_pattern(value: str) -> None:
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
