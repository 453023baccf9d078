"""Which frames of a film are shown, and how large, so that they fit a model's context."""

from __future__ import annotations

import math
from dataclasses import dataclass

from tapwright.errors import MediaError, UsageError
from tapwright.protocols import Model
from tapwright.types import Family, Message, Request, Size, TextPart, VideoPart

MOST_TOKENS = 16_384  # of a film: the family was trained on no more
FEWEST_TOKENS, BEST_TOKENS = 128, 768  # of one picture, as the family was trained on
WORDS = 12  # tokens of `<123.5 seconds>` and the marks around a still picture
LONGEST_SIDES = 200  # long side to short side, beyond which processors refuse


@dataclass(frozen=True, slots=True)
class FilmBudget:
    """What a film may cost, and in which steps.

    `paired`: two frames are one picture to the model, as in its video input; else each frame is
    a picture of its own with its time beside it. `least` and `most` bound one frame, in pixels.
    """

    tokens: int = MOST_TOKENS
    factor: int = 28
    paired: bool = True
    least: int = FEWEST_TOKENS * 28 * 28
    most: int = BEST_TOKENS * 28 * 28


@dataclass(frozen=True, slots=True)
class Sampling:
    """How often a film is looked at: `fps` frames a second between two numbers of frames, or
    exactly `frames` of them, each resized to `size` where one is given."""

    fps: float = 2.0
    frames: int | None = None
    min_frames: int = 4
    max_frames: int = 768
    size: Size | None = None


@dataclass(frozen=True, slots=True)
class FilmPlan:
    """When a film is looked at, in seconds from its start, and the size of the pictures."""

    times: tuple[float, ...]
    size: Size
    tokens: int


def plan_film(
    duration: float, size: Size, budget: FilmBudget, sampling: Sampling | None = None
) -> FilmPlan:
    """Plan evenly spread looks at a film of `duration` seconds, its first and last included.

    The plan never costs more than the budget: a long film is looked at less often before its
    pictures become smaller than the family can read. Raise `UsageError` where the sampling asks
    for more than the budget holds, `MediaError` for a film too narrow to be seen.
    """
    wanted = sampling or Sampling()
    _check(wanted)
    if max(size.width, size.height) > LONGEST_SIDES * min(size.width, size.height):
        raise MediaError(f"a film of {size.width}x{size.height} is too narrow to be seen")
    area, step = budget.factor**2, 2 if budget.paired else 1
    words = 0 if budget.paired else WORDS
    room = budget.tokens - (WORDS if budget.paired else 0)
    if room < 1 + words:
        raise UsageError(f"a film cannot be shown with {budget.tokens} tokens; allow more")
    least = max(1, math.ceil(budget.least / area))
    if wanted.size is not None:
        least = _tokens(wanted.size, budget.factor)
    fit = step * (room // (least + words))
    count = wanted.frames
    if count is None:
        asked = duration * min(wanted.fps, wanted.max_frames / max(duration, 1e-9))
        count = min(max(round(asked), wanted.min_frames), wanted.max_frames, max(fit, step))
    count = max(step, count // step * step)
    each = room // (count // step) - words
    if each < (1 if wanted.size is None else least):
        holds = step * (room // (words + (1 if wanted.size is None else least)))
        raise UsageError(
            f"{count} frames do not fit {budget.tokens} tokens; ask for {holds} or fewer"
        )
    shown = wanted.size or _fit(size, budget, each)
    last = max(0.0, duration)
    times = tuple(last * number / (count - 1) if count > 1 else 0.0 for number in range(count))
    cost = (count // step) * (_tokens(shown, budget.factor) + words) + budget.tokens - room
    return FilmPlan(times, shown, cost)


def budget_for(model: Model) -> FilmBudget:
    """The budget of a film that `model` is shown: half of its context, as the family reads it.

    Whether frames go in pairs is found by asking the model what two of them cost.
    """
    family = model.family
    area = family.patch_factor**2
    if _pairs(model):
        least, most = FEWEST_TOKENS * area, BEST_TOKENS * area
    else:
        least, most = max(family.min_pixels, FEWEST_TOKENS * area), family.max_pixels
    most = min(most, family.max_pixels)
    return FilmBudget(
        tokens=min(MOST_TOKENS, family.context_tokens // 2),
        factor=family.patch_factor,
        paired=_pairs(model),
        least=min(max(least, family.min_pixels), most),
        most=most,
    )


def _pairs(model: Model) -> bool:
    """Whether two frames of a film cost the model less than twice one of them."""
    from PIL import Image

    frame = Image.new("RGB", _sides(model.family))
    one, two, four = (
        model.count_tokens(
            Request((Message("user", (TextPart("?"), VideoPart((frame,) * n, (0.0,) * n))),))
        )
        for n in (1, 2, 4)
    )
    return one == two < four


def _sides(family: Family) -> tuple[int, int]:
    side = family.patch_factor * max(1, round(math.sqrt(family.min_pixels) / family.patch_factor))
    return side, side


def _check(wanted: Sampling) -> None:
    if not 0 < wanted.fps <= 1000:
        raise UsageError(f"fps is {wanted.fps!r}; it must be above 0 and at most 1000")
    if wanted.frames is not None and wanted.frames < 1:
        raise UsageError(f"nframes is {wanted.frames}; it must be 1 or more")
    if not 1 <= wanted.min_frames <= wanted.max_frames:
        raise UsageError(
            f"min_frames {wanted.min_frames} and max_frames {wanted.max_frames} leave no number"
        )


def _tokens(size: Size, factor: int) -> int:
    return (size.width // factor) * (size.height // factor)


def _fit(size: Size, budget: FilmBudget, tokens: int) -> Size:
    """`size` with sides that are multiples of the factor, inside the bounds and `tokens`."""
    factor = budget.factor
    most = min(budget.most / factor**2, tokens)
    least = min(budget.least / factor**2, most)
    across, down = size.width / factor, size.height / factor
    scale = min(1.0, math.sqrt(most / (across * down)))
    if across * down * scale**2 < least:
        scale = math.sqrt(least / (across * down))
    columns, rows = max(1, round(across * scale)), max(1, round(down * scale))
    if columns * rows > most:
        columns, rows = max(1, int(across * scale)), max(1, int(down * scale))
    if columns * rows > most:  # a side of one token cannot shrink, so the other one does
        columns, rows = min(columns, max(1, int(most / rows))), rows
        rows = min(rows, max(1, int(most / columns)))
    return Size(columns * factor, rows * factor)
