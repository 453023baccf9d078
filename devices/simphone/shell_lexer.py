"""From a shell line to tokens: quoting, backslashes and expansions as Android's mksh reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

OPERATORS = ("&&", "||", ";;", ">>", "<<", ">&", "<&", "&", "|", ";", "<", ">", "(", ")", "\n")
REDIRECTIONS = frozenset({">", ">>", "<", ">&", "<&", "<<"})
_ENDS_WORD = frozenset(" \t\n;&|<>()")
_ESCAPES = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "v": "\v",
    "e": "\x1b",
}
_SPECIAL_PARAMETERS = frozenset("?$#@*!-0123456789")


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
class Token:
    """An operator (its text), or a word; `number` is a redirection's file number."""

    operator: str = ""
    word: Word = ()
    number: int | None = None

    def bare(self) -> str:
        """The word where it is plain unquoted text (a keyword, perhaps), else empty."""
        if len(self.word) == 1 and isinstance(self.word[0], Text) and not self.word[0].quoted:
            return self.word[0].text
        return ""


class _Reader:
    """Reads one line of shell from left to right."""

    def __init__(self, line: str) -> None:
        self.line = line
        self.at = 0

    def peek(self, count: int = 1) -> str:
        return self.line[self.at : self.at + count]

    def tokens(self) -> list[Token]:
        found: list[Token] = []
        while self.at < len(self.line):
            if self.peek() in " \t":
                self.at += 1
            elif self.peek(2) == "\\\n":
                self.at += 2
            elif self.peek() == "#":
                end = self.line.find("\n", self.at)
                self.at = len(self.line) if end < 0 else end
            elif operator := self._operator():
                found.append(Token(operator))
            else:
                found.append(self._word_or_number())
        return found

    def _operator(self) -> str:
        for operator in OPERATORS:
            if self.line.startswith(operator, self.at):
                self.at += len(operator)
                return operator
        return ""

    def _word_or_number(self) -> Token:
        word = self.word()
        token = Token(word=word)
        if token.bare().isdecimal() and self.peek() in ("<", ">") and self.peek():
            return Token(operator=self._operator(), number=int(token.bare()))
        return token

    def word(self) -> Word:
        parts: list[Part] = []
        while self.at < len(self.line) and self.peek() not in _ENDS_WORD:
            char = self.peek()
            if char == "'":
                parts.append(Text(self._until("'"), True))
            elif char == '"':
                self.at += 1
                parts.extend(self._double_quoted())
            elif self.peek(2) == "$'":
                self.at += 1
                parts.append(Text(self._ansi_quoted(), True))
            elif char == "\\":
                if self.peek(2) == "\\\n":
                    self.at += 2
                    continue
                parts.append(Text(self.peek(2)[1:] or "\\", True))
                self.at += 2
            elif (expansion := self._expansion(False)) is not None:
                parts.append(expansion)
            else:
                parts.append(Text(char, False))
                self.at += 1
        return _merged(parts)

    def _until(self, quote: str) -> str:
        end = self.line.find(quote, self.at + 1)
        if end < 0:
            raise Unfinished(f"unmatched {quote}")
        text = self.line[self.at + 1 : end]
        self.at = end + 1
        return text

    def _double_quoted(self) -> list[Part]:
        parts: list[Part] = [Text("", True)]
        while self.peek() != '"':
            if self.at >= len(self.line):
                raise Unfinished('unmatched "')
            if self.peek() == "\\" and self.peek(2)[1:] in ("$", "`", '"', "\\", "\n"):
                if self.peek(2) != "\\\n":
                    parts.append(Text(self.peek(2)[1:], True))
                self.at += 2
            elif (expansion := self._expansion(True)) is not None:
                parts.append(expansion)
            else:
                parts.append(Text(self.peek(), True))
                self.at += 1
        self.at += 1
        return parts

    def _ansi_quoted(self) -> str:
        out: list[str] = []
        self.at += 1
        while self.peek() != "'":
            if self.at >= len(self.line):
                raise Unfinished("unmatched '")
            if self.peek() == "\\":
                letter = self.peek(2)[1:]
                out.append(_ESCAPES.get(letter, letter))
                self.at += 2
            else:
                out.append(self.peek())
                self.at += 1
        self.at += 1
        return "".join(out)

    def _expansion(self, quoted: bool) -> Part | None:
        if self.peek() == "`":
            return Substitution(self._backticks(), quoted)
        if self.peek() != "$":
            return None
        if self.peek(3) == "$((":
            self.at += 2
            inner = self._balanced("(", ")")
            if not (inner.startswith("(") and inner.endswith(")")):
                return Substitution(inner, quoted)
            return Arithmetic(inner[1:-1], quoted) if inner else None
        if self.peek(2) == "$(":
            self.at += 2
            return Substitution(self._balanced("(", ")"), quoted)
        if self.peek(2) == "${":
            self.at += 2
            return _parameter(self._balanced("{", "}"), quoted)
        following = self.peek(2)[1:]
        if following and following in _SPECIAL_PARAMETERS:
            self.at += 2
            return Parameter(following, quoted)
        if following.isascii() and (following.isalpha() or following == "_"):
            self.at += 1
            return Parameter(self._name(), quoted)
        return None

    def _name(self) -> str:
        start = self.at
        while self.peek().isascii() and (self.peek().isalnum() or self.peek() == "_"):
            self.at += 1
        return self.line[start : self.at]

    def _backticks(self) -> str:
        out: list[str] = []
        self.at += 1
        while self.peek() != "`":
            if self.at >= len(self.line):
                raise Unfinished("unmatched `")
            if self.peek() == "\\" and self.peek(2)[1:] in ("\\", "`", "$"):
                self.at += 1
            out.append(self.peek())
            self.at += 1
        self.at += 1
        return "".join(out)

    def _balanced(self, opening: str, closing: str) -> str:
        """The text up to the `closing` that matches an `opening` already read."""
        start, depth = self.at, 1
        while True:
            char = self.peek()
            if not char:
                raise Unfinished(f"unmatched {opening}")
            if char == "'":
                self._until("'")
                continue
            if char == '"':
                self.at += 1
                self._double_quoted()
                continue
            if char == "\\":
                self.at += 1
            elif char == opening:
                depth += 1
            elif char == closing:
                depth -= 1
                if depth == 0:
                    self.at += 1
                    return self.line[start : self.at - 1]
            self.at += 1


