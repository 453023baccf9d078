"""A person, played by a second connection to the display, shows something to real programs; the
script that comes of it does the same with no model, and the programs' own output is the judge."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from tapwright.actions import Action, Click, Hotkey, Point, Tap, TypeText
from tapwright.agent.script.load import load_script
from tapwright.agent.script.results import Ended
from tapwright.agent.script.steps import Press, TapOn, TypeIn
from tapwright.agent.seeing.reading import text_reader
from tapwright.agent.seeing.text import find_text
from tapwright.agent.seeing.values import Found
from tapwright.devices.desktop import DesktopDevice, open_desktop
from tapwright.devices.virtual_display import VirtualDisplay
from tapwright.scripting import Script
from tapwright.types import Size

pytestmark = [
    pytest.mark.desktop,
    pytest.mark.skipif(
        shutil.which("Xvfb") is None or shutil.which("zenity") is None,
        reason="needs Debian's xvfb and zenity",
    ),
]
FORM = ["zenity", "--forms", "--title=Customer", "--text=New", "--add-entry=Name"]
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


@pytest.fixture
def display() -> Iterator[VirtualDisplay]:
    with VirtualDisplay(Size(800, 600)) as made:
        yield made


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


def test_a_recorded_form_is_filled_again(display: VirtualDisplay, tmp_path: Path) -> None:
    file = tmp_path / "form.yaml"
    shown = Stand(display, FORM, tmp_path)
    try:
        label = shown.find("Name")
        process = recording(shown, file)
        field = Point(label.box.right + 100, label.point.y)
        shown.do(Tap(field), TypeText("Ana Müller"), Tap(shown.find("OK").point), STOP)
        said, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
        assert shown.output() == "Ana Müller\n"
    finally:
        shown.close()
    acts = [step.act for step in load_script(file).steps]
    assert [type(act) for act in acts] == [TapOn, TypeIn, TapOn]
    assert isinstance(acts[0], TapOn) and acts[0].target.near == "Name"
    assert isinstance(acts[2], TapOn) and acts[2].target.words == "OK"
    assert "type 'Ana Müller'" in said
    again = Stand(display, FORM, tmp_path)
    try:
        again.find("OK")
        replayed(again, file)
        assert again.output() == "Ana Müller\n"
    finally:
        again.close()


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("mousepad") is None, reason="needs Debian's mousepad")
def test_a_recorded_text_is_written_again_byte_for_byte(
    display: VirtualDisplay, tmp_path: Path
) -> None:
    text, file = "Grüße, 你好: ½ of 3 > 1\n", tmp_path / "text.yaml"
    editor = ["mousepad", "--disable-server", str(tmp_path / "notes.txt")]
    for attempt in ("shown", "replayed"):
        (tmp_path / "notes.txt").write_text("", encoding="utf-8")
        stand = Stand(display, editor, tmp_path)
        try:
            stand.find("File")
            if attempt == "shown":
                process = recording(stand, file)
                body = stand.look()
                stand.do(Tap(Point(body.width // 2, body.height // 2)), TypeText(text.strip()))
                stand.do(Hotkey(("enter",)), Hotkey(("ctrl", "s")), pause=1.0)
                process.send_signal(signal.SIGINT)  # Ctrl-C at the terminal ends it, too
                _, errors = process.communicate(timeout=120)
                assert process.returncode == 0, errors
                acts = [step.act for step in load_script(file).steps]
                assert acts[1:] == [TypeIn(text.strip()), Press(("enter",)), Press(("ctrl", "s"))]
            else:
                replayed(stand, file)
                time.sleep(1.0)  # the editor tells nobody when it has saved
            assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == text, attempt
        finally:
            stand.close()


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("galculator") is None, reason="needs Debian's galculator")
def test_a_recorded_sum_is_worked_out_again(display: VirtualDisplay, tmp_path: Path) -> None:
    file, answers = tmp_path / "sum.yaml", []
    for attempt in ("shown", "replayed"):
        stand = Stand(display, ["galculator"], tmp_path)
        try:
            stand.find("7")
            if attempt == "shown":
                process = recording(stand, file)
                seven = Click(stand.find("7").point)
                stand.do(seven, seven, seven, TypeText("+1"), Hotkey(("enter",)), pause=0.6)
                stand.do(STOP)
                _, errors = process.communicate(timeout=120)
                assert process.returncode == 0, errors
            else:
                replayed(stand, file)
            answers.append(bool(stand.find("778")))
        finally:
            stand.close()
    assert answers == [True, True]
