"""The stages that a script is run on: the whole ladder, with a model asked only where needed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PIL import Image

from tapwright.agent.script.acting import Stage
from tapwright.agent.script.eyes import Eyes, ModelEyes
from tapwright.agent.script.learned import Learned
from tapwright.agent.script.running import GetModel, RunnerSettings
from tapwright.agent.script.stage_values import StageSettings
from tapwright.agent.script.stages import OpenStage, StageLike
from tapwright.agent.script.steps import Script
from tapwright.agent.seeing.values import Found
from tapwright.prompts import dialect
from tapwright.protocols import Device


def open_stage_with(settings: RunnerSettings) -> OpenStage:
    """What opens a stage for a device: it recalls what the step's own script learned."""
    learned: dict[Path, Learned] = {}

    def opened(device: Device, script: Script, alias: str) -> StageLike:
        folder = script.learned
        known = learned.setdefault(folder, Learned(folder))
        eyes = LateEyes(settings.model) if settings.model is not None else None
        how = StageSettings(
            alias=alias, folder=script.file.parent, only_learned=settings.only_learned
        )
        return Stage(device, learned=known, eyes=eyes, settings=how)

    return opened


class LateEyes:
    """Eyes whose model is loaded when it is asked for the first time: most runs never do."""

    def __init__(self, model: GetModel) -> None:
        self._model = model
        self._eyes: Eyes | None = None

    @property
    def calls(self) -> int:
        """How many replies the model has been asked for."""
        return self._eyes.calls if self._eyes is not None else 0

    def find(self, image: Image.Image, words: str) -> Found | None:
        """The place that `words` describe; None where the model sees none."""
        return self._open().find(image, words)

    def ask(self, image: Image.Image, question: str, kind: str) -> Any:
        """The answer as a value of `kind`."""
        return self._open().ask(image, question, kind)

    def judge(self, image: Image.Image, statement: str) -> bool:
        """Whether `statement` is true of the picture."""
        return self._open().judge(image, statement)

    def _open(self) -> Eyes:
        if self._eyes is None:
            model = self._model()
            self._eyes = ModelEyes(model, dialect(model.family.dialect))
        return self._eyes
