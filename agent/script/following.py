"""What can be seen to follow from an act, where the script states nothing."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

import numpy as np
from PIL import Image

from tapwright.agent.script.looks import View, same
from tapwright.agent.seeing.values import Box, Found, Reader
from tapwright.errors import SetupError

LEVELS = 12  # grey levels that a pixel must differ by to count
CARET = 3  # pixels: what is no wider and no higher is a caret that blinks
MARGIN = 8  # pixels around what changed that are read with it
SMALL = 40  # pixels of height below which a part is enlarged to be read
ALIKE = 0.75  # share of the typed letters that have to be read; readers take O for 0
LARGEST = 0.5  # of the picture: what has changed in more of it is no typed text
_LETTERS = re.compile(r"\w", re.UNICODE)


def changed_box(before: Image.Image, after: Image.Image) -> Box | None:
    """What has changed between two looks; None for nothing, or a caret."""
    old, new = View(before), View(after)
    if old.size != new.size:
        return Box(0, 0, new.size.width, new.size.height)
    differ = np.abs(old.pixels.astype(np.int16) - new.pixels).max(axis=2) > LEVELS
    rows, columns = np.nonzero(differ.any(axis=1))[0], np.nonzero(differ.any(axis=0))[0]
    if not len(rows):
        return None
    box = Box(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
    return None if min(box.width, box.height) < CARET else box


def only_shaded(before: Image.Image, after: Image.Image, box: Box) -> bool:
    """Whether what changed is lighter or darker by a little and else the same.

    A pointer does that to whatever it rests on, whether or not its click did anything.
    """
    return same(View(before).crop(box), View(after).crop(box))


def read_back(
    reader: Reader, image: Image.Image, box: Box, text: str, field: Found | None
) -> tuple[bool, str]:
    """Whether a text that was typed into `field` can be read where something changed, and why.

    A label stands beside or above its field. Where only what is above it changed, the tap on it
    may have left the caret in another field, and the text went there.
    """
    if field is not None and box.bottom <= field.box.top:
        return False, "unverified: it appeared above what it was typed into, maybe in another field"
    if reads_as(reader, image, box, text):
        return True, "what was typed is on the screen"
    return False, "unverified: what was typed could not be read back"


def reads_as(reader: Reader, image: Image.Image, box: Box, text: str) -> bool:
    """Whether `text` can be read where something changed.

    Dots in a field for passwords, and texts too short to be sure of, cannot.
    """
    wanted = _letters(text)
    if len(wanted) < 2 or box.width * box.height > LARGEST * image.width * image.height:
        return False
    near = box.grown(MARGIN, image.width, image.height)
    part = image.crop((near.left, near.top, near.right, near.bottom))
    if part.height < SMALL:
        part = part.resize((part.width * 2, part.height * 2))
    try:
        read = _letters(" ".join(line.text for line in reader.read(part)))
    except SetupError:
        return False
    if not read:
        return False
    matcher = SequenceMatcher(None, wanted, read, autojunk=False)
    common = sum(block.size for block in matcher.get_matching_blocks())
    return common >= ALIKE * len(wanted)


def _letters(text: str) -> str:
    """The letters and digits of the end of a text, which a field shows where it is too short."""
    return "".join(_LETTERS.findall(text.casefold()))[-40:]
