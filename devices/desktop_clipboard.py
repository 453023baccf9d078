"""The clipboard, borrowed for a moment to carry text and given back as it was.

For Windows and macOS, and for pyautogui under X11, whose keys depend on the layout. Of what was on
the clipboard its text comes back; a picture or a file there does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tapwright.errors import SetupError, TextNotTypable


@contextmanager
def borrowed() -> Iterator[Callable[[str], None]]:
    """Give a function that puts a text on the clipboard; at the end, the old text is back.

    The function raises `TextNotTypable` where the clipboard does not hold the text afterwards.
    Raise `SetupError` where there is no way to a clipboard.
    """
    library = _library()
    before = _asked(library.paste)

    def put(text: str) -> None:
        _asked(lambda: library.copy(text))
        if _asked(library.paste) != text:
            raise TextNotTypable("the clipboard does not hold the text as it is: type it in parts")

    try:
        yield put
    finally:
        _asked(lambda: library.copy(before))


def held_text() -> str:
    """The text on the clipboard, empty where it holds none; raise `SetupError` as `borrowed`."""
    return str(_asked(_library().paste))


def _library() -> Any:
    try:
        import pyperclip
    except ImportError as error:
        raise SetupError(
            "the clipboard needs pyperclip: python -m pip install 'tapwright[desktop]'"
        ) from error
    return pyperclip


def _asked(call: Callable[[], Any]) -> Any:
    """What the clipboard says; a missing program is named with its cure."""
    from pyperclip import PyperclipException

    try:
        return call()
    except PyperclipException as error:
        raise SetupError(
            "this system's clipboard cannot be reached: on Debian, apt-get install xclip"
        ) from error
