"""What stands between `{{` and `}}`: what it gives, and what it can never do."""

from __future__ import annotations

import datetime
import time
from typing import Any

import pytest
from hypothesis import given, settings, strategies

from tapwright.agent.script.expression_rules import as_text
from tapwright.agent.script.expressions import Expression, condition, expression, split
from tapwright.errors import ExpressionError

VALUES: dict[str, Any] = {
    "total": 3,
    "price": 1.5,
    "name": "Ana",
    "empty": "",
    "row": {"name": "Bo", "items": "x", "zip code": "007"},
    "names": ["Ana", "Bo"],
    "day": "2026-01-31",
    "nothing": None,
}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("total + 1", 4),
        ("total / 2", 1.5),
        ("7 // 2 + 7 % 2 + 2 ** 3", 12),
        ("-total", -3),
        ("price * 2", 3.0),
        ("name ~ total", "Ana3"),
        ("name + '!'", "Ana!"),
        ("row.name", "Bo"),
        ("row.items", "x"),  # a column, not the mapping's method
        ("row['zip code']", "007"),
        ("row.keys()", ["name", "items", "zip code"]),
        ("names[1]", "Bo"),
        ("names[-1:]", ["Bo"]),
        ("name[:2]", "An"),
        ("'Ana' in names and not empty", True),
        ("1 < total <= 3", True),
        ("'a' if total > 5 else 'b'", "b"),
        ("name | upper", "ANA"),
        ("total | trim", "3"),
        ("[1, true] | join('+')", "1+true"),
        ("name.lower()", "ana"),
        ("name.replace('n', 'nn')", "Anna"),
        ("names | join(', ')", "Ana, Bo"),
        ("names | length", 2),
        ("' 12 ' | int + 1", 13),
        ("'1.5' | float", 1.5),
        ("2.5 | round", 2),
        ("1.005 | round(1)", 1.0),
        ("'%.2f' | format(total)", "3.00"),
        ("day | date('%d.%m.%Y')", "31.01.2026"),
        ("missing | default('x')", "x"),
        ("row.missing | default('x')", "x"),
        ("missing is defined", False),
        ("nothing is none", True),
        ("range(3)", [0, 1, 2]),
        ("[total, {'a': name}]", [3, {"a": "Ana"}]),
        ("(total, 1)", (3, 1)),
        ("max(1, total)", 3),
        ("'a,b'.split(',')[1]", "b"),
        ("true", True),
        ("'}}'", "}}"),
    ],
)
def test_an_expression_gives_a_value_of_its_own_kind(source: str, expected: Any) -> None:
    found = expression(source).value(VALUES)
    assert (found, type(found)) == (expected, type(expected))


def test_today_and_now_are_the_clocks() -> None:
    before = datetime.datetime.now()
    assert before <= expression("now()").value({}) <= datetime.datetime.now()
    tomorrow = datetime.date.today() + datetime.timedelta(days=1)
    # Midnight may pass between the two.
    assert tomorrow - expression("today() + days(1)").value({}) <= datetime.timedelta(days=1)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("total + name", "'+' joins two texts or adds two numbers; use ~ to join any two"),
        ("total + name", "(name is a text, total is a number)"),
        ("total + row.name", "(row.name is a text, total is a number)"),
        ("missing", "no variable 'missing' here; there are: day, empty, name"),
        ("row.nme", "there is no 'nme' in it; there is: name, items, zip code"),
        ("names[7]", "there is no '7' in it"),
        ("1 / 0", "division by zero"),
        ("'x' | int", "invalid literal"),
        ("1.5 | int", "1.5 is no whole number; use round"),
        ("'%s %s' | format(1)", "is no format for one value"),
        ("day | date('%0999999d')", "is no format of a date"),
        ("name % 3", "'%' is for numbers"),
        ("today", "the result is a function, which is no value"),
        ("name * 100000", "the result would be longer than 100000"),
        ("name * 10 ** 14", "the result would be longer than 100000"),
        ("names * 100000", "the result would be longer than 100000"),
        ("9 ** 99", "a power must be a whole number up to 64"),
        ("9 ** 64", "a number of more than 40 digits"),
        ("9 ** 0.5", "a power must be a whole number"),
        ("range(10 ** 9)", "a range of more than 10000 numbers"),
        ("'%9999999d' | format(3)", "is no format for one value"),
        ("1e308 * 10", "the result is no number"),
        ("name.__class__", "there is no '__class__' in it"),
        ("name['__class__']", "there is no '__class__' in it"),
        ("row.__init__", "there is no '__init__' in it"),
        ("names.sort", "there is no 'sort' in it"),
        ("[range(9999), range(9999), range(9999), range(9999)] * 10", "longer than 100000"),
    ],
)
def test_what_cannot_be_worked_out_says_why(source: str, said: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        expression(source).value(VALUES)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "source",
    [
        "", "1 +", "a b", "name | center(9)", "name | attr('x')", "self",
        "self._TemplateReference__context",
        "name.format(1)", "''.join(names)", "names.append(1)", "().__class__.__bases__[0]()",
        "lipsum()", "cycler()", "namespace()", "dict(a=1)", "f(*names)", "range(**row)", "(1)(2)",
        "name is callable", "(" * 500 + "1" + ")" * 500, "not " * 300 + "1", "-}}",
        "1 +" * 600 + "1", "\x00", "'x' ~ " * 1000 + "'x'", "x" * 3000, "{% set a = 1 %}", "a = 1",
        "lambda: 1", "{'a': 1", "'unclosed", "name | upper | nope", "x := 1",
        "[a for a in b]", "${name}",
    ],
)  # fmt: skip
def test_what_is_no_expression_is_refused_when_it_is_read(source: str) -> None:
    with pytest.raises(ExpressionError):
        expression(source)


