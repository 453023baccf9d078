"""Checks in one line: read exactly, refused with an example otherwise."""

from __future__ import annotations

import time

import pytest

from tapwright.agent.verify import MATCH_SECONDS, QueryCheck, parse_check
from tapwright.errors import Offline, UsageError
from tapwright.protocols import Check
from tapwright.types import QueryResult

from .drawn_device import DrawnDevice


class SayingDevice(DrawnDevice):
    """Answers every question with the same words and keeps the questions."""

    def __init__(self, stdout: str, stderr: str = "", exit_code: int = 0) -> None:
        super().__init__()
        self.result = QueryResult(stdout, stderr, exit_code)
        self.asked: list[tuple[str, ...]] = []

    def query(self, argv: object) -> QueryResult:
        self.asked.append(tuple(argv))
        return self.result


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "settings get global wifi_on == 1",
            QueryCheck(("settings", "get", "global", "wifi_on"), "==", "1"),
        ),
        ("a != b", QueryCheck(("a",), "!=", "b")),
        ("'a b' c contains two  words", QueryCheck(("a b", "c"), "contains", "two words")),
        ("a contains 'two  words'", QueryCheck(("a",), "contains", "two  words")),
        ("a == ''", QueryCheck(("a",), "==", "")),
        ("a == b == c", QueryCheck(("a",), "==", "b == c")),
        (r"a matches '^\d+$'", QueryCheck(("a",), "matches", r"^\d+$")),
        ("a == 闹钟", QueryCheck(("a",), "==", "闹钟")),
    ],
)
def test_a_check_is_a_command_an_operator_and_a_value(text: str, expected: QueryCheck) -> None:
    assert parse_check(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "settings get global wifi_on",
        "settings get global wifi_on = 1",
        "== 1",
        "settings get global wifi_on ==",
        "a == 'open",
        "wifi_on==1",
    ],
)
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UsageError, match="for example 'settings get global wifi_on == 1'") as error:
        parse_check(text)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("text", ["a contains ''", 'a matches ""'])
def test_a_check_that_every_answer_passes_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="say what"):
        parse_check(text)


@pytest.mark.parametrize(
    ("stdout", "passed"), [("0", True), ("1", False), ("null\n", False), ("\n", False)]
)
def test_a_setting_that_is_not_there_differs_from_nothing(stdout: str, passed: bool) -> None:
    result = parse_check("settings get global wifi_onn != 1")(SayingDevice(stdout))
    assert result.passed is passed, result.said


@pytest.mark.parametrize("pattern", ["(a|aa)+$", "a*a*a*a*a*a*a*b"])
def test_a_pattern_that_would_not_end_is_a_failed_check(pattern: str) -> None:
    began = time.monotonic()
    result = parse_check(f"a matches '{pattern}'")(SayingDevice("a" * 5_000 + "!"))
    assert time.monotonic() - began < 3 * MATCH_SECONDS
    assert not result.passed
    assert "took longer" in result.said


def test_a_pattern_is_tried_on_any_text() -> None:
    assert parse_check("a matches '闹.$'")(SayingDevice("\ud800 闹钟")).passed


@pytest.mark.parametrize("pattern", ["(", "a" * 201, "'(a+)+'", "'(a*)*b'", "'(a{2,})+'"])
def test_a_pattern_that_is_wrong_or_endless_is_refused(pattern: str) -> None:
    with pytest.raises(UsageError, match="pattern"):
        parse_check(f"a matches {pattern}")


@pytest.mark.parametrize(
    ("check", "stdout", "passed"),
    [
        ("a == 1", "1\n", True),
        ("a == 1", "11", False),
        ("a == 1", "0", False),
        ("a == ''", "\n", True),
        ("a != 1", "0", True),
        ("a != 1", " 1 ", False),
        ("a contains 7:30", "alarm 7:30 on", True),
        ("a contains 7:30", "alarm 17:3", False),
        (r"a matches '\b7:30\b'", "alarm 7:30 on", True),
        (r"a matches '^7:30'", "alarm 7:30 on", False),
    ],
)
def test_the_answer_decides(check: str, stdout: str, passed: bool) -> None:
    device = SayingDevice(stdout)
    assert parse_check(check)(device).passed is passed
    assert device.asked == [("a",)]


def test_a_command_that_fails_is_a_failed_check_even_for_not_equal() -> None:
    result = parse_check("a != 1")(SayingDevice("", "a: not found", 127))
    assert not result.passed
    assert "exit code 127: 'a: not found'" in result.said


def test_a_result_says_what_was_asked_and_answered_in_one_short_line() -> None:
    result = parse_check("settings get x == 1")(SayingDevice("0\nmore\n" + "z" * 1000))
    assert result.said.startswith("'settings get x' should be '1' but says '0 more zzz")
    assert len(result.said) < 300
    assert "\n" not in result.said


def test_a_device_that_is_gone_is_an_error_and_no_answer() -> None:
    class Gone(DrawnDevice):
        def query(self, argv: object) -> QueryResult:
            raise Offline("gone; plug it in")

    with pytest.raises(Offline):
        parse_check("a == 1")(Gone())


def test_it_is_a_check_as_the_loop_wants_it() -> None:
    assert isinstance(parse_check("a == 1"), Check)
