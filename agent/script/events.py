"""What a script tells of itself while it runs, for whoever shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from tapwright.agent.script.results import StepResult
from tapwright.agent.script.steps import Place


@dataclass(frozen=True, slots=True)
class ScriptBegan:
    """A script begins, or is gone on with: then `before` steps were done earlier."""

    name: str
    file: Path
    folder: Path
    before: int = 0


@dataclass(frozen=True, slots=True)
class StepBegan:
    """A step begins; nothing of it is done yet. `try_number` counts from 1."""

    key: str
    place: Place
    title: str
    try_number: int = 1


@dataclass(frozen=True, slots=True)
class StepEnded:
    """A step ended."""

    result: StepResult


@dataclass(frozen=True, slots=True)
class Chosen:
    """A branching step went one way, or a loop goes over so many rows; `why` in words."""

    key: str
    place: Place
    title: str
    way: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """The script says something (`log`)."""

    text: str


Event: TypeAlias = ScriptBegan | StepBegan | StepEnded | Chosen | Told
OnEvent: TypeAlias = Callable[[Event], None]


def nobody(event: Event) -> None:
    """Show nothing."""
