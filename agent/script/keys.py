"""Keys as a script and its Python calls name them: "ctrl+s"."""

from __future__ import annotations

import re

# A key is a plus, or runs up to the next one that stands outside `{{ }}`: "ctrl++" are two keys.
_KEY = re.compile(r"\s*(\+|(?:\{\{.*?\}\}|\{(?!\{)|[^+{])+)", re.DOTALL)
MOST_KEYS = 8


def keys_in(said: str) -> tuple[str, ...] | None:
    """The keys of "ctrl+s"; None where one is missing, or there are too many."""
    keys, at = [], 0
    while match := _KEY.match(said, at):
        keys.append(match[1].strip())
        at = match.end()
        if not said[at:].strip():
            return tuple(keys) if all(keys) and len(keys) <= MOST_KEYS else None
        at = said.find("+", at) + 1
        if not at or said[match.end() : at].strip() != "+":
            return None
    return None
