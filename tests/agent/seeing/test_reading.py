"""Text on pictures that we drew ourselves, read by the real readers."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

import numpy as np
import pytest
from PIL import Image, ImageDraw

from tapwright.actions import Box
from tapwright.agent.seeing.busy import busy_boxes, changed_boxes
from tapwright.agent.seeing.reading import CachedReader, text_reader
from tapwright.agent.seeing.text import find_text
from tapwright.agent.seeing.values import Line
from tapwright.errors import SetupError, UsageError

LIGHT, DARK = ((250, 250, 250), (20, 20, 20)), ((30, 30, 34), (225, 225, 225))
FAINT = ((250, 250, 250), (150, 150, 150))
LABELS = (("Save", 20, 16), ("Save as...", 120, 16), ("Invoice 7", 20, 60), ("Delete", 160, 60))

needs_tesseract = pytest.mark.skipif(
    shutil.which("tesseract") is None, reason="the program 'tesseract' is not installed"
)


def drawn(
    labels: Sequence[tuple[str, int, int]] = LABELS,
    theme: tuple[tuple[int, int, int], tuple[int, int, int]] = LIGHT,
    letter: int = 14,
    size: tuple[int, int] = (280, 100),
) -> Image.Image:
    image = Image.new("RGB", size, theme[0])
    pen = ImageDraw.Draw(image)
    for text, left, top in labels:
        pen.text((left, top), text, fill=theme[1], font_size=letter)
    return image


@pytest.fixture(scope="module")
def rapid() -> CachedReader:
    return text_reader("rapidocr")


class Counting:
    """Reads with another reader and keeps the sizes of what it was given."""

    name = "counting"
    most_parts = 24

    def __init__(self, reader: CachedReader) -> None:
        self.reader = reader.reader
        self.sizes: list[tuple[int, int]] = []

    def read(self, image: Image.Image) -> Sequence[Line]:
        self.sizes.append(image.size)
        return self.reader.read(image)


@pytest.mark.parametrize("theme", [LIGHT, DARK, FAINT], ids=["light", "dark", "faint"])
def test_small_labels_are_read_where_they_stand(
    rapid: CachedReader, theme: tuple[tuple[int, int, int], tuple[int, int, int]]
) -> None:
    lines = rapid.read(drawn(theme=theme, letter=12))
    for text, left, top in LABELS:
        (found,) = find_text(lines, text)
        assert found.said == text
        assert found.whole
        assert abs(found.box.left - left) < 10, found
        assert top - 8 < found.box.middle.y - 8 < top + 8, found


def test_a_menu_bar_is_several_labels_and_a_sentence_is_one(rapid: CachedReader) -> None:
    bar = [("File", 10, 10), ("Edit", 54, 10), ("View", 98, 10), ("Help", 142, 10)]
    lines = rapid.read(drawn([*bar, ("Do you want to save it?", 10, 60)]))
    assert [line.text for line in lines] == [
        "File", "Edit", "View", "Help", "Do you want to save it?",
    ]  # fmt: skip
    (edit,) = find_text(lines, "Edit")
    assert 54 <= edit.point.x < 84
    assert edit.whole
    (part,) = find_text(lines, "save")
    assert not part.whole


def test_a_picture_without_text_and_a_tiny_one_have_no_lines(rapid: CachedReader) -> None:
    assert rapid.read(Image.new("RGB", (200, 100), "white")) == ()
    assert list(rapid.read(Image.new("RGB", (2, 2), "white"))) == []


def test_what_was_read_is_not_read_again_and_a_change_only_where_it_is(
    rapid: CachedReader,
) -> None:
    counting = Counting(rapid)
    reader = CachedReader(counting)
    first, labels = drawn(), list(LABELS)
    before = reader.read(first)
    asked = len(counting.sizes)
    assert reader.read(first.copy()) == before
    assert len(counting.sizes) == asked
    labels[3] = ("Restore", 160, 60)
    after = reader.read(drawn(labels))
    assert [line.text for line in after] == ["Save", "Save as...", "Invoice 7", "Restore"]
    (again,) = counting.sizes[asked:]
    assert again[0] < 200, again
    assert again[1] < 80, again
    fresh = CachedReader(rapid.reader).read(drawn(labels))
    assert [line.text for line in fresh] == [line.text for line in after]


def test_what_vanished_is_not_read_any_more(rapid: CachedReader) -> None:
    reader = CachedReader(rapid.reader)
    assert find_text(reader.read(drawn()), "Delete")
    assert not find_text(reader.read(drawn(LABELS[:3])), "Delete")
    assert find_text(reader.read(drawn()), "Delete")


def test_busy_boxes_hold_every_edge_and_leave_the_rest_out() -> None:
    image = Image.new("RGB", (600, 400), "black")
    pen = ImageDraw.Draw(image)
    pen.rectangle((10, 10, 60, 40), outline="white")
    pen.rectangle((500, 350, 599, 399), fill="white")
    boxes = busy_boxes(np.asarray(image))
    assert len(boxes) == 2
    assert any(b.left <= 10 and b.top <= 10 and b.right > 60 and b.bottom > 40 for b in boxes)
    assert sum(b.width * b.height for b in boxes) < 0.2 * 600 * 400
    noise = np.random.default_rng(0).integers(0, 255, (100, 100, 3), dtype=np.uint8)
    assert busy_boxes(noise) == [Box(0, 0, 100, 100)]
    assert busy_boxes(np.zeros((50, 50, 3), np.uint8)) == []


def test_changed_boxes_hold_every_changed_pixel() -> None:
    random = np.random.default_rng(1)
    before = random.integers(0, 255, (120, 200, 3), dtype=np.uint8)
    for _ in range(20):
        after = before.copy()
        points = [(int(random.integers(120)), int(random.integers(200))) for _ in range(3)]
        for y, x in points:
            after[y, x, 0] ^= 1
        boxes = changed_boxes(before, after)
        assert all(
            any(b.left <= x < b.right and b.top <= y < b.bottom for b in boxes) for y, x in points
        )
    assert changed_boxes(before, before) == []


@needs_tesseract
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_tesseract_reads_the_same_labels(
    theme: tuple[tuple[int, int, int], tuple[int, int, int]],
) -> None:
    lines = text_reader("tesseract").read(drawn(theme=theme, letter=16))
    for text, left, _ in LABELS:
        (found,) = find_text(lines, text)
        assert abs(found.box.left - left) < 10, found


@needs_tesseract
def test_a_failing_tesseract_says_why() -> None:
    from tapwright.agent.seeing.tesseract_reader import TesseractReader

    with pytest.raises(SetupError, match=r"exit code 1: .*nolanguage"):
        TesseractReader(language="nolanguage").read(drawn())


def test_an_unknown_reader_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="'eyes'; use one of: auto, rapidocr, tesseract"):
        text_reader("eyes")


def test_without_a_reader_the_command_that_installs_one_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SetupError, match="apt-get install tesseract-ocr"):
        text_reader("tesseract")
