"""What a device is asked beside its picture, so that a script's checks are judged before they run.

The drivers answer; a test holds theirs to the same names.
"""

from __future__ import annotations

from collections.abc import Mapping

# A desktop's questions by their first word, each with what follows it.
DESKTOP_QUESTIONS: Mapping[str, str] = {
    "windows": "",
    "window": "TITLE",
    "file": "PATH",
    "clipboard": "",
    "process": "NAME",
    "output": "PROGRAM ...",
}


def desktop_questions() -> str:
    """A desktop's questions as a message lists them."""
    return ", ".join(f"{name} {more}".strip() for name, more in DESKTOP_QUESTIONS.items())
