"""Reading the text on a picture (OCR), with RapidOCR or Tesseract, whichever is installed."""

from __future__ import annotations

import hashlib
import shutil
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tapwright.agent.seeing.busy import busy_boxes, changed_boxes, joined
from tapwright.agent.seeing.labels import apart, around
from tapwright.agent.seeing.text import reading_order
from tapwright.agent.seeing.values import Box, Line, Reader, Word
from tapwright.errors import SetupError, UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

READERS = ("auto", "rapidocr", "tesseract")
_KEPT = 8  # pictures whose text is remembered
_AGAIN = 0.5  # of the picture: where more has changed, all of it is read again
_MARGIN = 6  # pixels around a part that is read by itself


def text_reader(name: str = "auto", threads: int = 1) -> CachedReader:
    """A reader of text; "auto" takes RapidOCR where it is installed, else Tesseract.

    `threads` bounds what it takes of the processor. Nothing is loaded before the first picture.
    Raise `SetupError` with the command that installs one, where there is none.
    """
    from importlib.util import find_spec

    from tapwright.agent.seeing.rapidocr_reader import RapidReader
    from tapwright.agent.seeing.tesseract_reader import TesseractReader

    if name not in READERS:
        raise UsageError(f"no text reader '{name}'; use one of: {', '.join(READERS)}")
    if name in ("auto", "rapidocr") and find_spec("rapidocr") and find_spec("onnxruntime"):
        return CachedReader(RapidReader(threads))
    if name in ("auto", "tesseract") and shutil.which("tesseract"):
        return CachedReader(TesseractReader(threads))
    if name == "tesseract":
        raise SetupError(
            "the program 'tesseract' is not installed; on Debian: apt-get install tesseract-ocr"
        )
    raise SetupError("no text reader is installed; run: pip install 'tapwright[ocr]'")


def moved(line: Line, x: int, y: int) -> Line:
    """The line, `x` pixels further right and `y` further down."""
    words = tuple(Word(word.text, word.box.moved(x, y)) for word in line.words)
    return Line(line.text, line.box.moved(x, y), line.score, words)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A picture, as (height, width, 3) pixels, and what stands on it."""

    pixels: NDArray[np.uint8]
    lines: tuple[Line, ...]


class CachedReader:
    """Reads with another reader, and nothing that it has read before.

    A picture that it knows costs nothing; of one that differs in a part from the last of its
    size, that part is read. May be used from several threads; they take turns.
    """

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.name = reader.name
        self._seen: OrderedDict[bytes, _Seen] = OrderedDict()
        self._lock = threading.Lock()

    def load(self) -> None:
        """Load what reads, where that takes time, before the first picture."""
        load = getattr(self.reader, "load", None)
        if load is not None:
            load()

    def read(self, image: Image.Image) -> Sequence[Line]:
        """Every label on an RGB picture, top to bottom; words far apart are two labels."""
        import numpy as np

        pixels = np.asarray(image.convert("RGB"))
        key = hashlib.blake2b(pixels.tobytes(), digest_size=16, key=repr(pixels.shape).encode())
        with self._lock:
            known = self._seen.get(key.digest())
            if known is None:
                known = _Seen(pixels, tuple(self._read(pixels)))
                self._seen[key.digest()] = known
                while len(self._seen) > _KEPT:
                    self._seen.popitem(last=False)
            self._seen.move_to_end(key.digest())
        return known.lines

    def _read(self, pixels: NDArray[np.uint8]) -> list[Line]:
        """What stands on a picture that is new."""
        height, width = pixels.shape[:2]
        most = getattr(self.reader, "most_parts", 1)
        boxes, kept = busy_boxes(pixels), list[Line]()
        boxes = boxes if len(boxes) <= most else [around(boxes)]
        for last in reversed(self._seen.values()):
            if last.pixels.shape == pixels.shape:
                changed, left = _to_read_again(last, pixels, most)
                if sum(b.width * b.height for b in changed) < _AGAIN * width * height:
                    boxes, kept = changed, left
                break
        found = [line for box in boxes for line in self._part(pixels, box)]
        return reading_order([*kept, *found])

    def _part(self, pixels: NDArray[np.uint8], box: Box) -> list[Line]:
        """The labels in a part of a picture."""
        import cv2
        from PIL import Image

        part = pixels[box.top : box.bottom, box.left : box.right]
        grey = cv2.cvtColor(part, cv2.COLOR_RGB2GRAY)
        lines = self.reader.read(Image.fromarray(part))
        labels = [label for line in lines for label in apart(grey, line)]
        return [moved(label, box.left, box.top) for label in labels]


def _to_read_again(
    last: _Seen, pixels: NDArray[np.uint8], most: int
) -> tuple[list[Box], list[Line]]:
    """The parts (at most `most`) in which a picture differs from the last, with whole lines of
    that in them, and its lines that stand in none of them."""
    height, width = pixels.shape[:2]
    boxes = [box.grown(_MARGIN, width, height) for box in changed_boxes(last.pixels, pixels)]
    boxes = boxes if len(boxes) <= most else [around(boxes)]
    kept = list(last.lines)
    while True:
        touched = [line for line in kept if any(line.box.overlaps(box) for box in boxes)]
        if not touched:
            parts = joined(boxes)
            if len(parts) <= most:
                return parts, kept
            boxes, touched = [around(parts)], []
        kept = [line for line in kept if line not in touched]
        boxes += [line.box.grown(_MARGIN, width, height) for line in touched]
