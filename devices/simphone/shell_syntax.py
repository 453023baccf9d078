"""From shell tokens to a tree: lists, pipelines, groups, `if`, `for`, `while`, redirections."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tapwright.devices.simphone.shell_lexer import (
    REDIRECTIONS,
    Token,
    tokenize,
)
from tapwright.devices.simphone.shell_tree import (
    AndOr,
    For,
    Group,
    If,
    Node,
    Pipeline,
    Redirect,
    Script,
    ShellSyntaxError,
    Simple,
    Text,
    Unfinished,
    While,
    Word,
)

_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=(.*)", re.DOTALL)
_CLOSERS = frozenset({"then", "else", "elif", "fi", "do", "done", "}"})


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.at = 0

    def peek(self) -> Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def operator(self) -> str:
        token = self.peek()
        return token.operator if token else ""

    def keyword(self) -> str:
        token = self.peek()
        return token.bare() if token else ""

    def unexpected(self) -> ShellSyntaxError:
        token = self.peek()
        if token is None:
            return Unfinished("syntax error: unexpected EOF")
        shown = "newline" if token.operator == "\n" else token.operator or token.bare() or "word"
        return ShellSyntaxError(f"syntax error: unexpected '{shown}'")

    def expect(self, keyword: str) -> None:
        if self.keyword() != keyword:
            raise self.unexpected()
        self.at += 1

    def newlines(self) -> None:
        while self.operator() == "\n":
            self.at += 1

    def script(self, closers: frozenset[str] = frozenset()) -> Script:
        found: list[AndOr] = []
        while True:
            while self.operator() in ("\n",):
                self.at += 1
            token = self.peek()
            if token is None or token.operator == ")" or token.bare() in closers:
                return tuple(found)
            if token.bare() in _CLOSERS:
                raise self.unexpected()
            found.append(self.and_or())
            if self.operator() in (";", "&", "\n"):
                self.at += 1
            elif self.peek() is not None and self.operator() != ")":
                raise self.unexpected()

    def body(self, *closers: str) -> Script:
        found = self.script(frozenset(closers))
        if not found:
            raise self.unexpected()
        return found

    def and_or(self) -> AndOr:
        first = self.pipeline()
        rest: list[tuple[str, Pipeline]] = []
        while self.operator() in ("&&", "||"):
            operator = self.operator()
            self.at += 1
            self.newlines()
            rest.append((operator, self.pipeline()))
        return AndOr(first, tuple(rest))

    def pipeline(self) -> Pipeline:
        negated = False
        while self.keyword() == "!":
            negated = not negated
            self.at += 1
        nodes = [self.node()]
        while self.operator() == "|":
            self.at += 1
            self.newlines()
            nodes.append(self.node())
        return Pipeline(tuple(nodes), negated)

    def node(self) -> Node:
        keyword = self.keyword()
        if self.operator() == "(":
            self.at += 1
            body = self.body()
            if self.operator() != ")":
                raise self.unexpected()
            self.at += 1
            return Group(body, True, self.redirects())
        if keyword == "{":
            self.at += 1
            body = self.body("}")
            self.expect("}")
            return Group(body, False, self.redirects())
        if keyword == "if":
            return self._if()
        if keyword == "for":
            return self._for()
        if keyword in ("while", "until"):
            self.at += 1
            condition = self.body("do")
            body = self._loop_body()
            return While(condition, body, keyword == "until", self.redirects())
        return self._simple()

    def _if(self) -> If:
        branches: list[tuple[Script, Script]] = []
        otherwise: Script = ()
        while True:
            self.at += 1  # `if` or `elif`
            condition = self.body("then")
            self.expect("then")
            branches.append((condition, self.body("elif", "else", "fi")))
            if self.keyword() != "elif":
                break
        if self.keyword() == "else":
            self.at += 1
            otherwise = self.body("fi")
        self.expect("fi")
        return If(tuple(branches), otherwise, self.redirects())

    def _for(self) -> For:
        self.at += 1
        name = self.keyword()
        if not name.isidentifier():
            raise self.unexpected()
        self.at += 1
        self.newlines()
        words: list[Word] = []
        if self.keyword() == "in":
            self.at += 1
            while (token := self.peek()) is not None and token.word:
                words.append(token.word)
                self.at += 1
        if self.operator() in (";", "\n"):
            self.at += 1
            self.newlines()
        body = self._loop_body()
        return For(name, tuple(words), body, self.redirects())

    def _loop_body(self) -> Script:
        self.expect("do")
        body = self.body("done")
        self.expect("done")
        return body

    def redirects(self) -> tuple[Redirect, ...]:
        found: list[Redirect] = []
        while self.operator() in REDIRECTIONS:
            found.append(self._redirect())
        return tuple(found)

    def _redirect(self) -> Redirect:
        token = self.tokens[self.at]
        if token.operator == "<<":
            raise ShellSyntaxError("syntax error: here documents are not known to this phone")
        self.at += 1
        target = self.peek()
        if target is None or not target.word:
            raise self.unexpected()
        self.at += 1
        number = token.number
        if number is None:
            number = 0 if token.operator.startswith("<") else 1
        return Redirect(number, token.operator, target.word)

    def _simple(self) -> Simple:
        assignments: list[tuple[str, Word]] = []
        words: list[Word] = []
        redirects: list[Redirect] = []
        while (token := self.peek()) is not None:
            if token.operator in REDIRECTIONS:
                redirects.append(self._redirect())
                continue
            if not token.word:
                break
            assignment = None if words else _assignment(token.word)
            if assignment:
                assignments.append(assignment)
            else:
                words.append(token.word)
            self.at += 1
        if not (assignments or words or redirects):
            raise self.unexpected()
        return Simple(tuple(assignments), tuple(words), tuple(redirects))


def _assignment(word: Word) -> tuple[str, Word] | None:
    first = word[0]
    if not isinstance(first, Text) or first.quoted:
        return None
    match = _ASSIGNMENT.fullmatch(first.text)
    if match is None:
        return None
    rest: Word = (Text(match[2], False), *word[1:]) if match[2] else word[1:]
    return match[1], rest


def parse_lines(text: str) -> Iterator[Script]:
    """Read line by line, as a shell does: what stands before an error is run before it is seen."""
    held = ""
    for line in text.splitlines(keepends=True):
        held += line
        try:
            script = parse(held, more=True)
        except Unfinished:
            continue
        held = ""
        yield script
    yield parse(held)


def parse(line: str, *, more: bool = False) -> Script:
    """Read a line (or several); raise `ShellSyntaxError`, or `Unfinished` where more must come.

    With `more`, a backslash at the end asks for the next line; without, there is none.
    """
    parser = _Parser(tokenize(line, more=more))
    script = parser.script()
    if parser.peek() is not None:
        raise parser.unexpected()
    return script
