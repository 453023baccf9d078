"""What was found last time, kept beside a script so that a person can review it.

    FOLDER/targets.json      every target's looks: where it stood, what was read there
    FOLDER/NAME-HASH.png     one look: the target and its surroundings, as they were seen

What is transparent on a picture is known to change and is not compared. Both are written to a
new file that replaces the old one, so a reader never sees half of either.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from tapwright.actions import Point
from tapwright.agent.script.looks import Mask, Pixels, ink
from tapwright.agent.seeing.values import Box, Rung
from tapwright.errors import UsageError
from tapwright.types import Size

VERSION = 1
MOST_LOOKS = 4  # of one target: day and night, focused and not
MOST_TARGETS = 2000
FILE = "targets.json"

# How a file that was written by hand, or cut, can be wrong.
_BROKEN = (ValueError, KeyError, TypeError, AttributeError, Image.DecompressionBombError)


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """How a target and its surroundings looked once.

    `pixels` are the surroundings, `counts` those of them that are compared, `box` the target and
    `point` where it was acted on, both inside the surroundings; `place` is the surroundings' left
    top on a picture of `screen`. `words` were read there, `rung` found it.
    """

    pixels: Pixels
    counts: Mask
    box: Box
    point: Point
    place: Point
    screen: Size
    words: str
    rung: Rung

    @property
    def target(self) -> Pixels:
        """The target's own pixels."""
        return self.pixels[self.box.top : self.box.bottom, self.box.left : self.box.right]

    @property
    def ink(self) -> float:
        """The contrast that the target's writing had, 0..255."""
        return ink(self.target)


@dataclass(frozen=True, slots=True)
class Memory:
    """What is known of one target: its looks, the newest first."""

    name: str
    looks: tuple[Look, ...]


