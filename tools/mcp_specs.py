"""Tools as an MCP server describes them, made into tools of ours.

A server's words end up in prompts and its schemas in a validator, so neither is taken as it is.
"""

from __future__ import annotations

import json
import logging
import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from tapwright.errors import SetupError, UsageError
from tapwright.tools.registry import Tool
from tapwright.types import ToolResult, ToolSpec

if TYPE_CHECKING:
    from mcp import types as mcp_types

    from tapwright.tools.mcp_link import Link

logger = logging.getLogger(__name__)

MAX_DESCRIPTION = 1_000  # characters
MAX_SCHEMA = 20_000  # characters of JSON
MAX_DEPTH = 32
_ILLEGAL = re.compile(r"[^\w.-]+")
# Checked by the server itself; here a hostile pattern could keep the validator busy for ever.
_LEFT_OUT = (
    "pattern", "patternProperties", "$schema", "$id", "$anchor", "$dynamicAnchor", "$dynamicRef",
    "$defs", "definitions",
)  # fmt: skip
# What begins a tag or a control token, or ends one: some servers of models write descriptions
# into their prompts as they are.
_TAG = re.compile(r"<(?=[|/A-Za-z])|\|(?=>)")
_FORGED = re.compile(r"<\||\|>|[\u273f\x00-\x1f\x7f]")
_SAID = ("description", "title", "$comment")


def as_tools(link: Link, offered: list[mcp_types.Tool], taken: Collection[str]) -> list[Tool]:
    """A tool for each that the server offers, under names that are legal and not `taken`.

    One that cannot be used is left out, with a warning in the log. Raise `SetupError` where none
    is left.
    """
    used = set(taken)
    tools, why = [], "it offers none"
    for each in offered:
        name = unique(legal(each.name), used)
        try:
            tools.append(_as_tool(link, each, name))
        except UsageError as error:
            why = str(error)
            logger.warning("a tool of the MCP server '%s' is left out: %s", link.name, error)
        else:
            used.add(name)
    if not tools:
        raise SetupError(f"the MCP server '{link.name}' has no usable tool: {why}")
    return tools


def _as_tool(link: Link, offered: mcp_types.Tool, name: str) -> Tool:
    def call(**arguments: Any) -> ToolResult:
        return link.call(offered, arguments)

    described = describe(offered.description or offered.title or offered.name, link.name)
    hints = offered.annotations
    return Tool(
        ToolSpec(name, described, schema(offered.input_schema, name)),
        function=call,
        timeout=link.timeout + 10,  # its own bound comes first, with better words
        secrets=link.secrets,  # kept out of what it answers
        asks=hints is None or hints.read_only_hint is not True,
    )


def legal(name: str) -> str:
    """`name` with only what a tool may be called."""
    kept = _ILLEGAL.sub("_", unicodedata.normalize("NFKC", name)).strip("_")[:64]
    return kept if kept and not (kept[0].isdigit() or kept[0] in ".-") else f"tool_{kept}"[:64]


def unique(name: str, used: Collection[str]) -> str:
    """`name`, with a number behind it where it is used."""
    number, found = 1, name
    while found in used:
        number += 1
        found = f"{name[: 63 - len(str(number))]}_{number}"
    return found


def describe(text: str, server: str) -> str:
    """A foreign description: one that says whose it is, short, without control characters."""
    kept = "".join(c if c == "\n" or unicodedata.category(c)[0] != "C" else " " for c in text)
    kept = re.sub(r"\n{3,}", "\n\n", kept).strip()
    if len(kept) > MAX_DESCRIPTION:
        kept = kept[:MAX_DESCRIPTION] + "…"
    return f"{_harmless(kept)} (from the MCP server '{server}')"


def _harmless(text: str) -> str:
    """Words in which no tag, control token or marker is itself any more."""
    return _TAG.sub(r"\g<0> ", text).replace("\u273f", "\u2740")


def schema(given: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A foreign schema without what could hang or reach out; raise `UsageError` for a bad one.

    References are replaced by what they refer to, so that nothing is fetched or goes in circles.
    """
    try:
        if len(json.dumps(given)) > MAX_SCHEMA:
            raise UsageError(f"tool {name!r} has a schema of more than {MAX_SCHEMA} characters")
        kept: dict[str, Any] = _Cleaner(given).clean(given, 0)
        too_large = len(json.dumps(kept)) > 2 * MAX_SCHEMA
    except (LookupError, RecursionError, ValueError) as error:
        raise UsageError(f"tool {name!r} has a schema that cannot be used: {error}") from None
    if too_large:
        raise UsageError(f"tool {name!r} has a schema that its references make too large")
    kept.setdefault("properties", {})
    return kept


def _unforged(text: str) -> str:
    """A name or value, which stays as it is; raise `ValueError` where it forges a token."""
    if found := _FORGED.search(text):
        raise ValueError(f"{found[0]!r} stands in one of its names or values")
    return text


class _Cleaner:
    """Copies a schema; raises `LookupError` for a reference that leads nowhere inside it, and
    `ValueError` for what is too deep, too large, forged, or refers to itself."""

    def __init__(self, whole: Mapping[str, Any]) -> None:
        self._whole = whole
        self._copied = 0

    def clean(self, value: Any, depth: int, *, names: bool = False) -> Any:
        """A copy of `value`; `names` where its keys are fields' names, not words of a schema."""
        self._copied += 1
        if depth > MAX_DEPTH or self._copied > MAX_SCHEMA:
            raise ValueError("it is too deep, or refers to itself")
        if isinstance(value, list):
            return [self.clean(inner, depth + 1) for inner in value]
        if isinstance(value, str):
            return _unforged(value)
        if not isinstance(value, Mapping):
            return value
        reference = value.get("$ref")
        if not names and isinstance(reference, str):
            beside = {key: inner for key, inner in value.items() if key != "$ref"}
            return self.clean({**self._find(reference), **beside}, depth + 1)
        kept: dict[str, Any] = {}
        for key, inner in value.items():
            if not names and key in _SAID:
                kept[key] = _harmless(str(inner))
            elif names or key not in _LEFT_OUT:
                below = not names and key == "properties"
                kept[_unforged(key)] = self.clean(inner, depth + 1, names=below)
        return kept

    def _find(self, reference: str) -> Mapping[str, Any]:
        at: Any = self._whole
        start, *words = reference.split("/")
        if start == "#":
            for word in words:
                key = word.replace("~1", "/").replace("~0", "~")
                at = at.get(key) if isinstance(at, Mapping) else None
            if isinstance(at, Mapping):
                return at
        raise LookupError(f"its reference {reference[:60]!r} leads nowhere")
