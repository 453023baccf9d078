import json
from pathlib import Path

import numpy as np

from tapwright.training.cards.chunks import write_chunk
from tapwright.training.cards.make import make_card
from tapwright.training.cards.refusals import TOPIC


def test_a_chunk_holds_pictures_characters_and_lessons_of_one_shape(tmp_path: Path) -> None:
    tall, wide = write_chunk(tmp_path, 100, 8)
    count = 0
    for file, shape in ((tall, (924, 420, 3)), (wide, (420, 924, 3))):
        pictures = np.load(file.with_suffix(".npy"))
        told = json.loads(file.read_text(encoding="utf-8"))
        assert pictures.dtype == np.uint8 and pictures.shape == (len(told), *shape)
        count += len(told)
        for card in told:
            again = make_card(card["kind"], card["seed"])
            assert (again.layout, dict(again.facts)) == (card["layout"], card["facts"])
            for _, text, boxes in card["fields"]:
                assert len(text) == len(boxes)
                assert all(0 <= left < right <= shape[1] for left, _, right, _ in boxes)
            for lesson in card["lessons"]:
                refused = lesson["topic"] == TOPIC  # that begins behind the call
                assert lesson["asks"] and bool(lesson["steps"][0]["so_far"]) == refused
                assert lesson["steps"][-1]["reply"].endswith(".")
    assert count == 8


def test_a_chunk_that_is_there_is_not_written_again(tmp_path: Path) -> None:
    files = write_chunk(tmp_path, 0, 2)
    before = [file.stat().st_mtime_ns for file in files]
    assert write_chunk(tmp_path, 0, 2) == files
    assert [file.stat().st_mtime_ns for file in files] == before
