"""Checks that a person states in one line: a question to the device and the answer hoped for."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import Literal, get_args

from tapwright.agent.matching import (
    MATCH_SECONDS as MATCH_SECONDS,
    TooSlow,
    must_be_pattern,
    search,
)
from tapwright.errors import StepFailed, UsageError
from tapwright.protocols import Device
from tapwright.types import CheckResult

Operator = Literal["==", "!=", "contains", "matches"]
OPERATORS: tuple[str, ...] = get_args(Operator)
_SHOULD = {"==": "be", "!=": "not be", "contains": "contain", "matches": "match"}
EXAMPLE = "settings get global wifi_on == 1"
MOST_SAID = 200  # characters of an answer that a result quotes


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
        except TooSlow:
            slow = f"took longer than {MATCH_SECONDS:g} s on the answer {_quote(said)}"
            return CheckResult(False, f"{asked}: the pattern '{self.value}' {slow}")
        except StepFailed as error:
            return CheckResult(False, f"{asked}: {error}")
        verb = "says" if passed else f"should {_SHOULD[self.operator]} '{self.value}' but says"
        return CheckResult(passed, f"{asked} {verb} {_quote(said)}")

    def _holds(self, said: str) -> bool:
        if self.operator == "==":
            return said == self.value
        if self.operator == "!=":
            return said != self.value
        if self.operator == "contains":
            return self.value in said
        return search(self.value, said) is not None

    def _is_unset(self, said: str) -> bool:
        """Whether the answer is what Android says of a setting that was never set, or misspelt.

        That it differs from any value proves nothing.
        """
        return self.argv[:2] == ("settings", "get") and said in ("", "null")


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
        must_be_pattern(value)
    operator: Operator = name  # type: ignore[assignment]  # one of OPERATORS
    return QueryCheck(tuple(words[:at]), operator, value)
