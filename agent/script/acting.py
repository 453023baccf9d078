"""The stage: finds targets on one device, acts on them, and looks at what came of it.

    stage = Stage(device, learned=Learned(folder))
    done = stage.do(TapOn(Target("Save")), timeout=10)

Whoever writes a run down gives `do` a `begin`, which is called once the target is found and
ready, right before the device is touched; what it raises keeps the act from happening.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from tapwright.agent.seeing.values import Found, Rung
from tapwright.types import Observation

Begin: TypeAlias = Callable[[Found | None], None]


class Filling(Protocol):
    """What the texts of a condition are filled in from; a script's scope is one."""

    def fill(self, text: str) -> Any:
        """`text` with its `{{ expressions }}` replaced."""

    def truth(self, expression: str) -> bool:
        """Whether an expression over the variables holds."""


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

    @property
    def rung(self) -> Rung | None:
        """The rung that found its target; None where it has none."""
        return self.found.rung if self.found else None


# class Stage, as it will be (this file follows within minutes):
#   Stage(device, *, learned: Learned | None = None, reader: Reader | None = None,
#         eyes: Eyes | None = None, settings: StageSettings = StageSettings(only_learned=False),
#         clock: Clock | None = None)        # eyes: what asks the model (find, ask, judge)
#   open_stage(device, *, model: Model | None, learned: Path | None, settings) -> Stage
#   .find(target, timeout) -> Found           raises NotFound, Ambiguous, NotReady
#   .act(action) -> Effect                    one device action, nothing looked at
#   .do(act, *, timeout=10.0, expect=None, scope=None, begin=None) -> Done
#        act: Open, TapOn, TypeIn, Press, ScrollBy, DragTo with their texts filled in; raises
#        StepFailed kinds, ActionRefused (nothing was done), DeviceError, ModelError
#        Unexpected: carried out, but `expect` does not hold by the timeout
#        Uncertain: delivery unknown and no expect to decide by
#   .ask(act: Ask, timeout) -> value of its kind
#   .holds(condition, scope, timeout) -> (bool, why)
#   .look() -> Observation; .model_calls: int; .healed: bool of the last find
