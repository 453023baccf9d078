"""Runs a script: step by step, each written down before it is done, to an honest end."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import cache
from pathlib import Path

from tapwright.agent.on_disk import free_folder
from tapwright.agent.script.dry import dry_run
from tapwright.agent.script.events import OnEvent, ScriptBegan, nobody
from tapwright.agent.script.flow import Flow
from tapwright.agent.script.past import Past, fingerprint
from tapwright.agent.script.progress import Progress
from tapwright.agent.script.results import Ended, ScriptResult, Status
from tapwright.agent.script.running import (
    Curtain,
    Denied,
    Frame,
    Run,
    RunnerSettings as RunnerSettings,
)
from tapwright.agent.script.scope import Scope, open_scope
from tapwright.agent.script.stages import Opener, OpenStage, Stages
from tapwright.agent.script.steps import Script
from tapwright.agent.script.walk import all_scripts
from tapwright.errors import (
    DeviceError,
    JournalError,
    ModelError,
    ScreenUnavailable,
    TapwrightError,
    Uncertain,
)
from tapwright.protocols import Device
from tapwright.tools.registry import Toolbox

RUNS = Path("runs")


class ScriptRunner:
    """Runs one script once.

    `devices` are open devices by their names in the script, or what opens one: a function that
    takes what the script says (`connect` is one) and gives a context manager. It is called when
    the first step needs the device. `on_event` is told of every step as it begins and ends.
    """

    def __init__(
        self,
        script: Script,
        devices: Mapping[str, Device] | Opener,
        *,
        settings: RunnerSettings | None = None,
        on_event: OnEvent = nobody,
        open_stage: OpenStage | None = None,
        past: Past | None = None,
    ) -> None:
        self.script = script
        settings = settings or RunnerSettings()
        get = settings.model
        self.settings = replace(settings, model=None if get is None else cache(get))
        self._devices = devices
        self._on_event = on_event
        self._open_stage = open_stage or default_stage(self.settings)
        self._past = past

    def run(self) -> ScriptResult:
        """Run the script to its end; all that goes wrong once it has begun is its result.

        Raise `UsageError` where it lacks values or secrets, `JournalError` where its folder
        cannot be begun: then nothing was done.
        """
        settings = self.settings
        scope = open_scope(
            self.script,
            environment=settings.environment,
            values=settings.values,
            environ=settings.environ,
        )
        if settings.dry_run:
            return dry_run(self.script, scope, self._on_event)
        curtain = Curtain(settings.secrets, scope, self._secrets())
        progress = self._open_progress(curtain)
        try:
            with Stages(self._noted(progress), self.script, self._open_stage) as stages:
                run = Run(
                    self.settings,
                    progress,
                    stages,
                    self._on_event,
                    Toolbox(self.settings.tools, self.settings.secrets),
                    curtain,
                    self._past or Past(progress.folder),
                    decided=self.settings.decided,
                )
                return self._to_the_end(run, scope)
        finally:
            progress.release()

    def _noted(self, progress: Progress) -> Mapping[str, Device] | Opener:
        """The devices; what is opened is written down, for a virtual display ends with the run."""
        devices = self._devices
        if isinstance(devices, Mapping):
            return devices

        def opened(place: str) -> AbstractContextManager[Device]:
            progress.opened(place)
            return devices(place)

        return opened

    def _secrets(self) -> dict[str, str]:
        """The secrets of the script and its subflows by name, as far as they are set."""
        environ = os.environ if self.settings.environ is None else self.settings.environ
        names = {name for each in all_scripts(self.script) for name in each.secrets}
        return {name: value for name in names if (value := environ.get(name, "").strip())}

    def _open_progress(self, curtain: Curtain) -> Progress:
        folder = self._past.folder if self._past else self.settings.folder
        progress = Progress.open(folder or new_folder(self.script), curtain.redact)
        try:
            self._begin(progress, curtain)
        except TapwrightError:
            progress.release()
            raise
        return progress

    def _begin(self, progress: Progress, curtain: Curtain) -> None:
        """Write down that the run begins, or goes on; refused where another did so meanwhile."""
        if self._past is not None:
            progress.resumed(self._past.size)
            return
        progress.begin(
            file=str(self.script.file.resolve()),
            given=str(self.script.file),
            working_folder=str(Path.cwd()),
            name=self.script.name,
            values=dict(self.settings.values),
            hidden=[
                name
                for name, value in self.settings.values.items()
                if curtain.redact(str(value)) != str(value)
            ],
            environment=self.settings.environment,
            only_learned=self.settings.only_learned,
            devices=dict(self.script.devices),
            fingerprint=fingerprint(self.script),
        )

    def _to_the_end(self, run: Run, scope: Scope) -> ScriptResult:
        """Walk the steps and put down how it ended."""
        ended, said, key = Ended.CANCELLED, "cancelled; nothing more was done", ""
        try:
            self._on_event(
                ScriptBegan(
                    self.script.name, self.script.file, run.progress.folder, len(run.past.done)
                )
            )
            self.settings.prepare()
            Flow(run).walk(self.script.steps, Frame(self.script, scope))
            ended, said = self._well(run)
        except KeyboardInterrupt as error:
            said = str(error) or said
        except Exception as error:
            if not self.settings.stopping():  # else a stop came out of somewhere as this
                if not isinstance(error, TapwrightError):
                    raise
                ended, said = ended_by(error), run.told(error)
                key = run.failure.key if run.failure and run.failure.error is error else ""
        said = run.progress.redact(said)
        try:
            run.progress.end(
                ended,
                said,
                key=key,
                model_calls=run.model_calls,
                seconds=run.seconds,
            )
        except JournalError as error:
            if str(error) not in said:
                said += f" (and its end is not in the journal: {error})"
        return ScriptResult(
            ended=ended,
            said=said,
            steps=tuple(run.results),
            folder=run.progress.folder,
            variables=scope.shown(),
            model_calls=run.past.asked.calls + run.model_calls,
        )

    def _well(self, run: Run) -> tuple[Ended, str]:
        """The end of a script none of whose steps failed."""
        count = {status: 0 for status in Status}
        for result in run.results:
            count[result.status] += 1
        said = f"{len(run.results)} steps done"
        for status in (Status.HEALED, Status.UNVERIFIED, Status.WARNED):
            said += f", {count[status]} {status.value}" if count[status] else ""
        if count[Status.HEALED]:
            return Ended.HEALED, said
        return (Ended.UNVERIFIED if count[Status.UNVERIFIED] else Ended.PASSED), said


def ended_by(error: TapwrightError) -> Ended:
    """How a script ends that `error` stopped."""
    match error:
        case Uncertain() | Denied() | JournalError() | ScreenUnavailable():
            return Ended.NEEDS_HUMAN
        case DeviceError():
            return Ended.DEVICE_LOST
        case ModelError():
            return Ended.MODEL_FAILED
        case _:
            return Ended.FAILED


def default_stage(settings: RunnerSettings) -> OpenStage:
    """Stages that find by the whole ladder; see `acting`."""
    from tapwright.agent.script.staging import open_stage_with

    return open_stage_with(settings)


def new_folder(script: Script, runs: Path = RUNS) -> Path:
    """The name of a folder that is not there yet, with the time and the script's name."""
    name = f"{time.strftime('%Y%m%d-%H%M%S')}-{script.file.stem}"[:60]
    return free_folder(runs, name)
