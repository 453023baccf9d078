"""A device's screen kept in mind: the last seconds of it, as timed pictures.

So that one can ask about what is no longer there ("what did the message say that just vanished?").
Only screens that changed are kept, and no more than fit a budget of pictures.
"""

from __future__ import annotations

import math
import threading
from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tapwright.agent.film_fit import fit_film
from tapwright.agent.film_plan import WORDS, FilmBudget
from tapwright.agent.quiet import Clock, RealClock, bar_of, screen_changed
from tapwright.errors import DeviceError, UsageError
from tapwright.protocols import Device
from tapwright.types import (
    ImagePart,
    Observation,
    ScreenState,
    TextPart,
    VideoPart,
    still_parts,
)

if TYPE_CHECKING:
    from PIL import Image

JOIN = 15.0  # seconds in which a look that hangs is waited for at the end


@dataclass(frozen=True, slots=True)
class WatchSettings:
    """How a screen is watched: looks a second, seconds kept, and pictures kept at most."""

    fps: float = 2.0
    seconds: float = 30.0
    most: int = 24

    def __post_init__(self) -> None:
        if not 0 < self.fps <= 30:
            raise UsageError(f"fps is {self.fps}; a screen is watched at 30 looks a second or less")
        if not 0 < self.seconds <= 3600 or not 1 <= self.most <= 1000:
            raise UsageError(f"cannot keep {self.most} pictures of {self.seconds} s")


class Watched:
    """The last seconds of a device's screen.

    `look` is one look; between `start` and `close` a thread takes them. One look is under way at
    a time, so that the device is never asked twice at once; acts may go on beside it. Where the
    thread cannot look any longer, the next `look` says why.
    """

    def __init__(
        self, device: Device, settings: WatchSettings | None = None, clock: Clock | None = None
    ) -> None:
        self.settings = settings or WatchSettings()
        self._device = device
        self._ended = threading.Event()
        self._clock = clock or RealClock(self._ended)
        self._looking = threading.Lock()
        self._kept: deque[tuple[float, Image.Image]] = deque(maxlen=self.settings.most)
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Watch in a thread until `close`."""
        if self._thread is None and not self._ended.is_set():
            self._thread = threading.Thread(target=self._watch, name="watched", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """End the thread; the device itself stays open."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join(JOIN)

    def __enter__(self) -> Watched:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def look(self) -> Observation:
        """Look at the screen now and keep it where it has changed.

        Raise `DeviceError` where there is no picture.
        """
        with self._looking:
            seen = self._device.observe()
            now = self._clock.now()
            if seen.state is ScreenState.LIT and self._differs(seen.image):
                self._kept.append((now, seen.image))
            self._forget(now)
            return seen

    def parts(self, budget: FilmBudget | None = None) -> list[TextPart | ImagePart]:
        """What was seen, as timed pictures: the newest of them that fit `budget`."""
        film = self.film()
        if film is None:
            return []
        if budget is not None:
            each = math.ceil(budget.least / budget.factor**2) + WORDS
            room = max(1, budget.tokens // each)
            film = VideoPart(film.frames[-room:], film.times[-room:])
            film = fit_film(film, replace(budget, paired=False))
        return still_parts([film])

    def film(self) -> VideoPart | None:
        """What was seen in the seconds that are kept, oldest first; None where nothing was.

        Times are seconds from the first of its pictures.
        """
        with self._looking:
            self._forget(self._clock.now())
            kept = list(self._kept)
        if not kept:
            return None
        size, began = kept[-1][1].size, kept[0][0]
        frames = tuple(
            image if image.size == size else image.resize(size) for _, image in kept
        )  # a turned screen among them
        return VideoPart(frames, tuple(at - began for at, _ in kept))

    def clear(self) -> None:
        """Forget all but the newest picture: what was before it has been shown."""
        with self._looking:
            while len(self._kept) > 1:
                self._kept.popleft()

    def _differs(self, image: Image.Image) -> bool:
        return not self._kept or screen_changed(self._kept[-1][1], image, bar=bar_of(self._device))

    def _forget(self, now: float) -> None:
        """Drop what is older than the seconds kept; what stood on the screen then stays."""
        oldest = now - self.settings.seconds
        while len(self._kept) > 1 and self._kept[1][0] <= oldest:
            self._kept.popleft()

    def _watch(self) -> None:
        between = 1 / self.settings.fps
        while not self._ended.is_set():
            began = self._clock.now()
            try:
                self.look()
            except DeviceError:
                # The next question looks for itself and tells the person why there is no picture;
                # a phone that is back until then has lost nothing but these moments.
                self._clock.wait(max(1.0, between))
            self._clock.wait(max(0.0, between - (self._clock.now() - began)))
