"""Films made for tests: each frame's grey tells when it is shown, a red corner where up is."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from PIL import Image

STEP = 10  # grey levels from one second to the next


def grey_at(seconds: float) -> int:
    """The grey that is on the screen at a time."""
    return round(STEP * seconds) % 256


def seconds_of(image: Image.Image) -> float:
    """The time that a frame's grey tells, for films of up to 25 seconds."""
    pixel = image.convert("L").getpixel((image.width // 2, image.height // 2))
    assert isinstance(pixel, int)
    return pixel / STEP


def make_film(
    path: Path,
    seconds: float = 8.0,
    *,
    rate: int = 10,
    size: tuple[int, int] = (160, 120),
    codec: str = "mpeg4",
    group: int = 20,
    times: list[float] | None = None,
    rotation: int | None = None,
    noisy: bool = False,
    live: bool = False,
) -> Path:
    """Write a film; `times` are its frames' times where the rate is not steady; a
    `live` one does not tell its length."""
    noise = np.random.default_rng(0)
    with av.open(str(path), "w", options={"live": "1"} if live else {}) as container:
        options = {"g": str(group)} | ({"preset": "ultrafast"} if codec == "libx264" else {})
        stream: Any = container.add_stream(codec, rate=rate, options=options)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        stream.bit_rate = 8_000_000
        stream.codec_context.time_base = Fraction(1, 1000)
        stream.time_base = Fraction(1, 1000)
        if rotation is not None:
            stream.set_display_rotation(rotation)
        for at in times or [number / rate for number in range(round(seconds * rate))]:
            pixels = np.full((size[1], size[0], 3), grey_at(at), np.uint8)
            if noisy:
                pixels = noise.integers(0, 256, pixels.shape, dtype=np.uint8)
            pixels[: size[1] // 4, : size[0] // 4] = (255, 0, 0)
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts, frame.time_base = round(at * 1000), Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def make_sound(path: Path) -> Path:
    """Write a file with sound and no pictures."""
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("aac", rate=44100)
        frame = av.AudioFrame.from_ndarray(np.zeros((2, 44100), np.float32), "fltp", "stereo")
        frame.sample_rate = 44100
        frame.pts = 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def make_moving(path: Path, count: int = 5, milliseconds: int = 500) -> Path:
    """Write a GIF, WebP or PNG that moves."""
    frames = [
        Image.new("RGB", (64, 48), (grey_at(n * milliseconds / 1000),) * 3) for n in range(count)
    ]
    settings: dict[str, Any] = {"lossless": True} if path.suffix == ".webp" else {}
    frames[0].save(
        path, save_all=True, append_images=frames[1:], duration=milliseconds, loop=0, **settings
    )
    return path
