"""Settings of seeing: each a line, checked by name and kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from tapwright.agent.seeing.finder import ModelFinder
from tapwright.agent.seeing.marks import MarksFinder
from tapwright.agent.seeing.settings import Seeing, read_seeing
from tapwright.errors import UsageError
from tapwright.model.scripted import ScriptedModel
from tapwright.prompts import dialect


def written(folder: Path, text: str) -> Path:
    file = folder / "seeing.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_what_a_file_leaves_out_is_the_default(tmp_path: Path) -> None:
    assert read_seeing(written(tmp_path, "")) == Seeing()
    file = written(tmp_path, '[seeing]\nmarks = true\nzoom = false\ngrounder = "self"\n')
    assert read_seeing(file) == Seeing(marks=True, zoom=False, grounder="self")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[seeing]\nzooom = true", "no 'zooom'; it has: reader, zoom, marks, grounder, threads"),
        ("[seeing]\ntemplates = false", "seeing has no 'templates'"),
        ("[seeing]\nzoom = 1", "'zoom' is 1; it takes a value such as True"),
        ('[seeing]\nreader = "eyes"', "no text reader 'eyes'"),
        ("[seeing]\nthreads = 0", "it must be 1 or more"),
        ("seeing = 3", "is no table"),
        ("[seeing", "cannot read"),
    ],
)
def test_what_there_is_not_is_refused(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        read_seeing(written(tmp_path, text))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere\.toml"):
        read_seeing(tmp_path / "nowhere.toml")


def test_marks_and_zoom_choose_the_finder() -> None:
    model = ScriptedModel([])
    assert isinstance(Seeing(marks=True).finder(model, dialect("qwen")), MarksFinder)
    assert isinstance(Seeing().finder(model, dialect("qwen")), ModelFinder)
