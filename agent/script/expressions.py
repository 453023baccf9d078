"""What stands between `{{` and `}}`: a small, bounded language over a script's variables.

An expression is Jinja's, without statements: names, numbers, texts, lists, `+ - * /`, comparisons,
`and or not`, `a if b else c`, filters (`| upper`) and a few functions. It can neither loop nor
reach beyond the values it is given, and no result grows past `MOST_TEXT` characters. What comes
out is data: it is never read as an expression again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jinja2 import nodes
from jinja2.exceptions import TemplateError, TemplateSyntaxError
from jinja2.parser import Parser

from tapwright.agent.script.expression_rules import FUNCTIONS, METHODS, Bounds
from tapwright.errors import ExpressionError

MOST_SOURCE = 2_000  # characters of one expression
MOST_PARTS = 500  # of one expression: operators, names, values
_ALLOWED = (
    nodes.And, nodes.BinExpr, nodes.Call, nodes.Compare, nodes.Concat, nodes.CondExpr, nodes.Const,
    nodes.Dict, nodes.Filter, nodes.Getattr, nodes.Getitem, nodes.Keyword, nodes.List, nodes.Name,
    nodes.Not, nodes.Operand, nodes.Or, nodes.Pair, nodes.Slice, nodes.Test, nodes.Tuple,
    nodes.UnaryExpr,
)  # fmt: skip
# Failures of working out an expression that a script's author can cause.
_FAILURES = (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError)
# What the parser and Python's compiler say of an expression that they cannot take.
_REFUSALS = (TemplateError, SyntaxError, RecursionError, ValueError, OverflowError, MemoryError)
# `bool` comes first, for it is an `int`, too.
_KIND_WORDS: tuple[tuple[Any, str], ...] = (
    (bool, "true or false"), (str, "a text"), (int | float, "a number"), (list | tuple, "a list"),
)  # fmt: skip

_BOUNDS = Bounds()


@dataclass(frozen=True, slots=True)
class Names:
    """What an expression looks at: variables, those it can do without, and parts of them.

    `guarded` are asked after with `is defined` or have a `default`; `parts` are (variable, part),
    such as ("row", "name") for `row.name`.
    """

    needed: frozenset[str]
    guarded: frozenset[str]
    parts: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Expression:
    """One expression that was read; `source` is what stands between the braces."""

    source: str

    def __str__(self) -> str:
        return f"{{{{ {_shown(self.source)} }}}}"

    @property
    def names(self) -> Names:
        """What it looks at."""
        return _compiled(self.source)[1]

    def value(self, variables: Mapping[str, Any]) -> Any:
        """Work it out; raise `ExpressionError` where it cannot be."""
        template, names = _compiled(self.source)
        missing = sorted(names.needed - set(variables) - set(FUNCTIONS))
        if missing:
            raise ExpressionError(
                f"cannot work out '{self}': no variable '{missing[0]}' here; "
                f"there are: {', '.join(sorted(variables)) or 'none'}"
            )
        try:
            context = template.new_context({**FUNCTIONS, **variables})
            for _ in template.root_render_func(context):
                pass
            result = context.vars["result"]
            _BOUNDS.must_be_value(result)
            return result
        except (*_FAILURES, RecursionError, MemoryError) as error:
            why = " ".join(str(error).split()) or type(error).__name__
            if isinstance(error, TypeError):
                why += _kinds_of(names, variables)
            raise ExpressionError(f"cannot work out '{self}': {why}") from error


def _kinds_of(names: Names, variables: Mapping[str, Any]) -> str:
    """Which kinds of values the variables hold, for a message; not the values: some are secret."""
    held = {name: variables[name] for name in names.needed | names.guarded if name in variables}
    for name, part in names.parts:
        if isinstance(held.get(name), Mapping) and part in variables[name]:
            held[f"{name}.{part}"] = variables[name][part]
    told = [
        f"{name} is {_kind(value)}"
        for name, value in sorted(held.items())
        if not isinstance(value, Mapping)
    ]
    return f" ({', '.join(told)})" if told else ""


def _kind(value: Any) -> str:
    for kinds, words in _KIND_WORDS:
        if isinstance(value, kinds):
            return words
    return "empty" if value is None else type(value).__name__


def split(text: str) -> list[str | Expression]:
    """The texts and the expressions of `text` in their order, none of them empty.

    Raise `ExpressionError` where one is not closed or cannot be meant.
    """
    pieces: list[str | Expression] = []
    at = 0
    while (start := text.find("{{", at)) >= 0:
        end = _end(text, start + 2)
        if start > at:
            pieces.append(text[at:start])
        if text[start + 2] in "-+%#":  # Jinja's marks for blanks, which people try
            mark = text[start : start + 3]
            raise ExpressionError(f"'{mark}' is not understood; write a blank behind '{{{{'")
        pieces.append(expression(text[start + 2 : end]))
        at = end + 2
    if at < len(text):
        pieces.append(text[at:])
    return pieces


def expression(source: str) -> Expression:
    """Read one expression, without its braces; raise `ExpressionError` where it cannot be meant."""
    read = Expression(source.strip())
    _compiled(read.source)
    return read


def condition(text: str) -> Expression:
    """Read an expression that stands with or without braces around it."""
    stripped = text.strip()
    if stripped.startswith("{{"):
        pieces = split(stripped)
        if len(pieces) == 1 and isinstance(pieces[0], Expression):
            return pieces[0]
        raise ExpressionError(f"'{stripped}' must be one expression, with no text around it")
    return expression(stripped)


def _end(text: str, start: int) -> int:
    """Where the `}}` stands that closes the expression; not one in quotes or in a mapping."""
    quote, inside, at = "", 0, start
    while at < len(text):
        character = text[at]
        if quote:
            at += character == "\\"
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character == "{":
            inside += 1
        elif character == "}" and inside:
            inside -= 1
        elif text.startswith("}}", at):
            return at
        at += 1
    raise ExpressionError(
        f"'{text[start - 2 : start + 40]}' is never closed with '}}}}'; "
        "for two braces themselves write {{ '{{' }}"
    )


@lru_cache(maxsize=4096)
def _compiled(source: str) -> tuple[Any, Names]:
    """The template that leaves the expression's value as `result`, and what it looks at."""
    shown = _shown(source)
    if len(source) > MOST_SOURCE:
        raise ExpressionError(f"'{{{{ {shown} }}}}' has more than {MOST_SOURCE} characters")
    try:
        parser = Parser(_BOUNDS, source, state="variable")
        read = parser.parse_expression()
        if not parser.stream.eos:
            raise ExpressionError(
                f"'{{{{ {shown} }}}}' is no expression: '{parser.stream.current.value}' is too much"
            )
        _must_be_allowed(read, shown)
        names = _names(read)
        result = nodes.Assign(nodes.Name("result", "store", lineno=1), read, lineno=1)
        tree = nodes.Template([result], lineno=1)
        tree.set_environment(_BOUNDS)
        return _BOUNDS.from_string(tree), names
    except _REFUSALS as error:
        # Its own text tells of a line, too, which is the expression's, not the file's.
        told = error.message if isinstance(error, TemplateSyntaxError) else str(error)
        why = " ".join((told or "").split()) or "it is too deep"
        why = why.replace("'end of template'", "end")
        raise ExpressionError(f"'{{{{ {shown} }}}}' is no expression: {why}") from error