def _parameter(body: str, quoted: bool) -> Parameter:
    if len(body) > 1 and body.startswith("#"):
        return Parameter(body[1:], quoted, "#")
    reader = _Reader(body)
    name = reader._name() or body[:1]
    rest = body[len(name) :]
    for operator in (":-", ":+", "-", "+", ""):
        if rest.startswith(operator) and (operator or not rest) and name:
            return Parameter(name, quoted, operator, rest[len(operator) :])
    raise ShellSyntaxError(f"${{{body}}}: bad substitution")


def _merged(parts: list[Part]) -> Word:
    merged: list[Part] = []
    for part in parts:
        last = merged[-1] if merged else None
        if isinstance(part, Text) and isinstance(last, Text) and part.quoted == last.quoted:
            merged[-1] = Text(last.text + part.text, part.quoted)
        else:
            merged.append(part)
    return tuple(merged)


def tokenize(line: str) -> list[Token]:
    """Split a line into tokens; raise `ShellSyntaxError`, or `Unfinished` where more must come."""
    return _Reader(line).tokens()


def parse_word(text: str, quoted: bool) -> Word:
    """Read the word inside `${name:-word}`, where spaces are part of it."""
    if quoted:
        return tuple(_Reader(text + '"')._double_quoted())
    parts: list[Part] = []
    for index, piece in enumerate(text.split(" ")):
        if index:
            parts.append(Text(" ", False))
        parts.extend(_Reader(piece).word())
    return _merged(parts)
