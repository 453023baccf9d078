"""Texts of acts and checks filled in: data stays data."""

from __future__ import annotations

import shlex

import pytest

from tapwright.agent.script.filling import filled, filled_check, filled_condition, is_literal
from tapwright.agent.script.scope import Scope
from tapwright.agent.script.steps import (
    Act,
    Ask,
    Condition,
    DragTo,
    Open,
    RunTask,
    ScrollBy,
    TapOn,
    Target,
    TypeIn,
)
from tapwright.agent.verify import parse_check
from tapwright.errors import StepFailed, UsageError


@pytest.mark.parametrize(
    "value",
    ["Ana", "Ana Li", "O'Neil", 'say "hi"', "a\\b", "== 1", "", "  x ", "$(ls)", "a\nb", "ü"],
)
def test_a_value_in_a_check_stays_one_part_of_its_word(value: str) -> None:
    scope = Scope({"name": value, "file": f"/tmp/{value}/out.txt"})
    text = filled_check("file {{ file }} contains <{{ name }}|", scope.fill)
    assert shlex.split(text) == ["file", f"/tmp/{value}/out.txt", "contains", f"<{value}|"]
    check = parse_check(text)
    assert check.argv == ("file", f"/tmp/{value}/out.txt")
    assert check.value == f"<{value}|"


def test_quotes_that_the_author_wrote_hold_their_words_together() -> None:
    scope = Scope({"name": "it's"})
    check = parse_check(filled_check("file out.txt contains 'is {{ name }} so'", scope.fill))
    assert check.value == "is it's so"


def test_a_check_that_is_all_a_value_is_read_as_it_stands() -> None:
    scope = Scope({"check": "file a.txt == b"})
    assert filled_check("{{ check }}", scope.fill) == "file a.txt == b"
    assert filled_check("file a.txt == b", scope.fill) == "file a.txt == b"


def test_a_quote_that_is_not_closed_is_named() -> None:
    with pytest.raises(UsageError, match="cannot read the check"):
        filled_check("file 'a.txt == {{ n }}", Scope({"n": 1}).fill)


def test_a_literal_holds_no_expression() -> None:
    assert is_literal({"a": ["x", 1, None]})
    assert not is_literal({"a": ["x", "{{ y }}"]})


@pytest.mark.parametrize(("one", "two"), [("!=", "x"), ("a", "contains")])
def test_a_value_never_becomes_the_operator_of_a_check(one: str, two: str) -> None:
    scope = Scope({"one": one, "two": two})
    fine = parse_check(filled_check("output echo a == {{ two }}", scope.fill))
    assert (fine.operator, fine.value) == ("==", two)
    with pytest.raises(UsageError, match="which would compare"):
        filled_check("output echo {{ one }} {{ two }} == b", scope.fill)


@pytest.mark.parametrize("value", ["", "  ", None])
@pytest.mark.parametrize("part", ["text", "contains", "gone", "check", "seen"])
def test_a_condition_of_which_nothing_is_left_never_holds(part: str, value: object) -> None:
    scope = Scope({"x": value})
    with pytest.raises(StepFailed, match="gives nothing here"):
        filled_condition(Condition(**{part: "{{ x }}"}), scope.fill)


@pytest.mark.parametrize(
    "act",
    [
        TapOn(Target("{{ x }}", at=(0.5, 0.5))),
        TapOn(Target("Delete", near="{{ x }}")),
        TypeIn("a", Target("{{ x }}")),
        ScrollBy("down", 3, None, "{{ x }}"),
        DragTo(Target("a"), Target("b", near="{{ x }}")),
        Ask("total", "total", right_of="{{ x }}"),
        RunTask("{{ x }}"),
        Open("{{ x }}"),
    ],
)
def test_an_act_of_whose_target_nothing_is_left_is_not_done(act: Act) -> None:
    with pytest.raises(StepFailed, match="gives nothing here"):
        filled(act, Scope({"x": ""}))


def test_what_is_typed_may_be_nothing() -> None:
    assert filled(TypeIn("{{ x }}", Target("Name")), Scope({"x": None})) == TypeIn(
        "", Target("Name")
    )
