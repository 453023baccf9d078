from functools import lru_cache

import numpy as np
import pytest
from PIL import Image

from tapwright.devices.simphone.canvas import CAP_HEIGHT
from tapwright.model import embedded
from tapwright.model.families import FAMILIES
from tapwright.training.cards.card import KINDS, LANDSCAPE, PORTRAIT, Card, Kind
from tapwright.training.cards.chunks import seen_size, shrink
from tapwright.training.cards.held import held_city, held_number
from tapwright.training.cards.make import HELD_LAYOUTS, LAYOUTS, make_card
from tapwright.training.cards.sheet import LEAST
from tapwright.types import ImagePart, Message

EVERY = [
    (kind, name, unseen)
    for unseen, layouts in ((False, LAYOUTS), (True, HELD_LAYOUTS))
    for kind in KINDS
    for name in layouts[kind]
]


@lru_cache(maxsize=2)
def drawn(kind: Kind, name: str, unseen: bool) -> list[Card]:
    return [make_card(kind, seed, unseen=unseen, layout=name) for seed in (70, 71)]


def frames(card: Card) -> list[tuple[str, float, float, float, float]]:
    return [
        (f.text, f.boxes[0][0], f.boxes[0][1], f.boxes[-1][2], f.boxes[-1][3]) for f in card.boxes
    ]


def test_the_same_seed_draws_the_same_card() -> None:
    for kind in KINDS:
        one, other = make_card(kind, 5), make_card(kind, 5)
        assert (one.facts, one.boxes, one.layout) == (other.facts, other.boxes, other.layout)
        assert one.picture.tobytes() == other.picture.tobytes()
        assert make_card(kind, 6).facts != one.facts


@pytest.mark.parametrize(("kind", "name", "unseen"), EVERY)
def test_no_line_of_text_leaves_the_card_or_lies_on_another(
    kind: Kind, name: str, unseen: bool
) -> None:
    for card in drawn(kind, name, unseen):
        assert card.picture.size in (PORTRAIT, LANDSCAPE)
        width, height = card.picture.size
        lines = frames(card)
        for at, (text, left, top, right, bottom) in enumerate(lines):
            assert left >= 0 and top >= 0 and right <= width and bottom <= height, text
            for other, l2, t2, r2, b2 in lines[at + 1 :]:
                apart = right <= l2 or r2 <= left or bottom <= t2 or b2 <= top
                assert apart, (text, other)


@pytest.mark.parametrize(("kind", "name", "unseen"), EVERY)
def test_what_is_asked_about_is_shown_and_large_enough_to_be_read(
    kind: Kind, name: str, unseen: bool
) -> None:
    wanted = {
        "pass": ("number", "destination", "gate", "seat", "boards"),
        "parcel": ("number", "carrier", "sender"),
        "weather": ("city", "temperature"),
    }[kind]
    for card in drawn(kind, name, unseen):
        assert card.shows(*wanted)
        for field in card.boxes:
            if field.name:
                high = field.boxes[0][3] - field.boxes[0][1]
                assert high >= LEAST * CAP_HEIGHT - 0.2, field


@pytest.mark.parametrize(("kind", "name", "unseen"), EVERY)
def test_every_character_lies_in_its_box(kind: Kind, name: str, unseen: bool) -> None:
    for card in drawn(kind, name, unseen)[:1]:
        pixels = np.asarray(card.picture.convert("L")).astype(int)
        for field in card.boxes:
            assert len(field.boxes) == len(field.text)
            for character, (left, top, right, bottom) in zip(field.text, field.boxes, strict=True):
                if field.name and character.isalnum():
                    inside = pixels[round(top) : round(bottom), round(left) : round(right)]
                    assert inside.max() - inside.min() > 50, (field.text, character)
                    # ink on the card's side of both edges: a box that is off cuts letters
                    middle = inside[:, inside.shape[1] // 5 : -(inside.shape[1] // 5)]
                    assert middle.max() - middle.min() > 50, (field.text, character)


def test_what_is_shown_is_what_the_facts_say() -> None:
    for kind in KINDS:
        card = make_card(kind, 12)
        for field in card.boxes:
            shown = field.text.replace(" ", "").casefold()
            if field.name == "temperature":
                assert shown.startswith(card.facts[field.name])
            elif field.name:
                assert shown == card.facts[field.name].replace(" ", "").casefold()


def test_unseen_cards_share_nothing_with_those_of_training() -> None:
    places = {"pass": "destination", "parcel": "sender", "weather": "city"}
    for kind in KINDS:
        assert not set(LAYOUTS[kind]) & set(HELD_LAYOUTS[kind])
        for seed in range(12):
            for unseen in (False, True):
                facts = make_card(kind, seed, unseen=unseen).facts
                assert held_city(facts[places[kind]]) is unseen
                if "number" in facts:
                    assert held_number(facts["number"]) is unseen


def test_a_fifth_of_the_cities_is_held_out() -> None:
    from tapwright.serving.practice_values import known_cities

    names = [city.name for city in known_cities()]
    assert 0.15 < sum(map(held_city, names)) / len(names) < 0.25


def test_the_model_sees_a_card_in_a_conversation_as_training_does() -> None:
    import torch

    from tapwright.model.processor import load_processor
    from tapwright.training.pixels import patchify

    family = FAMILIES["tapwright-embedded"]
    processor = load_processor(embedded.folder(), family.min_pixels, family.max_pixels)
    for size in (PORTRAIT, LANDSCAPE):
        blank = Image.new("RGB", size)
        part = ImagePart(blank, family.reading_pixels)
        grid = processor.encode([Message("user", (part,))]).image_grid_thw
        assert grid is not None
        assert (int(grid[0, 2]) * 14, int(grid[0, 1]) * 14) == seen_size(blank)
    card = make_card("pass", 3)
    part = ImagePart(card.picture, family.reading_pixels)
    prompt = processor.encode([Message("user", (part,))])
    patches, grids = patchify(torch.from_numpy(shrink(card.picture).copy()).unsqueeze(0))
    assert prompt.image_grid_thw is not None and prompt.pixel_values is not None
    assert prompt.image_grid_thw.tolist() == grids.tolist()
    values = prompt.pixel_values.view(len(patches), 3, 2, -1)[:, :, 0].flatten(1)
    assert torch.allclose(values, patches.float(), atol=0.02)


def test_what_is_asked_about_is_never_shrunk_below_what_can_be_read() -> None:
    import random

    from tapwright.training.cards.sheet import Sheet, random_look

    rng = random.Random(1)
    sheet = Sheet(PORTRAIT, random_look(rng), rng)
    sheet.text((50, 100), "RB123456785CN", 96, name="number", room=100)
    sheet.text((50, 300), "RB123456785CN", 96, room=100)
    asked, small = (field.boxes[0][3] - field.boxes[0][1] for field in sheet.fields)
    assert asked >= LEAST * CAP_HEIGHT - 0.2 > small
