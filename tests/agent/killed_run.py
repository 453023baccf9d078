"""A run in a process of its own that kills itself at a given place; see test_resume.py.

    python killed_run.py FOLDER WHERE STEP

The device's switches outlive the process in FOLDER/switches.json, and every act that reached
them in FOLDER/ledger.txt.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from tapwright.actions import Action
from tapwright.types import Effect, Reply, Request
from tests.agent.drawn_device import DrawnDevice
from tests.agent.parts import SeeingModel, make_agent

WANTED = (1, 3, 4)


class LastingDevice(DrawnDevice):
    """A drawn device whose switches and ledger are files."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._file = folder / "switches.json"
        self._ledger = folder / "ledger.txt"
        if self._file.exists():
            self.switches = json.loads(self._file.read_text(encoding="utf-8"))

    def perform(self, action: Action) -> Effect:
        effect = super().perform(action)
        with self._ledger.open("a", encoding="utf-8") as file:
            file.write(f"{action}\n")
        self._file.write_text(json.dumps(self.switches), encoding="utf-8")
        return effect


def die() -> None:
    """End this process as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)


class DyingDevice(LastingDevice):
    """Dies before or after an act."""

    def __init__(self, folder: Path, where: str, step: int) -> None:
        super().__init__(folder)
        self._where, self._step = where, step

    def perform(self, action: Action) -> Effect:
        here = len(self.acts) + 1 == self._step
        if here and self._where == "before the act":
            die()
        effect = super().perform(action)
        if here and self._where == "after the act":
            die()
        return effect


class DyingModel(SeeingModel):
    """Dies while it thinks."""

    def __init__(self, step: int) -> None:
        super().__init__(WANTED)
        self._step = step

    def generate(self, request: Request, on_text: Callable[[str], None] | None = None) -> Reply:
        if len(self.requests) + 1 == self._step:
            die()
        return super().generate(request, on_text)


if __name__ == "__main__":
    place, at, number = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    model = DyingModel(number) if at == "while thinking" else SeeingModel(WANTED)
    make_agent(model, DyingDevice(place, at, number), place / "run").run("Turn three on")
