"""Reads a film as a program of its own and prints its frames and the memory that it took."""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

import av  # noqa: F401  # loaded before the measurement, as any program would have it
from PIL import Image

from tapwright.agent.film import read_film

if __name__ == "__main__":
    Image.init()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    film = read_film(Path(sys.argv[1]))
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sys.stdout.write(
        json.dumps(
            {
                "frames": len(film.part.frames),
                "duration": film.duration,
                "last": film.part.times[-1],
                "grown_mb": (after - before) / 1024,
            }
        )
    )
