"""Recorded pages: written, read again, and drawn as questions in the embedded model's words."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest
from PIL import Image

from tapwright.errors import UsageError
from tapwright.model.families import FAMILIES
from tapwright.prompts import DIALECTS
from tapwright.prompts.texts import instructions
from tapwright.tools.phone import acts_for
from tapwright.training.eye import CHARACTERS
from tapwright.training.pages.families import FIRST_HELD, HEIGHT, WIDTH
from tapwright.training.pages.recorded import (
    Element,
    Lesson,
    Look,
    Move,
    Recorder,
    parse_look,
    read_looks,
    read_pages,
)
from tapwright.training.pages.sampler import Pages, PageSampler
from tapwright.training.system import system_text
from tapwright.types import Conversation, Reply, Size

TWO = (
    Lesson("Click button ONE.", Move("Click ONE.", "Click", {}, (168.0, 210.0))),
    Lesson(
        "Click button TWO.", Move("Click TWO.", "Click", {}, (84.0, 63.0)), ("- Look. Changed.",)
    ),
)


def look(seed: int, page: str = "two-buttons") -> Look:
    return Look(
        page,
        seed,
        0,
        f"{page}/{seed:07d}-00.png",
        TWO,
        (Element("button", "ONE", (150.0, 200.0, 190.0, 220.0)),),
        (("ON", ((30.0, 30.0, 40.0, 50.0), (58.0, 30.0, 68.0, 50.0))),),
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    recorder = Recorder(tmp_path)
    for seed in (1, 2):
        recorder.add([(look(seed), Image.new("RGB", (WIDTH, HEIGHT), (seed, 0, 0)))])
    return tmp_path


def test_what_was_recorded_is_read_again(folder: Path) -> None:
    assert read_pages(folder) == ["two-buttons"]
    assert read_looks(folder, "two-buttons") == [look(1), look(2)]
    assert Recorder(folder).seen("two-buttons") == {1, 2}
    line = json.dumps({**asdict(look(1)), "reward": None})  # as lines once had it
    assert parse_look(line) == look(1)
    with (folder / "two-buttons.jsonl").open("a", encoding="utf-8") as lines:
        lines.write('{"page": "two-bu')
    assert len(read_looks(folder, "two-buttons")) == 2, "a line that was cut off was read"


def test_questions_are_what_the_loop_asks_and_the_dialect_reads(folder: Path) -> None:
    batch = PageSampler(Pages([folder]), seed=0).batch(3, 2)
    assert batch.pictures.shape == (3, HEIGHT, WIDTH, 3)
    texts = {question.text: question.reply for asked in batch.questions for question in asked}
    assert set(texts) == {
        "Task: Click button ONE.\nNext?",
        "Task: Click button TWO.\n- Look. Changed.\nNext?",
    }
    parsed = DIALECTS["compact"].parse(Reply(texts["Task: Click button ONE.\nNext?"]))
    assert parsed.thought == "Click ONE."
    assert parsed.calls[0].arguments["point"] == [500, 500]


def test_letters_stand_in_the_cells_that_they_were_seen_in(folder: Path) -> None:
    letters = PageSampler(Pages([folder]), seed=0).batch(1, 1).letters[0]
    found = [
        (at, CHARACTERS[kind])
        for at, kinds in enumerate(letters.tolist())
        for kind in kinds
        if kind
    ]
    assert found == [(13, "O"), (14, "N")], "12 cells a row, 28 pixels each"


def test_seeds_that_are_held_for_tests_are_refused(tmp_path: Path) -> None:
    picture = Image.new("RGB", (WIDTH, HEIGHT))
    Recorder(tmp_path).add([(look(FIRST_HELD), picture)])
    with pytest.raises(UsageError, match=f"seed {FIRST_HELD} of 'two-buttons' is held for tests"):
        Pages([tmp_path])


def test_pictures_of_another_size_and_no_pictures_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no pages are recorded"):
        PageSampler(Pages([tmp_path]), seed=0).batch(1, 1)
    Recorder(tmp_path).add([(look(1), Image.new("RGB", (300, 300)))])
    with pytest.raises(UsageError, match="record anew"):
        PageSampler(Pages([tmp_path]), seed=0).batch(1, 1)


def test_shares_say_how_often_a_page_is_drawn(folder: Path) -> None:
    other = look(3, "other")
    Recorder(folder).add([(other, Image.new("RGB", (WIDTH, HEIGHT), (200, 0, 0)))])
    sampler = PageSampler(Pages([folder]), 0, {"other": 1.0})
    assert sampler.batch(4, 1).pictures[:, 0, 0, 0].tolist() == [200] * 4


def test_training_says_what_a_run_on_a_desktop_says() -> None:
    family, size = FAMILIES["tapwright-embedded"], Size(WIDTH, HEIGHT)
    tools = tuple(tool.spec for tool in acts_for(family, "desktop", size, size))
    asked = Conversation(instructions("desktop", family.dialect), tools, ())
    first = DIALECTS[family.dialect].render(asked)[0]
    assert "".join(part.text for part in first.parts) == system_text(
        "desktop_compact", "desktop_compact"
    )  # type: ignore[union-attr]
    assert family.max_pixels == WIDTH * HEIGHT, "a page is shown without being resized"
