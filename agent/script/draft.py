"""A script in the making: steps gathered from what somebody did, with what was found meanwhile.

Its targets are named in words where there are any; what was found is learned, so that the script
replays with no model. A recording and an agent's run both become a script this way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from PIL import Image

from tapwright.actions import Direction, Point
from tapwright.agent.script.learned import Learned, Look
from tapwright.agent.script.load import DEVICE
from tapwright.agent.script.looking import look_of
from tapwright.agent.script.looks import Mask, View
from tapwright.agent.script.naming import described, label_of
from tapwright.agent.script.pointed import Pointed, Pointer
from tapwright.agent.script.steps import (
    Act,
    Assert,
    Condition,
    DragTo,
    Options,
    Place,
    Press,
    Script,
    ScrollBy,
    Step,
    TapOn,
    Target,
    TypeIn,
)
from tapwright.agent.seeing.values import Rung
from tapwright.errors import UsageError

_ONCE = TapOn(Target())


@dataclass(slots=True)
class Draft:
    """A script that is not yet written, for the one device that `device` opens (see `connect`).

    `notes` are what a person should know of it. Pictures of targets without words, and what was
    learned, are written with the script, beside it; where it does not learn (`learns`), its first
    run will.
    """

    file: Path
    name: str
    device: str
    pointer: Pointer
    learns: bool = True
    steps: list[Step] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    _pictures: dict[str, Image.Image] = field(default_factory=dict)
    _looks: list[tuple[str, Look]] = field(default_factory=list)

    def add(self, act: Act, name: str = "") -> Step:
        """Put a step at the end; `name` is what a person calls it."""
        place = Place(self.file, 1, str(len(self.steps) + 1))
        step = Step(place, act, Options(name))
        self.steps.append(step)
        return step

    def tap(
        self,
        image: Image.Image,
        point: Point,
        how: TapOn = _ONCE,
        *,
        restless: Mask | None = None,
        sharp: bool = True,
    ) -> Step:
        """A tap at `point` of an RGB picture, `how` but for its target.

        `restless` are pixels that change by themselves, which are not learned; of a picture that
        is not `sharp`, because it was kept smaller than the screen, nothing is.
        """
        pointed = self._pointed(image, point, restless, sharp=sharp)
        name = f"tap {pointed.beside}" if pointed.beside else ""
        return self.add(replace(how, target=_literal_target(pointed.target)), literal(name))

    def drag(
        self, image: Image.Image, start: Point, end: Point, *, restless: Mask | None = None
    ) -> Step:
        """A drag between two points of an RGB picture."""
        both = [self._pointed(image, point, restless) for point in (start, end)]
        ends = [_literal_target(each.target) for each in both]
        return self.add(DragTo(*ends))

    def scroll(self, direction: Direction, notches: int) -> Step:
        """A scroll in the middle of the screen; one in the same direction before it goes on."""
        last = self.steps[-1] if self.steps else None
        if last is not None and isinstance(last.act, ScrollBy) and last.act.direction == direction:
            more = replace(last.act, notches=last.act.notches + notches)
            self.steps[-1] = replace(last, act=more)
            return self.steps[-1]
        return self.add(ScrollBy(direction, notches))

    def type(self, text: str) -> Step:
        """Typed text, as it is to stand in the script."""
        return self.add(TypeIn(text))

    def press(self, keys: Sequence[str]) -> Step:
        """Keys pressed together."""
        return self.add(Press(tuple(keys)))

    def check(self, check: str) -> Step:
        """A check of the device that must hold."""
        return self.add(Assert(Condition(check=literal(check))))

    def script(self) -> Script:
        """The script as a value."""
        devices = {DEVICE: self.device}
        steps, secrets = tuple(self.steps), tuple(self.secrets)
        return Script(self.file, self.name, steps, devices, secrets=secrets)

    def save(self) -> Path:
        """Write the script, its pictures and what was learned; return the script's path.

        Raise `UsageError` where that cannot be written.
        """
        from tapwright.agent.script.write import write_script

        script = self.script()
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            for name, image in self._pictures.items():
                path = self.file.parent / name
                path.parent.mkdir(parents=True, exist_ok=True)
                image.save(path, "PNG")
            learned = Learned(script.learned)
            for name, look in self._looks:
                learned.learn(name, look)
            self.file.write_text(write_script(script), encoding="utf-8")
        except OSError as error:
            raise UsageError(f"cannot write the script '{self.file}': {error}") from error
        return self.file

    def _pointed(
        self, image: Image.Image, point: Point, restless: Mask | None, *, sharp: bool = True
    ) -> Pointed:
        """The target at a point; its picture is kept, and what it looks like."""
        pointed = self.pointer.at(image, point)
        if pointed.template is not None:
            name = f"{self.file.stem}.pictures/{len(self._pictures) + 1:02}.png"
            self._pictures[name] = pointed.template
            pointed = replace(pointed, target=replace(pointed.target, picture=name))
        if pointed.found.rung is Rung.PLACE:
            self.notes.append(
                f"step {len(self.steps) + 1}: nothing can be read at ({point.x}, {point.y}) and "
                "nothing there is unlike the rest, so the script names the bare place"
            )
            return pointed
        if not sharp:
            if pointed.template is not None:
                self.notes.append(
                    f"step {len(self.steps) + 1}: its target has no words, and the run kept the "
                    "screen too small for a sharp picture of it; give it a target"
                )
            return pointed
        known = label_of(pointed.target)
        look = look_of(View(image), known, pointed.found, pointed.lines)
        if look is not None and self.learns:
            if restless is not None:
                look = _without(look, restless)
            self._looks.append((f"{DEVICE}/{described(known)}", look))
        return pointed


def _without(look: Look, restless: Mask) -> Look:
    """The look without what changes by itself around the target."""
    height, width = look.counts.shape
    left, top = look.place.x, look.place.y
    counts = look.counts & ~restless[top : top + height, left : left + width]
    box = look.box
    counts[box.top : box.bottom, box.left : box.right] = True
    return replace(look, counts=counts)


def must_be_free(file: Path, *, replace_it: bool = False) -> None:
    """Raise `UsageError` where a script would take the place of a file."""
    if file.suffix not in (".yaml", ".yml"):
        raise UsageError(f"'{file}' is no name for a script; let it end in .yaml")
    if file.exists() and not replace_it:
        raise UsageError(f"'{file}' is already there; choose another name or add --force")


def literal(text: str) -> str:
    """Text as a script writes it, so that nothing in it is taken for an expression."""
    return text.replace("{{", "{{ '{{' }}")


def all_literal(value: Any) -> Any:
    """A value with every text in it, inside lists and mappings too, made `literal`."""
    if isinstance(value, str):
        return literal(value)
    if isinstance(value, Mapping):
        return {name: all_literal(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [all_literal(inner) for inner in value]
    return value


def _literal_target(target: Target) -> Target:
    """A target whose words were read on a screen, which may say anything."""
    return replace(
        target,
        words=literal(target.words),
        picture=literal(target.picture),
        near=literal(target.near),
        right_of=literal(target.right_of),
        below=literal(target.below),
    )
