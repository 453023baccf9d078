"""What a run of a script knows of itself between two steps."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from tapwright.agent.policy import Policy
from tapwright.agent.script.events import OnEvent
from tapwright.agent.script.past import Past
from tapwright.agent.script.progress import Progress
from tapwright.agent.script.results import StepResult
from tapwright.agent.script.stages import Stages
from tapwright.agent.script.steps import Place, Script
from tapwright.errors import StepFailed, TapwrightError
from tapwright.protocols import Model
from tapwright.tools.registry import Tool, Toolbox
from tapwright.tools.secrets import Secrets

if TYPE_CHECKING:
    from tapwright.agent.script.scope import Scope

GetModel: TypeAlias = Callable[[], Model]
Decided: TypeAlias = Literal["", "done", "not_done"]


def nothing() -> None:
    """Prepare nothing."""


def never() -> bool:
    """Nobody ever asks to stop, but by an interrupt."""
    return False


class Denied(TapwrightError):
    """The policy, or the person who was asked, said no."""


@dataclass(frozen=True, slots=True)
class RunnerSettings:
    """With what a script is run.

    `values` are given for its variables (`--set`), `environment` is one of its own. `folder` is
    where its run is written down; None is a new one below `runs/`. `model` gives the model when
    a step first needs it; None: there is none. `only_learned`: no model is asked, and a step
    that would need one fails. `secrets` are those of tools; the script's own come from `environ`
    (the process's environment unless given). `policy` decides about tool calls and `run` steps.
    `max_seconds` bounds the whole script, asked between steps.

    `prepare` loads what takes long, once the run has begun and before its first step. `stopping`
    says whether somebody asked to stop: what goes wrong then was cancelled.

    Of a resumed run only: `decided` is a person's word on the step in flight, and with
    `accept_changes` a script that was changed since is gone on with; with `new_display` one whose
    virtual display ended with the run, on an empty one.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    environment: str = ""
    folder: Path | None = None
    only_learned: bool = False
    dry_run: bool = False
    model: GetModel | None = None
    tools: Sequence[Tool] = ()
    secrets: Secrets = field(default_factory=Secrets)
    environ: Mapping[str, str] | None = None
    policy: Policy = field(default_factory=Policy)
    max_seconds: float | None = None
    pictures: bool = True
    prepare: Callable[[], None] = nothing
    stopping: Callable[[], bool] = never
    decided: Decided = ""
    accept_changes: bool = False
    new_display: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong, in which pass of which step, and where a person finds that step."""

    error: TapwrightError
    key: str
    where: str


class Curtain:
    """Keeps secrets out of all that is written or shown: those of tools, those of every scope, and
    what was made of them."""

    def __init__(self, secrets: Secrets, scope: Scope, values: Mapping[str, str]) -> None:
        self.values = dict(values)  # of the scripts' secrets, by name
        self._secrets = secrets
        self._scopes = [scope]

    def add(self, scope: Scope) -> None:
        """Keep the secrets of a subflow's scope, too."""
        self._scopes.append(scope)

    def drop(self, scope: Scope) -> None:
        """Ask a subflow's scope no more: it is over, and its caller's hides the same."""
        self._scopes.remove(scope)

    def redact(self, text: str) -> str:
        """`text` without secrets."""
        for scope in self._scopes:
            text = scope.redact(text)
        return self._secrets.redactor(self.values).text(text)

    def must_not_tell(self, *texts: str) -> None:
        """Raise `StepFailed` where one of `texts`, which a model is to be told, holds a secret."""
        if any(self.redact(text) != text for text in texts):
            raise StepFailed("a secret would be told to a model; leave it out of what is asked")


@dataclass(slots=True)
class Run:
    """The state of one run, shared by all that carry it out."""

    settings: RunnerSettings
    progress: Progress
    stages: Stages
    on_event: OnEvent
    toolbox: Toolbox
    curtain: Curtain
    past: Past = field(default_factory=Past)
    results: list[StepResult] = field(default_factory=list)
    task_calls: int = 0  # of models by `run` steps
    began: float = field(default_factory=time.monotonic)
    failure: Failure | None = None  # the last, whether or not something caught it
    decided: Decided = ""  # used up by the one step in flight

    @property
    def model_calls(self) -> int:
        """How often a model was asked since this process began."""
        return self.stages.model_calls + self.task_calls

    @property
    def seconds(self) -> float:
        """Seconds since this process began the run."""
        return time.monotonic() - self.began

    def note(self, error: TapwrightError, key: str, where: str) -> None:
        """Remember in which step an error came up; the innermost step is the one that is meant."""
        if self.failure is None or self.failure.error is not error:
            self.failure = Failure(error, key, where)

    def told(self, error: TapwrightError) -> str:
        """What an error says, with the step in which it came up before it."""
        said, failure = str(error), self.failure
        if failure is None or failure.error is not error or said.startswith(failure.where):
            return said
        return f"{failure.where}: {said}"

    def spend(self) -> None:
        """Raise `StepFailed` where the time of the whole script is spent, `KeyboardInterrupt` where
        a stop was asked for and got lost on its way."""
        if self.settings.stopping():
            raise KeyboardInterrupt
        most = self.settings.max_seconds
        if most is not None and self.seconds >= most:
            raise StepFailed(
                f"the script's {most:g} s are spent (max_seconds); resume it or allow more"
            )


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a step is run: in which script, with which variables.

    `over` says that an earlier run has left this part: what failed in it then stays failed. `once`
    says that nothing in it may happen twice. `within` are the rounds and the calls that it is in,
    from the outermost: "row 3 of 5".
    """

    script: Script
    scope: Scope
    over: bool = False
    once: bool = False
    within: tuple[str, ...] = ()

    def left(self, over: bool) -> Frame:
        """The same, left already where `over`."""
        return replace(self, over=self.over or over)

    def inside(self, what: str) -> Frame:
        """The same, within one more round or call."""
        return replace(self, within=(*self.within, what))

    def where(self, place: Place) -> str:
        """A step in it, for a message: file, line, number, and which round of what it is in."""
        return f"{place} ({', '.join(self.within)})" if self.within else str(place)
