"""The tool `code_interpreter`: Python in a sandbox. It is offered only where a person asks for it.

Nothing is kept from one call to the next: each has a sandbox of its own, so that code which spoils
one spoils nothing else.
"""

from __future__ import annotations

import threading
from typing import Annotated

from tapwright.errors import MediaError, SetupError, ToolError
from tapwright.tools.pictures import decode_picture
from tapwright.tools.plugin import tool
from tapwright.tools.registry import Tool
from tapwright.tools.sandbox import Outcome, run_sealed
from tapwright.types import ImagePart, Part, TextPart

TIMEOUT = 60.0  # seconds; the sandbox's own limit is shorter
MAX_CODE = 100_000  # characters
MAX_PRINTED = 12_000  # characters that a model is shown
MAX_SIDE = 1568  # pixels at which a model is shown a chart
MOST_PICTURES = 4
_WAIT = 25.0  # seconds for a place
_SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")

_places = threading.BoundedSemaphore(2)  # each sandbox may take a gigabyte


def tools() -> tuple[Tool, ...]:
    """The tool; whether there is a sandbox shows when it is called."""
    return (code_interpreter,)


@tool(timeout=TIMEOUT)
def code_interpreter(code: Annotated[str, "Python code"]) -> list[Part]:
    """Run Python code in a sandbox without network or files; each call starts afresh.

    The value of the last line is shown, and so is what is printed. numpy and Pillow are there,
    often matplotlib too. Charts that are shown, or saved as PNG or JPEG, come back as pictures.
    """
    if len(code) > MAX_CODE:
        raise ToolError(f"the code has {len(code)} characters; at most {MAX_CODE} are run")
    if not _places.acquire(timeout=_WAIT):
        raise ToolError("other code is still running; try again")
    try:
        outcome = run_sealed(code)
    except SetupError as error:
        raise ToolError(str(error)) from error
    finally:
        _places.release()
    return told(outcome)


def told(outcome: Outcome) -> list[Part]:
    """What a model is shown of a run: the words first, then the pictures."""
    pictures: list[Part] = []
    lines = [_cut(outcome)] if outcome.printed else []
    lines += [text for text in (outcome.value, outcome.error) if text]
    if outcome.stopped:
        lines.append(f"stopped: {outcome.stopped}")
    for name, data in outcome.pictures[:MOST_PICTURES]:
        try:
            if not data.startswith(_SIGNATURES):
                raise MediaError(f"'{name}' is neither PNG nor JPEG")
            image = decode_picture(data, f"'{name}'")
        except MediaError as error:
            lines.append(f"picture not shown: {error}")
            continue
        size = image.size
        image.thumbnail((MAX_SIDE, MAX_SIDE))
        pictures.append(ImagePart(image))
        lines.append(f"picture {name} ({size[0]}x{size[1]})")
    lines += outcome.notes[:MOST_PICTURES]
    return [TextPart("\n".join(lines) or "done; nothing was printed"), *pictures]


def _cut(outcome: Outcome) -> str:
    text = outcome.printed.rstrip("\n")
    if len(text) <= MAX_PRINTED and outcome.printed_bytes <= len(outcome.printed.encode()):
        return text
    return f"{text[:MAX_PRINTED]}… ({outcome.printed_bytes} bytes in all)"
