"""Frames of a film file at chosen times, through PyAV; one decoded frame is held at a time."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tapwright.errors import MediaError, SetupError
from tapwright.types import Size

if TYPE_CHECKING:
    from PIL import Image

MOST_FRAME = 36_000_000  # pixels of one frame: 8K is 33 million
SHORTEST_JUMP = 2.0  # seconds: below it, reading on is quicker than seeking
EARLY = 0.001  # seconds by which a frame may come late and still be the one of its time

# Lists of other files, which a film from elsewhere could use to have this machine's files read,
# are not among them; neither is any protocol but the file's own.
_FORMATS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpeg,mpegts,mpegvideo,flv,live_flv,ogg,asf,gif,"
    "h264,hevc,m4v,ivf,obu,mxf,wtv,dv,yuv4mpegpipe,mp3,aac,flac,wav"
)
_OPTIONS = {"format_whitelist": _FORMATS, "protocol_whitelist": "file"}


@dataclass(slots=True)
class FilmFile:
    """An open film: seconds, the size at which it is meant to be seen, and what was damaged."""

    shown: str
    duration: float
    size: Size
    damaged: int = 0  # stretches that could not be decoded
    ended_at: float = 0.0  # seconds: to which whole frames were found
    _container: Any = field(default=None, repr=False)
    _stream: Any = field(default=None, repr=False)
    _start: float = 0.0
    _deadline: float = 0.0
    _longest_group: float = 0.0  # seconds between frames that stand alone

    def frames(self, times: Iterable[float], size: Size) -> Iterator[tuple[float, Image.Image]]:
        """The frame that is on the screen at each of `times` (rising), with its own time.

        A frame that stays for several of them is given once. Raise `MediaError` where reading
        takes too long.
        """
        decoded = self._decoded()
        held: tuple[float, Any] | None = None  # on the screen at the time that is wanted
        ahead: tuple[float, Any] | None = None  # the first one after it
        given, ended = -1.0, False
        for wanted in times:
            here = ahead or held
            if here is not None and self._worth_a_jump(wanted - here[0]) and self._jump(wanted):
                decoded, ahead, ended = self._decoded(), None, False
            while True:
                if ahead is None and not ended:
                    ahead = next(decoded, None)
                    ended = ahead is None
                if ahead is None or ahead[0] > wanted + EARLY:
                    break
                held, ahead = ahead, None
            best = held or ahead
            if best is None:
                return
            if best[0] > given:
                given = best[0]
                yield given, self._picture(best[1], size)

    def _worth_a_jump(self, gap: float) -> bool:
        return gap > max(SHORTEST_JUMP, 1.5 * self._longest_group)

    def _jump(self, wanted: float) -> bool:
        """Go on at the last frame before `wanted` that stands alone."""
        av = _av()
        stream = self._stream
        try:
            at = int((wanted + self._start) / stream.time_base)
            self._container.seek(at, stream=stream, backward=True)
        except (av.FFmpegError, ValueError, OverflowError):
            self._longest_group = float("inf")  # it cannot be done here: read on
            return False
        return True

    def _decoded(self) -> Iterator[tuple[float, Any]]:
        """Whole frames with their times, from where the file stands; damage is counted."""
        av = _av()
        stream, alone, number = self._stream, None, 0
        packets = self._container.demux(stream)
        while True:
            if time.monotonic() > self._deadline:
                raise MediaError(
                    f"'{self.shown}' takes too long to read; show a stretch of it "
                    "(video_start, video_end)"
                )
            try:
                packet = next(packets)
            except StopIteration:
                return
            except av.FFmpegError:
                self.damaged += 1
                return
            try:
                frames = packet.decode()
            except av.FFmpegError:
                self.damaged += 1
                continue
            for frame in frames:
                if frame.is_corrupt or frame.width * frame.height > MOST_FRAME:
                    self.damaged += 1
                    continue
                now = self._time(frame, number)
                number += 1
                if frame.key_frame:
                    if alone is not None:
                        self._longest_group = max(self._longest_group, now - alone)
                    alone = now
                elif alone is not None:
                    self._longest_group = max(self._longest_group, now - alone)
                lasts = float(frame.duration * frame.time_base) if frame.duration else 0.0
                self.ended_at = max(self.ended_at, now + lasts)
                yield now, frame

    def _time(self, frame: Any, number: int) -> float:
        if frame.time is not None:
            return max(0.0, float(frame.time) - self._start)
        return number / float(self._stream.average_rate or 25)  # raw streams carry no times

    def _picture(self, frame: Any, size: Size) -> Image.Image:
        """The frame at `size`, upright."""
        from PIL import Image

        turns = round(frame.rotation / 90) % 4  # to the left
        width, height = (size.width, size.height) if turns % 2 == 0 else (size.height, size.width)
        shrinks = width * height < frame.width * frame.height
        image: Image.Image = frame.to_image(
            width=width, height=height, interpolation="AREA" if shrinks else "BICUBIC"
        )
        ways = (None, Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180)
        way = (*ways, Image.Transpose.ROTATE_270)[turns]
        return image.transpose(way) if way is not None else image


@contextmanager
def open_film(path: Path, shown: str, longest: float) -> Iterator[FilmFile]:
    """Open the film at `path`, called `shown` in errors, to be read within `longest` seconds.

    Raise `MediaError` for what is no film or has no frame, `SetupError` without PyAV.
    """
    deadline = time.monotonic() + longest
    with _opened(path, shown) as (container, stream):
        film = FilmFile(shown, 0.0, Size(0, 0), _container=container, _stream=stream)
        film._deadline = deadline
        _measure(film)
    with _opened(path, shown) as (container, stream):  # not every film can be wound back
        yield FilmFile(
            shown,
            film.duration,
            film.size,
            _container=container,
            _stream=stream,
            _start=film._start,
            _deadline=deadline,
        )


@contextmanager
def _opened(path: Path, shown: str) -> Iterator[tuple[Any, Any]]:
    """The open file and its stream of pictures."""
    av = _av()
    try:
        container = av.open(f"file:{path}", options=dict(_OPTIONS), metadata_errors="replace")
    except (av.FFmpegError, ValueError, OSError) as error:
        raise MediaError(f"'{shown}' is not a film, or a broken one: {_line(error)}") from error
    try:
        yield container, _picture_stream(container, shown)
    finally:
        container.close()


def _picture_stream(container: Any, shown: str) -> Any:
    """The stream with the largest pictures; covers of songs are none."""
    av = _av()
    cover = av.stream.Disposition.attached_pic
    streams = [each for each in container.streams.video if not each.disposition & cover]
    if not streams:
        sound = "; it has sound only" if container.streams.audio else ""
        raise MediaError(f"'{shown}' has no pictures{sound}")
    known = [each for each in streams if each.codec_context is not None]
    if not known:
        raise MediaError(f"'{shown}' is coded in a way that this PyAV cannot read")
    stream = max(known, key=lambda each: each.codec_context.width * each.codec_context.height)
    codec = stream.codec_context
    if codec.width * codec.height > MOST_FRAME:
        raise MediaError(
            f"'{shown}' is {codec.width}x{codec.height}, more than {MOST_FRAME} pixels; shrink it"
        )
    codec.thread_count = 2  # each further one holds frames of its own
    stream.thread_type = "AUTO"
    return stream


def _measure(film: FilmFile) -> None:
    """Find size and duration: from the head of the file, else by reading through it."""
    av = _av()
    stream, container = film._stream, film._container
    start = stream.start_time
    film._start = float(start * stream.time_base) if start is not None else 0.0
    try:
        number, frame = next(film._decoded())
    except StopIteration:
        why = "its frames are damaged" if film.damaged else "it is empty"
        raise MediaError(f"'{film.shown}' has no frame that can be shown: {why}") from None
    if start is None:
        film._start = number
    ratio = stream.sample_aspect_ratio
    across = round(frame.width * (float(ratio) if ratio else 1.0))
    turned = round(frame.rotation / 90) % 2 == 1
    film.size = Size(frame.height, across) if turned else Size(across, frame.height)
    length = float(stream.duration * stream.time_base) if stream.duration else 0.0
    if not length and container.duration:
        length = container.duration / av.time_base
    if not length:
        length = max(film.ended_at, _read_through(film))
    film.duration = length


def _read_through(film: FilmFile) -> float:
    """The length of a film whose head does not tell it: its packets' times, none decoded."""
    av = _av()
    last, count = 0.0, 0
    try:
        for packet in film._container.demux(film._stream):
            count += packet.size > 0
            if packet.pts is not None:
                last = max(last, float(packet.pts * packet.time_base) - film._start)
            if time.monotonic() > film._deadline:
                raise MediaError(f"'{film.shown}' takes too long to read; cut it")
    except av.FFmpegError:
        film.damaged += 1
    rate = float(film._stream.average_rate or 25)
    return max(last + 1 / rate, count / rate if not last else 0.0)


def _av() -> Any:
    try:
        return import_module("av")
    except ImportError as error:
        raise SetupError(
            "films need the package PyAV; run: pip install tapwright[video]"
        ) from error


def _line(error: BaseException) -> str:
    text = getattr(error, "strerror", None) or str(error)
    return " ".join(text.split())[:120] or type(error).__name__
