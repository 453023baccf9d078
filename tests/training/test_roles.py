"""What the eye is told of every cell: its letters, and the fact that they belong to."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from tapwright.training.cards.chunks import described, shrink, write_chunk
from tapwright.training.cards.make import make_card
from tapwright.training.eye import CHARACTERS, HEIGHT, PER_CELL, WIDTH, TextPictures
from tapwright.training.pack import Question
from tapwright.training.reading import Cards, CardSampler
from tapwright.training.roles import (
    FACTS,
    ROLES,
    cells_of,
    labels_of,
    role_head,
    role_loss,
    roles_of,
)
from tapwright.training.shape import CELL


def line(name: str, text: str, left: float, top: float, wide: float) -> list[object]:
    boxes = [[left + at * wide, top, left + (at + 1) * wide, top + CELL] for at in range(len(text))]
    return [name, text, boxes]


def test_a_fact_begins_in_its_first_cell_and_goes_on_in_the_others() -> None:
    fields = [line("gate", "B12", CELL, 0, CELL), line("seat", "7", 0, CELL, CELL)]
    roles = roles_of(fields, (2 * CELL, 5 * CELL, 3)).view(2, 5)
    gate, seat = 1 + 2 * FACTS.index("gate"), 1 + 2 * FACTS.index("seat")
    assert roles.tolist() == [[0, gate, gate + 1, gate + 1, 0], [seat, 0, 0, 0, 0]]


def test_what_is_no_fact_or_leaves_the_picture_has_no_role() -> None:
    fields = [line("", "B12", 0, 0, CELL), line("gate", "B12", 9 * CELL, 0, CELL)]
    assert not roles_of(fields, (2 * CELL, 5 * CELL, 3)).any()


def test_two_letters_in_a_cell_are_one_beginning() -> None:
    roles = roles_of([line("gate", "B12", 0, 0, CELL / 2)], (CELL, 2 * CELL, 3))
    first = 1 + 2 * FACTS.index("gate")
    assert roles.tolist() == [first, first + 1]


def test_every_fact_that_cards_name_has_a_role() -> None:
    for seed in range(12):
        for kind in ("pass", "parcel", "weather"):
            card = make_card(kind, seed)
            named = {field.name for field in card.boxes if field.name}
            assert named <= set(FACTS)
            fields = described(card)["fields"]
            told = roles_of(fields, shrink(card.picture).shape)
            begun = {FACTS[int(role) // 2] for role in told.unique() if role % 2 == 1}
            assert begun == named


def test_the_share_of_right_roles_counts_cells_that_tell_of_something() -> None:
    torch.manual_seed(0)
    head = role_head(ROLES)
    with torch.no_grad():
        head.weight.copy_(torch.eye(ROLES) * 9)
        head.bias.zero_()
    roles = torch.tensor([0, 0, 3, 4])
    loss, right = role_loss(head, torch.eye(ROLES)[torch.tensor([0, 0, 3, 5])], roles)
    assert right == 0.5 and loss.item() > 1


def test_letters_of_all_sizes_stand_where_they_are_said_to() -> None:
    pictures = TextPictures(1)
    tallest = 0
    for _ in range(30):
        picture, labels = pictures.draw()
        assert picture.shape == (HEIGHT, WIDTH, 3)
        cells = labels.reshape(HEIGHT // CELL, WIDTH // CELL, PER_CELL)
        for row, column, slot in zip(*cells.nonzero(), strict=True):
            if CHARACTERS[cells[row, column, slot]] not in "HBX8" or row in (
                0,
                HEIGHT // CELL - 1,
            ):
                continue
            left = column * CELL + slot * CELL // PER_CELL
            about = picture[row * CELL : (row + 1) * CELL, max(0, left - 6) : left + 12]
            spread = about.astype(int).max(axis=(0, 1)) - about.astype(int).min(axis=(0, 1))
            assert spread.max() > 12, (row, column, slot)
        columns = (cells > 0).any(axis=2).sum(axis=1)
        tallest = max(tallest, int(np.diff(np.flatnonzero(columns), prepend=-1).max()))
    assert tallest >= 3  # lines of print three cells high and more


def test_the_same_seed_draws_the_same_letters() -> None:
    (one, first), (other, second) = TextPictures(5).draw(), TextPictures(5).draw()
    assert (one == other).all() and (first == second).all()
    assert (TextPictures(6).draw()[0] != one).any()


def unmoved(sampler: CardSampler, shape: str, picture: np.ndarray) -> list[Question]:
    for _ in range(99):
        reading = sampler.whole(shape, 1, 99)
        if (reading.pictures[0].numpy() == picture).all():
            return reading.questions[0]
    raise AssertionError("in no draw was the card as it had been drawn")


def test_letters_of_an_answer_know_their_cell_and_their_place_in_it(tmp_path: Path) -> None:
    write_chunk(tmp_path, 0, 8)
    cards = Cards(tmp_path)
    asked = 0
    for shape, known in cards.shapes.items():
        for pictures, at, card in known:
            alone = Cards(tmp_path / "none")
            alone.shapes[shape] = [(pictures, at, card)]
            for question in unmoved(CardSampler(alone, 1), shape, pictures[at]):
                gates = [field for field in card["fields"] if field[0] == "gate"]
                if not question.reply.startswith("Gate "):
                    continue
                (spelled,), (gate,) = question.read, gates
                asked += 1
                assert spelled.start == len("Gate ")
                for cell, slot, box in zip(spelled.cells, spelled.slots, gate[2], strict=True):
                    left, top, right, bottom = box
                    row, column = divmod(cell, pictures.shape[2] // CELL)
                    assert row * CELL <= (top + bottom) / 2 < (row + 1) * CELL
                    x = column * CELL + slot * CELL / PER_CELL
                    assert x - 1 <= (left + right) / 2 < x + CELL / PER_CELL + 1
    assert asked >= 3


def test_destinations_are_asked_for_sooner_than_other_facts(tmp_path: Path) -> None:
    write_chunk(tmp_path, 0, 12)
    cards = Cards(tmp_path)
    for shape, known in cards.shapes.items():
        cards.shapes[shape] = [card for card in known if "destination" in card[2]["facts"]][:1]
    ((_, _, card),) = cards.shapes["tall"]
    goal, sampler = card["facts"]["destination"], CardSampler(cards, 2)

    def share(asked: int) -> float:
        drawn = [q for _ in range(60) for q in sampler.whole("tall", 1, asked).questions[0]]
        return sum(goal in q.reply for q in drawn if q.read) / sum(bool(q.read) for q in drawn)

    assert share(3) > 1.4 * share(99) > 0


def test_the_cells_of_a_value_know_where_its_label_begins() -> None:
    fields = [
        line("", "Gate", CELL, 0, CELL / 2),
        line("gate", "B12", CELL, CELL, CELL),
        line("", "Seat", 4 * CELL, 0, CELL / 2),
        line("seat", "7A", 4 * CELL, CELL, CELL / 2),
    ]
    shape = (2 * CELL, 6 * CELL, 3)
    assert labels_of(fields, shape) == [(7, 1), (8, 1), (9, 1), (10, 4)]


def test_a_value_without_a_label_of_its_own_or_before_its_label_looks_at_none() -> None:
    shape = (2 * CELL, 6 * CELL, 3)
    gate = line("gate", "B12", CELL, 0, CELL)
    assert labels_of([gate], shape) == []
    assert labels_of([line("", "Seat", 0, 0, CELL / 2), gate], shape) == []
    assert labels_of([line("", "Gate", CELL, CELL, CELL / 2), gate], shape) == []


def test_a_destination_that_no_word_names_looks_at_the_city_before_it() -> None:
    shape = (2 * CELL, 6 * CELL, 3)
    start, end = line("origin", "Oslo", 0, 0, CELL / 2), line("destination", "Rome", 0, CELL, CELL)
    assert labels_of([start, end], shape) == [(cell, 0) for cell in (6, 7, 8, 9)]
    assert labels_of([end], shape) == []
    word = line("", "To", 3 * CELL, 0, CELL / 2)
    assert labels_of([start, word, end], shape) == [(cell, 3) for cell in (6, 7, 8, 9)]


def test_labelled_values_of_training_cards_find_their_labels() -> None:
    found = values = 0
    for seed in range(30):
        card = make_card("pass", seed, layout="mixed tall")
        fields, shape = described(card)["fields"], shrink(card.picture).shape
        labelled = {cell for cell, _ in labels_of(fields, shape)}
        for name, _, boxes in fields:
            if name in ("gate", "seat", "boards"):
                values += 1
                found += bool(labelled & set(cells_of(boxes, shape)))
    assert values > 60 and found > 0.7 * values
