"""Values read off the screen: beside words, without a model, or by asking one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PIL import Image

from tapwright.agent.matching import MATCH_SECONDS, TooSlow, must_be_pattern, search
from tapwright.agent.quiet import Clock
from tapwright.agent.script.eyes import Eyes
from tapwright.agent.script.ready import look_lit
from tapwright.agent.script.steps import Ask
from tapwright.agent.seeing.asking import read_below, read_right_of
from tapwright.agent.seeing.kinds import NoNumberError, as_kind
from tapwright.agent.seeing.values import Line, Reader
from tapwright.errors import NotFound, ReplyError, StepFailed
from tapwright.types import Observation

if TYPE_CHECKING:
    from tapwright.agent.seeing.reading import CachedReader

AGAIN = 0.15  # seconds between two looks at a screen without the value


class Installed:
    """The text reader that is installed, fetched when something is first read."""

    name = "installed"

    def __init__(self) -> None:
        self._reader: CachedReader | None = None

    def load(self) -> None:
        """Load it now, which takes seconds; raise `SetupError` where no reader is installed."""
        self._fetched().load()

    def read(self, image: Image.Image) -> Sequence[Line]:
        """Every stretch of text; raise `SetupError` where no reader is installed."""
        return self._fetched().read(image)

    def _fetched(self) -> CachedReader:
        if self._reader is None:
            from tapwright.agent.seeing.reading import text_reader

            self._reader = text_reader()
        return self._reader


def answer(
    act: Ask,
    reader: Reader,
    eyes: Eyes | None,
    look: Callable[[], Observation],
    clock: Clock,
    timeout: float,
) -> Any:
    """The value that is asked for; raise `NotFound` where there is none, or it is not clear,
    `ScreenUnavailable` where the screen shows nothing, `StepFailed` where the pattern takes too
    long, `UsageError` where it is none.

    With `right_of`, `below` or `pattern` the text is read; else the model is asked, once.
    """
    if not (act.right_of or act.below or act.pattern):
        if eyes is None:
            raise NotFound(
                f"'{act.question}' takes a model, and there is none to ask; "
                "or say where it stands with 'right_of' or 'below'"
            )
        try:
            image = look_lit(look, clock, clock.now() + timeout).image
            return eyes.ask(image, act.question, act.kind)
        except ReplyError as error:
            raise NotFound(f"the model gave no {act.kind} for '{act.question}': {error}") from error
    end = clock.now() + timeout
    while True:
        lines = reader.read(look_lit(look, clock, end).image)
        try:
            return as_kind(_text(act, lines), act.kind)
        except ValueError as error:
            now = clock.now()
            if now >= end:
                raise NotFound(
                    f"cannot read '{act.question}': {error}{_cure(act, error)}"
                ) from error
            clock.wait(min(AGAIN, end - now))


def _cure(act: Ask, error: ValueError) -> str:
    """What to do about a text that is more than the number asked for; empty where that is clear."""
    if act.pattern or not isinstance(error, NoNumberError):
        return ""
    return r"; where a number stands in it, take that out with a 'pattern', such as pattern: '\d+'"


def _text(act: Ask, lines: Sequence[Line]) -> str:
    """The text that is meant; raise `ValueError` where it is not there, or several are."""
    if act.right_of:
        text = read_right_of(lines, act.right_of)
    elif act.below:
        text = read_below(lines, act.below)
    else:
        text = "\n".join(line.text for line in lines)
    return _matched(act.pattern, text) if act.pattern else text


def _matched(pattern: str, text: str) -> str:
    """The part of the text that a pattern is after; raise `ValueError` where there is none."""
    must_be_pattern(pattern)  # filled in: one that stands in the script was looked at first
    try:
        found = search(pattern, text)
    except TooSlow as error:
        raise StepFailed(
            f"the pattern '{pattern}' took longer than {MATCH_SECONDS:g} s on '{_start(text)}'; "
            "write it with fewer repeats, or say where to read with 'right_of' or 'below'"
        ) from error
    value = found[min(1, len(found) - 1)] if found else None
    if value is None:
        raise ValueError(f"nothing matches '{pattern}' in '{_start(text)}'")
    return value


def _start(text: str) -> str:
    return " ".join(text[:80].split())
