"""What is learned lies in a folder that a person can review, whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tapwright.actions import Box, Point
from tapwright.agent.script.learned import FILE, MOST_LOOKS, Learned, Look
from tapwright.agent.seeing.values import Rung
from tapwright.errors import UsageError
from tapwright.types import Size


def look(shade: int, words: str = "Save") -> Look:
    """A look whose pixels are told from others by `shade`."""
    pixels = np.full((20, 40, 3), 240, dtype=np.uint8)
    pixels[5:15, 10:30] = shade
    counts = np.ones((20, 40), dtype=np.bool_)
    counts[:, :4] = False
    box, point = Box(10, 5, 30, 15), Point(20, 10)
    return Look(pixels, counts, box, point, Point(7, 9), Size(300, 200), words, Rung.TEXT)


def test_a_look_comes_back_as_it_was(tmp_path: Path) -> None:
    Learned(tmp_path / "a.learned").learn("pc/Save", look(10, "Säve"))
    memory = Learned(tmp_path / "a.learned").recall("pc/Save")
    assert memory is not None
    (read,), kept = memory.looks, look(10, "Säve")
    assert np.array_equal(read.pixels, kept.pixels) and np.array_equal(read.counts, kept.counts)
    assert (read.box, read.point, read.place, read.screen, read.words, read.rung) == (
        kept.box, kept.point, kept.place, kept.screen, kept.words, kept.rung,
    )  # fmt: skip


def test_the_folder_can_be_reviewed(tmp_path: Path) -> None:
    Learned(tmp_path).learn("pc/Save as…", look(10))
    written = json.loads((tmp_path / FILE).read_text(encoding="utf-8"))
    (entry,) = written["targets"]["pc/Save as…"]
    assert entry["words"] == "Save" and entry["rung"] == "text"
    assert entry["picture"].startswith("pc-save-as-")
    with Image.open(tmp_path / entry["picture"]) as picture:
        assert (picture.mode, picture.size) == ("RGBA", (40, 20))
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted([FILE, entry["picture"]])


def test_the_oldest_looks_give_way_and_their_pictures_go(tmp_path: Path) -> None:
    (tmp_path / "mine.png").write_bytes(b"a person's own")
    learned = Learned(tmp_path)
    for shade in range(0, 120, 20):
        learned.learn("pc/Save", look(shade))
    memory = Learned(tmp_path).recall("pc/Save")
    assert memory is not None
    assert [int(each.target[0, 0, 0]) for each in memory.looks] == [100, 80, 60, 40]
    pictures = [file.name for file in tmp_path.glob("*.png")]
    assert len(pictures) == MOST_LOOKS + 1 and "mine.png" in pictures


def test_the_same_look_is_kept_once(tmp_path: Path) -> None:
    learned = Learned(tmp_path)
    learned.learn("pc/Save", look(10))
    learned.learn("pc/Save", look(10))
    memory = learned.recall("pc/Save")
    assert memory is not None and len(memory.looks) == 1


def test_a_picture_that_a_person_threw_away_is_forgotten(tmp_path: Path) -> None:
    learned = Learned(tmp_path)
    learned.learn("pc/Save", look(10))
    learned.learn("pc/Open", look(50))
    next(tmp_path.glob("pc-save-*.png")).unlink()
    assert Learned(tmp_path).recall("pc/Save") is None
    assert Learned(tmp_path).recall("pc/Open") is not None


def test_a_picture_is_made_once_and_again_where_it_is_gone(tmp_path: Path) -> None:
    learned, kept = Learned(tmp_path), look(10)
    learned.learn("pc/Save", kept)
    (picture,) = tmp_path.glob("*.png")
    kept.pixels[0, 0] = 77  # what was made again would have another name
    learned.learn("pc/Open", look(50))
    assert [file.name for file in tmp_path.glob("pc-save-*.png")] == [picture.name]
    picture.unlink()
    learned.learn("pc/Quit", look(90))
    assert len(list(tmp_path.glob("pc-save-*.png"))) == 1
    assert set(Learned(tmp_path).names()) == {"pc/Open", "pc/Quit", "pc/Save"}
    assert Learned(tmp_path).recall("pc/Save") is not None


def test_a_look_of_which_less_counts_is_written_anew(tmp_path: Path) -> None:
    learned, kept = Learned(tmp_path), look(10)
    learned.learn("pc/Save", kept)
    fewer = kept.counts.copy()
    fewer[:, -6:] = False
    learned.count_fewer("pc/Save", kept, fewer)
    memory = Learned(tmp_path).recall("pc/Save")
    assert memory is not None and np.array_equal(memory.looks[0].counts, fewer)
    assert len(list(tmp_path.glob("*.png"))) == 1


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"version": 99, "targets": {}}', '{"version": 1}',
     '{"version": 1, "targets": {"a": [{"picture": "x.png"}]}}',
     '{"version": 1, "targets": {"a": 3}}'],
)  # fmt: skip
def test_a_broken_folder_is_told_with_its_cure(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    Image.new("RGBA", (4, 4)).save(tmp_path / "x.png")
    with pytest.raises(UsageError, match=r"targets\.json': .*; delete its folder to learn anew"):
        Learned(tmp_path).recall("a")


def test_a_picture_outside_the_folder_is_never_read(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    Learned(folder).learn("pc/Save", look(10))
    file = next(folder.glob("*.png"))
    file.rename(tmp_path / file.name)
    text = (folder / FILE).read_text(encoding="utf-8")
    (folder / FILE).write_text(text.replace(file.name, f"../{file.name}"), encoding="utf-8")
    assert Learned(folder).recall("pc/Save") is None


def test_without_a_folder_nothing_is_written(tmp_path: Path) -> None:
    learned = Learned()
    learned.learn("pc/Save", look(10))
    assert learned.names() == ("pc/Save",)
    assert list(tmp_path.iterdir()) == []
