"""What is said of an act that states nothing."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

from tapwright.actions import Box
from tapwright.agent.script.following import read_back
from tapwright.agent.seeing.values import Found, Line, Rung

SCREEN = Image.new("RGB", (400, 300), "white")
TYPED = Box(100, 120, 160, 136)  # where "Bergen" appeared


@dataclass(frozen=True)
class Reads:
    """A reader that reads one text wherever it looks."""

    text: str
    name: str = "reads"

    def read(self, image: Image.Image) -> list[Line]:
        return [Line(self.text, Box(0, 0, image.width, image.height), 1.0)]


def found(box: Box) -> Found:
    return Found(box.middle, box, 1.0, Rung.TEXT, "City")


def test_a_text_beside_or_below_its_label_is_read_back() -> None:
    for label in (Box(20, 118, 60, 138), Box(100, 95, 140, 112), None):
        field = found(label) if label is not None else None
        told = read_back(Reads("Bergen"), SCREEN, TYPED, "Bergen", field)
        assert told == (True, "what was typed is on the screen")


def test_a_text_that_appeared_above_its_label_verifies_nothing() -> None:
    verified, said = read_back(
        Reads("Bergen"), SCREEN, TYPED, "Bergen", found(Box(20, 150, 60, 168))
    )
    assert not verified
    assert said.startswith("unverified: it appeared above what it was typed into")


def test_another_text_verifies_nothing() -> None:
    verified, said = read_back(Reads("Kraków"), SCREEN, TYPED, "Bergen", None)
    assert (verified, said) == (False, "unverified: what was typed could not be read back")
