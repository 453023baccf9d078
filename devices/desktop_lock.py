"""One run on a desktop at a time: there is one pointer and one keyboard."""

from __future__ import annotations

import os
import sys

from tapwright.locks import Lock, hold


def hold_desktop(display: str | None = None) -> Lock | None:
    """Hold the desktop until the lock is released or this process ends; raise as `hold` does."""
    name = "desktop"
    if sys.platform.startswith("linux"):
        name = display or os.environ.get("DISPLAY") or name
    return hold(
        "desktops", name, what=f'the desktop "{name}"',
        instead="use a virtual one with --device xvfb",
    )  # fmt: skip