@dataclass(slots=True)
class Learned:
    """A folder of looks; without a folder they are kept for as long as this lives.

    Raise `UsageError` where the folder holds something else than what was written there.
    """

    folder: Path | None = None
    _known: dict[str, tuple[Look, ...]] = field(default_factory=dict)
    _read: bool = False
    _files: dict[Look, str] = field(default_factory=dict)  # the pictures that we wrote

    def recall(self, name: str) -> Memory | None:
        """What is known of the target called `name`; None where nothing is."""
        self._load()
        looks = self._known.get(name)
        return Memory(name, looks) if looks else None

    def names(self) -> tuple[str, ...]:
        """The targets that are known."""
        self._load()
        return tuple(self._known)

    def apart(self) -> Learned:
        """A copy that is written nowhere and learns for itself."""
        self._load()
        return Learned(None, dict(self._known), True)

    def learn(self, name: str, look: Look) -> None:
        """Keep a look of a target as its newest; a look with the same target pixels gives way."""
        self._load()
        if name not in self._known and len(self._known) >= MOST_TARGETS:
            return
        others = [
            old
            for old in self._known.get(name, ())
            if not np.array_equal(old.target, look.target) or old.rung is not look.rung
        ]
        self._known[name] = (look, *others)[:MOST_LOOKS]
        self._save()

    def count_fewer(self, name: str, look: Look, counts: Mask) -> None:
        """Compare fewer of a look's pixels from now on."""
        fewer = replace(look, counts=look.counts & counts)
        looks = self._known.get(name, ())
        self._known[name] = tuple(fewer if old is look else old for old in looks)
        self._save()

    # --- the folder ---------------------------------------------------------------------------

    def _load(self) -> None:
        if self._read:
            return
        self._read = True
        file = self.folder / FILE if self.folder else None
        if file is None or not file.exists():
            return
        try:
            written = json.loads(file.read_text(encoding="utf-8"))
            if written["version"] != VERSION:
                raise ValueError(f"version {written['version']}, not {VERSION}")
            for name, looks in written["targets"].items():
                read = [self._read_look(file.parent, each) for each in looks]
                self._known[name] = tuple(look for look in read if look is not None)
        except (*_BROKEN, OSError) as error:
            raise UsageError(
                f"cannot read what was learned in '{file}': {error}; "
                "delete its folder to learn anew"
            ) from error

    def _read_look(self, folder: Path, written: Mapping[str, Any]) -> Look | None:
        """A look as it was written; None where a person threw its picture away."""
        file = folder / Path(str(written["picture"])).name
        if not file.exists():
            return None
        with Image.open(file, formats=("PNG",)) as image:
            seen = np.asarray(image.convert("RGBA"))
        look = Look(
            np.ascontiguousarray(seen[:, :, :3]),
            seen[:, :, 3] > 0,
            Box(*map(int, written["box"])),
            Point(*map(int, written["point"])),
            Point(*map(int, written["place"])),
            Size(*map(int, written["screen"])),
            str(written["words"]),
            Rung(written["rung"]),
        )
        height, width = look.counts.shape
        box = look.box
        if not (0 <= box.left < box.right <= width and 0 <= box.top < box.bottom <= height):
            raise ValueError(f"the box {written['box']} lies outside '{file.name}'")
        return look

    def _save(self) -> None:
        if self.folder is None:
            return
        try:
            self._write(self.folder)
        except OSError as error:
            raise UsageError(
                f"cannot write what was learned to '{self.folder}': {error.strerror or error}; "
                "make room there, or run with --only-learned"
            ) from error

    def _write(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        targets: dict[str, list[dict[str, Any]]] = {}
        kept = {FILE}
        for name, looks in sorted(self._known.items()):
            for look in looks:
                picture = self._write_picture(name, look)
                kept.add(picture)
                targets.setdefault(name, []).append(_written(look, picture))
        # Looks that gave way are forgotten here too.
        self._files = {look: self._files[look] for looks in self._known.values() for look in looks}
        text = json.dumps({"version": VERSION, "targets": targets}, indent=1, ensure_ascii=False)
        _replace(folder / FILE, (text + "\n").encode("utf-8"))
        for file in folder.glob("*.png"):
            if file.name not in kept and _is_ours(file.name):
                file.unlink(missing_ok=True)

    def _write_picture(self, name: str, look: Look) -> str:
        """Write a look's picture where it is not there yet, and return its file's name."""
        if self.folder is None:
            return ""
        known = self._files.get(look)
        if known is not None and (self.folder / known).exists():
            return known
        alpha = np.where(look.counts, 255, 0).astype(np.uint8)
        seen = np.dstack([look.pixels, alpha])
        digest = hashlib.sha256(seen.tobytes() + str(seen.shape).encode("ascii")).hexdigest()[:10]
        file = self.folder / f"{_slug(name)}-{digest}.png"
        if not file.exists():
            png = io.BytesIO()
            Image.fromarray(seen).save(png, "PNG")
            _replace(file, png.getvalue())
        self._files[look] = file.name
        return file.name


def _written(look: Look, picture: str) -> dict[str, Any]:
    box = look.box
    return {
        "picture": picture,
        "words": look.words,
        "rung": look.rung.value,
        "box": [box.left, box.top, box.right, box.bottom],
        "point": [look.point.x, look.point.y],
        "place": [look.place.x, look.place.y],
        "screen": [look.screen.width, look.screen.height],
    }


def _slug(name: str) -> str:
    """The letters and digits of a name, for a file's name."""
    words = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in name)
    return "-".join(words.casefold().split())[:40] or "target"


def _is_ours(name: str) -> bool:
    """Whether a picture has a name that we give; a person's own stay where they are."""
    stem = name.removesuffix(".png")
    digest = stem.rpartition("-")[2]
    return len(digest) == 10 and all(letter in "0123456789abcdef" for letter in digest)


def _replace(file: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    new = file.with_name(f".{file.name}.{os.getpid()}")
    with new.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    new.replace(file)
