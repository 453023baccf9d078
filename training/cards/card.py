"""A drawn card: its picture, what stands on it and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from PIL import Image

Kind = Literal["pass", "parcel", "weather"]
KINDS: tuple[Kind, ...] = ("pass", "parcel", "weather")
Box = tuple[float, float, float, float]

PORTRAIT = (1008, 2240)
LANDSCAPE = (2240, 1008)
# What the embedded model sees of them: small type is 23 pixels high there. At 14 it read 6 letters
# of 10, at 20 to 24 nearly 9, after the same training.
SHORT_SIDE, LONG_SIDE = 420, 924


@dataclass(frozen=True, slots=True)
class Field:
    """One line of text on a card.

    `name` says which fact it shows, "" for everything else; `boxes` holds one (left, top, right,
    bottom) for each character of `text`, in pixels of the picture: from the height of the
    capitals to the baseline.
    """

    name: str
    text: str
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A picture with all that is known about it; `unseen` cards are never trained on.

    `stands_for` gives the real names of those that were invented for this card.
    """

    kind: Kind
    layout: str
    seed: int
    unseen: bool
    picture: Image.Image
    facts: Mapping[str, str]
    boxes: tuple[Field, ...]
    stands_for: Mapping[str, str]

    def shows(self, *names: str) -> bool:
        """Whether all these facts can be read on the picture."""
        drawn = {field.name for field in self.boxes}
        return all(name in drawn for name in names)
