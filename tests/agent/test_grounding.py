"""What points tell about a model and its server, from answers made up to be wrong in one way."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tapwright.agent.grounding import Aim, TokenCount, aims
from tapwright.agent.grounding_pictures import COLOURS, SIZES, TargetPicture, draw_pictures
from tapwright.agent.grounding_verdict import Verdict, judge
from tapwright.model.families import FAMILIES
from tapwright.model.scripted import ScriptedModel
from tapwright.model.sizes import shown_by
from tapwright.prompts import dialect
from tapwright.serving.conformance_eye import find
from tapwright.types import Size

Answer = Callable[[Size, Size, float, float], tuple[float, float] | None]


@pytest.fixture(scope="module")
def pictures() -> list[TargetPicture]:
    return draw_pictures()


def answered(pictures: list[TargetPicture], family: str, answer: Answer) -> list[Aim]:
    """Aims whose points `answer` makes of the picture's size, the sent size, and the place."""
    found = []
    for picture in pictures:
        shown = shown_by(FAMILIES[family], picture.size)
        found += [
            Aim(picture.size, shown, t, answer(picture.size, shown, t.x, t.y), "words")
            for t in picture.targets
        ]
    return found


def norm(size: Size, shown: Size, x: float, y: float) -> tuple[float, float]:
    return round(x / size.width * 1000), round(y / size.height * 1000)


def resized(size: Size, shown: Size, x: float, y: float) -> tuple[float, float]:
    return round(x / size.width * shown.width), round(y / size.height * shown.height)


def test_every_target_is_drawn_where_it_is_said_to_be(pictures: list[TargetPicture]) -> None:
    assert [picture.size for picture in pictures] == list(SIZES)
    for picture in pictures:
        assert len(picture.targets) == len(COLOURS)
        for target in picture.targets:
            place = find(picture.image, COLOURS[target.name.split()[0]])
            assert place == pytest.approx((target.x, target.y), abs=2), target


def test_pictures_differ_by_seed_and_only_by_seed() -> None:
    one, same, other = (draw_pictures(SIZES[:1], seed)[0] for seed in (1, 1, 2))
    assert one.targets == same.targets != other.targets
    assert one.image.tobytes() == same.image.tobytes()


@pytest.mark.parametrize(
    ("family", "answer", "verdict", "cure"),
    [
        ("qwen2-vl", norm, Verdict.RIGHT, ""),
        ("qwen3-vl", norm, Verdict.RIGHT, ""),  # a thousandth is no other frame
        ("qwen2.5-vl", resized, Verdict.RIGHT, ""),
        ("qwen2.5-vl", norm, Verdict.WRONG_FAMILY, "qwen2-vl"),
        ("qwen2-vl", resized, Verdict.WRONG_FAMILY, "qwen2.5-vl"),
        ("qwen2-vl", lambda s, r, x, y: (x, y), Verdict.WRONG_FAMILY, "no known family"),
        ("qwen2.5-vl", lambda s, r, x, y: None, Verdict.CANNOT_POINT, "--dialect"),
        ("qwen2.5-vl", lambda s, r, x, y: (500, 500), Verdict.CANNOT_POINT, "larger model"),
        (
            "qwen2.5-vl",
            lambda s, r, x, y: ((x * 7919) % 900, (y * 104729) % 700),
            Verdict.CANNOT_POINT,
            "larger model",
        ),
        (
            "qwen2.5-vl",  # a letterbox: a square, its content in the middle
            lambda s, r, x, y: (
                980 / 2 + (x - s.width / 2) * 980 / max(s.width, s.height),
                980 / 2 + (y - s.height / 2) * 980 / max(s.width, s.height),
            ),
            Verdict.SHIFTED,
            "at the server",
        ),
        (
            "qwen2.5-vl",
            lambda s, r, x, y: (x / s.width * r.width * 0.94, y / s.height * r.height * 0.94),
            Verdict.RESIZED,
            "--pixels",
        ),
    ],
    ids=[
        "right", "right by 999", "right in resized pixels", "shares for pixels",
        "pixels for shares", "screen pixels", "no points", "one point", "noise", "letterbox",
        "a little smaller",
    ],
)  # fmt: skip
def test_points_tell_what_is_wrong(
    pictures: list[TargetPicture], family: str, answer: Answer, verdict: Verdict, cure: str
) -> None:
    known = FAMILIES.values()
    told = judge(answered(pictures, family, answer), FAMILIES[family], known)
    assert told.verdict is verdict, told
    assert cure in told.cure
    assert bool(told.cure) != (verdict is Verdict.RIGHT)


def test_a_wrong_answer_in_every_picture_hides_no_rule(pictures: list[TargetPicture]) -> None:
    firsts = {(picture.targets[0].x, picture.targets[0].y) for picture in pictures}

    def shrunk(size: Size, shown: Size, x: float, y: float) -> tuple[float, float]:
        if (x, y) in firsts:
            return 5, 5
        return x / size.width * shown.width / 2, y / size.height * shown.height / 2

    found = answered(pictures, "qwen2.5-vl", shrunk)
    assert sum(aim.point == (5, 5) for aim in found) == len(pictures)
    told = judge(found, FAMILIES["qwen2.5-vl"], FAMILIES.values())
    assert told.verdict is Verdict.RESIZED, told


def test_a_count_of_tokens_that_is_off_is_a_note(pictures: list[TargetPicture]) -> None:
    family, found = FAMILIES["qwen2-vl"], answered(pictures, "qwen2-vl", norm)
    size = Size(1080, 2400)
    for counted, notes in ((1274, 0), (1200, 0), (600, 1), (2500, 1)):
        count = TokenCount(size, Size(672, 1484), counted, 1272)
        assert len(judge(found, family, FAMILIES.values(), count).notes) == notes, counted


def test_nothing_answered_is_nothing_right() -> None:
    told = judge([], FAMILIES["qwen2-vl"], FAMILIES.values())
    assert (told.verdict, told.error) == (Verdict.CANNOT_POINT, None)


@pytest.mark.parametrize(
    ("reply", "point"),
    [
        ('✿FUNCTION✿: Click\n✿ARGS✿: {"point": "(348,291)"}', (348, 291)),
        ('✿FUNCTION✿: mobile_use\n✿ARGS✿: {"action": "click", "coordinate": [7, 8]}', (7, 8)),
        ('✿FUNCTION✿: Home\n✿ARGS✿: {}', None),
        ('✿FUNCTION✿: Click\n✿ARGS✿: {"point": [1e300, 5]}', None),
        ('✿FUNCTION✿: Click\n✿ARGS✿: {"point": [NaN, 5]}', None),
        ("over there", None),
    ],
)  # fmt: skip
def test_an_answer_in_any_words_is_read_or_kept(reply: str, point: object) -> None:
    (picture,) = draw_pictures(SIZES[:1])
    one = TargetPicture(picture.image, picture.targets[:1])
    (aim,) = aims(ScriptedModel([reply]), dialect("qwen"), [one])
    assert aim.point == point
    assert bool(aim.said) == (point is None)
