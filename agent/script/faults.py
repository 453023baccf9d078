"""Everything that is wrong with a script, gathered so that a person hears all of it at once."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from tapwright.agent.script.source import Keys

MOST_FAULTS = 50  # told at once


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that is wrong: in which file and line, in which step (if in one), and what."""

    file: Path
    line: int
    step: str
    text: str

    def __str__(self) -> str:
        line = f":{self.line}" if self.line else ""
        step = f" step {self.step}:" if self.step else ""
        return f"{self.file}{line}:{step} {self.text}"


@dataclass(slots=True)
class Faults:
    """What was found in one file."""

    file: Path
    found: list[Fault] = field(default_factory=list)

    def add(self, line: int, step: str, text: str) -> None:
        """Note something."""
        fault = Fault(self.file, line, step, " ".join(text.split()))
        if fault not in self.found:
            self.found.append(fault)

    def add_all(self, error: ValidationError, node: Keys, step: str, of: str) -> None:
        """Note what a form says of a mapping; `of` is what the mapping belongs to, or empty."""
        for each in error.errors(include_url=False):
            key = str(each["loc"][0]) if each["loc"] else ""
            entry = node.get(key)
            line = entry.line if entry else node.line
            self.add(line, step, _plainly(key, of, each))


def lines(faults: Sequence[Fault]) -> list[str]:
    """What a person is told: each thing once, in the order of the files' lines."""
    order: dict[Path, int] = {}
    for fault in faults:
        order.setdefault(fault.file, len(order))
    unique = sorted(dict.fromkeys(faults), key=lambda fault: (order[fault.file], fault.line))
    told = [str(fault) for fault in unique]
    if len(told) > MOST_FAULTS:
        told[MOST_FAULTS:] = [f"and {len(told) - MOST_FAULTS} more"]
    return told


def guess(word: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?` where one of the known words is near, else all of them."""
    names = list(known)
    near = difflib.get_close_matches(word[:60].lower(), names, n=1, cutoff=0.6)
    if near:
        return f"; did you mean '{near[0]}'?"
    return f"; use one of: {', '.join(names)}" if names else ""


def _plainly(key: str, of: str, error: object) -> str:
    """What pydantic says, in plain words."""
    told: dict[str, object] = dict(error)  # type: ignore[call-overload]
    where = f"'{key}' of '{of}'" if of else f"'{key}'"
    kind, context = told["type"], told.get("ctx")
    values: dict[str, object] = dict(context) if isinstance(context, dict) else {}
    if kind == "missing":
        return f"{where} is missing"
    if kind == "literal_error":
        return f"{where} must be one of {values['expected']}, not '{told['input']}'"
    if kind == "value_error":
        said = str(values["error"])
        return f"{where} {said}" if said.startswith("must ") else f"{where}: {said}"
    bounds = {
        "greater_than": ("more than", "gt"), "greater_than_equal": ("at least", "ge"),
        "less_than": ("less than", "lt"), "less_than_equal": ("at most", "le"),
    }  # fmt: skip
    if kind in bounds:
        word, name = bounds[str(kind)]
        return f"{where} must be {word} {values[name]}"
    return f"{where}: {told['msg']}"
