"""`tapwright chat` on a terminal: questions one after the other, Ctrl-C and Ctrl-D."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .parts import call

Script = Callable[..., str]
TOOLS = """
from tapwright import tool

@tool
def hang() -> str:
    "Never answer."
    import threading
    threading.Event().wait(60)
    return "late"

@tool(asks=True)
def send_mail(to: str) -> str:
    "Send a mail."
    return f"sent to {to}"
"""
CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal:
    """A program on a terminal of its own, as a person would see and use it."""

    def __init__(self, arguments: list[str], folder: Path) -> None:
        self._mine, theirs = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tapwright.cli", *arguments],
            stdin=theirs, stdout=theirs, stderr=theirs, cwd=folder, start_new_session=True,
            preexec_fn=take_terminal, env={**os.environ, "TERM": "xterm"},
        )  # fmt: skip
        os.close(theirs)
        self.seen = ""
        self._read = 0

    def wait_for(self, words: str, seconds: float = 60.0) -> None:
        """Wait until `words` appear behind what was waited for before."""
        assert self.appears(words, seconds), f"no {words!r} in {self.seen[self._read :]!r}"

    def appears(self, words: str, seconds: float) -> bool:
        """Whether `words` appear in time behind what was waited for before."""
        until = time.monotonic() + seconds
        while words not in self.seen[self._read :]:
            if time.monotonic() > until:
                return False
            if select.select([self._mine], [], [], 0.2)[0]:
                try:
                    more = os.read(self._mine, 65536).decode("utf-8", "replace")
                except OSError:  # the program is gone
                    more = ""
                self.seen += CODES.sub("", more)
        self._read = self.seen.index(words, self._read) + len(words)
        return True

    def insist(self, keys: str, words: str) -> None:
        """Type `keys` until `words` appear: readline does not notice a Ctrl-C that comes between
        its prompt and its first look at the keyboard, where only a program is quick enough."""
        for _ in range(30):
            self.type(keys)
            if self.appears(words, 2.0):
                return
        self.wait_for(words, 0.0)

    def type(self, keys: str) -> None:
        os.write(self._mine, keys.encode("utf-8"))

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._mine)


def take_terminal() -> None:
    """Make the terminal the one that Ctrl-C reaches this process through."""
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


@pytest.fixture
def chat(tmp_path: Path, script: Script) -> Iterator[Callable[..., Terminal]]:
    (tmp_path / "mine.py").write_text(TOOLS, encoding="utf-8")
    opened: list[Terminal] = []

    def open_chat(*replies: str) -> Terminal:
        options = ["--no-tools", "--tools", "mine.py", "--model", script(*replies)]
        opened.append(Terminal(["chat", *options], tmp_path))
        return opened[-1]

    yield open_chat
    for each in opened:
        each.close()


def test_a_person_asks_cancels_asks_again_and_leaves(chat: Callable[..., Terminal]) -> None:
    terminal = chat("你好, hello!", call("hang"), "Here I am.")
    terminal.wait_for("> ")
    terminal.type("/tools\r")
    terminal.wait_for("hang: Never answer.")
    terminal.wait_for("> ")
    terminal.type("hi\r")
    terminal.wait_for("你好, hello!")
    terminal.wait_for("> ")
    terminal.type("wait\r")
    terminal.wait_for("call    hang()")
    terminal.type("\x03")
    terminal.wait_for("cancelled: cancelled; nothing more was done")
    terminal.wait_for("> ")
    terminal.insist("\x03", "(Ctrl-D ends)")  # at the prompt it only forgets the line
    terminal.wait_for("> ")
    terminal.type("still there?\r")
    terminal.wait_for("Here I am.")
    terminal.wait_for("> ")
    terminal.type("\x04")
    assert terminal.process.wait(timeout=30) == 0
    assert "Traceback" not in terminal.seen


def test_a_person_is_asked_before_a_tool_that_asks(chat: Callable[..., Terminal]) -> None:
    terminal = chat(call("send_mail", to="Ana"), call("send_mail", to="Bo"), "Sent.")
    terminal.wait_for("> ")
    terminal.type("write to Ana\r")
    terminal.wait_for("do it? [y/N]: ")
    terminal.type("n\r")
    terminal.wait_for("denied: 'send_mail' was denied by")
    terminal.wait_for("> ")
    terminal.type("then Bo\r")
    terminal.wait_for("do it? [y/N]: ")
    terminal.type("y\r")
    terminal.wait_for("result  sent to Bo")
    terminal.wait_for("Sent.")
    terminal.wait_for("> ")
    terminal.type("/quit\r")
    assert terminal.process.wait(timeout=30) == 0
