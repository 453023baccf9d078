"""From a shell line to tokens: quoting, backslashes and expansions as Android's mksh reads them."""

from __future__ import annotations

from dataclasses import dataclass

from tapwright.devices.simphone.shell_tree import (
    Arithmetic,
    Parameter,
    Part,
    ShellSyntaxError,
    Substitution,
    Text,
    Unfinished,
    Word,
)

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
        self.continued = False  # the last thing read was a backslash and a line's end

    def peek(self, count: int = 1) -> str:
        return self.line[self.at : self.at + count]

    def tokens(self) -> list[Token]:
        found: list[Token] = []
        while self.at < len(self.line):
            if self.peek() in " \t":
                self.at += 1
            elif self.peek(2) == "\\\n":
                self._join_lines()
            elif self.peek() == "#":
                end = self.line.find("\n", self.at)
                self.at = len(self.line) if end < 0 else end
            elif operator := self._operator():
                found.append(Token(operator))
            else:
                found.append(self._word_or_number())
        return found

    def _join_lines(self) -> None:
        self.at += 2
        self.continued = self.at == len(self.line)

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

    def word(self, ends: frozenset[str] = _ENDS_WORD) -> Word:
        parts: list[Part] = []
        while self.at < len(self.line) and self.peek() not in ends:
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
                    self._join_lines()
                    continue
                escaped = self.peek(2)[1:]  # empty where the line ends with the backslash
                parts.append(Text(escaped, bool(escaped)))
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
            raise Unfinished("no closing quote")
        text = self.line[self.at + 1 : end]
        self.at = end + 1
        return text

    def _double_quoted(self) -> list[Part]:
        parts: list[Part] = []
        while self.peek() != '"':
            if self.at >= len(self.line):
                raise Unfinished("no closing quote")
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
        return parts or [Text("", True)]

    def _ansi_quoted(self) -> str:
        out: list[str] = []
        self.at += 1
        while self.peek() != "'":
            if self.at >= len(self.line):
                raise Unfinished("no closing quote")
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
            return Substitution(self._backticks('\\`$"' if quoted else "\\`$"), quoted)
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

    def _backticks(self, escapable: str) -> str:
        out: list[str] = []
        self.at += 1
        while self.peek() != "`":
            if self.at >= len(self.line):
                raise Unfinished("no closing quote")
            if self.peek() == "\\" and (self.peek(2)[1:] or " ") in escapable:
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
                raise Unfinished(f"syntax error: unmatched '{opening}'")
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


def tokenize(line: str, *, more: bool = False) -> list[Token]:
    """Split a line into tokens; raise `ShellSyntaxError`, or `Unfinished` where more must come.

    With `more`, a backslash at the very end asks for the next line.
    """
    reader = _Reader(line)
    found = reader.tokens()
    if more and reader.continued:
        raise Unfinished("no line after the backslash")
    return found


def parse_word(text: str, quoted: bool) -> Word:
    """Read the word inside `${name:-word}`, where spaces are part of it."""
    reader = _Reader(text)
    if not quoted:
        return reader.word(frozenset())
    reader.line += '"'
    parts: list[Part] = []
    while reader.at < len(reader.line):  # quotes within a quoted word come and go without a trace
        parts.extend(reader._double_quoted())
    return _merged(parts)
