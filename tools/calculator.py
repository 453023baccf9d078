"""`calculator`: what is written is parsed by a grammar and worked out, never run as a program.

Numbers are exact fractions as long as nothing irrational is met, so that 0.1+0.2 gives 0.3. Every
value on the way is bounded, and so is the expression: nothing can be asked that takes long.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from typing import Annotated, Any

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from tapwright.errors import ToolError
from tapwright.tools.arithmetic import (
    Number,
    binary,
    call,
    constant,
    factorial,
    negated,
    number,
    shown,
)
from tapwright.tools.plugin import tool
from tapwright.tools.registry import Tool
from tapwright.tools.services import Services

MAX_EXPRESSION = 500  # characters
MAX_DEPTH = 80  # of the parsed tree

# A `%` in front of a number, name or bracket divides with remainder, any other is percent.
_GRAMMAR = r"""
    ?start: sum
    ?sum: product ((PLUS | MINUS) product)*
    ?product: signed ((TIMES | DIVIDE | FLOOR | MODULO) signed)*
    ?signed: power | MINUS signed -> negative | PLUS signed -> positive
    ?power: postfix | postfix POWER signed
    ?postfix: atom | postfix PERCENT -> percent | postfix BANG -> factorial
        | postfix DEGREE -> degrees
    ?atom: NUMBER -> number
        | NAME -> constant
        | NAME "(" [sum ("," sum)*] ")" -> call
        | "(" sum ")"

    NUMBER: /(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?/
    NAME: /[a-zA-Zπτ][a-zA-Z0-9_]*/
    PLUS: "+"
    MINUS: "-"
    TIMES: "*"
    DIVIDE: "/"
    FLOOR: "//"
    POWER: "**" | "^"
    MODULO: /%(?=\s*[\d.(a-zA-Zπτ])/
    PERCENT: /%(?!\s*[\d.(a-zA-Zπτ])/
    BANG: "!"
    DEGREE: "°"
    %ignore /\s+/
"""
# The signs of print: times, dots, divided by, minus, dash, superscripts, root, and full width.
_SIGNS = str.maketrans(
    {
        "\u00d7": "*", "\u00b7": "*", "\u22c5": "*", "\u2217": "*", "\u00f7": "/",
        "\u2215": "/", "\u2212": "-", "\u2013": "-", "\u00b2": "^2", "\u00b3": "^3",
        "\u221a": "sqrt", **{chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
    }
)  # fmt: skip
_GROUPED = re.compile(r"(?<![\d.])\d{1,3}(?:[,_' ]\d{3})+(?!\d)")
# Percent and a minus, or the remainder of a negative number.
_TWO_MEANINGS = re.compile(r"\s%\s*[+-][\d.(a-zA-Z]")


def tools(services: Services) -> tuple[Tool, ...]:
    """The tool `calculator`, which asks no service."""

    @tool
    def calculator(
        expression: Annotated[str, "such as (17.5 + 4) * 3^2 or sqrt(2) or 15% * 80"],
    ) -> str:
        """Work out a number with + - * / // % ^, brackets, percent and functions.

        They are sqrt, round, min, max, abs, factorial, log (natural), log10, exp, sin, cos, tan
        (radians; 30° for degrees), pi, e."""
        return calculate(expression)

    return (calculator,)


def calculate(expression: str) -> str:
    """The value of `expression` in digits; raise `ToolError` that says what is wrong with it."""
    text = expression.strip().removesuffix("=").strip().translate(_SIGNS)
    if not text:
        raise ToolError("there is nothing to work out; give an expression such as 3 * (4 + 5)")
    if len(text) > MAX_EXPRESSION:
        raise ToolError(
            f"{len(text)} characters are too long an expression; at most {MAX_EXPRESSION}"
        )
    _refuse_ambiguous(text)
    tree = _parsed(text)
    if _depth(tree) > MAX_DEPTH:
        raise ToolError(f"the expression is nested deeper than {MAX_DEPTH} levels; work in parts")
    return shown(_value(tree))


def _refuse_ambiguous(text: str) -> None:
    """Raise `ToolError` for what would be read, but perhaps not as it was meant."""
    grouped = _GROUPED.search(text)
    if grouped is not None:
        plain = re.sub("[,_' ]", "", grouped[0])
        raise ToolError(
            f"{grouped[0]!r} may be one number or several; write {plain} without separators, "
            "or a space behind the comma"
        )
    if _TWO_MEANINGS.search(text):
        raise ToolError(
            "'% -' may mean percent or a remainder; write mod(7, -3), or a space behind the sign"
        )


def _parsed(text: str) -> Tree[Token]:
    try:
        return _parser().parse(text)
    except UnexpectedCharacters as error:
        found = text[error.pos_in_stream or 0]
        raise ToolError(f"{found!r} means nothing in an expression; leave it out") from None
    except UnexpectedToken as error:
        at = error.pos_in_stream
        if error.token.type == "$END" or at is None:
            raise ToolError(f"the expression breaks off behind {text[-10:]!r}") from None
        found, before = str(error.token)[:20], text[:at].rstrip()[-1:]
        joined = found[0].isalnum() or found[0] in "(π"
        hint = (
            "; write an operator such as * between them"
            if joined and before not in ("", "(", ",")
            else ""
        )
        behind = f" behind {before!r}" if before else " at the beginning"
        raise ToolError(f"{found!r} cannot stand{behind}{hint}") from None


@lru_cache(maxsize=1)
def _parser() -> Lark:
    return Lark(_GRAMMAR, parser="lalr", maybe_placeholders=False)


def _depth(tree: Tree[Token]) -> int:
    """How deep the tree is, counted without recursion."""
    level: list[Tree[Token]] = [tree]
    depth = 0
    while level:
        depth += 1
        level = [child for node in level for child in node.children if isinstance(child, Tree)]
    return depth


def _value(tree: Tree[Token]) -> Number:
    """Work a tree out; its depth is bounded."""
    parts: list[Any] = tree.children
    match tree.data:
        case "number":
            return number(str(parts[0]))
        case "constant":
            return constant(str(parts[0]))
        case "call":
            return call(str(parts[0]), [_value(part) for part in parts[1:]])
        case "sum" | "product" | "power":
            value = _value(parts[0])
            for sign, part in zip(parts[1::2], parts[2::2], strict=True):
                value = binary(str(sign), value, _value(part))
            return value
    value = _value(parts[0] if isinstance(parts[0], Tree) else parts[1])
    match tree.data:
        case "negative":
            return negated(value)
        case "percent":
            return binary("/", value, Fraction(100))
        case "degrees":
            return call("radians", [value])
        case "factorial":
            return factorial(value)
    return value
