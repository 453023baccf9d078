"""The calculator: right, bounded, and never a program."""

from __future__ import annotations

import math
import operator
import time
from fractions import Fraction

import pytest
from hypothesis import given, settings, strategies as st

from tapwright.errors import ToolError
from tapwright.tools.calculator import MAX_EXPRESSION, calculate, tools
from tapwright.tools.services import Services


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("0.1+0.2", "0.3"), ("1/3", "0.333333333333333 (exactly 1/3)"), ("-2^2", "-4"),
        ("2^-1", "0.5"), ("2**3**2", "512"), ("7%3", "1"), ("50%", "0.5"), ("200*15%", "30"),
        ("50% - 3", "-2.5"), ("100+10%", "100.1"), ("-5//2", "-3"), ("5!", "120"), ("3!^2", "36"),
        ("sqrt(16)", "4"), ("sqrt(2)", "1.4142135623731"), ("4^0.5", "2"), ("8^(1/3)", "2"),
        ("sin(pi)", "0"), ("sin(30°)", "0.5"), ("log(e)", "1"), ("log10(1000)", "3"),
        ("log(8, 2)", "3"), ("round(2.5)", "3"), ("round(-2.5)", "-3"),
        ("round(2.675, 2)", "2.68"),
        ("max(1, 234)", "234"), ("min(3, pi)", "3"), ("abs(-3)", "3"),
        ("factorial(20)", str(math.factorial(20))),
        ("1e3+1", "1001"), ("1.5e-3", "0.0015"), ("3²\u00d72\u00f74\u22121", "3.5"), ("√(9)", "3"),
        ("\uff13\uff0b\uff14", "7"),
        ("12 =", "12"), ("0^0", "1"), ("(-1)^1e1000", "1"), ("2^0.5", "1.4142135623731"),
        ("+".join(["1"] * 250), "250"), ("mod(7, -3)", "-2"), ("mean(1, 2, 4)*3", "7"),
        ("1e-12", "0.000000000001"), ("pi*1e200", "3.14159265358979e+200"),
    ],
)  # fmt: skip
def test_an_expression_is_worked_out(expression: str, value: str) -> None:
    assert calculate(expression) == value


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("1/0", "division by zero"), ("5//0", "division by zero"), ("5 % 0", "division by zero"),
        ("0^-1", "division by zero"), ("9^9^9^9", "more than 3000 digits"),
        ("10^3001", "more than 3000 digits"), ("1e999999", "more than 3000 digits"),
        ("2^-1e10", "more than 3000 digits"), ("exp(1000)", "too large"),
        ("factorial(1000)*factorial(1000)", "more than 3000 digits"),
        ("factorial(1001)", "whole numbers from 0 to 1000"), ("factorial(2.5)", "whole numbers"),
        ("sqrt(-1)", "-1 has no real square root"), ("(-8)^(1/3)", "-8 has no real power"),
        ("log(0)", "a number above 0"), ("asin(2)", "asin has no value at 2"),
        ("tan(90°)", "no value there"), ("1,234+1", "write 1234 without separators"),
        ("max(1,234)", "write 1234 without separators"), ("1 234", "write 1234 without"),
        ("7 % -3", r"write mod\(7, -3\)"), ("2(3)", r"write an operator such as \*"),
        ("2pi", "'pi' cannot stand behind '2'"), ("3+", "breaks off behind '3\\+'"),
        ("(3", "breaks off"), ("3)", "'\\)' cannot stand"), ("*3", "at the beginning"),
        ("3 $ 4", "'\\$' means nothing"), ("foo", "no number is called 'foo'"),
        ("sqr(2)", "did you mean sqrt"), ("sqrt", r"write sqrt\(...\)"),
        ("", "nothing to work out"),
        ("min()", "takes 1 to 100 numbers, not 0"), ("sqrt(1, 2)", "takes 1 number, not 2"),
        ("-" * 400 + "1", "nested deeper"), ("(" * 100 + "1" + "+1)" * 100, "nested deeper"),
        ("1" * (MAX_EXPRESSION + 1), "too long an expression"), ("round(1, 31)", "up to 30 places"),
        ("__import__('os').system('ls')", "means nothing"), ("x=3", "'=' means nothing"),
        ("().__class__", "cannot stand|means nothing"), ("lambda: 1", "means nothing"),
        ("'a'*9", "means nothing"), ("[1]*9", "means nothing"), ("1 if 1 else 2", "cannot stand"),
    ],
)  # fmt: skip
def test_what_has_no_value_is_named(expression: str, words: str) -> None:
    with pytest.raises(ToolError, match=words) as caught:
        calculate(expression)
    assert len(str(caught.value)) < 300 and "\n" not in str(caught.value)


_SIGNS = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
    "//": operator.floordiv,
}  # fmt: skip
_LEAVES = st.one_of(
    st.integers(0, 10**6).map(lambda n: (str(n), Fraction(n))),
    st.decimals(0, 10**4, places=3).map(lambda d: (f"{d:f}", Fraction(d))),
)


def _joined(
    parts: tuple[tuple[str, Fraction | None], str, tuple[str, Fraction | None]],
) -> tuple[str, Fraction | None]:
    (left, a), sign, (right, b) = parts
    text = f"({left}) {sign} ({right})"
    if a is None or b is None or (sign in ("/", "//") and b == 0):
        return text, None
    return text, Fraction(_SIGNS[sign](a, b))


_TREES = st.recursive(
    _LEAVES, lambda inner: st.tuples(inner, st.sampled_from(sorted(_SIGNS)), inner).map(_joined),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(_TREES)
def test_exact_arithmetic_is_that_of_fractions(tree: tuple[str, Fraction | None]) -> None:
    text, value = tree
    if len(text) > MAX_EXPRESSION:
        return
    if value is None:
        with pytest.raises(ToolError, match="division by zero"):
            calculate(text)
        return
    # Seen exactly: the difference to the true value is nothing.
    difference = f"({text}) - ({value.numerator})/({value.denominator})"
    if len(difference) <= MAX_EXPRESSION:
        assert calculate(difference) == "0"
    shown = calculate(text).split(" ")[0]
    assert math.isclose(float(Fraction(shown)), float(value), rel_tol=1e-12, abs_tol=1e-12)


@settings(max_examples=300, deadline=None)
@given(st.text("0123456789.+-*/%^()!,e sqrtpiminx°", max_size=60) | st.text(max_size=60))
def test_any_text_gives_a_value_or_a_tool_error_at_once(text: str) -> None:
    start = time.monotonic()
    try:
        assert calculate(text)
    except ToolError as error:
        assert str(error)
    assert time.monotonic() - start < 5


@pytest.mark.parametrize(
    "expression",
    [
        "factorial(1000)^1*" * 20 + "1", "(9^3000)^(9^3000)", "lcm(" + "99991, " * 60 + "99989)",
        "gcd(factorial(1000), factorial(999))", "mean(" + "factorial(1000), " * 25 + "1)",
        "1/" * 240 + "3", "2^" * 70 + "1", "0.5^9000", "(1/3)^6000 + (1/7)^3000",
    ],
)  # fmt: skip
def test_nothing_takes_long(expression: str) -> None:
    start = time.monotonic()
    try:
        assert len(calculate(expression)) < 4_000
    except ToolError as error:
        assert str(error)
    assert time.monotonic() - start < 5


def test_the_tool_takes_an_expression() -> None:
    (calculator,) = tools(Services())
    assert calculator.function is not None
    assert calculator.spec.parameters["required"] == ["expression"]
    assert calculator.function(expression="6*7") == "42"
