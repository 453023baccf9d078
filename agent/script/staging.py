"""The stages that a script is run on: the whole ladder, with a model asked only where needed."""

from __future__ import annotations

from pathlib import Path

from tapwright.agent.script.acting import Stage
from tapwright.agent.script.asked import Installed
from tapwright.agent.script.eyes import LateEyes
from tapwright.agent.script.learned import Learned
from tapwright.agent.script.running import GetModel, RunnerSettings
from tapwright.agent.script.stage_values import StageSettings
from tapwright.agent.script.stages import OpenStage, StageLike
from tapwright.agent.script.steps import Script
from tapwright.agent.seeing.values import Reader
from tapwright.protocols import Device, kind_of


def open_stage_with(
    settings: RunnerSettings,
    *,
    zoom: bool = True,
    grounder: GetModel | None = None,
    reader: Reader | None = None,
) -> OpenStage:
    """What opens a stage for a device: it recalls what the step's own script learned.

    With `zoom` a model that points at something looks twice; `grounder` gives another model that
    points where the settings' own only reads and plans. All stages share one `reader`, the
    installed one unless given.
    """
    reads = reader or Installed()
    learned: dict[Path, Learned] = {}

    def opened(device: Device, script: Script, alias: str) -> StageLike:
        folder = script.learned
        known = learned.setdefault(folder, Learned(folder))
        eyes = None
        if settings.model is not None:
            eyes = LateEyes(settings.model, zoom=zoom, grounder=grounder, kind=kind_of(device))
        how = StageSettings(
            alias=alias, folder=script.file.parent, only_learned=settings.only_learned
        )
        return Stage(device, learned=known, reader=reads, eyes=eyes, settings=how)

    return opened
