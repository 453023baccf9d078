"""Spare keycodes of an X keyboard, lent to characters that its layout lacks.

Programs look up what a key writes when they read its event, not when it was sent. So a key that
has written is not lent to another character before the program in front has read its events: it
is asked by a ping, as window managers do.

Every change makes every program read the keyboard anew, which costs a window manager up to 50
ms. So as many keys as possible are changed by one request, and what was lent stays lent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tapwright.devices.desktop_settle import read_by_the_program
from tapwright.errors import TextNotTypable

# Keys that act on others' meaning: never written anew, not even with what they have.
_MODIFIERS = (range(0xFE00, 0xFF00), range(0xFF7E, 0xFF80), range(0xFFE1, 0xFFEF))


@dataclass(frozen=True, slots=True)
class Stroke:
    """A key, and whether shift is held with it."""

    code: int
    shift: bool = False


class SpareKeys:
    """The keys that are lent, on one connection; each writes two characters."""

    def __init__(self, link: Any) -> None:
        """Use a python-xlib connection; nothing is asked or changed yet."""
        self._link = link
        self._first = 0
        self._rows: Sequence[Sequence[int]] = ()
        self._slots: list[Stroke] = []
        self._read = True  # whether the program in front has read what lent keys wrote
        self.lent: dict[int, Stroke] = {}  # keysym -> its key, the longest unused first

    @property
    def room(self) -> int:
        """How many characters can be lent keys at a time."""
        return len(self._slots)

    def look(self, first: int, rows: Sequence[Sequence[int]]) -> None:
        """Take note of the keyboard as it is: keysyms for each keycode from `first`."""
        self._first, self._rows = first, [tuple(row[:2]) if _plain(row) else () for row in rows]
        self.lent = {
            keysym: stroke
            for keysym, stroke in self.lent.items()
            if rows[stroke.code - first][int(stroke.shift)] == keysym
        }
        ours = {stroke.code for stroke in self.lent.values()}
        codes = [first + number for number, row in enumerate(rows) if not any(row)]
        # The highest first: layouts grow from below, and the lowest means no key to many.
        spare = sorted({*codes, *ours} - {first}, reverse=True)
        self._slots = [Stroke(code, shift) for code in spare for shift in (False, True)]

    def lend(self, keysyms: Iterable[int]) -> None:
        """Lend a key to each of these; at most `room` of them."""
        wanted = dict.fromkeys(keysyms)
        for keysym in wanted:
            if keysym in self.lent:
                self.lent[keysym] = self.lent.pop(keysym)  # the newest use
        missing = [keysym for keysym in wanted if keysym not in self.lent]
        if not missing:
            return
        taken = set(self.lent.values())
        free = [slot for slot in self._slots if slot not in taken]
        over = max(0, len(missing) - len(free))
        old = [keysym for keysym in self.lent if keysym not in wanted][:over]
        if len(old) < over:
            raise TextNotTypable("this keyboard layout has no spare key to lend: choose another")
        if old:
            self.settle()
        free += [self.lent.pop(keysym) for keysym in old]
        fresh = dict(zip(missing, free, strict=False))
        self.lent |= fresh
        self._write({stroke.code for stroke in fresh.values()})

    def renew(self, link: Any) -> None:
        """Go on with another connection; what was lent stays lent."""
        self._link = link

    def used(self) -> None:
        """A lent key has been pressed."""
        self._read = False

    def settle(self) -> bool:
        """Wait until the program in front has read what lent keys wrote; whether it said so."""
        if self._read:
            return True
        self._read = True
        return read_by_the_program(self._link)

    def give_back(self) -> None:
        """Lend nothing any more, once the program in front has read what was written."""
        if not self.lent:
            return
        self.settle()
        codes = {stroke.code for stroke in self.lent.values()}
        self.lent.clear()
        self._write(codes)

    def _write(self, codes: set[int]) -> None:
        """Tell the server what the keys of `codes` write, in as few requests as can be."""
        rows: dict[int, tuple[int, ...]] = {}
        for keysym, stroke in self.lent.items():
            low, high = rows.get(stroke.code, (0, 0))
            rows[stroke.code] = (low, keysym) if stroke.shift else (keysym, high)
        for run in self._runs(sorted(codes)):
            told = []
            for code in range(run[0], run[-1] + 1):
                low, high = rows.get(code) or (
                    (0, 0) if code in codes else (*self._row(code), 0, 0)[:2]
                )
                # A letter alone would bring its other case along: it is told twice.
                ours = code in rows
                told.append([low or high, high or low] if ours else [low, high])
            self._link.change_keyboard_mapping(run[0], told)
        self._link.sync()

    def _runs(self, codes: list[int]) -> list[list[int]]:
        """The codes, those together between which every key may be written as it is."""
        lent = {stroke.code for stroke in self.lent.values()}
        runs: list[list[int]] = []
        for code in codes:
            between = range(runs[-1][-1] + 1, code) if runs else ()
            if runs and all(self._row(other) or other in lent for other in between):
                runs[-1].append(code)
            else:
                runs.append([code])
        return runs

    def _row(self, code: int) -> Sequence[int]:
        """What a key writes; () for one that must not be written anew."""
        return self._rows[code - self._first]


def _plain(row: Sequence[int]) -> bool:
    """Whether a key's two keysyms say all about it: none, or one and no shift."""
    first, others = row[0], row[1:]
    if any(first in kind for kind in _MODIFIERS) or (len(row) > 1 and row[1]):
        return False
    return all(other in (0, first) for other in others) and (first > 0 or not any(others))
