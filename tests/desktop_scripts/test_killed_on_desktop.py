"""A script on a real display, killed at every step in three places; its program is the judge."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psutil
import pytest

from tapwright.agent.script.events import Event, StepBegan
from tapwright.agent.script.load import read_script
from tapwright.agent.script.results import Ended
from tapwright.agent.script.runner import RunnerSettings, ScriptRunner
from tapwright.devices.desktop import open_desktop
from tapwright.devices.virtual_display import VirtualDisplay
from tapwright.types import Size

from ..waiting import until
from .killed_on_desktop import PLACES

HERE = Path(__file__).parent
WORDS = (
    "Apple", "Bread", "Cheese", "Dinner", "Engine", "Forest", "Garden", "Hammer", "Island",
    "Jacket", "Kitchen", "Lemon", "Market", "Number", "Orange", "Pencil", "Quarter", "River",
    "Summer", "Table",
)  # fmt: skip
UNCHECKED = ("Cheese", "Kitchen", "Summer")
PYTHON = "/usr/bin/python3"  # Debian's, which has Tk

pytestmark = pytest.mark.desktop


@contextmanager
def buttons(folder: Path, words: tuple[str, ...]) -> Iterator[str]:
    """A window of buttons on a display of its own; gives the display's name."""
    missing = [each for each in ("Xvfb", "openbox") if shutil.which(each) is None]
    found = subprocess.run([PYTHON, "-c", "import tkinter"], capture_output=True, check=False)
    if missing or found.returncode:
        pytest.skip(f"not installed here: {', '.join(missing) or 'python3-tk'}")
    with VirtualDisplay(Size(900, 600)) as screen:
        command = [PYTHON, str(HERE / "buttons_program.py"), str(folder / "ledger.txt"), *words]
        program = subprocess.Popen(command, env=screen.env)
        try:
            with open_desktop(display=screen.display, stop=False) as desktop:
                desktop.wait_for_window("Buttons", 20)
            yield screen.display
        finally:
            program.terminate()
            program.wait()


def write_script(folder: Path, words: tuple[str, ...]) -> None:
    """A step for every button; all but some state how to see that they happened."""
    lines = ["device: desktop", "timeout: 20", "steps:"]
    for word in words:
        lines.append(f"  - tap: {word}")
        if word not in UNCHECKED:
            lines.append(f"    expect: {{check: file {folder / 'ledger.txt'} contains {word}}}")
    (folder / "script.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "ledger.txt").write_text("", encoding="utf-8")


def go(folder: Path, display: str, word: str, place: str, *decided: str) -> dict[str, str]:
    """Run or resume until the place, and kill; or to the end, and tell it."""
    command = [sys.executable, str(HERE / "killed_on_desktop.py"), str(folder), display, word]
    with subprocess.Popen(
        [*command, place, *decided], stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        assert process.stdout is not None
        said: dict[str, str] = json.loads(process.stdout.readline())
        if "at" in said:
            process.kill()
            assert process.wait() == -signal.SIGKILL
    return said


def kill_everywhere(folder: Path, words: tuple[str, ...]) -> None:
    """One run of the script that is killed at every step in every place, and resumed each time."""
    write_script(folder, words)
    with buttons(folder, words) as display:

        def ledger() -> list[str]:
            return (folder / "ledger.txt").read_text(encoding="utf-8").split()

        def must_ask(word: str) -> None:
            before = ledger()
            said = go(folder, display, word, "nowhere")
            assert said.get("ended") == "needs_human" and "--not-done" in said["said"], said
            assert ledger() == before

        decided: tuple[str, ...] = ()
        for number, word in enumerate(words):
            for place in PLACES:
                said = go(folder, display, word, place, *decided)
                assert said == {"at": place, "word": word}
                decided = ()
                # What was clicked reaches a program by and by: the check of a real step polls too.
                done = number + (place == PLACES[2])
                if place == PLACES[2]:
                    until(partial(as_many, ledger, done), f"{word} was not written down", 20)
                assert ledger() == list(words[:done]), f"killed {place} of {word}"
                if word in UNCHECKED and place != PLACES[0]:
                    must_ask(word)
                    decided = ("done" if place == PLACES[2] else "not_done",)
        said = go(folder, display, "", "nowhere", *decided)
        assert said["ended"] == "passed", said
        assert ledger() == list(words)


def as_many(ledger: Callable[[], list[str]], count: int) -> bool:
    """Whether the program has written so many words down."""
    return len(ledger()) >= count


@pytest.mark.slow
def test_a_script_on_a_display_survives_kills_in_every_place(tmp_path: Path) -> None:
    kill_everywhere(tmp_path, ("Bread",))


def test_a_display_that_ends_in_the_middle_is_a_lost_device(tmp_path: Path) -> None:
    script = read_script("device: desktop\nsteps: [{press: a}, {press: b}]\n", tmp_path / "a.yaml")
    settings = RunnerSettings(folder=tmp_path / "run", environ={})
    if shutil.which("Xvfb") is None:
        pytest.skip("not installed here: Xvfb")
    with VirtualDisplay(Size(400, 300)) as screen:

        def end_display(event: Event) -> None:
            if isinstance(event, StepBegan) and event.key == "2":
                for child in psutil.Process().children(recursive=True):
                    if child.name() == "Xvfb":
                        child.kill()
                        child.wait()

        with open_desktop(display=screen.display, stop=False) as desktop:
            runner = ScriptRunner(
                script, {"device": desktop}, settings=settings, on_event=end_display
            )
            result = runner.run()
    assert result.ended is Ended.DEVICE_LOST and result.exit_code == 6, result.said
    assert screen.display in result.said and [step.key for step in result.steps] == ["1", "2"]


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_twenty_steps_on_a_display_survive_sixty_kills(tmp_path: Path) -> None:
    kill_everywhere(tmp_path, WORDS)
