"""The model as a finder of targets: asked for the place of something in words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tapwright.actions import Box, Point
from tapwright.agent.seeing.pointing import Pointing, ask_point
from tapwright.agent.seeing.values import Found, Rung
from tapwright.agent.seeing.zoom import Zoom, zoomed
from tapwright.protocols import Dialect, Kind, Model
from tapwright.types import Size

if TYPE_CHECKING:
    from PIL import Image

_UNCONFIRMED = 0.5  # the score of a place that was pointed at once


class ModelFinder:
    """Asks a model where things are, as a run on a device of `kind` does; `zoom` lets it look
    twice, the second time closely.

    `calls` counts the replies that it has asked for, `said` are the last one's words.
    """

    def __init__(
        self, model: Model, dialect: Dialect, *, zoom: bool = True, kind: Kind = "phone"
    ) -> None:
        self._model = model
        self._dialect = dialect
        self._zoom = zoom
        self._kind: Kind = kind
        self.calls = 0
        self.said = ""

    def find(self, image: Image.Image, words: str) -> Found | None:
        """Where `words` stand on an RGB picture; None where the model points at nothing.

        Its box is the one pixel that was pointed at: a model tells no extent. The score is 0.5 for
        one look; after two it tells (0..1) how near the two answers are to each other. What is not
        seen again at the second look was not found. Raise `ModelError` where the model fails.
        """
        size = Size(*image.size)
        first = self._ask(image, words)
        if first.point is None:
            return None
        zoom = None
        if self._zoom:
            shown = self._model.shown_size(size)
            zoom = zoomed(first.point, size, shown, self._model.family)
        if zoom is None:
            return _found(first.point, _UNCONFIRMED, first.said)
        second = self._ask(zoom.look(image), words)
        if second.point is None:
            return None
        point = zoom.back(second.point)
        return _found(point, _agreement(first.point, point, zoom), second.said)

    def _ask(self, image: Image.Image, words: str) -> Pointing:
        self.calls += 1
        answer = ask_point(self._model, self._dialect, image, words, self._kind)
        self.said = answer.said
        return answer


def _agreement(first: Point, second: Point, zoom: Zoom) -> float:
    """1 where both answers are one pixel, 0 where half the part's diagonal lies between them."""
    away = math.dist((first.x, first.y), (second.x, second.y))
    reach = math.hypot(zoom.part.width, zoom.part.height) / 2
    return max(0.0, 1.0 - away / reach)


def _found(point: Point, score: float, said: str) -> Found:
    box = Box(point.x, point.y, point.x + 1, point.y + 1)
    return Found(point, box, score, Rung.MODEL, said)
