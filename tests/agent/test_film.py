"""Films are read with their real times, upright, in order, as their options ask."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tapwright.agent.film import load_film, read_film
from tapwright.agent.film_plan import FilmBudget
from tapwright.agent.forms import hear
from tapwright.errors import UsageError
from tapwright.types import VideoPart

from .film_making import make_film, make_moving, seconds_of


@pytest.mark.parametrize("codec", ["mpeg4", "libx264"])
@pytest.mark.parametrize("ending", ["mp4", "mkv", "mov"])
def test_frames_come_with_the_times_at_which_they_are_seen(
    tmp_path: Path, codec: str, ending: str
) -> None:
    film = read_film(make_film(tmp_path / f"film.{ending}", codec=codec))
    assert film.duration == pytest.approx(8.0, abs=0.05)
    assert film.note == ""
    assert len(film.part.frames) == 16
    assert film.part.times[0] == 0.0
    assert film.part.times[-1] == pytest.approx(7.9, abs=0.05)
    for frame, time in zip(film.part.frames, film.part.times, strict=True):
        assert seconds_of(frame) == pytest.approx(time, abs=0.25)
        assert frame.mode == "RGB" and frame.size == film.part.frames[0].size
        assert frame.width % 28 == 0 == frame.height % 28


@pytest.mark.parametrize("group", [3, 20, 400])
def test_sparse_looks_find_the_same_frames_however_the_film_is_coded(
    tmp_path: Path, group: int
) -> None:
    path = make_film(tmp_path / "film.mp4", 24.0, group=group, codec="libx264")
    part = load_film(path, nframes=4)
    assert [round(time, 1) for time in part.times] == [0.0, 8.0, 16.0, 23.9]
    for frame, time in zip(part.frames, part.times, strict=True):
        assert seconds_of(frame) == pytest.approx(time, abs=0.25)


def test_a_film_whose_frames_come_at_odd_times_is_seen_as_it_was(tmp_path: Path) -> None:
    times = [0.0, 0.1, 0.2, 3.0, 3.1, 9.0, 9.1, 12.0]
    part = load_film(make_film(tmp_path / "film.mkv", times=times), fps=1)
    assert set(round(time, 1) for time in part.times) <= set(times)
    assert [round(time, 1) for time in part.times] == [0.0, 0.2, 3.1, 9.1, 12.0]


@pytest.mark.parametrize(
    ("rotation", "corner"), [(90, (0, 1)), (-90, (1, 0)), (180, (1, 1)), (None, (0, 0))]
)
def test_films_of_a_turned_phone_are_upright(
    tmp_path: Path, rotation: int | None, corner: tuple[int, int]
) -> None:
    """The red corner is at the upper left as coded; the phone says how to turn it (to the left)."""
    path = make_film(tmp_path / "film.mp4", 2.0, size=(320, 160), rotation=rotation)
    frame = load_film(path).frames[0]
    assert (frame.width > frame.height) is (rotation in (None, 180))
    across, down = corner
    seen = frame.getpixel((5 + across * (frame.width - 11), 5 + down * (frame.height - 11)))
    assert isinstance(seen, tuple)
    assert seen[0] > 200 and seen[1] < 60


def test_a_stretch_of_a_film_keeps_the_films_own_times(tmp_path: Path) -> None:
    path = make_film(tmp_path / "film.mp4", 12.0)
    part = load_film(path, video_start=4, video_end=6.0)
    assert 3.9 <= part.times[0] <= 4.0 and 5.9 <= part.times[-1] <= 6.0
    assert seconds_of(part.frames[0]) == pytest.approx(4.0, abs=0.25)
    late = load_film(path, video_start=11.0, video_end=500)
    assert late.times[-1] == pytest.approx(11.9, abs=0.05)


@pytest.mark.parametrize(
    ("options", "frames", "most"),
    [
        ({"fps": 1}, 8, 768),
        ({"fps": 0.1}, 4, 768),
        ({"fps": 0.1, "min_frames": 2}, 2, 768),
        ({"max_frames": 6}, 6, 768),
        ({"nframes": 10, "max_pixels": 20 * 784, "min_pixels": 4 * 784}, 10, 20),
        ({"max_pixels": 30 * 784}, 16, 30),
        ({"total_pixels": 4 * 128 * 784}, 6, 128 * 4),
        ({"resized_height": 56, "resized_width": 84}, 16, 6),
    ],
)
def test_the_keys_of_qwen_vl_utils_are_honoured(
    tmp_path: Path, options: dict[str, Any], frames: int, most: int
) -> None:
    path = make_film(tmp_path / "film.mp4", size=(640, 480))
    said = {"role": "user", "content": [{"type": "video", "video": str(path), **options}]}
    part = hear([said]).parts[0]
    assert isinstance(part, VideoPart)
    assert len(part.frames) == frames
    width, height = part.frames[0].size
    assert width * height // 784 <= most
    if "total_pixels" in options:
        assert width * height * frames / 2 <= options["total_pixels"]
    if "resized_width" in options:
        assert (width, height) == (84, 56)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"fps": 1, "nframes": 4}, "give one of them"),
        ({"fps": "fast"}, "fps is 'fast'"),
        ({"fps": 0}, "fps"),
        ({"nframes": 0}, "nframes is 0"),
        ({"nframes": True}, "nframes is True"),
        ({"video_start": -1}, "video_start is -1"),
        ({"video_start": 5, "video_end": 5}, "video_end 5 is not after video_start 5"),
        ({"video_start": 50}, "ends at 8.0 s"),
        ({"min_pixels": 90000, "max_pixels": 900}, "min_pixels 90000 is more"),
        ({"resized_width": 56}, "belong together"),
        ({"nframes": 100_000}, "ask for"),
        ({"min_frames": 90, "max_frames": 9}, "leave no number"),
    ],
)
def test_options_that_mean_nothing_are_refused_by_name(
    tmp_path: Path, options: dict[str, Any], said: str
) -> None:
    path = make_film(tmp_path / "film.mp4")
    with pytest.raises(UsageError, match=said):
        load_film(path, **options)


def test_a_film_with_fewer_frames_than_looks_shows_each_once(tmp_path: Path) -> None:
    part = load_film(make_film(tmp_path / "film.mp4", times=[0.0, 2.0, 4.0]), nframes=20)
    assert [round(time) for time in part.times] == [0, 2, 4]


@pytest.mark.parametrize("ending", ["gif", "webp", "png"])
def test_moving_pictures_are_films(tmp_path: Path, ending: str) -> None:
    film = read_film(make_moving(tmp_path / f"moving.{ending}"))
    assert film.duration == pytest.approx(2.5)
    assert film.part.times[0] == 0.0 and film.part.times[-1] == 2.0
    assert len(film.part.times) >= 4
    for frame, time in zip(film.part.frames, film.part.times, strict=True):
        assert seconds_of(frame) == pytest.approx(time, abs=0.25)


def test_a_film_from_a_data_uri_and_a_file_address(tmp_path: Path) -> None:
    import base64

    path = make_film(tmp_path / "a film.mp4", 2.0)
    data = base64.b64encode(path.read_bytes()).decode()
    assert load_film(f"data:video/mp4;base64,{data}").times == load_film(path).times
    assert load_film(path.as_uri()).times == load_film(path).times


def test_a_budget_is_never_exceeded(tmp_path: Path) -> None:
    path = make_film(tmp_path / "film.mp4", 20.0, rate=5, size=(640, 480))
    for tokens in (100, 500, 2000):
        part = load_film(path, FilmBudget(tokens=tokens, paired=False))
        width, height = part.frames[0].size
        assert len(part.frames) * (width * height // 784) <= tokens


@pytest.mark.slow
def test_twenty_minutes_fit_and_memory_stays_flat(tmp_path: Path) -> None:
    """Held whole, its 1200 frames would take 1.4 GB."""
    path = make_film(tmp_path / "film.mp4", 1200.0, rate=1, size=(640, 480), noisy=True, group=50)
    done = subprocess.run(
        [sys.executable, "-m", "tests.agent.film_memory", str(path)],
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        cwd=Path(__file__).parents[2],
    )
    seen = json.loads(done.stdout)
    assert seen["frames"] == 254
    assert seen["last"] == pytest.approx(1199, abs=1)
    assert seen["grown_mb"] < 150
