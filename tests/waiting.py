"""Waiting for what tells no event: another program's doing, which can only be asked again."""

from __future__ import annotations

import time
from collections.abc import Callable


def until(holds: Callable[[], object], what: str, seconds: float = 10.0) -> None:
    """Wait until it holds; fail with `what` where it does not within `seconds`."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.01)  # another program tells no event