def test_a_refusal_tells_of_no_line_but_the_files() -> None:
    with pytest.raises(ExpressionError, match=r"'{{ 1 \+ }}' is no expression: unexpected end$"):
        expression("1 +")


@pytest.mark.parametrize(
    "source",
    [
        "'a' * 99999 ~ 'b' * 99999 ~ 'c' * 99999",
        "'aaaaaaaaaa'.replace('', 'b' * 90000)",
        "['a' * 90000, 'b' * 90000]",
        "[[range(9999)] * 9] * 9",
        "range(9999) | join('x' * 900)",
    ],
)
def test_no_result_grows_out_of_hand(source: str) -> None:
    began = time.process_time()
    with pytest.raises(ExpressionError, match="longer than 100000"):
        expression(source).value({})
    assert time.process_time() - began < 2


def test_a_text_is_split_into_texts_and_expressions() -> None:
    assert split("") == []
    assert split("a {% b %} {# c #}\r\n") == ["a {% b %} {# c #}\r\n"]
    assert split("a {{ b }}{{c}}") == ["a ", Expression("b"), Expression("c")]
    assert split("{{ '}}' }} {{ {'a': {'b': 1}} }}}") == [
        Expression("'}}'"), " ", Expression("{'a': {'b': 1}}"), "}"
    ]  # fmt: skip
    assert split(r"{{ 'it\'s }}' }}") == [Expression(r"'it\'s }}'")]


@pytest.mark.parametrize(
    "text", ["{{ a", "{{ 'a }}", "{{ {'a': 1 }}", "{{{ a }}}", "{{- a -}}", "{{}}"]
)
def test_braces_that_do_not_match_are_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        split(text)


def test_a_condition_stands_with_or_without_braces() -> None:
    assert condition(" total > 2 ") == condition("{{ total > 2 }}") == Expression("total > 2")
    with pytest.raises(ExpressionError, match="must be one expression"):
        condition("{{ a }} {{ b }}")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "a"), (None, ""), (True, "true"), (False, "false"), (3, "3"), (1.5, "1.5"),
        (["é", 1, None, True], '["é", 1, null, true]'), ({"a": 1}, '{"a": 1}'),
        (datetime.date(2026, 1, 31), "2026-01-31"),
        (datetime.datetime(2026, 1, 31, 12, 30, 1, 5), "2026-01-31 12:30:01"),
        ([datetime.date(2026, 1, 31)], '["2026-01-31"]'),
    ],
)  # fmt: skip
def test_a_value_stands_in_a_text_as_a_person_would_write_it(value: Any, text: str) -> None:
    assert as_text(value) == text


def test_an_expression_knows_what_it_looks_at() -> None:
    names = expression("a + row.b + row['c d'] + len(x) + (y | default(z)) + s.upper()").names
    assert names.needed == {"a", "row", "x", "z", "s"}
    assert names.guarded == {"y"}
    assert names.parts == {("row", "b"), ("row", "c d")}


@settings(max_examples=150, deadline=None)
@given(
    strategies.lists(
        strategies.sampled_from(
            ["a", "1", "'x'", "(", ")", "[", "]", "{", "}", "|", ".", "+", "*", "**", "~", "in",
             "not", "if", "else", " ", ",", ":", "upper", "range", "9", "__class__", "%", "is",
             "defined", "row", "\\", "'", '"', "{{", "}}", "join", "replace", "format", "\n"]
        ),
        max_size=25,
    ).map("".join)
    | strategies.text(max_size=60)
)  # fmt: skip
def test_whatever_is_written_gives_a_value_or_an_expression_error(source: str) -> None:
    try:
        value = expression(source).value({"a": "x", "row": {"a": [1]}})
    except ExpressionError as error:
        assert "\n" not in str(error)
    else:
        assert len(as_text(value)) < 1_000_000
