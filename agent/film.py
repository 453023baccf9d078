"""Films and recordings become frames with their times, few and small enough for a model.

Only the frames that are shown are kept, at the size at which they are shown: a film of hours takes
no more memory than one of minutes.
"""

from __future__ import annotations

import math
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tapwright.agent.film_moving import MovingPicture, is_moving_picture, open_moving_picture
from tapwright.agent.film_plan import FilmBudget, FilmPlan, Sampling, plan_film
from tapwright.agent.film_reader import FilmFile, open_film
from tapwright.agent.film_source import film_at
from tapwright.errors import MediaError, UsageError
from tapwright.types import Size, VideoPart

LONGEST_READ = 600.0  # seconds in which a film is to be read
MOST_MISSING = 1.0  # seconds that a film may end before its head says, and be called whole


@dataclass(frozen=True, slots=True)
class Film:
    """A film as a model is shown it; `note` is what the person should know, such as damage."""

    part: VideoPart
    duration: float  # seconds, of the whole film
    note: str = ""


@dataclass(frozen=True, slots=True)
class FilmOptions:
    """How a film is to be looked at, under the names that qwen-vl-utils gives them.

    `fps` frames a second, or `nframes` of them in all; only from `video_start` to `video_end`
    (seconds); each frame between `min_pixels` and `max_pixels`, or resized; all of them together
    within `total_pixels`, two frames counted as one.
    """

    fps: float | None = None
    nframes: int | None = None
    min_frames: int | None = None
    max_frames: int | None = None
    min_pixels: int | None = None
    max_pixels: int | None = None
    total_pixels: int | None = None
    resized_height: int | None = None
    resized_width: int | None = None
    video_start: float | None = None
    video_end: float | None = None

    def __post_init__(self) -> None:
        for name in _WHOLE:
            value = getattr(self, name)
            if value is not None and (
                isinstance(value, bool) or not isinstance(value, int | float) or value < 1
            ):
                raise UsageError(f"{name} is {value!r}; it must be a number of 1 or more")
        for name in ("fps", "video_start", "video_end"):
            value = getattr(self, name)
            if value is not None and (
                isinstance(value, bool)
                or not isinstance(value, int | float)
                or not 0 <= value < math.inf
            ):
                raise UsageError(f"{name} is {value!r}; it must be a number of 0 or more")
        if self.fps is not None and self.nframes is not None:
            raise UsageError("fps and nframes both say how often to look; give one of them")
        if (self.resized_height is None) != (self.resized_width is None):
            raise UsageError("resized_height and resized_width belong together; give both or none")

    def budget(self, given: FilmBudget) -> FilmBudget:
        """`given`, narrowed or widened as these options ask; its tokens are never exceeded."""
        area = given.factor**2
        total = int(self.total_pixels) // area if self.total_pixels else given.tokens
        least = int(self.min_pixels or min(given.least, self.max_pixels or given.least))
        most = int(self.max_pixels or max(given.most, least))
        if least > most:
            raise UsageError(f"min_pixels {least} is more than max_pixels {most}")
        return FilmBudget(min(total, given.tokens), given.factor, given.paired, least, most)

    def sampling(self, factor: int) -> Sampling:
        """How often to look, and the size where one is given."""
        size = None
        if self.resized_height and self.resized_width:
            sides = (self.resized_width, self.resized_height)
            size = Size(*(max(1, round(side / factor)) * factor for side in sides))
        usual = Sampling()
        least = int(self.min_frames or min(usual.min_frames, self.max_frames or 4))
        return Sampling(
            fps=usual.fps if self.fps is None else self.fps,
            frames=None if self.nframes is None else int(self.nframes),
            min_frames=least,
            max_frames=int(self.max_frames or max(usual.max_frames, least)),
            size=size,
        )


_WHOLE = (
    "nframes", "min_frames", "max_frames", "min_pixels", "max_pixels", "total_pixels",
    "resized_height", "resized_width",
)  # fmt: skip


def load_film(source: str | Path, budget: FilmBudget | None = None, **options: Any) -> VideoPart:
    """The film at `source`, a path or an address, as a model is shown it; see `read_film`."""
    return read_film(source, budget, **options).part


def read_film(
    source: str | Path,
    budget: FilmBudget | None = None,
    *,
    longest: float = LONGEST_READ,
    **options: Any,
) -> Film:
    """Read a film: video files, and GIF, WebP and PNG that move.

    `options` are those of `FilmOptions`. Raise `MediaError` for what is no film, has no frame or
    takes more than `longest` seconds to read, `UsageError` for options that mean nothing, and
    `SetupError` where the package that reads films is missing. What is damaged in the middle or
    cut off is shown as far as it is whole, and the note says so.
    """
    chosen = FilmOptions(**options)
    allowed = chosen.budget(budget or FilmBudget())
    with film_at(source) as (path, shown):
        opened: AbstractContextManager[FilmFile | MovingPicture]
        if is_moving_picture(path):
            opened = open_moving_picture(path, shown, longest)
        else:
            opened = open_film(path, shown, longest)
        with opened as film:
            begin, end = _stretch(chosen, film.duration, shown)
            plan = plan_film(end - begin, film.size, allowed, chosen.sampling(allowed.factor))
            part = _look(film, plan, begin)
            note = _note(film, part, end)
            return Film(part, film.duration, note)


def _look(film: FilmFile | MovingPicture, plan: FilmPlan, begin: float) -> VideoPart:
    seen = list(film.frames((begin + time for time in plan.times), plan.size))
    if not seen:
        raise MediaError(f"'{film.shown}' has no frame that can be shown: it is damaged there")
    return VideoPart(tuple(image for _, image in seen), tuple(time for time, _ in seen))


def _stretch(options: FilmOptions, duration: float, shown: str) -> tuple[float, float]:
    begin = options.video_start or 0.0
    end = duration if options.video_end is None else min(options.video_end, duration)
    if begin > duration:
        raise UsageError(f"video_start is {begin} s, and '{shown}' ends at {duration:.1f} s")
    if options.video_end is not None and options.video_end <= begin:
        raise UsageError(f"video_end {options.video_end} is not after video_start {begin}")
    return begin, max(begin, end)


def _note(film: FilmFile | MovingPicture, part: VideoPart, end: float) -> str:
    """What is missing of a film that was damaged or cut off."""
    last = max(film.ended_at, part.times[-1])
    if end - last > max(MOST_MISSING, end / 50):
        return f"'{film.shown}' breaks off at {last:.1f} s of {end:.1f} s; what is there is shown"
    if film.damaged:
        return f"'{film.shown}' is damaged in places; only what is whole in it is shown"
    return ""
