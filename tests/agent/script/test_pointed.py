"""What a place is called when it is recorded is what finds it when it is replayed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from PIL import Image

from tapwright.actions import Box
from tapwright.agent.script.ladder import Ladder
from tapwright.agent.script.learned import Learned
from tapwright.agent.script.looks import View
from tapwright.agent.script.pointed import Pointer
from tapwright.agent.seeing.values import Line

SCREEN = Image.fromarray(np.full((200, 320, 3), 230, dtype=np.uint8))


class Drawn:
    """A reader of labels that all say "Delete"."""

    name = "drawn"

    def __init__(self, boxes: Sequence[Box]) -> None:
        self.lines = tuple(Line("Delete", box, 1.0) for box in boxes)

    def read(self, image: Image.Image) -> Sequence[Line]:
        return self.lines


@pytest.mark.parametrize(
    "boxes",
    [
        # Two in a row, of which the right one begins a pixel higher.
        [Box(10, 104, 60, 120), Box(200, 103, 250, 119)],
        # A tall one joins a row with the upper, or with the lower, by where the row begins.
        [Box(200, 100, 250, 112), Box(10, 100, 60, 140), Box(100, 109, 150, 121)],
    ],
)
def test_a_number_that_was_recorded_finds_the_same_one_again(boxes: list[Box]) -> None:
    reader = Drawn(boxes)
    numbers = set()
    for box in boxes:
        target = Pointer(reader).at(SCREEN, box.middle).target
        assert target.words == "Delete" and target.nth is not None
        numbers.add(target.nth)
        found = Ladder(Learned(), reader).climb(View(SCREEN), target).found
        assert found.box == box, f"number {target.nth} is another one"
    assert numbers == set(range(1, len(boxes) + 1))
