"""Noticing that a run goes in circles: the same acts on the same screens."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PIL import Image, ImageChops

from tapwright.agent.quiet import STATUS_BAR, changed_cells, grey
from tapwright.types import ToolCall


@dataclass(frozen=True, slots=True)
class _Deed:
    """What was done and on which screen."""

    calls: str
    screen: Image.Image  # grey, one pixel for each cell
    moving: Image.Image | None

    def same(self, other: _Deed) -> bool:
        if self.calls != other.calls:
            return False
        cells = changed_cells(self.screen, other.screen)
        if cells is None:
            return False
        # What moves by itself is no progress, whichever of the two looks noticed it.
        for mask in (self.moving, other.moving):
            if mask is not None and mask.size == cells.size:
                cells = ImageChops.subtract(cells, mask)
        return cells.getbbox() is None


class StuckDetector:
    """Sees the same act on the same screen `repeats` times in a row, and A-B-A-B.

    The first time the model deserves a hint; the second time the same circle is the end.
    """

    def __init__(self, repeats: int = 3) -> None:
        self._repeats = repeats
        self._deeds: deque[_Deed] = deque(maxlen=max(4, repeats))
        self._warned: list[_Deed] = []

    def note(
        self,
        calls: Sequence[ToolCall],
        screen: Image.Image,
        moving: Image.Image | None = None,
        bar: float = STATUS_BAR,
    ) -> Literal["", "hint", "stuck"]:
        """Note acts on a screen as it was before them, and say whether they go in circles.

        `moving` is the mask of cells that move by themselves, `bar` the share of the picture's
        height that was not looked at; both from `Settled`.
        """
        written = json.dumps(
            [[call.name, call.arguments] for call in calls], sort_keys=True, default=str
        )
        deed = _Deed(written, grey(screen, bar), moving)
        self._deeds.append(deed)
        if not self._circling():
            return ""
        if any(deed.same(earlier) for earlier in self._warned):
            return "stuck"
        # In A-B-A-B both are warned of: the circle is one, wherever it is entered again.
        self._warned += [deed, self._deeds[-2]]
        return "hint"

    def _circling(self) -> bool:
        deeds = list(self._deeds)
        last = deeds[-self._repeats :]
        if len(last) == self._repeats and all(deed.same(last[0]) for deed in last[1:]):
            return True
        if len(deeds) < 4:
            return False
        a, b, again_a, again_b = deeds[-4:]
        return a.same(again_a) and b.same(again_b)
