"""The last words of a program: what it wrote to stderr, for the error that tells of its end."""

from __future__ import annotations

import asyncio
import os
from typing import TextIO

KEPT = 4_000  # bytes
LINES = 4


class Tail:
    """Reads a program's stderr for as long as it lives, and keeps the end of it."""

    def __init__(self) -> None:
        self._kept = b""
        self._read = -1
        self._loop: asyncio.AbstractEventLoop | None = None

    def watch(self, loop: asyncio.AbstractEventLoop) -> None:
        """Read in `loop` what will be written."""
        self._loop = loop

    def writer(self) -> TextIO:
        """The end of a pipe for the program to write to."""
        self._read, write = os.pipe()
        os.set_blocking(self._read, False)
        if self._loop is not None:
            self._loop.add_reader(self._read, self._more)
        return os.fdopen(write, "w", encoding="utf-8")

    def said(self) -> str:
        """The last lines, as the end of a sentence; empty where nothing was said."""
        text = self._kept.decode("utf-8", "replace")
        lines = [" ".join(line.split())[:200] for line in text.splitlines()]
        last = " / ".join(line for line in lines if line and line.isprintable())
        kept = " / ".join(last.split(" / ")[-LINES:])
        return f"; its last words: {kept}" if kept else ""

    def close(self) -> None:
        """Let go of the pipe."""
        if self._read >= 0:
            self._drain()
            os.close(self._read)
            self._read = -1

    def _more(self) -> None:
        if not self._drain() and self._loop is not None:
            self._loop.remove_reader(self._read)

    def _drain(self) -> bool:
        """Read what there is; whether there may be more later."""
        try:
            data = os.read(self._read, 65_536)
        except BlockingIOError:
            return True
        except OSError:
            return False
        self._kept = (self._kept + data)[-KEPT:]
        return bool(data)
