"""Forms whose fields have no words of their own, filled in once by a person and again by the script
that was recorded; what the programs themselves put out is the judge."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tapwright.actions import Point, Tap, TypeText
from tapwright.agent.script.load import load_script
from tapwright.agent.script.steps import TapOn, Target
from tapwright.devices.virtual_display import VirtualDisplay
from tapwright.types import Size
from tests.cli.recording import STOP, Stand, recording, replayed
from tests.desktop_scripts.shop import open_shop

PAGE = Path(__file__).parents[1] / "desktop_scripts/questions.html"
YAD = [
    "yad", "--form", "--title=Customer", "--width=420", "--button=Cancel:1", "--button=Send:0",
    "--field=Name", "--field=City", "--field=Newsletter:CHK", "--field=Plan:CB",
    "", "", "FALSE", "Basic!Full",
]  # fmt: skip
CHROMIUM = [
    "chromium", "--no-sandbox", "--test-type", "--no-first-run", "--disable-gpu",
    "--disable-background-networking", "--window-position=0,0", "--window-size=780,540",
    "--force-device-scale-factor=1",
]  # fmt: skip

pytestmark = [pytest.mark.desktop, pytest.mark.slow]


def needs(*programs: str) -> pytest.MarkDecorator:
    missing = [each for each in programs if shutil.which(each) is None]
    return pytest.mark.skipif(bool(missing), reason=f"not installed here: {', '.join(missing)}")


@pytest.fixture
def display() -> Iterator[VirtualDisplay]:
    with VirtualDisplay(Size(800, 600)) as made:
        yield made


@contextmanager
def at(display: VirtualDisplay, program: list[str], folder: Path) -> Iterator[Stand]:
    """A person at a program, until it ends."""
    stand = Stand(display, program, folder)
    try:
        yield stand
    finally:
        stand.close()


@contextmanager
def recorded(stand: Stand, file: Path) -> Iterator[None]:
    """Record what is done inside."""
    process = recording(stand, file)
    yield
    stand.do(STOP)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors


def right_of(stand: Stand, label: str, aside: int) -> Tap:
    """A tap so many pixels right of a label."""
    found = stand.find(label)
    return Tap(Point(found.box.right + aside, found.point.y))


def targets(file: Path) -> list[Target]:
    """What was tapped; readers take a C for a c, which means the same to a script."""
    acts = [step.act for step in load_script(file).steps]
    found = [act.target for act in acts if isinstance(act, TapOn)]
    return [replace(each, right_of=each.right_of.capitalize()) for each in found]


@needs("Xvfb", "openbox", "yad")
def test_what_a_person_fills_into_yad_is_filled_in_again(
    display: VirtualDisplay, tmp_path: Path
) -> None:
    file, wanted = tmp_path / "form.yaml", "Ana Müller|Zürich|TRUE|Full|\n"
    with at(display, YAD, tmp_path) as stand:
        stand.find("Send")
        with recorded(stand, file):
            stand.do(right_of(stand, "Name", 60), TypeText("Ana Müller"))
            stand.do(right_of(stand, "City", 200), TypeText("Zürich"))
            stand.do(Tap(stand.find("Newsletter").point), Tap(stand.find("Basic").point))
            stand.do(Tap(stand.find("Full").point))  # it lies over the buttons
            stand.do(Tap(stand.find("Send").point))
        assert stand.output() == wanted
    fields = [Target(right_of="Name"), Target(right_of="City")]
    assert targets(file) == [*fields, *map(Target, ("Newsletter", "Basic", "Full", "Send"))]
    with at(display, YAD, tmp_path) as stand:
        stand.find("Send")
        replayed(stand, file)
        assert stand.output() == wanted


@needs("Xvfb", "openbox", "chromium")
def test_what_a_person_fills_into_a_page_is_filled_in_again(
    display: VirtualDisplay, tmp_path: Path
) -> None:
    file = tmp_path / "order.yaml"
    order = {
        "name": ["Ana Müller"], "city": ["Zürich"], "remarks": ["Grüße, 2 Pfund"], "agree": ["on"],
    }  # fmt: skip
    with open_shop(PAGE) as shop:
        program = [*CHROMIUM, f"--app={shop.url}"]
        with at(display, [*program, f"--user-data-dir={tmp_path / 'one'}"], tmp_path) as stand:
            remarks = stand.find("Remarks").box
            with recorded(stand, file):
                stand.do(right_of(stand, "Name", 30), TypeText("Ana Müller"))
                stand.do(right_of(stand, "City", 120), TypeText("Zürich"))
                inside = Point(remarks.left + 40, remarks.bottom + 30)
                stand.do(Tap(inside), TypeText("Grüße, 2 Pfund"))
                stand.do(right_of(stand, "I agree", 48), Tap(stand.find("Order now").point))
                stand.find("Thank you")
            assert shop.orders == [order]
        *named, agree, send = targets(file)
        assert named == [Target(right_of="Name"), Target(right_of="City"), Target(below="Remarks")]
        assert agree.picture and agree.near.endswith("agree") and send == Target("Order now")
        shop.orders.clear()
        with at(display, [*program, f"--user-data-dir={tmp_path / 'two'}"], tmp_path) as stand:
            stand.find("Order now")
            replayed(stand, file)
            stand.find("Thank you")
        assert shop.orders == [order]
