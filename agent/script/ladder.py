"""The ladder: what was learned and still looks the same, then text, then a picture, then a model.

A lower rung is asked first and answers alone. Several places that answer equally well are never
chosen from: the script has to say which (`near`, `nth`, `at`).

A target that `near` or its own words tell apart keeps its identity in them. One that only its
looks, its number or a model tells apart keeps it in its surroundings: where those have changed,
what looks like it may be another row's, so it is not taken for the same.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image

from tapwright.actions import Point
from tapwright.agent.script.choosing import (
    ambiguous,
    chosen,
    is_among,
    median_contrast,
    stated_place,
)
from tapwright.agent.script.displaced import must_not_be_displaced
from tapwright.agent.script.eyes import Eyes
from tapwright.agent.script.framed import field_below, field_right_of
from tapwright.agent.script.learned import Learned, Look, Memory
from tapwright.agent.script.looking import (
    fewer_counted,
    in_row_of,
    look_of,
    on_picture,
    standing,
    still_looks,
    target_box,
    words_box,
    words_stand,
)
from tapwright.agent.script.looks import GREYED, View, around, find_same, ink
from tapwright.agent.script.naming import described, label_of, places, read_there, spoken
from tapwright.agent.script.pointing import known_as, pointed
from tapwright.agent.script.steps import Target
from tapwright.agent.seeing.template import find_template
from tapwright.agent.seeing.text import find_text
from tapwright.agent.seeing.values import Box, Found, Line, Reader, Rung
from tapwright.errors import NotFound, NotReady, SetupError, UsageError

PROSE = 6  # words of a text: a part of it may be a link; a shorter one is another label
NEAREST = 0.6  # of the characters: what is read and this like the words may be what was meant
PALE = 0.4  # of the contrast of the texts around: what is paler is greyed out


@dataclass(frozen=True, slots=True)
class Climbed:
    """Where the ladder ended: the place, and what is to be learned from it (None: nothing)."""

    found: Found
    healed: bool = False
    look: Look | None = None


class Ladder:
    """Looks for targets on pictures; `only_learned` asks no model and learns nothing."""

    def __init__(
        self,
        learned: Learned,
        reader: Reader,
        eyes: Eyes | None = None,
        *,
        alias: str = "",
        folder: Path | None = None,
        only_learned: bool = False,
    ) -> None:
        """`alias` names the device in what is learned; pictures of targets lie in `folder`."""
        self._learned = learned
        self._reader = reader
        self._eyes = eyes
        self._alias = alias
        self._folder = folder or Path()
        self._only_learned = only_learned

    def name(self, target: Target) -> str:
        """What a target is called in what is learned."""
        return f"{self._alias}/{described(label_of(target))}"

    def climb(self, view: View, target: Target) -> Climbed:
        """Find `target`; raise `NotFound`, `Ambiguous` or `NotReady` where it must not be used."""
        label = label_of(target)
        if label is target:
            return self._climb(view, target)
        # A field: its label is found and learned as any target, but no model is asked for it.
        climbed = self._climb(view, label, asks=False)
        find = field_right_of if target.right_of else field_below
        box = find(view.pixels, words_box(climbed.found))
        if box is None:
            raise NotFound(f"'{label.words}' is there, but {spoken(target)} is not: no frame is")
        return replace(climbed, found=replace(climbed.found, point=box.middle, box=box))

    def _climb(self, view: View, target: Target, *, asks: bool = True) -> Climbed:
        if target.at is not None and not target.words and not target.picture:
            return Climbed(stated_place(view, target.at))
        memory = self._learned.recall(self.name(target))
        if memory is not None:
            known = self._as_learned(view, target, memory)
            if known is not None:
                return Climbed(known)
        lines: Sequence[Line] | None = None
        found: Found | None = None
        why: list[str] = []
        if target.words:
            try:
                lines = self._reader.read(view.image)
                found = self._by_text(view, target, lines, why)
            except SetupError as error:
                why.append(str(error))
        if found is None and target.picture:
            found = self._by_picture(view, target, lines, why)
        if found is None and not asks:
            raise NotFound(f"cannot find {spoken(target)}: {'; '.join(why)}")
        if found is None:
            found = self._by_model(view, target, memory, why)
        if memory is not None:
            self._must_be_live(view, target, memory, found)
            must_not_be_displaced(view, target, memory, found, lines or ())
            if self._confirmed(view, target, memory, found):
                # In a row, the words beside it have moved: learned anew, and nothing has healed.
                anew = look_of(view, target, found, lines) if target.near else None
                return Climbed(found, False, anew)
        healed = memory is not None and not self._only_framed_anew(view, target, memory, found)
        return Climbed(found, healed, look_of(view, target, found, lines))

    def learn(self, target: Target, look: Look) -> None:
        """Keep how a target looked, unless nothing is to be learned."""
        if not self._only_learned:
            self._learned.learn(self.name(target), look)

    # --- what was learned -----------------------------------------------------------------------

    def _as_learned(self, view: View, target: Target, memory: Memory) -> Found | None:
        """The one place that looks as the target did; None where there is none."""
        answers: list[tuple[Look, Box]] = []
        for look in memory.looks:
            first = (look.place.x + look.box.left, look.place.y + look.box.top)
            copies = find_same(view, look.target, first)
            alike = [box for box in copies if still_looks(view, look, box)]
            if target.nth is not None and alike and copies.index(alike[0]) != target.nth - 1:
                alike = []  # it is another one of them now, or they are counted by reading
            answers += [(look, box) for box in alike if not is_among(box, answers)]
            if alike:
                break
        if len(answers) > 1:
            raise ambiguous(target, [box for _, box in answers], "look as it did")
        if not answers:
            return None
        look, box = answers[0]
        x, y = box.left - look.box.left, box.top - look.box.top
        point = Point(look.point.x + x, look.point.y + y)
        return Found(point, box, 1.0, Rung.LEARNED, look.words)

    def _confirmed(self, view: View, target: Target, memory: Memory, found: Found) -> bool:
        """Whether the words stand where the target looks as ever: only its surroundings changed.

        What changed there is not compared any more, since the words alone tell it apart.
        """
        if found.rung is Rung.TEMPLATE:
            return True  # the script's own picture tells it apart, whatever is around it
        if found.rung is not Rung.TEXT or target.nth is not None or target.at is not None:
            return False
        for look in memory.looks:
            if look.rung is not Rung.TEXT:
                continue
            part = around(found.box, look.target, view.size)
            for box in find_same(view, look.target, within=part):
                if not box.overlaps(found.box):
                    continue
                seen = standing(view, look, box)
                if seen is not None and not target.near and not self._only_learned:
                    self._learned.count_fewer(memory.name, look, fewer_counted(look, seen))
                return True
        return False

    def _only_framed_anew(self, view: View, target: Target, memory: Memory, found: Found) -> bool:
        """Whether the words that were read are the very pixels that were learned: nothing healed,
        though what is learned is learned anew."""
        if found.rung is not Rung.TEXT or target.nth is not None or target.at is not None:
            return False
        looks = (look for look in memory.looks if look.rung is Rung.TEXT)
        return any(words_stand(view, look, found) for look in looks)

    def _must_be_live(self, view: View, target: Target, memory: Memory, found: Found) -> None:
        """Raise `NotReady` where it is paler than it ever was, `Ambiguous` where it moved away."""
        now = ink(view.crop(target_box(view, found)))
        if found.rung is Rung.TEXT and all(now < GREYED * look.ink for look in memory.looks):
            raise NotReady(f"{spoken(target)} is greyed out: it is much paler than it was")
        if target.nth is None:
            return
        for look in memory.looks:
            for other in find_same(view, look.target):
                if still_looks(view, look, other) and not other.overlaps(found.box):
                    raise ambiguous(target, [found.box, other], "answer: its number, and its looks")

    # --- text, picture, model -------------------------------------------------------------------

    def _by_text(
        self, view: View, target: Target, lines: Sequence[Line], why: list[str]
    ) -> Found | None:
        """The one label that has the target's words; None, and why, where there is none."""
        hits = find_text(lines, target.words, near=target.near)
        usable = [hit for hit in hits if hit.whole or len(hit.said.split()) >= PROSE]
        whole = [hit for hit in usable if hit.whole] or usable
        if not whole:
            why.append(self._not_read(target, lines, hits))
            return None
        found = chosen(view, target, whole)
        pale = median_contrast(view, lines, found.box)
        if pale is not None and ink(view.crop(on_picture(view, found.box))) < PALE * pale:
            raise NotReady(f"{spoken(target)} is greyed out: it is much paler than the text around")
        return found

    def _not_read(self, target: Target, lines: Sequence[Line], hits: Sequence[Found]) -> str:
        if hits:
            return (
                f"'{target.words}' is only a part of '{hits[0].said}', which may be another thing"
            )
        if target.near and find_text(lines, target.words):
            return f"'{target.words}' was read, but not near '{target.near}'"
        texts = [line.text for line in lines]
        near = difflib.get_close_matches(target.words, texts, n=1, cutoff=NEAREST)
        words = f"'{target.words}'"
        asked = "it" if spoken(target) == words else words  # what is sought is told before
        told = f" (the nearest is '{near[0]}')" if near else f"; {read_there(texts)}"
        return f"{asked} was not read anywhere{told}"

    def _by_picture(
        self, view: View, target: Target, lines: Sequence[Line] | None, why: list[str]
    ) -> Found | None:
        """The one place that looks like the picture that the script names."""
        file = self._folder / target.picture
        try:
            with Image.open(file) as image:
                template = image.convert("RGB")
        except (OSError, Image.DecompressionBombError) as error:
            raise UsageError(f"cannot read the picture '{file}' of a target: {error}") from error
        hits = list(find_template(view.image, template))
        if target.near:
            read = self._reader.read(view.image) if lines is None else lines
            hits = [hit for hit in hits if in_row_of(hit.box, target.near, read)]
        if not hits:
            why.append(f"nothing looks like '{target.picture}'")
            return None
        return chosen(view, target, hits)

    def _by_model(self, view: View, target: Target, memory: Memory | None, why: list[str]) -> Found:
        """Where the model points; `NotFound` where it may not be asked, or not be believed."""
        reasons = "; ".join(why)
        if self._only_learned:
            raise NotFound(f"cannot find {spoken(target)}: {reasons}; no model may be asked")
        if self._eyes is None or not target.words:
            raise NotFound(f"cannot find {spoken(target)}: {reasons}; there is no model to ask")
        found = pointed(
            view, target, self._eyes, lambda: self._reader.read(view.image), memory, reasons
        )
        other = known_as(view, found, self._learned, self.name(target), self._alias)
        if other:
            raise NotFound(
                f"the model points at {places([found.box])} for {spoken(target)}, "
                f"which was learned as '{other}'"
            )
        return found
