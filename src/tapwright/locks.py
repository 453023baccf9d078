"""One process at a time, for a run folder or a phone.

The kernel holds the lock, so it ends with its process however that ends, kill -9 included; what
stays of the file then is in nobody's way.
"""

from __future__ import annotations

import os
import weakref
from pathlib import Path


class Lock:
    """Holds a path until `release`, or until it is let go of or the process ends."""

    def __init__(self, path: Path, handle: int) -> None:
        """Made by `take`."""
        self._end = weakref.finalize(self, _release, path, handle, os.getpid())

    @property
    def held(self) -> bool:
        """Whether it has not been released yet."""
        return self._end.alive

    def release(self) -> None:
        """Let others have it; releasing twice is harmless."""
        self._end()


def take(path: Path) -> Lock | None:
    """Take the lock at `path`, a file in a folder that is there, without waiting.

    None on systems that have no such locks. Raise `BlockingIOError` where it is held, with
    "process NUMBER" as its `strerror`, and another `OSError` where the file cannot be written.
    """
    if os.name != "posix":
        return None
    import fcntl

    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_at(path, handle):
                os.truncate(handle, 0)
                os.write(handle, str(os.getpid()).encode("ascii"))
                return Lock(path, handle)
        except BlockingIOError as error:
            number = os.read(handle, 20).decode("ascii", "replace")
            os.close(handle)
            holder = f"process {number}" if number else "another process"
            raise BlockingIOError(error.errno, holder) from error
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)  # whoever held it removed the file between our two calls


def _is_at(path: Path, handle: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False


def _release(path: Path, handle: int, owner: int) -> None:
    if os.getpid() == owner:  # a forked child must not remove its parent's file
        path.unlink(missing_ok=True)
    os.close(handle)
