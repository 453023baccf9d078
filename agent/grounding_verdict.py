"""From points to a verdict: which frame fits them, and what was done to the pictures if none does.

Each picture's points are fitted by a line per axis (Theil-Sen, which one wrong answer in
six does not move): its slope tells how large the picture was that the model saw.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby
from statistics import median

from tapwright.agent.grounding import Aim, TokenCount
from tapwright.tools.context import frame_size
from tapwright.types import Family, Frame, Size

MOST_MISSED = 0.2  # of all targets, for a frame that fits
OFF = 0.02  # a scale or an offset beyond this share of a side is no rounding
_TIGHT = 0.03  # of a side: how far points lie from their line when there is a rule
_SAME = 0.05  # sizes that are one size, up to the processor's rounding
_LIKE_COUNTED = 0.1


class Verdict(enum.Enum):
    """What is wrong with a model's points, if anything."""

    RIGHT = "right"
    WRONG_FAMILY = "wrong_family"  # they fit another frame
    RESIZED = "resized"  # the server shows other pictures than it was sent
    SHIFTED = "shifted"  # it pads or crops them
    CANNOT_POINT = "cannot_point"


@dataclass(frozen=True, slots=True)
class Fit:
    """A line per axis for one picture: how wide and high the model's own frame was, and its
    beginning, in the model's units; `residual` is the points' distance to it as a share of a
    side."""

    size: Size
    shown: Size
    range: tuple[float, float]
    start: tuple[float, float]
    residual: float


@dataclass(frozen=True, slots=True)
class Grounding:
    """The verdict in words, with the figures behind it.

    hits: points inside their target by the family's frame. error: the median distance between a
    point and its target, as a share of the picture's diagonal; None without a point.
    """

    verdict: Verdict
    words: str
    cure: str
    targets: int
    answered: int
    hits: int
    error: float | None
    fits: tuple[Fit, ...] = ()
    notes: tuple[str, ...] = ()


def judge(
    found: Sequence[Aim],
    family: Family,
    families: Iterable[Family],
    counted: TokenCount | None = None,
) -> Grounding:
    """Say whether the points of a model of `family` are right, and if not, why."""
    answered = [aim for aim in found if aim.point is not None]
    fits = _fits(answered)
    hits = _hits(answered, family.frame)

    def verdict(kind: Verdict, words: str, cure: str = "") -> Grounding:
        return Grounding(
            kind, words, cure, len(found), len(answered), hits,
            _error(answered, family.frame), fits, _notes(counted),
        )  # fmt: skip

    enough = (1 - MOST_MISSED) * len(found)
    if not found or len(answered) < enough:
        example = next((f": {aim.said!r}" for aim in found if aim.said), "")
        return verdict(
            Verdict.CANNOT_POINT,
            f"cannot point: {len(found) - len(answered)} of {len(found)} answers name no "
            f"place{example}",
            "it was not trained to point, or --family and --dialect are not its own",
        )
    if hits >= enough and _keeps_scale(fits, family.frame):
        return verdict(
            Verdict.RIGHT, f"right: {hits} of {len(found)} targets hit, {_frame(family.frame)}"
        )
    for frame in Frame:
        if _hits(answered, frame) >= enough and _keeps_scale(fits, frame):
            return verdict(
                Verdict.WRONG_FAMILY,
                f"wrong family: the points are {frame.value}, not {family.frame.value}",
                _family_cure(frame, families),
            )
    if not fits or median(fit.residual for fit in fits) > _TIGHT:
        return verdict(
            Verdict.CANNOT_POINT,
            f"cannot point: only {hits} of {len(found)} targets hit, and no rule turns the "
            "points into places",
            "use a larger model, or one that was trained to point",
        )
    return verdict(*_what_was_done([fit for fit in fits if fit.residual <= _TIGHT], family))


def _hits(answered: Sequence[Aim], frame: Frame) -> int:
    """How many points lie inside their target, were they in `frame`."""
    hits = 0
    for aim in answered:
        x, y = _on_picture(aim, frame)
        target = aim.target
        hits += abs(x - target.x) <= target.reach and abs(y - target.y) <= target.reach
    return hits


def _error(answered: Sequence[Aim], frame: Frame) -> float | None:
    distances = []
    for aim in answered:
        x, y = _on_picture(aim, frame)
        diagonal = (aim.size.width**2 + aim.size.height**2) ** 0.5
        distances.append(((x - aim.target.x) ** 2 + (y - aim.target.y) ** 2) ** 0.5 / diagonal)
    return median(distances) if distances else None


def _on_picture(aim: Aim, frame: Frame) -> tuple[float, float]:
    """An answer's place in pixels of the picture."""
    limit = frame_size(frame, aim.size, aim.shown)
    x, y = aim.point or (float("nan"), float("nan"))
    return x * aim.size.width / limit.width, y * aim.size.height / limit.height