def _shown(source: str) -> str:
    """An expression as a message quotes it."""
    line = " ".join(source.split())
    return line if len(line) <= 100 else f"{line[:100]}…"


def _must_be_allowed(read: nodes.Expr, shown: str) -> None:
    parts = 0
    waiting: list[nodes.Node] = [read]
    while waiting:
        node = waiting.pop()
        parts += 1
        if parts > MOST_PARTS:
            raise ExpressionError(f"'{{{{ {shown} }}}}' is too long; set variables on the way")
        why = _refusal(node)
        if why:
            raise ExpressionError(f"'{{{{ {shown} }}}}' is no expression: {why}")
        waiting += node.iter_child_nodes()


def _refusal(node: nodes.Node) -> str:
    """Why a part cannot stand in an expression; empty where it can."""
    if not isinstance(node, _ALLOWED):
        return f"{type(node).__name__.lower()} is not understood here"
    if isinstance(node, nodes.Name) and (node.name == "self" or node.ctx != "load"):
        return f"'{node.name}' cannot be used here"
    if isinstance(node, nodes.Call):
        if node.dyn_args is not None or node.dyn_kwargs is not None:
            return "'*' and '**' are not understood in a call"
        called = node.node
        if isinstance(called, nodes.Name) and called.name not in FUNCTIONS:
            return f"no function '{called.name}'; use one of: {', '.join(sorted(FUNCTIONS))}"
        if isinstance(called, nodes.Getattr) and called.attr not in METHODS:
            return f"no method '{called.attr}'; use one of: {', '.join(sorted(METHODS))}"
        if not isinstance(called, nodes.Name | nodes.Getattr):
            return "only functions and methods can be called"
    return ""


def _names(read: nodes.Expr) -> Names:
    found = {node.name for node in _all(read, nodes.Name)}
    guarded, parts = set[str](), set[tuple[str, str]]()
    for test in _all(read, nodes.Test):
        if test.name in ("defined", "undefined"):
            guarded |= {name.name for name in _all(test, nodes.Name)}
    for given in _all(read, nodes.Filter):
        if given.name in ("default", "d"):
            guarded |= {name.name for name in _all(given.node or given, nodes.Name)}
    called = {id(call.node) for call in _all(read, nodes.Call)}
    for part in _all(read, nodes.Getattr):
        if isinstance(part.node, nodes.Name) and id(part) not in called:
            parts.add((part.node.name, part.attr))
    for item in _all(read, nodes.Getitem):
        if isinstance(item.node, nodes.Name) and isinstance(item.arg, nodes.Const):
            parts.add((item.node.name, str(item.arg.value)))
    functions = set(FUNCTIONS)
    return Names(
        frozenset(found - guarded - functions),
        frozenset(guarded - functions),
        frozenset(part for part in parts if part[0] not in guarded),
    )


def _all(read: nodes.Node, kind: type[Any]) -> list[Any]:
    """Every node of a kind in the tree, its root included."""
    return [*([read] if isinstance(read, kind) else []), *read.find_all(kind)]
