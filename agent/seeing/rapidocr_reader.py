"""RapidOCR: the reader that comes with `pip install 'tapwright[ocr]'`, its models included."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from tapwright.agent.seeing.values import Box, Line, Word

if TYPE_CHECKING:
    from PIL import Image

_LEAST = 0.5  # what it is less sure of is no text
_LONGEST = 8192  # pixels of a side; a larger picture would be shrunk, and its small print lost
_FRAME = 8  # pixels of ground around the picture: letters at its very edge are missed


class RapidReader:
    """Reads Latin and Chinese script, light or dark.

    `scale` enlarges what is read, for print of less than 9 pixels; the time grows with its square.
    """

    name = "rapidocr"
    most_parts = 24  # a part of a picture costs about as much as its share of the whole

    def __init__(self, threads: int = 1, scale: int = 1) -> None:
        self._threads = threads
        self._scale = scale
        self._engine: Any = None
        self._lock = threading.Lock()

    def load(self) -> None:
        """Load the models, unless they are."""
        with self._lock:
            self._loaded()

    def read(self, image: Image.Image) -> Sequence[Line]:
        """Every stretch of text on an RGB picture, top to bottom; none where there is none."""
        import cv2
        import numpy as np

        pixels = np.asarray(image.convert("RGB"))
        if min(pixels.shape[:2]) < 4:
            return ()
        scale = self._scale
        if scale > 1:
            pixels = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
        framed = cv2.copyMakeBorder(pixels, _FRAME, _FRAME, _FRAME, _FRAME, cv2.BORDER_REPLICATE)
        with self._lock:
            answer = self._loaded()(framed[:, :, ::-1])
        if answer.boxes is None or answer.txts is None:
            return ()
        size = image.size
        words = answer.word_results if len(answer.word_results) == len(answer.txts) else None
        return [
            Line(
                text.strip(),
                _box(corners, scale, size),
                float(score),
                tuple(_words(words[at], scale, size)) if words else (),
            )
            for at, (corners, text, score) in enumerate(
                zip(answer.boxes, answer.txts, answer.scores, strict=True)
            )
        ]

    def _loaded(self) -> Any:
        if self._engine is None:
            self._engine = self._load()
        return self._engine

    def _load(self) -> Any:
        from rapidocr import RapidOCR

        return RapidOCR(
            params={
                "Global.log_level": "error",
                "Global.use_cls": False,  # nothing on a screen stands on its head
                "Global.text_score": _LEAST,
                "Global.max_side_len": _LONGEST,
                "Global.return_word_box": True,
                "Det.limit_type": "min",
                "Det.limit_side_len": 32,  # its own enlarging knows no bound to the other side
                "EngineConfig.onnxruntime.intra_op_num_threads": self._threads,
                "EngineConfig.onnxruntime.inter_op_num_threads": self._threads,
            }
        )


def _words(found: Any, scale: int, size: tuple[int, int]) -> Iterator[Word]:
    for text, _, corners in found or ():
        if corners is not None and text.strip():
            yield Word(text.strip(), _box(corners, scale, size))


def _box(corners: Any, scale: int, size: tuple[int, int]) -> Box:
    """The upright box of four corners, in pixels of the picture that was given."""
    xs = [(float(x) - _FRAME) / scale for x, _ in corners]
    ys = [(float(y) - _FRAME) / scale for _, y in corners]
    left, top = max(0, round(min(xs))), max(0, round(min(ys)))
    right, bottom = min(size[0], round(max(xs))), min(size[1], round(max(ys)))
    return Box(min(left, right - 1), min(top, bottom - 1), right, bottom)
