"""Cards in other sizes and places: what is said of their letters still has to be so."""

from __future__ import annotations

import itertools
import random
from pathlib import Path

import numpy as np
import pytest

from tapwright.training.cards.chunks import write_chunk
from tapwright.training.eye import PER_CELL
from tapwright.training.reading import Cards, CardSampler
from tapwright.training.roles import FACTS
from tapwright.training.shape import CELL
from tapwright.training.stretch import (
    ASPECT,
    STAY,
    draw_factors,
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


def test_the_letters_of_an_answer_stand_where_a_piece_shows_them(cards: Cards) -> None:
    sampler = CardSampler(cards, 3)
    looked = 0
    for _ in range(6):
        reading = sampler.pieces(8, 84, 3)
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
    assert looked > 200
