"""Questions to a desktop beside its picture, for checks: windows, files, clipboard, processes.

    window TITLE        the window whose title contains it: `PROGRAM: TITLE`
    windows             every window's title, one a line
    file PATH           what a text file holds
    clipboard           the clipboard's text
    process NAME        the processes of that name, one number a line
    output PROGRAM ...  what a program prints; an argument list, never a shell

An answer's exit code is 0, or 1 where there is no such thing, with the reason in `stderr`.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tapwright.devices.desktop_windows import Windows, the_window
from tapwright.errors import ActionRefused, UsageError
from tapwright.questions import desktop_questions
from tapwright.types import QueryResult

UNKNOWN_COMMAND = 127
MOST_BYTES = 4_000_000  # of a file, or of what a program prints
OUTPUT_SECONDS = 30.0  # for a program to end


class Queries:
    """Answers the questions of one desktop."""

    def __init__(
        self,
        windows: Windows,
        clipboard: Callable[[], str],
        env: Mapping[str, str] | None = None,
    ) -> None:
        """Ask `windows` and `clipboard()`; programs run in `env`, else in ours."""
        self._windows = windows
        self._clipboard = clipboard
        self._env = env
        self._answers: dict[str, Callable[[Sequence[str]], QueryResult]] = {
            "windows": self._all_windows,
            "window": self._one_window,
            "file": self._file,
            "clipboard": self._clipboard_text,
            "process": self._process,
            "output": self._output,
        }

    def answer(self, argv: Sequence[str]) -> QueryResult:
        """Answer `argv`; raise `UsageError` for words that no question can have."""
        if not argv or not argv[0]:
            raise UsageError(f"the question is empty; ask one of: {desktop_questions()}")
        if any("\0" in word for word in argv):
            raise UsageError(f"a question cannot hold a NUL: {argv!r}")
        known = self._answers.get(argv[0])
        if known is None:
            return _no(
                f"a desktop knows no '{argv[0]}'; ask one of: {desktop_questions()}",
                UNKNOWN_COMMAND,
            )
        return known(argv[1:])

    def _all_windows(self, words: Sequence[str]) -> QueryResult:
        if words:
            return _no("'windows' takes no words; for one window ask: window TITLE", 2)
        return QueryResult("".join(f"{window.title}\n" for window in self._windows.all()))

    def _one_window(self, words: Sequence[str]) -> QueryResult:
        if not words:
            return _no("'window' needs a title", 2)
        try:
            return QueryResult(f"{the_window(self._windows.all(), ' '.join(words)).front}\n")
        except ActionRefused as error:
            return _no(str(error))

    def _file(self, words: Sequence[str]) -> QueryResult:
        if len(words) != 1:
            return _no("'file' needs one path; quote it where it has blanks", 2)
        path = Path(words[0]).expanduser()
        try:
            with path.open("rb") as file:
                held = file.read(MOST_BYTES + 1)
        except OSError as error:
            return _no(f"cannot read '{path}': {error.strerror}")
        if len(held) > MOST_BYTES:
            return _no(f"'{path}' is larger than {MOST_BYTES} bytes")
        try:
            return QueryResult(held.decode("utf-8-sig"))
        except UnicodeDecodeError:
            return _no(f"'{path}' is not UTF-8 text")

    def _clipboard_text(self, words: Sequence[str]) -> QueryResult:
        if words:
            return _no("'clipboard' takes no words", 2)
        return QueryResult(self._clipboard())

    def _process(self, words: Sequence[str]) -> QueryResult:
        import psutil

        if len(words) != 1:
            return _no("'process' needs one name", 2)
        wanted = words[0].casefold().removesuffix(".exe")
        found = []
        for process in psutil.process_iter(["name", "status"]):
            name = (process.info["name"] or "").casefold().removesuffix(".exe")
            if name == wanted and process.info["status"] != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
        if not found:
            return _no(f"no process is called '{words[0]}'")
        return QueryResult("".join(f"{pid}\n" for pid in sorted(found)))

    def _output(self, words: Sequence[str]) -> QueryResult:
        if not words:
            return _no("'output' needs a program", 2)
        try:
            done = subprocess.run(
                list(words), capture_output=True, stdin=subprocess.DEVNULL, timeout=OUTPUT_SECONDS,
                env=None if self._env is None else dict(self._env), check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return _no(f"'{words[0]}' did not end in {OUTPUT_SECONDS:g} s")
        except OSError as error:
            return _no(f"cannot run '{words[0]}': {error.strerror}", UNKNOWN_COMMAND)
        if len(done.stdout) > MOST_BYTES:
            return _no(f"'{words[0]}' printed more than {MOST_BYTES} bytes")
        said, complained = (part.decode("utf-8", "replace") for part in (done.stdout, done.stderr))
        return QueryResult(said, complained, done.returncode)


def _no(why: str, code: int = 1) -> QueryResult:
    return QueryResult("", why, code)
