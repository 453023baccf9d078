"""The tree of a shell line: words as `shell_lexer.py` finds them, commands as `shell_syntax.py`
builds them and `shell.py` runs them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


class ShellSyntaxError(Exception):
    """The line is not shell, or is shell that this phone does not know."""


class Unfinished(ShellSyntaxError):
    """The line ends inside something: a quote, a group, a loop."""


@dataclass(frozen=True, slots=True)
class Text:
    """Characters; quoted ones are never split or taken for patterns."""

    text: str
    quoted: bool


@dataclass(frozen=True, slots=True)
class Parameter:
    """`$name` or `${name…}`; `operator` is one of ``, `-`, `:-`, `+`, `:+`, `#` (length)."""

    name: str
    quoted: bool
    operator: str = ""
    word: str = ""


@dataclass(frozen=True, slots=True)
class Substitution:
    """`$(line)` or backticks: what the line prints."""

    line: str
    quoted: bool


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`$((expression))`."""

    expression: str
    quoted: bool


Part: TypeAlias = Text | Parameter | Substitution | Arithmetic
Word: TypeAlias = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Redirect:
    """`number operator target`, as in `2>&1`."""

    number: int
    operator: str
    target: Word


@dataclass(frozen=True, slots=True)
class Simple:
    """A command with its words; assignments alone set variables."""

    assignments: tuple[tuple[str, Word], ...]
    words: tuple[Word, ...]
    redirects: tuple[Redirect, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """`{ body; }`, or `( body )` whose variables stay inside."""

    body: Script
    subshell: bool
    redirects: tuple[Redirect, ...]


@dataclass(frozen=True, slots=True)
class If:
    """Conditions with their bodies in order, and the body of `else`."""

    branches: tuple[tuple[Script, Script], ...]
    otherwise: Script
    redirects: tuple[Redirect, ...]


@dataclass(frozen=True, slots=True)
class For:
    """`for name in words; do body; done`."""

    name: str
    words: tuple[Word, ...]
    body: Script
    redirects: tuple[Redirect, ...]


@dataclass(frozen=True, slots=True)
class While:
    """`while condition; do body; done`; `until` turns the condition over."""

    condition: Script
    body: Script
    until: bool
    redirects: tuple[Redirect, ...]


Node: TypeAlias = Simple | Group | If | For | While


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Commands joined by `|`; `negated` by a leading `!`."""

    nodes: tuple[Node, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class AndOr:
    """Pipelines, each but the first with the `&&` or `||` before it."""

    first: Pipeline
    rest: tuple[tuple[str, Pipeline], ...]


Script: TypeAlias = tuple[AndOr, ...]
