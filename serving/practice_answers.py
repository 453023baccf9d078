"""An answer of a practice service, and what all of them share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

KEYS = {
    "AVIATIONSTACK_API_KEY": "practice-key-for-aviationstack",
    "TRACK17_API_KEY": "practice-key-for-17track",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: `query` with the first value of each name, header names in lower case.

    With `unknown`, the service shall know nothing of what is asked for.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None  # the JSON that came with it
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """One answer: what JSON can hold, with its HTTP status."""

    body: Any
    status: int = 200
