"""What a stage is told, and what it tells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from tapwright.agent.quiet import Patience
from tapwright.agent.script.ready import Waiting
from tapwright.agent.seeing.values import Found, Rung
from tapwright.types import Observation

Begin: TypeAlias = Callable[[Found | None], None]


@dataclass(frozen=True, slots=True)
class Done:
    """An act that was carried out.

    `verified`: what was stated, or what could be inferred, was seen to follow; where it is False
    `said` says why nobody knows. `found` is where it acted, `healed` whether what was learned no
    longer looked the same, `before` the look that it was decided from.
    """

    said: str
    verified: bool
    found: Found | None = None
    healed: bool = False
    before: Observation | None = None
    unknown: bool = False  # the device could not say whether it was done; `expect` could

    @property
    def rung(self) -> Rung | None:
        """The rung that found its target; None where it has none."""
        return self.found.rung if self.found else None


@dataclass(frozen=True, slots=True)
class StageSettings:
    """How a stage works.

    `alias` names the device in what is learned; pictures of targets are looked for in `folder`.
    With `only_learned` no model is asked and nothing is learned.
    """

    alias: str = ""
    folder: Path = field(default_factory=Path)
    only_learned: bool = False
    read_back: bool = True  # read what was typed
    waiting: Waiting = field(default_factory=Waiting)
    patience: Patience = field(default_factory=lambda: Patience(cap=3.0, interval=0.04))
