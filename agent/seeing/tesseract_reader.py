"""Tesseract: a program of its own, asked with pixels on its standard input."""

from __future__ import annotations

import csv
import io
import os
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from tapwright.agent.seeing.labels import around
from tapwright.agent.seeing.values import Box, Line, Word
from tapwright.errors import SetupError

if TYPE_CHECKING:
    from PIL import Image

_SCALE = 2  # it was made for print at 300 dots per inch, three times a screen's
_LEAST = 30.0  # of 100; what it is less sure of is mostly a border or an icon
_RIMS = "|[]{}_"  # what it makes of the sides of a button
_PATIENCE = 120.0  # seconds


class TesseractReader:
    """Reads with the program `tesseract`; `language` is one that it has data for, such as "eng"."""

    name = "tesseract"
    most_parts = 2  # the program is started for each

    def __init__(self, threads: int = 1, language: str = "eng") -> None:
        self._threads = threads
        self._language = language

    def read(self, image: Image.Image) -> Sequence[Line]:
        """Every stretch of text on an RGB picture, top to bottom; none where there is none.

        Raise `SetupError` where the program is missing or fails.
        """
        from PIL import Image, ImageOps

        grey = image.convert("L")
        width, height = grey.size
        if min(grey.size) < 4:
            return ()
        if sum(grey.histogram()[:128]) * 2 > width * height:
            grey = ImageOps.invert(grey)  # it wants dark on light
        grey = grey.resize((width * _SCALE, height * _SCALE), Image.Resampling.BICUBIC)
        sent = io.BytesIO()
        grey.save(sent, "PPM")
        table = io.StringIO(self._ask(sent.getvalue()))
        return _lines(csv.DictReader(table, _TSV, delimiter="\t", quoting=csv.QUOTE_NONE))

    def _ask(self, picture: bytes) -> str:
        command = ["tesseract", "-", "-", "-l", self._language, "--psm", "11", "tsv"]
        environment = {**os.environ, "OMP_THREAD_LIMIT": str(self._threads)}
        try:
            done = subprocess.run(
                command, input=picture, capture_output=True, timeout=_PATIENCE, env=environment
            )
        except FileNotFoundError:
            raise SetupError(
                "the program 'tesseract' is not installed; on Debian: apt-get install tesseract-ocr"
            ) from None
        except subprocess.TimeoutExpired:
            raise SetupError(f"'tesseract' gave no answer in {_PATIENCE:g} s") from None
        if done.returncode:
            said = " ".join(done.stderr.decode("utf-8", "replace").split())[:200]
            raise SetupError(f"'tesseract' failed with exit code {done.returncode}: {said}")
        # Its table begins with the names of its columns.
        return done.stdout.decode("utf-8", "replace").partition("\n")[2]


_TSV = (
    "level", "page", "block", "paragraph", "line", "word", "left", "top", "width", "height",
    "confidence", "text",
)  # fmt: skip


def _lines(rows: Iterable[Mapping[str, str]]) -> list[Line]:
    found: dict[tuple[str, ...], list[tuple[Word, float]]] = {}
    for row in rows:
        text = (row["text"] or "").strip().strip(_RIMS)
        score = float(row["confidence"])
        if row["level"] != "5" or not text or score < _LEAST:
            continue
        left, top, width, height = (int(row[name]) for name in _TSV[6:10])
        right, bottom = left + width, top + height
        box = Box(*(round(side / _SCALE) for side in (left, top, right, bottom)))
        place = tuple(row[name] for name in _TSV[1:5])
        found.setdefault(place, []).append((Word(text, box), score / 100))
    return [
        Line(
            " ".join(word.text for word, _ in words),
            around([word.box for word, _ in words]),
            min(score for _, score in words),
            tuple(word for word, _ in words),
        )
        for words in found.values()
    ]
