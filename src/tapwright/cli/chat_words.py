"""Telling pictures from the question among the words of a command."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tapwright.agent.media import FILMS, PHONE_PICTURES, PICTURES, is_address
from tapwright.errors import UsageError

_KNOWN = PICTURES | PHONE_PICTURES | FILMS


def sort_words(words: Sequence[str]) -> tuple[list[str], str]:
    """The pictures and films among `words`, and the question (empty where there is none).

    Raise `UsageError` where there are two questions: most likely one without quotes.
    """
    shown: list[str] = []
    asked: list[str] = []
    for word in words:
        (shown if _is_shown(word) else asked).append(word)
    if len(asked) > 1:
        raise UsageError(
            f"'{asked[0]}' and '{asked[1]}' are two questions; put one question in quotes, or "
            "check the names of the pictures"
        )
    return shown, asked[0] if asked else ""


def _is_shown(word: str) -> bool:
    if is_address(word):
        return True
    if Path(word).suffix.lower() in _KNOWN:
        return True  # whether it is there or not: a misspelt name is not a question
    try:
        return bool(word) and Path(word).expanduser().exists()
    except (OSError, RuntimeError, ValueError):  # far too long for a name, or with a zero byte
        return False


def as_said(shown: str, fps: float | None = None) -> object:
    """A picture's or film's name in a form that an assistant understands."""
    if Path(shown.split("?")[0]).suffix.lower() in FILMS or _moves(shown):
        film: dict[str, object] = {"type": "video", "video": shown}
        return film if fps is None else film | {"fps": fps}
    return {"type": "image", "image": shown}


def _moves(shown: str) -> bool:
    """Whether it is a file with a picture that moves, such as a GIF."""
    from tapwright.agent.film_moving import is_moving_picture

    if is_address(shown):
        return False
    try:
        path = Path(shown).expanduser()
        return path.is_file() and is_moving_picture(path)
    except (OSError, RuntimeError, ValueError):  # what is wrong with it is said when it is read
        return False
