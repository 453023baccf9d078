"""YAML text as a tree that knows its lines: made from the parser's events, nothing is executed.

A word is a number, a flag or nothing only where JSON would say so too: `on`, `no`, dates and
`007` are text, and a field that wants text gets `1.50` as it was written.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
)
from ruamel.yaml.reader import ReaderError

MOST_CHARACTERS = 1_000_000  # of a script
MOST_NODES = 50_000  # anchors and what they stand for counted every time
MOST_DEPTH = 60

UNQUOTED = "{{"  # the key that `{{ name }}` gives without quotes: YAML reads a mapping in a mapping

_WORDS: Mapping[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_WHOLE = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,39})")
_BROKEN = re.compile(
    r"[-+]?(?:(?:0|[1-9][0-9]{0,39})?\.[0-9]{1,30}"
    r"|(?:0|[1-9][0-9]{0,39})(?:\.[0-9]{1,30})?[eE][-+]?[0-9]{1,3})"
)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A word or a text: as it was written, and what it means (`None`, flag, number or text)."""

    text: str
    value: str | int | float | bool | None
    line: int


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple[Node, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A key, its line, and what it stands for."""

    key: str
    line: int
    node: Node


@dataclass(frozen=True, slots=True)
class Keys:
    """A mapping whose keys are texts, no two alike."""

    entries: tuple[Entry, ...]
    line: int

    def get(self, key: str) -> Entry | None:
        """The entry of that key; None where there is none."""
        return next((entry for entry in self.entries if entry.key == key), None)


Node: TypeAlias = Scalar | Items | Keys


class Unreadable(Exception):
    """The text is no YAML that is understood; `line` from 1, 0 where it is none's fault."""

    def __init__(self, text: str, line: int = 0) -> None:
        super().__init__(text)
        self.line = line


def parse(text: str) -> Node:
    """The tree of a YAML text; raise `Unreadable` with the first line that is wrong."""
    if len(text) > MOST_CHARACTERS:
        raise Unreadable(f"more than {MOST_CHARACTERS} characters; that is no script")
    try:
        return _Tree(YAML(typ="safe", pure=True).parse(text)).document()
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = " ".join(part for part in (error.context, error.problem) if part)
        line = mark.line + 1 if mark else 0
        cure = _cure(text.splitlines()[line - 1 : line])
        raise Unreadable(f"no YAML: {_plainly(said)}{cure}", line) from error
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise Unreadable(f"the character U+{ord(_one(error)):04X} cannot stand here", line) from (
            error
        )
    except YAMLError as error:
        raise Unreadable(f"no YAML: {_plainly(str(error))}") from error


def plain(node: Node) -> Any:
    """What the tree means, as lists, mappings, texts, numbers, flags and None."""
    match node:
        case Scalar(value=value):
            return value
        case Items(items=items):
            return [plain(item) for item in items]
        case Keys(entries=entries):
            return {entry.key: plain(entry.node) for entry in entries}


def meaning(text: str) -> str | int | float | bool | None:
    """What an unquoted word means."""
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    number = float(text) if _BROKEN.fullmatch(text) else math.nan
    return number if math.isfinite(number) else text


class _Tree:
    """Makes the tree; every node that an anchor stands for is counted each time it is used."""

    def __init__(self, events: Iterator[Any]) -> None:
        self._events = events
        self._anchors: dict[str, tuple[Node, int]] = {}
        self._count = 0

    def document(self) -> Node:
        root: Node | None = None
        for event in self._events:
            if isinstance(event, DocumentStartEvent) and root is not None:
                raise Unreadable("a second document begins; a file is one script", _line(event))
            if isinstance(event, NodeEvent):
                root = self._node(event, 0)
        return root if root is not None else Scalar("", None, 1)

    def _node(self, event: Any, depth: int) -> Node:
        line = _line(event)
        if depth > MOST_DEPTH:
            raise Unreadable(f"nested more than {MOST_DEPTH} deep", line)
        before = self._count
        if isinstance(event, AliasEvent):
            if event.anchor not in self._anchors:
                raise Unreadable(f"nothing above is called '&{event.anchor}'", line)
            node, size = self._anchors[event.anchor]
            self._add(size, line)
            return node
        self._add(1, line)
        if event.tag is not None:
            raise Unreadable("tags (words that begin with '!') are not understood; quote it", line)
        node = self._content(event, depth)
        if event.anchor is not None:
            self._anchors[event.anchor] = node, self._count - before
        return node

    def _content(self, event: Any, depth: int) -> Node:
        if isinstance(event, ScalarEvent):
            is_plain = event.style is None or event.style == ""
            value = meaning(event.value) if is_plain else event.value
            if not event.value.isascii():
                _must_be_characters(event.value, _line(event))
            return Scalar(event.value, value, _line(event))
        if isinstance(event, MappingStartEvent):
            return self._keys(event, depth)
        if not isinstance(event, CollectionStartEvent):
            raise Unreadable("no YAML", _line(event))
        items = []
        while not isinstance(inner := next(self._events), SequenceEndEvent):
            items.append(self._node(inner, depth + 1))
        return Items(tuple(items), _line(event))

    def _keys(self, event: Any, depth: int) -> Keys:
        entries: dict[str, Entry] = {}
        while not isinstance(inner := next(self._events), MappingEndEvent):
            line = _line(inner)
            key = self._node(inner, depth + 1)
            if isinstance(key, Keys):  # a text that begins with {{ and was not quoted
                key = Scalar(UNQUOTED, UNQUOTED, line)
            if not isinstance(key, Scalar):
                raise Unreadable("a key must be a word", line)
            if key.text == "<<" and not inner.style:
                raise Unreadable("'<<' is not understood; write the keys out", line)
            if key.text in entries:
                above = entries[key.text].line
                raise Unreadable(f"'{key.text}' stands twice; first in line {above}", line)
            node = self._node(next(self._events), depth + 1)
            if node == Scalar("", None, node.line):  # nothing stands there, not even a place
                node = Scalar("", None, line)
            entries[key.text] = Entry(key.text, line, node)
        return Keys(tuple(entries.values()), _line(event))

    def _add(self, count: int, line: int) -> None:
        self._count += count
        if self._count > MOST_NODES:
            raise Unreadable(f"more than {MOST_NODES} values; that is no script", line)


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _one(error: ReaderError) -> str:
    found = error.character
    return chr(found) if isinstance(found, int) else str(found)[:1] or "\0"


def _must_be_characters(text: str, line: int) -> None:
    """Half a character (a lone surrogate) can be escaped in YAML, but neither typed nor saved."""
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise Unreadable("half a character cannot stand here; write the character itself", line)


def _cure(lines: list[str]) -> str:
    """What most often helps against a line that is no YAML."""
    line = "".join(lines)
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "; indent with blanks, not with tabs"
    if ": " in line or "{{" in line:
        return "; a text with ': ', '{' or '#' in it stands in quotes"
    return ""


def _plainly(said: str) -> str:
    return " ".join(said.split())
