"""Numbered marks: on what can be pressed, readable, and a number is the only answer."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from PIL import Image, ImageDraw

from tapwright.actions import Box
from tapwright.agent.seeing.marks import MarksFinder, candidates, mark
from tapwright.agent.seeing.values import Line
from tapwright.errors import ReplyError
from tapwright.model.scripted import ScriptedModel
from tapwright.prompts import dialect
from tapwright.types import ImagePart, Size

BUTTONS = {"Save": (20, 20, 100, 50), "Cancel": (120, 20, 200, 50)}
ICON = (220, 20, 250, 50)


def form() -> Image.Image:
    image = Image.new("RGB", (320, 160), (245, 245, 245))
    pen = ImageDraw.Draw(image)
    for words, box in BUTTONS.items():
        pen.rounded_rectangle(box, 4, outline=(120, 120, 120), fill=(225, 225, 225))
        pen.text((box[0] + 12, box[1] + 8), words, fill="black", font_size=12)
    pen.rectangle(ICON, fill=(40, 90, 200))
    pen.text((20, 100), "A link", fill=(0, 0, 200), font_size=12)
    return image


LINES = [
    Line("Save", Box(32, 28, 60, 42), 1.0),
    Line("Cancel", Box(132, 28, 170, 42), 1.0),
    Line("A link", Box(20, 98, 56, 114), 1.0),
]


class Known:
    """A reader that knows what stands on the form."""

    name = "known"

    def read(self, image: Image.Image) -> Sequence[Line]:
        return LINES


def test_every_button_icon_and_label_is_one_candidate() -> None:
    found = candidates(form(), LINES)
    assert [one.said for one in found] == ["Save", "Cancel", "", "A link"]
    for one, box in zip(found, [*BUTTONS.values(), ICON], strict=False):
        assert abs(one.box.left - box[0]) <= 3, one
        assert abs(one.box.bottom - box[3]) <= 3, one


def test_marks_change_a_copy_and_stay_on_it() -> None:
    image, found = form(), candidates(form(), LINES)
    before = image.tobytes()
    marked = mark(image, found, Size(160, 80))
    assert image.tobytes() == before
    assert marked.size == image.size
    assert marked.tobytes() != before
    edge = [*found, *found, *found]  # where numbers have to give way to each other
    assert mark(image, edge).size == image.size


@pytest.mark.parametrize(("said", "words"), [("1", "Save"), ("[3]", ""), ("Number 4.", "A link")])
def test_the_number_that_is_named_is_the_place(said: str, words: str) -> None:
    model = ScriptedModel([said])
    finder = MarksFinder(model, dialect("qwen"), Known())
    found = finder.find(form(), "the thing")
    assert found is not None
    number = int("".join(filter(str.isdigit, said)))
    assert found.point == candidates(form(), LINES)[number - 1].point
    assert finder.calls == 1
    (image,) = [
        part.image
        for message in model.requests[0].messages
        for part in message.parts
        if isinstance(part, ImagePart)
    ]
    assert image.tobytes() != form().tobytes()


def test_zero_is_nowhere_and_an_empty_screen_is_not_asked_about() -> None:
    assert MarksFinder(ScriptedModel(["0"]), dialect("qwen"), Known()).find(form(), "it") is None

    class Blind(Known):
        def read(self, image: Image.Image) -> Sequence[Line]:
            return ()

    finder = MarksFinder(ScriptedModel([]), dialect("qwen"), Blind())
    assert finder.find(Image.new("RGB", (100, 100), "white"), "it") is None
    assert finder.calls == 0


@pytest.mark.parametrize("said", ["5", "Save", "1 or 2", "-1", "the first"])
def test_anything_but_a_number_of_a_mark_is_an_error(said: str) -> None:
    with pytest.raises(ReplyError, match="no number from 0 to 4"):
        MarksFinder(ScriptedModel([said]), dialect("qwen"), Known()).find(form(), "it")
