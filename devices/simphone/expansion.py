"""Turns shell words into arguments: parameters, substitutions, splitting, file patterns."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tapwright.devices.simphone.shell_lexer import (
    parse_word,
)
from tapwright.devices.simphone.shell_tree import (
    Arithmetic,
    Parameter,
    Part,
    ShellSyntaxError,
    Substitution,
    Text,
    Word,
)

_BLANKS = " \t\n"
_PATTERN_CHARS = frozenset("*?[")
_ARITHMETIC = re.compile(r"\s*(?:(\d+)|([A-Za-z_]\w*)|(==|!=|<=|>=|[-+*/%()<>]))")


@dataclass(frozen=True, slots=True)
class Scope:
    """What expansions need of a shell."""

    parameter: Callable[[str], str | None]  # None where it is not set
    arguments: Sequence[str]  # $1 and what follows
    output_of: Callable[[str], str]
    matches: Callable[[str], list[str]]


class _Fields:
    """Collects fields; remembers which characters were quoted, for patterns."""

    def __init__(self) -> None:
        self.done: list[list[tuple[str, bool]]] = []
        self.open: list[tuple[str, bool]] | None = None

    def add(self, text: str, quoted: bool) -> None:
        if text or quoted:
            self.open = [*(self.open or []), (text, quoted)]

    def cut(self) -> None:
        if self.open is not None:
            self.done.append(self.open)
        self.open = None

    def split(self, text: str) -> None:
        for piece in re.split(f"([{_BLANKS}]+)", text):
            if piece and piece[0] in _BLANKS:
                self.cut()
            else:
                self.add(piece, False)


class Expander:
    """Expands words within one scope."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def fields(self, word: Word) -> list[str]:
        """The arguments a word becomes: none, one or several."""
        fields = _Fields()
        for index, part in enumerate(word):
            self._add(fields, part, first=index == 0)
        fields.cut()
        found: list[str] = []
        for field in fields.done:
            found.extend(self._matched(field))
        return found

    def text(self, word: Word) -> str:
        """A word as one text, never split: assignments, redirection targets."""
        return "".join(
            part.text
            if isinstance(part, Text)
            else " ".join(self._scope.arguments)
            if isinstance(part, Parameter) and part.name == "@"
            else self._value(part)
            for part in word
        )

    def _add(self, fields: _Fields, part: Part, *, first: bool) -> None:
        if isinstance(part, Text):
            home = first and not part.quoted and (part.text == "~" or part.text[:2] == "~/")
            text = (self._scope.parameter("HOME") or "") + part.text[1:] if home else part.text
            fields.add(text, part.quoted)
        elif isinstance(part, Parameter) and part.name == "@" and part.quoted:
            for index, argument in enumerate(self._scope.arguments):
                if index:
                    fields.cut()
                fields.add(argument, True)
        elif (
            isinstance(part, Parameter)
            and not part.quoted
            and part.word
            and not self._kept(part)
            and part.operator != "#"
        ):
            for inner in self._word_of(part):
                if isinstance(inner, Text) and not inner.quoted:
                    fields.split(inner.text)
                else:
                    self._add(fields, inner, first=False)
        elif part.quoted:
            fields.add(self._value(part), True)
        else:
            fields.split(self._value(part))

    def _kept(self, part: Parameter) -> bool:
        """Whether `${name:-word}` stands for the parameter itself, or for nothing."""
        value = self._scope.parameter(part.name)
        present = bool(value) if part.operator.startswith(":") else value is not None
        return present != part.operator.endswith("+")

    def _word_of(self, part: Parameter) -> Word:
        return parse_word(part.word, part.quoted)

    def _value(self, part: Part) -> str:
        if isinstance(part, Substitution):
            return self._scope.output_of(part.line)
        if isinstance(part, Arithmetic):
            return str(arithmetic(part.expression, self._scope.parameter))
        if isinstance(part, Text):
            return part.text
        if part.name in "@*":
            value: str | None = " ".join(self._scope.arguments)
        else:
            value = self._scope.parameter(part.name)
        if part.operator == "#":
            return str(len(value or ""))
        if not part.operator:
            return value or ""
        if self._kept(part):
            return "" if part.operator.endswith("+") else value or ""
        return self.text(self._word_of(part))

    def _matched(self, field: list[tuple[str, bool]]) -> list[str]:
        plain = "".join(text for text, _ in field)
        if not any(not quoted and _PATTERN_CHARS & set(text) for text, quoted in field):
            return [plain]
        pattern = "".join(
            "".join(f"[{char}]" if char in _PATTERN_CHARS else char for char in text)
            if quoted
            else text
            for text, quoted in field
        )
        return self._scope.matches(pattern) or [plain]


def arithmetic(expression: str, parameter: Callable[[str], str | None]) -> int:
    """Whole-number arithmetic with + - * / % and parentheses; raise `ShellSyntaxError`."""
    tokens = _arithmetic_tokens(expression.replace("$", ""), parameter)
    at = 0

    def peek() -> str | int:
        return tokens[at] if at < len(tokens) else ""

    def take() -> str | int:
        nonlocal at
        at += 1
        return tokens[at - 1] if at <= len(tokens) else ""

    def atom() -> int:
        token = take()
        if token == "-":
            return -atom()
        if token == "+":
            return atom()
        if token == "(":
            value = level(0)
            if take() != ")":
                raise ShellSyntaxError(f"{expression}: missing )")
            return value
        if isinstance(token, int):
            return token
        raise ShellSyntaxError(f"{expression}: unexpected '{token}'")

    def level(depth: int) -> int:
        if depth == len(_LEVELS):
            return atom()
        value = level(depth + 1)
        while (sign := peek()) in _LEVELS[depth]:
            take()
            other = level(depth + 1)
            if sign in ("/", "%") and other == 0:
                raise ShellSyntaxError(f"{expression}: zero divisor")
            value = _LEVELS[depth][str(sign)](value, other)
        return value

    value = level(0)
    if at != len(tokens):
        raise ShellSyntaxError(f"{expression}: unexpected '{peek()}'")
    return value


def _quotient(a: int, b: int) -> int:
    # Towards zero, as C and so every shell has it.
    return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


_LEVELS: tuple[Mapping[str | int, Callable[[int, int], int]], ...] = (
    {"==": lambda a, b: int(a == b), "!=": lambda a, b: int(a != b)},
    {"<": lambda a, b: int(a < b), ">": lambda a, b: int(a > b),
     "<=": lambda a, b: int(a <= b), ">=": lambda a, b: int(a >= b)},
    {"+": lambda a, b: a + b, "-": lambda a, b: a - b},
    {"*": lambda a, b: a * b, "/": _quotient, "%": lambda a, b: a - b * _quotient(a, b)},
)  # fmt: skip


def _arithmetic_tokens(expression: str, parameter: Callable[[str], str | None]) -> list[str | int]:
    tokens: list[str | int] = []
    at = 0
    while expression[at:].strip():
        match = _ARITHMETIC.match(expression, at)
        if match is None:
            raise ShellSyntaxError(f"{expression}: unexpected '{expression[at:].strip()[0]}'")
        number, name, sign = match.groups()
        if name:
            value = parameter(name) or "0"
            tokens.append(int(value) if value.lstrip("-").isdecimal() else 0)
        else:
            tokens.append(int(number) if number else sign)
        at = match.end()
    return tokens or [0]
