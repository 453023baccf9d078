"""One process at a time, for a run folder, a phone or a desktop.

The kernel holds the lock, so it ends with its process however that ends, kill -9 included; what
stays of the file then is in nobody's way.
"""

from __future__ import annotations

import os
import re
import sys
import weakref
from pathlib import Path

from tapwright.errors import DeviceError, SetupError


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


def state_folder() -> Path:
    """Where Tapwright keeps what outlives its processes for this user."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local")
    else:
        base = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(base) / "tapwright"


def hold(folder: str, name: str, *, what: str, instead: str) -> Lock | None:
    """Hold the device `name` until the lock is released or this process ends, however it ends.

    `folder` is the kind's folder under the state folder; `what` and `instead` are for the message
    to who comes second. None on systems without such locks. Raise `DeviceError` where another
    process holds it, `SetupError` where no lock can be written.
    """
    locks = state_folder() / folder
    try:
        locks.mkdir(parents=True, exist_ok=True)
        return take(locks / (re.sub(r"[^\w.-]", "_", name) + ".lock"))
    except BlockingIOError as error:
        raise DeviceError(
            f"{what} is in use by {error.strerror}: wait for its end, stop it, or {instead}"
        ) from error
    except OSError as error:
        raise SetupError(
            f'cannot write into "{locks}" ({error.strerror}): set XDG_STATE_HOME to a folder '
            "that can be written"
        ) from error


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