def _fits(answered: Sequence[Aim]) -> tuple[Fit, ...]:
    """A fit for every picture with enough answers."""
    fits = []
    for size, group in groupby(answered, key=lambda aim: aim.size):
        of_picture = list(group)
        if len(of_picture) < 4:
            continue
        points = [aim.point for aim in of_picture if aim.point is not None]
        across = _line([aim.target.x for aim in of_picture], [x for x, _ in points], size.width)
        down = _line([aim.target.y for aim in of_picture], [y for _, y in points], size.height)
        fits.append(
            Fit(
                size, of_picture[0].shown, (across[0], down[0]), (across[1], down[1]),
                max(across[2], down[2]),
            )
        )  # fmt: skip
    return tuple(fits)


def _line(places: Sequence[float], answers: Sequence[float], side: int) -> tuple[float, ...]:
    """The range and start of the answers over a side, and their distance as a share of it."""
    slopes = [
        (b - a) / (v - u)
        for (u, a), (v, b) in combinations(zip(places, answers, strict=True), 2)
        if abs(v - u) > side / 20
    ]
    slope = median(slopes) if slopes else 0.0
    start = median(answer - slope * place for place, answer in zip(places, answers, strict=True))
    off = median(
        abs(answer - start - slope * place) for place, answer in zip(places, answers, strict=True)
    )
    reach = slope * side
    return reach, start, (min(1.0, off / reach) if reach > 0 else 1.0)


def _keeps_scale(fits: Sequence[Fit], frame: Frame) -> bool:
    """Whether the pictures were seen in the frame's own size, up to what points can tell."""
    for fit in fits:
        limit = frame_size(frame, fit.size, fit.shown)
        slack = OFF + 2 * fit.residual
        for seen, start, side in zip(
            fit.range, fit.start, (limit.width, limit.height), strict=True
        ):
            if abs(seen / side - 1) > slack or abs(start / side) > slack:
                return False
    return True


def _what_was_done(fits: Sequence[Fit], family: Family) -> tuple[Verdict, str, str]:
    """What a server did to the pictures, in words, and what to do about it."""
    if any(
        abs(start) > _SAME * seen
        for fit in fits
        for start, seen in zip(fit.start, fit.range, strict=True)
    ):
        return (
            Verdict.SHIFTED,
            "the points are shifted: the server pads or crops the pictures that it is sent",
            "turn that off at the server",
        )
    changed = [fit for fit in fits if not _keeps_scale([fit], Frame.RESIZED_PX)]
    first = max(changed, key=lambda fit: fit.size.height)
    width, height = (round(side) for side in first.range)
    example = f"it saw {first.shown.width}x{first.shown.height} as about {width}x{height}"
    wide = [fit.range[0] / fit.shown.width for fit in changed]
    high = [fit.range[1] / fit.shown.height for fit in changed]
    ranges = [fit.range for fit in changed]
    how, cure = "", ""
    if all(abs(ratio - 1) <= _SAME for ratio in wide):
        how = f"in their height alone, to about {median(high):.0%}"
        cure = "its picture processor does not keep proportions; update or replace the server"
    elif all(abs(ratio - 1) <= _SAME for ratio in high):
        how = f"in their width alone, to about {median(wide):.0%}"
        cure = "its picture processor does not keep proportions; update or replace the server"
    elif median(wide) > 1:
        how = f"to {_rule(ranges)}"
        cure = "it enlarges pictures: take that out of its settings, or raise --pixels to its size"
    else:
        pixels = int(min(x * y for x, y in ranges))
        how = f"to {_rule(ranges)}"
        cure = f"set --pixels {pixels}, so that pictures are sent no larger than it shows them"
    word = "shrinks" if median(high) < 1 else "enlarges"
    if family.frame not in (Frame.RESIZED_PX, Frame.SCREEN_PX):
        cure += "; these are pixels of the resized picture, so --family may be wrong as well"
    return Verdict.RESIZED, f"the server {word} pictures {how} ({example})", cure


def _rule(ranges: Sequence[tuple[float, float]]) -> str:
    """The rule behind the sizes that pictures were brought to."""
    for name, sizes in (
        ("long side", [max(each) for each in ranges]),
        ("short side", [min(each) for each in ranges]),
        ("width", [x for x, _ in ranges]),
    ):
        middle = median(sizes)
        if len(sizes) > 1 and all(abs(size / middle - 1) <= _SAME for size in sizes):
            return f"a {name} of about {round(middle)} pixels"
    areas = [x * y for x, y in ranges]
    middle = median(areas)
    if len(areas) > 1 and all(abs(area / middle - 1) <= 2 * _SAME for area in areas):
        return f"about {round(middle)} pixels in all, its own budget"
    return "another size"


def _family_cure(frame: Frame, families: Iterable[Family]) -> str:
    fitting = [family.name for family in families if family.frame is frame]
    if not fitting:
        return "no known family points so; look at what the server does to pictures"
    return f"--family {' or --family '.join(fitting)} fits"


def _frame(frame: Frame) -> str:
    return f"points in {frame.value}"


def _notes(counted: TokenCount | None) -> tuple[str, ...]:
    if counted is None or abs(counted.counted / counted.expected - 1) <= _LIKE_COUNTED:
        return ()
    return (
        f"the server counts {counted.counted} tokens for a picture of "
        f"{counted.shown.width}x{counted.shown.height} that should take {counted.expected}: "
        "it resizes pictures, so small print may be lost",
    )
