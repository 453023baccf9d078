"""Runs or resumes a script on a display until a given place, says so, and waits to be killed.

    python killed_on_desktop.py FOLDER DISPLAY WORD PLACE [done|not_done]

WORD is the button whose step it is, PLACE "before the intent", "before the act" or "before done";
with another WORD the script goes on to its end. One JSON object is printed: where it stands, or
how it ended.
"""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path
from typing import Any

from tapwright.actions import Action
from tapwright.agent.script.events import Event, StepBegan
from tapwright.agent.script.load import load_script
from tapwright.agent.script.progress import PROGRESS
from tapwright.agent.script.resume import resume_script
from tapwright.agent.script.runner import RunnerSettings, ScriptRunner
from tapwright.devices.desktop import open_desktop
from tapwright.protocols import Device
from tapwright.types import Effect

PLACES = ("before the intent", "before the act", "before done")


class Stopper:
    """A device that stops the process at one place of one step."""

    def __init__(self, device: Device, word: str, place: str) -> None:
        self._device, self._word, self._place = device, word, place
        self._here = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._device, name)

    def told(self, event: Event) -> None:
        """A step begins."""
        if isinstance(event, StepBegan):
            self._here = event.title == f"tap {self._word}"
            self._stop(PLACES[0])

    def perform(self, action: Action) -> Effect:
        """The step's one act."""
        self._stop(PLACES[1])
        effect = self._device.perform(action)
        self._stop(PLACES[2])
        return effect

    def _stop(self, place: str) -> None:
        if self._here and place == self._place:
            say(at=place, word=self._word)
            while True:
                signal.pause()


def say(**what: str) -> None:
    """Print one JSON object."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    folder, display, word, place, *decided = sys.argv[1:]
    run = Path(folder) / "run"
    settings = RunnerSettings(folder=run, environ={}, pictures=False)
    with open_desktop(display=display, stop=False) as desktop:
        stopper = Stopper(desktop, word, place)
        devices: dict[str, Any] = {"device": stopper}
        if (run / PROGRESS).exists():
            settings = RunnerSettings(environ={}, pictures=False, decided=(*decided, "")[0])  # type: ignore[arg-type]
            result = resume_script(run, devices, settings=settings, on_event=stopper.told)
        else:
            script = load_script(Path(folder) / "script.yaml")
            runner = ScriptRunner(script, devices, settings=settings, on_event=stopper.told)
            result = runner.run()
    say(ended=result.ended.value, said=result.said)
