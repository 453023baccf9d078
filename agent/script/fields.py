"""How single values of a script are read from their nodes; each raises `ValueError` in words."""

from __future__ import annotations

import keyword
import re
from typing import Any

from tapwright.agent.matching import must_be_pattern
from tapwright.agent.script import expressions
from tapwright.agent.script.expression_rules import FUNCTIONS
from tapwright.agent.script.source import UNQUOTED, Items, Keys, Node, Scalar, plain
from tapwright.agent.verify import parse_check
from tapwright.errors import ExpressionError, UsageError

NAME = re.compile(r"^[A-Za-z][A-Za-z0-9_]{0,99}$")
# What these words mean in an expression is settled.
RESERVED = frozenset({
    "and", "or", "not", "in", "is", "if", "else", "true", "false", "none", "True", "False", "None",
    "self", "env", "error", *FUNCTIONS,
})  # fmt: skip


def kind_of(node: Node) -> str:
    """What stands there, for a message."""
    match node:
        case Items():
            return "a list"
        case Keys():
            return "a mapping"
        case Scalar(value=None):
            return "nothing"
        case Scalar(text=text):
            return f"'{text}'" if len(text) <= 60 else f"'{text[:60]}…'"


def text(node: Node) -> str:
    """A text as it was written: `1.50` stays `1.50`; its expressions are read."""
    if isinstance(node, Keys) and any(entry.key == UNQUOTED for entry in node.entries):
        raise ValueError('must be a text; put one that begins with {{ in quotes: "{{ … }}"')
    if not isinstance(node, Scalar):
        raise ValueError(f"must be a text, not {kind_of(node)}")
    if node.value is None:
        hint = "" if not node.text else f"; put '{node.text}' in quotes"
        raise ValueError(f"must be a text, and nothing stands there{hint}")
    _pieces(node.text)
    return node.text


def words(node: Node) -> str:
    """A text that is not blank."""
    said = text(node)
    if not said.strip():
        raise ValueError("must not be blank")
    return said


def label(node: Node) -> str:
    """A text that is the same in every run."""
    said = words(node)
    if "{{" in said:
        raise ValueError(f"must be the same in every run: {kind_of(node)} holds an expression")
    return said


def variable(node: Node | str) -> str:
    """The name of a variable."""
    name = node if isinstance(node, str) else label(node)
    if not NAME.match(name) or name.endswith("\n"):
        raise ValueError(
            f"'{name[:60]}' is no name of a variable; use letters, digits and _, a letter first"
        )
    if name in RESERVED or keyword.iskeyword(name):
        raise ValueError(f"'{name}' has a meaning in expressions; name the variable otherwise")
    return name


def check(node: Node) -> str:
    """A check, as `tapwright run --verify` takes it; the values of its expressions come later."""
    said = words(node)
    pieces = _pieces(said)
    try:
        parse_check("".join(piece if isinstance(piece, str) else "x" for piece in pieces))
    except UsageError as error:
        raise ValueError(str(error)) from error
    return said


def pattern(node: Node) -> str:
    """A regular expression that ends in time."""
    said = words(node)
    if "{{" not in said:
        try:
            must_be_pattern(said)
        except UsageError as error:
            raise ValueError(str(error)) from error
    return said


def that(node: Node) -> str:
    """An expression, with or without braces."""
    if not isinstance(node, Scalar) or node.value is None:
        raise ValueError(f"must be an expression, not {kind_of(node)}")
    try:
        expressions.condition(node.text)
    except ExpressionError as error:
        raise ValueError(str(error)) from error
    return node.text


def whole(node: Node) -> int:
    """A whole number."""
    found = node.value if isinstance(node, Scalar) else None
    if not isinstance(found, int) or isinstance(found, bool):
        raise ValueError(f"must be a whole number, not {kind_of(node)}{_later(node)}")
    return found


def number(node: Node) -> float:
    """A number."""
    found = node.value if isinstance(node, Scalar) else None
    if not isinstance(found, int | float) or isinstance(found, bool):
        raise ValueError(f"must be a number, not {kind_of(node)}{_later(node)}")
    return float(found)


def flag(node: Node) -> bool:
    """true or false."""
    found = node.value if isinstance(node, Scalar) else None
    if not isinstance(found, bool):
        raise ValueError(f"must be true or false, not {kind_of(node)}{_later(node)}")
    return found


def scalar(node: Node) -> Any:
    """One word of a few."""
    return node.text if isinstance(node, Scalar) else kind_of(node)


def texts(node: Node) -> tuple[str, ...]:
    """A list of texts."""
    if not isinstance(node, Items):
        raise ValueError(f"must be a list such as [one, two], not {kind_of(node)}")
    return tuple(text(item) for item in node.items)


def checks(node: Node) -> tuple[str, ...]:
    """One check or a list of them."""
    if isinstance(node, Items):
        return tuple(check(item) for item in node.items)
    return (check(node),)


def values(node: Node) -> dict[str, Any]:
    """A mapping of any values, whose texts may hold expressions."""
    if not isinstance(node, Keys):
        raise ValueError(f"must be a mapping such as {{name: value}}, not {kind_of(node)}")
    _must_be_readable_all(node)
    return {entry.key: plain(entry.node) for entry in node.entries}


def variables(node: Node) -> dict[str, Any]:
    """Variables and their values."""
    found = values(node)
    for name in found:
        variable(name)
    return found


def saved(node: Node) -> dict[str, str]:
    """A mapping of names to words."""
    if not isinstance(node, Keys):
        raise ValueError(f"must be a mapping such as {{name: value}}, not {kind_of(node)}")
    return {entry.key: label(entry.node) for entry in node.entries}


def listed(node: Node) -> Any:
    """A list, or an expression that gives one."""
    if isinstance(node, Items):
        _must_be_readable_all(node)
        return tuple(plain(node))
    said = text(node).strip()
    pieces = _pieces(said)
    if len(pieces) != 1 or isinstance(pieces[0], str):
        raise ValueError(
            f'must be a list or one expression, "{{{{ names }}}}", not {kind_of(node)}'
        )
    return said


def shares(node: Node) -> tuple[float, float]:
    """Two numbers from 0 to 1."""
    found = [number(item) for item in node.items] if isinstance(node, Items) else []
    if len(found) != 2 or not all(0 <= share <= 1 for share in found):
        raise ValueError(
            "must be two shares of the picture's width and height from 0 to 1, such as [0.5, 0.2]"
        )
    return found[0], found[1]


def _pieces(said: str) -> list[str | expressions.Expression]:
    try:
        return expressions.split(said)
    except ExpressionError as error:
        raise ValueError(str(error)) from error


def _must_be_readable_all(node: Node) -> None:
    match node:
        case Scalar(text=said):
            _pieces(said)
        case Items(items=items):
            for item in items:
                _must_be_readable_all(item)
        case Keys(entries=entries):
            for entry in entries:
                if entry.key == UNQUOTED:
                    raise ValueError('put a text that begins with {{ in quotes: "{{ … }}"')
                _must_be_readable_all(entry.node)


def _later(node: Node) -> str:
    if isinstance(node, Scalar) and "{{" in node.text:
        return "; an expression cannot stand here"
    return ""
