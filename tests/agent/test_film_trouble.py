"""Films that cannot be shown, or not whole: the error names the file and the cause."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tapwright.agent.film import load_film, read_film
from tapwright.errors import MediaError

from .film_making import make_film, make_moving, make_sound, seconds_of


def test_what_is_no_film_is_named_with_its_cause(tmp_path: Path) -> None:
    empty, words, page = (tmp_path / name for name in ("empty.mp4", "words.mp4", "page.mp4"))
    empty.write_bytes(b"")
    words.write_text("this is no film\n" * 100, encoding="utf-8")
    page.write_text("<!doctype html><html>not found</html>", encoding="utf-8")
    for path, said in (
        (empty, "empty.mp4' is empty"),
        (words, "words.mp4' is not a film"),
        (page, "page.mp4' is not a film"),
        (tmp_path / "missing.mp4", "there is no file '.*missing.mp4'"),
        (tmp_path, "is a folder"),
        (make_sound(tmp_path / "song.m4a"), "song.m4a' has no pictures; it has sound only"),
    ):
        with pytest.raises(MediaError, match=said):
            load_film(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names are POSIX's")
def test_a_pipe_is_refused_instead_of_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    with pytest.raises(MediaError, match="no ordinary file"):
        load_film(tmp_path / "pipe.mp4")


def test_lists_that_name_other_files_are_no_films(tmp_path: Path) -> None:
    """A film from elsewhere must not have this machine's files read."""
    film = make_film(tmp_path / "film.ts", 2.0, codec="libx264")
    lists = {
        "playlist.mp4": f"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{film}\n#EXT-X-ENDLIST\n",
        "concat.mp4": f"ffconcat version 1.0\nfile '{film}'\n",
    }
    for name, text in lists.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        with pytest.raises(MediaError, match="is not a film"):
            load_film(tmp_path / name)


def test_a_film_cut_off_is_shown_as_far_as_it_goes(tmp_path: Path) -> None:
    whole = make_film(tmp_path / "film.mkv", 20.0)
    cut = tmp_path / "cut.mkv"
    data = whole.read_bytes()
    cut.write_bytes(data[: len(data) // 2])
    film = read_film(cut)
    assert "cut.mkv' breaks off at" in film.note and "of 20.0 s" in film.note
    assert 5 < film.part.times[-1] < 15
    assert seconds_of(film.part.frames[-1]) == pytest.approx(film.part.times[-1], abs=0.25)


def test_a_film_without_its_index_is_a_broken_one(tmp_path: Path) -> None:
    """MP4 files keep their index at the end: without it nothing in them can be found."""
    whole = make_film(tmp_path / "film.mp4", 5.0).read_bytes()
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(MediaError, match=r"cut.mp4' is not a film, or a broken one"):
        load_film(cut)


@pytest.mark.parametrize("codec", ["mpeg4", "libx264"])
def test_a_film_damaged_in_the_middle_shows_what_was_whole(tmp_path: Path, codec: str) -> None:
    path = make_film(tmp_path / "film.mkv", 20.0, codec=codec, noisy=True, size=(320, 240))
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + len(data) // 10] = bytes(len(data) // 10)
    path.write_bytes(data)
    film = read_film(path)
    assert "damaged in places" in film.note or "breaks off" in film.note
    assert len(film.part.frames) >= 10
    assert film.part.times[0] == 0.0
    assert list(film.part.times) == sorted(set(film.part.times))


def test_a_film_that_does_not_tell_its_length_is_read_through(tmp_path: Path) -> None:
    film = read_film(make_film(tmp_path / "film.mkv", 6.0, live=True))
    assert film.duration == pytest.approx(6.0, abs=0.2)
    assert len(film.part.frames) == 12 and film.part.times[-1] == pytest.approx(5.9, abs=0.1)


def test_a_raw_stream_is_taken_for_25_frames_a_second(tmp_path: Path) -> None:
    film = read_film(make_film(tmp_path / "film.h264", 6.0, codec="libx264"))
    assert film.duration == pytest.approx(60 / 25, abs=0.2)
    assert film.part.times[-1] == pytest.approx(59 / 25, abs=0.1)
    assert seconds_of(film.part.frames[-1]) == pytest.approx(5.9, abs=0.5)


def test_of_many_streams_the_largest_is_shown(tmp_path: Path) -> None:
    import av
    import numpy as np

    path = tmp_path / "many.mkv"
    with av.open(str(path), "w") as container:
        streams = [container.add_stream("mpeg4", rate=5) for _ in range(12)]
        for number, stream in enumerate(streams):
            stream.width, stream.height = (32, 32) if number != 7 else (320, 240)
            stream.pix_fmt = "yuv420p"
        for stream in streams:
            for _ in range(10):
                pixels = np.full((stream.height, stream.width, 3), 99, np.uint8)
                container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
            container.mux(stream.encode())
    frame = load_film(path).frames[0]
    assert frame.width > frame.height


def test_a_film_larger_than_any_screen_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    path = make_film(tmp_path / "huge.mkv", 0.2, size=(8000, 6000), rate=10)
    with pytest.raises(MediaError, match=r"huge.mkv' is 8000x6000, more than"):
        load_film(path)


def test_a_film_that_takes_too_long_says_so(tmp_path: Path) -> None:
    for path in (make_film(tmp_path / "film.mp4"), make_moving(tmp_path / "film.gif")):
        with pytest.raises(MediaError, match="takes too long to read"):
            read_film(path, longest=0.0)


def test_a_moving_picture_cut_off_is_shown_as_far_as_it_goes(tmp_path: Path) -> None:
    path = make_moving(tmp_path / "film.gif", 12)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 2 // 3])
    film = read_film(path)
    assert 2 <= len(film.part.frames) < 12


def test_a_name_with_odd_letters_is_shown_without_them(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"there is no file '.*a\?b.mp4'"):
        load_film(tmp_path / "a\nb.mp4")


def test_a_web_address_that_answers_with_no_film_is_named(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"cannot fetch 'http://127.0.0.1:9/film.mp4'"):
        load_film("http://me:secret@127.0.0.1:9/film.mp4?key=secret")
    with pytest.raises(MediaError, match="no film in base64"):
        load_film("data:video/mp4,abc")


def test_a_missing_package_is_named_with_its_cure(tmp_path: Path) -> None:
    path = make_film(tmp_path / "film.mp4", 1.0)
    program = (
        "import sys; sys.modules['av'] = None\n"  # as if it were not installed
        "from tapwright.agent.film import load_film\n"
        "from tapwright.errors import SetupError\n"
        "try:\n    load_film(sys.argv[1])\nexcept SetupError as error:\n    sys.exit(str(error))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr.strip() == "films need the package PyAV; run: pip install tapwright[video]"
