"""Where scripts are put together: the fourth front door of a Python program.

with connect("desktop") as desktop:
    Script.load("invoice.yaml").run(desktop)

with connect("desktop") as desktop:
    screen = Screen(desktop)
    screen.tap("Save", expect="Saved")
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tapwright.agent.script.acting import Stage, StageSettings
from tapwright.agent.script.eyes import LateEyes
from tapwright.agent.script.learned import Learned
from tapwright.agent.script.screen import Screen as _Screen
from tapwright.agent.script.steps import Condition as Condition, Target as Target
from tapwright.errors import UsageError
from tapwright.protocols import kind_of

if TYPE_CHECKING:
    from tapwright.agent.script import steps
    from tapwright.agent.script.events import OnEvent
    from tapwright.agent.script.results import ScriptResult
    from tapwright.protocols import Device, Model

__all__ = ["Condition", "Screen", "Script", "Target"]


class Screen(_Screen):
    """A device's screen, to be acted on by words: `screen.tap("Save")`.

    Text is found by the text reader that is installed. `model`, or a function that gives one,
    is asked for what can be neither read nor recognised. `learned` is a folder that remembers
    how targets look, so that nothing is read or asked the next time; None: remembered while this
    lives. With `only_learned` no model is asked and nothing is learned. `timeout` is how many
    seconds every call waits for what it needs.
    """

    def __init__(
        self,
        device: Device,
        model: Model | Callable[[], Model] | None = None,
        *,
        learned: str | Path | None = None,
        only_learned: bool = False,
        timeout: float = 10.0,
    ) -> None:
        folder = Path(learned) if learned is not None else None
        stage = Stage(
            device,
            learned=Learned(folder),
            eyes=LateEyes(_fetching(model), kind=kind_of(device)) if model is not None else None,
            settings=StageSettings(folder=Path(), only_learned=only_learned),
        )
        super().__init__(stage, timeout=timeout)


class Script:
    """A script that was loaded: `Script.load("invoice.yaml").run(desktop)`."""

    def __init__(self, script: steps.Script) -> None:
        self.script = script

    @classmethod
    def load(cls, path: str | Path) -> Script:
        """Read a script and its subflows; raise `ScriptError` with everything that is wrong."""
        from tapwright.agent.script.load import load_script

        return cls(load_script(path))

    def run(
        self,
        device: Device | Mapping[str, Device] | None = None,
        *,
        values: Mapping[str, Any] | None = None,
        environment: str = "",
        model: Model | Callable[[], Model] | None = None,
        only_learned: bool = False,
        folder: str | Path | None = None,
        on_event: OnEvent | None = None,
    ) -> ScriptResult:
        """Run the script and return how it ended; what goes wrong in it is its result.

        `device` is an open device, or several by their names in the script; None opens those that
        the script names. `values` are given for its variables, `folder` is where the run is
        written down (a new one below `runs/` unless given). Raise `UsageError` where the script
        lacks values or secrets.
        """
        from tapwright.agent.script.events import nobody
        from tapwright.agent.script.runner import RunnerSettings, ScriptRunner
        from tapwright.compose import connect

        settings = RunnerSettings(
            values=values or {},
            environment=environment,
            folder=Path(folder) if folder is not None else None,
            model=_fetching(model) if model is not None else None,
            only_learned=only_learned,
        )
        devices = self._devices(device) if device is not None else connect
        return ScriptRunner(
            self.script, devices, settings=settings, on_event=on_event or nobody
        ).run()

    def _devices(self, device: Device | Mapping[str, Device]) -> Mapping[str, Device]:
        if isinstance(device, Mapping):
            return device
        names = list(self.script.devices) or [""]
        if len(names) > 1:
            raise UsageError(
                f"the script drives {len(names)} devices; give them by name: {', '.join(names)}"
            )
        return {names[0]: device}


def _fetching(model: Model | Callable[[], Model]) -> Callable[[], Model]:
    """A function that gives the model."""
    if callable(model):
        return model
    return lambda: model
