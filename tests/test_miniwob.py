"""MiniWoB++ in Chromium: the oracle solves pages through the desktop driver and the loop."""

from __future__ import annotations

import json
import shutil
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from click.testing import CliRunner
from miniwob import GROUPS, chosen_pages, command, summary
from miniwob_answers import ANSWERS
from miniwob_browser import page_names, seeds_of
from miniwob_play import Episode
from PIL import Image

from tapwright.errors import UsageError
from tapwright.training.pages.recorded import read_looks


def _missing() -> str:
    try:
        distribution("miniwob")
    except PackageNotFoundError:
        return "the miniwob wheel is not installed"
    absent = [name for name in ("Xvfb", "chromium") if shutil.which(name) is None]
    return f"not installed: {', '.join(absent)}" if absent else ""


pages = pytest.mark.skipif(bool(_missing()), reason=_missing())


@pages
@pytest.mark.desktop
def test_the_oracle_solves_three_pages_by_real_clicks_and_keys(tmp_path: Path) -> None:
    out, runs = tmp_path / "result.json", tmp_path / "runs"
    words = ["--pages", "click-test,enter-text,focus-text-2", "--seeds", "7"]
    done = CliRunner().invoke(command, [*words, "--out", str(out), "--runs", str(runs)])
    assert done.exit_code == 0, done.output
    told = json.loads(out.read_text(encoding="utf-8"))
    assert [row["solved"] for row in told["pages"]] == [1, 1, 1]
    assert [row["steps"] for row in told["pages"]] == [1.0, 3.0, 1.0]
    assert (runs / "enter-text" / "7" / "meta.json").is_file()


@pages
@pytest.mark.desktop
def test_looks_at_pages_are_recorded_with_what_is_right_on_them(tmp_path: Path) -> None:
    words = ["--pages", "click-test-2", "--seeds", "3:5", "--record", str(tmp_path)]
    done = CliRunner().invoke(command, words)
    assert done.exit_code == 0, done.output
    looks = read_looks(tmp_path, "click-test-2")
    assert [look.seed for look in looks] == [3, 4]
    for look in looks:
        with Image.open(tmp_path / look.picture) as picture:
            assert picture.size == (336, 420)
        boxes = {element.text: element.box for element in look.elements}
        assert look.lessons[0].task == "Click button ONE."
        for lesson in look.lessons:
            assert lesson.move.point is not None
            x, y = lesson.move.point
            left, top, right, bottom = boxes[lesson.task.split()[-1].strip(".")]
            assert left < x < right
            assert top < y < bottom


@pages
def test_pages_are_named_by_group_or_by_name() -> None:
    assert len(page_names()) == 130
    assert len(GROUPS["oracle"] or ()) >= 20
    assert set(ANSWERS) <= set(page_names())
    assert chosen_pages("all") == page_names()
    assert chosen_pages("click-test,use-slider") == ["click-test", "use-slider"]
    with pytest.raises(UsageError, match="no page 'clik-test'"):
        chosen_pages("clik-test")


def test_seeds_are_written_in_three_ways() -> None:
    assert list(seeds_of("7")) == [7]
    assert list(seeds_of("1,5")) == [1, 5]
    assert list(seeds_of("3:6")) == [3, 4, 5]
    for wrong in ("", "x", "5:5"):
        with pytest.raises(UsageError, match="are no seeds"):
            seeds_of(wrong)


def test_only_the_whole_reward_counts_as_solved() -> None:
    rewards = (1.0, 0.94, -1.0, 0.0)
    played = [
        Episode("p", seed, "task", reward, reward != 0, 1, "page", 1.0)
        for seed, reward in enumerate(rewards)
    ]
    (row,) = summary(played)
    assert (row["solved"], row["episodes"]) == (1, 4)
    assert 0.04 < row["low"] < 0.06
    assert 0.69 < row["high"] < 0.71
