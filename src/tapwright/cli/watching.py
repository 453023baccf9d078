"""A device's screen, watched while one talks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tapwright.agent.film_plan import budget_for
from tapwright.agent.state import DARK
from tapwright.errors import ScreenUnavailable
from tapwright.tools.context import Context
from tapwright.types import ImagePart, ScreenState

if TYPE_CHECKING:
    from PIL import Image

    from tapwright.agent.assistant import Assistant
    from tapwright.agent.watching import Watched
    from tapwright.protocols import Device


class Watch:
    """Shows a device's screen with a question, whenever it is not the one that was shown last.

    Where it is `watched` all the time, what was on it meanwhile is shown too.
    """

    def __init__(self, device: Device, watched: Watched | None = None) -> None:
        self._device = device
        self._watched = watched
        self._shown: Image.Image | None = None

    def forget(self) -> None:
        """Show the screen with the next question, changed or not."""
        self._shown = None

    def look(self, assistant: Assistant) -> list[Any]:
        """What is to be shown: a picture, or nothing where it was shown already.

        The assistant's tools are given the device and this look at it. Raise `DeviceError` where
        there is no picture to be had.
        """
        from PIL import ImageChops

        seen = self._device.observe() if self._watched is None else self._watched.look()
        if seen.state is not ScreenState.LIT:
            raise ScreenUnavailable(DARK[seen.state])
        model = assistant.model
        assistant.context = Context(
            self._device, seen, model.family.frame, model.shown_size(seen.size)
        )
        if self._watched is not None:
            parts = self._watched.parts(budget_for(model))
            self._watched.clear()
            if sum(isinstance(part, ImagePart) for part in parts) > 1:
                self._shown = seen.image
                return list(parts)
        before = self._shown
        if before is not None and before.size == seen.image.size:
            same = ImageChops.difference(before.convert("RGB"), seen.image.convert("RGB"))
            if same.getbbox() is None:
                return []
        self._shown = seen.image
        return [ImagePart(seen.image)]
