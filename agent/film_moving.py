"""Moving pictures (GIF, WebP, PNG) as films, through Pillow: one frame is held at a time."""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tapwright.errors import MediaError
from tapwright.types import Size

if TYPE_CHECKING:
    from PIL import Image

MOST_FRAME = 36_000_000  # pixels
MOST_FRAMES = 20_000
SHORTEST = 0.02  # seconds: browsers show frames that tell less for longer than they say
USUAL = 0.1


@dataclass(slots=True)
class MovingPicture:
    """An open moving picture: seconds, size, when its frames appear, and what was damaged."""

    shown: str
    duration: float
    size: Size
    starts: tuple[float, ...]
    damaged: int
    image: Any
    deadline: float

    @property
    def ended_at(self) -> float:
        """To which whole frames were found, in seconds."""
        return self.duration

    def frames(self, times: Iterable[float], size: Size) -> Iterator[tuple[float, Image.Image]]:
        """The frame that is on the screen at each of `times` (rising), once, with its own time."""
        from PIL import Image

        number, given = 0, -1
        for wanted in times:
            while number + 1 < len(self.starts) and self.starts[number + 1] <= wanted + 0.001:
                number += 1
            if number == given:
                continue
            given = number
            _check_time(self.shown, self.deadline)
            self.image.seek(number)
            seen = self.image.convert("RGBA")
            ground = Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen)
            picture = ground.convert("RGB").resize((size.width, size.height))
            yield self.starts[number], picture


def is_moving_picture(path: Path) -> bool:
    """Whether the file is a GIF, WebP or PNG with several frames."""
    from PIL import Image

    with path.open("rb") as file:
        head = file.read(12)
    if not head.startswith((b"GIF8", b"\x89PNG")) and head[8:12] != b"WEBP":
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path, formats=("GIF", "WEBP", "PNG")) as image:
                return int(getattr(image, "n_frames", 1)) > 1
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
        return False


@contextmanager
def open_moving_picture(path: Path, shown: str, longest: float) -> Iterator[MovingPicture]:
    """Open the moving picture at `path`, called `shown` in errors.

    Raise `MediaError` for one that is huge or has no whole frame.
    """
    from PIL import Image

    deadline = time.monotonic() + longest
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        image = Image.open(path, formats=("GIF", "WEBP", "PNG"))
    with image:
        width, height = image.size
        if width * height > MOST_FRAME:
            raise MediaError(f"'{shown}' is {width}x{height}, more than {MOST_FRAME} pixels")
        starts, length, damaged = _starts(image, shown, deadline)
        yield MovingPicture(shown, length, Size(width, height), starts, damaged, image, deadline)


def _starts(image: Any, shown: str, deadline: float) -> tuple[tuple[float, ...], float, int]:
    """When each whole frame appears, the whole length, and 1 where later frames are not whole."""
    starts: list[float] = []
    now = 0.0
    for number in range(min(int(image.n_frames), MOST_FRAMES)):
        _check_time(shown, deadline)
        try:
            image.seek(number)
            image.load()
        except (OSError, ValueError, SyntaxError, EOFError, IndexError) as error:
            if not starts:
                raise MediaError(f"'{shown}' has no whole frame: {error}") from error
            return tuple(starts), now, 1
        starts.append(now)
        lasts = float(image.info.get("duration") or 0) / 1000
        now += lasts if lasts >= SHORTEST else USUAL
    return tuple(starts), now, 0


def _check_time(shown: str, deadline: float) -> None:
    if time.monotonic() > deadline:
        raise MediaError(f"'{shown}' takes too long to read; cut it")
