"""A person at a program on a virtual display, played by a second connection to it, and the
recorder and the replay of what they do."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from PIL import Image

from tapwright.actions import Action, Hotkey
from tapwright.agent.script.results import Ended
from tapwright.agent.seeing.reading import text_reader
from tapwright.agent.seeing.text import find_text
from tapwright.agent.seeing.values import Found
from tapwright.devices.desktop import DesktopDevice, open_desktop
from tapwright.devices.virtual_display import VirtualDisplay
from tapwright.scripting import Script

STOP = Hotkey(("ctrl", "shift", "f12"))


class Stand:
    """A display with a program on it, and a person at its mouse and keyboard."""

    def __init__(self, display: VirtualDisplay, program: list[str], folder: Path) -> None:
        self.environment = {**os.environ, **display.env, "HOME": str(folder)}
        self.program = subprocess.Popen(
            program, env=self.environment, stdout=subprocess.PIPE, text=True, cwd=folder
        )
        self.desktop: DesktopDevice = open_desktop(display=display.display, stop=False)
        self._reader = text_reader()

    def look(self) -> Image.Image:
        return self.desktop.observe().image

    def find(self, words: str) -> Found:
        """The place of `words`, once they can be read."""
        deadline = time.monotonic() + 60
        while True:
            found = find_text(self._reader.read(self.look()), words)
            if found:
                return found[0]
            assert time.monotonic() < deadline, f"{words!r} never came"
            time.sleep(0.1)  # a screen tells nobody when it has changed

    def do(self, *actions: Action, pause: float = 0.5) -> None:
        """Act as slowly as a quick person does."""
        for action in actions:
            self.desktop.perform(action)
            time.sleep(pause)  # as a person does

    def output(self) -> str:
        """What the program printed, once it has ended."""
        return str(self.program.communicate(timeout=60)[0])

    def close(self) -> None:
        self.desktop.close()
        if self.program.poll() is None:
            self.program.kill()
            self.program.communicate()


def recording(stand: Stand, file: Path, *words: str) -> subprocess.Popen[str]:
    """`tapwright script record`, once it records."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tapwright.cli", "script", "record", str(file), *words],
        env=stand.environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stderr is not None
    lines = iter(process.stderr.readline, "")
    assert any("recording" in line for line in lines), process.communicate()
    return process


def replayed(stand: Stand, file: Path) -> Ended:
    """How the script ends with nothing but what was learned, on a fresh program."""
    result = Script.load(file).run(stand.desktop, only_learned=True, folder=file.parent / "run")
    assert result.model_calls == 0
    assert result.ended in (Ended.PASSED, Ended.HEALED), result.said
    return result.ended
