"""Cards in other sizes and places: what is said of their letters still has to be so."""

from __future__ import annotations

import itertools
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tapwright.training.cards.chunks import write_chunk
from tapwright.training.eye import PER_CELL
from tapwright.training.reading import Cards, CardSampler, Reading
from tapwright.training.roles import FACTS
from tapwright.training.shape import CELL
from tapwright.training.stretch import (
    ASPECT,
    LEAST_GAP,
    STAY,
    draw_factors,
    respaced,
    shift_fields,
    stretch_fields,
    stretched_part,
)

DARK, LIGHT = (20, 30, 40), 250


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory) -> Cards:
    folder: Path = tmp_path_factory.mktemp("cards")
    write_chunk(folder, 0, 12)
    return Cards(folder)


@pytest.mark.parametrize("factors", [STAY, (0.85, 1.0), (1.0, 1.37), (1.21, 0.9)])
@pytest.mark.parametrize("corner", [(0, 0), (37, 55), (-20, -31)])
def test_what_is_drawn_stands_where_the_fields_say(
    factors: tuple[float, float], corner: tuple[int, int]
) -> None:
    picture = np.full((200, 300, 3), DARK, dtype=np.uint8)
    picture[90:118, 100:122] = LIGHT
    fields = [("gate", "B", [(100, 90, 122, 118)]), ("", "", [])]
    ((name, text, (box,)), nothing) = shift_fields(stretch_fields(fields, factors), corner)
    part = stretched_part(picture, factors, corner, (170, 240))
    rows, columns = (part[:, :, 0] > (DARK[0] + LIGHT) / 2).nonzero()
    seen = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    assert part.shape == (170, 240, 3) and (name, text, nothing) == ("gate", "B", ("", "", []))
    assert seen == pytest.approx(box, abs=1.01)


def test_beyond_a_card_its_ground_goes_on() -> None:
    picture = np.full((60, 80, 3), LIGHT, dtype=np.uint8)
    picture[0, 0] = DARK
    part = stretched_part(picture, (0.5, 0.5), (-10, -12), (60, 80))
    assert (part[:9] == DARK).all() and (part[:, :11] == DARK).all() and (part[45:] == DARK).all()
    assert (part[14:36, 16:48] == LIGHT).all()


def test_a_card_that_is_not_stretched_keeps_every_pixel() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (60, 80, 3), dtype=np.uint8)
    assert (stretched_part(picture, STAY, (5, 7), (40, 50)) == picture[5:45, 7:57]).all()


def test_factors_stay_in_their_range_and_sometimes_nothing_is_stretched() -> None:
    rng = random.Random(0)
    drawn = [draw_factors(rng, 0.8, 1.5) for _ in range(2000)]
    zooms = [(down * across) ** 0.5 for down, across in drawn]
    aspects = [abs(np.log(across / down)) / 2 for down, across in drawn]
    assert 0.8 - 1e-9 <= min(zooms) < 0.82 and 1.47 < max(zooms) <= 1.5 + 1e-9
    assert 0.9 * ASPECT < max(aspects) <= ASPECT + 1e-9
    assert 0.25 < drawn.count(STAY) / len(drawn) < 0.35


def test_a_whole_card_keeps_all_of_its_facts_wherever_it_is_put(cards: Cards) -> None:
    moved = 0
    for shape, known in cards.shapes.items():
        for pictures, at, card in known[:4]:
            alone = Cards(Path("nothing"))
            alone.shapes[shape] = [(pictures, at, card)]
            sampler = CardSampler(alone, 1)
            named = {field[0] for field in card["fields"] if field[0]}
            for _ in range(8):
                reading = sampler.whole(shape, 1, 9)
                assert reading.told is not None
                begun = {FACTS[role // 2] for role in reading.told.roles.unique() if role % 2}
                assert begun == named
                moved += bool((reading.pictures[0].numpy() != pictures[at]).any())
    assert moved > 20  # of 64


def drawn_at(*places: tuple[int, int, int, int]) -> tuple[np.ndarray, list[Any]]:
    picture = np.full((300, 400, 3), DARK, dtype=np.uint8)
    for left, top, right, bottom in places:
        picture[top:bottom, left:right] = LIGHT
    return picture, [("gate", "B", [place]) for place in places] + [("", "", [])]


@pytest.mark.parametrize("side", [0, 1])
def test_room_is_given_out_anew_and_words_stay_whole(side: int) -> None:
    label, value = (20, 20, 60, 34), (20, 46, 90, 70)  # as near as a word and what it names
    below, beside = (30, 150, 80, 170), (200, 76, 260, 110)
    picture, fields = drawn_at(label, value, below, beside)
    far = set()
    for seed in range(20):
        moved, placed = respaced(picture, fields, random.Random(seed), side)
        boxes = [tuple(map(int, boxes[0])) for _, _, boxes in placed[:4]]
        bright = moved[:, :, 0] == LIGHT
        assert moved.shape == picture.shape and [field[:2] for field in placed] == [
            field[:2] for field in fields
        ]
        assert bright.sum() == (picture[:, :, 0] == LIGHT).sum()
        assert all(bright[top:bottom, left:right].all() for left, top, right, bottom in boxes)
        assert boxes[1][1] - boxes[0][3] == 12
        assert boxes[2][1] - boxes[1][3] >= LEAST_GAP and boxes[3][0] - boxes[1][2] >= LEAST_GAP
        far.add(boxes[2][1] if side == 0 else boxes[3][0])
    assert len(far) > 15


def test_where_no_gap_is_wide_everything_stays() -> None:
    tight = [(4, top, 396, top + 15) for top in range(3, 290, 20)]
    picture, fields = drawn_at(*tight)
    for side in (0, 1):
        moved, placed = respaced(picture, fields, random.Random(1), side)
        assert (moved == picture).all() and placed == fields


def ink_under(reading: Reading) -> int:
    """How many letters of answers have print under them, all of which must."""
    looked = 0
    for picture, questions in zip(reading.pictures, reading.questions, strict=True):
        pixels = picture.numpy().astype(int)
        for spelled in itertools.chain.from_iterable(q.read for q in questions):
            for cell, slot in zip(spelled.cells, spelled.slots, strict=True):
                row, column = divmod(cell, pixels.shape[1] // CELL)
                left = column * CELL + slot * CELL // PER_CELL
                about = pixels[row * CELL : (row + 1) * CELL, max(0, left - 4) : left + 11]
                spread = about.max(axis=(0, 1)) - about.min(axis=(0, 1))
                assert spread.max() > 12, (spelled, cell, slot)
                looked += 1
    return looked


def test_the_letters_of_an_answer_stand_where_the_picture_shows_them(cards: Cards) -> None:
    sampler = CardSampler(cards, 3)
    assert sum(ink_under(sampler.pieces(8, 84, 3)) for _ in range(6)) > 200
    for shape in cards.shapes:
        assert sum(ink_under(sampler.whole(shape, 2, 9)) for _ in range(6)) > 150
