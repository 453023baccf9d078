"""A person, played by a second connection to the display, shows something to real programs; the
script that comes of it does the same with no model, and the programs' own output is the judge."""

from __future__ import annotations

import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tapwright.actions import Click, Hotkey, Point, Tap, TypeText
from tapwright.agent.script.load import load_script
from tapwright.agent.script.steps import Press, TapOn, TypeIn
from tapwright.devices.virtual_display import VirtualDisplay
from tapwright.types import Size
from tests.cli.recording import STOP, Stand, recording, replayed

pytestmark = [
    pytest.mark.desktop,
    pytest.mark.skipif(
        shutil.which("Xvfb") is None or shutil.which("zenity") is None,
        reason="needs Debian's xvfb and zenity",
    ),
]
FORM = ["zenity", "--forms", "--title=Customer", "--text=New", "--add-entry=Name"]


@pytest.fixture
def display() -> Iterator[VirtualDisplay]:
    with VirtualDisplay(Size(800, 600)) as made:
        yield made


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
    assert isinstance(acts[0], TapOn) and acts[0].target.right_of == "Name"
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
