"""The steps of a script as Python calls: `screen.tap("Save")`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from PIL import Image

from tapwright.actions import Button
from tapwright.agent.script.acting import Done, Stage
from tapwright.agent.script.keys import keys_in
from tapwright.agent.script.steps import (
    Act,
    Ask,
    Condition,
    DragTo,
    Open,
    Press,
    ScrollBy,
    TapOn,
    Target,
    TypeIn,
)
from tapwright.agent.seeing.values import Found
from tapwright.errors import Unexpected, UsageError
from tapwright.protocols import Device

_KINDS: Mapping[Any, Literal["text", "int", "float", "bool", "date"]] = {
    str: "text", int: "int", float: "float", bool: "bool",
    "text": "text", "int": "int", "float": "float", "bool": "bool", "date": "date",
}  # fmt: skip


class Screen:
    """A device's screen, on which targets are found by their words and acts are checked.

    A target is words as they stand on the screen ("Save"), or a `Target` that says more. Every
    method that acts waits up to `timeout` seconds until its target is there, is the only one and
    stands still; it raises `NotFound`, `Ambiguous` or `NotReady` where it is not, and nothing was
    done. `expect` is what should follow, as words on the screen or a `Condition`: `Unexpected`
    is raised where it does not. What comes back says which rung found the target and whether
    what should follow was seen.
    """

    def __init__(self, stage: Stage, *, timeout: float = 10.0) -> None:
        """Use a stage; `tapwright.Screen` makes one from a device."""
        self.stage = stage
        self.timeout = timeout

    @property
    def device(self) -> Device:
        """The device that is driven."""
        return self.stage.device

    @property
    def model_calls(self) -> int:
        """How often a model was asked so far."""
        return self.stage.model_calls

    def tap(
        self,
        target: str | Target,
        *,
        near: str | None = None,
        nth: int | None = None,
        button: Button = "left",
        hold: float = 0.0,
        expect: str | Condition | None = None,
        timeout: float | None = None,
    ) -> Done:
        """Tap or click a target; `near` are words in its row, `hold` seconds make it long."""
        act = TapOn(_target(target, near, nth), button, 1, hold)
        return self._do(act, expect, timeout)

    def click(self, target: str | Target, **options: Any) -> Done:
        """Click a target; the same as `tap`."""
        return self.tap(target, **options)

    def double_click(
        self,
        target: str | Target,
        *,
        near: str | None = None,
        nth: int | None = None,
        expect: str | Condition | None = None,
        timeout: float | None = None,
    ) -> Done:
        """Click a target twice."""
        return self._do(TapOn(_target(target, near, nth), "left", 2), expect, timeout)

    def type(
        self,
        text: str,
        *,
        into: str | Target | None = None,
        clear: bool = False,
        expect: str | Condition | None = None,
        timeout: float | None = None,
    ) -> Done:
        """Type text where the caret is, or into a field that is tapped first and, with `clear`,
        emptied."""
        field = _target(into) if into is not None else None
        return self._do(TypeIn(text, field, clear), expect, timeout)

    def press(
        self,
        keys: str,
        *,
        expect: str | Condition | None = None,
        timeout: float | None = None,
    ) -> Done:
        """Press a key or several together: "enter", "ctrl+s"."""
        return self._do(Press(_keys(keys)), expect, timeout)

    def scroll(
        self,
        direction: Literal["up", "down", "left", "right"] = "down",
        notches: int = 3,
        *,
        at: str | Target | None = None,
        until: str = "",
        timeout: float | None = None,
    ) -> Done:
        """Scroll at a target, or the middle, so many notches or `until` words are seen."""
        place = _target(at) if at is not None else None
        return self._do(ScrollBy(direction, notches, place, until), None, timeout)

    def drag(
        self,
        start: str | Target,
        end: str | Target,
        *,
        expect: str | Condition | None = None,
        timeout: float | None = None,
    ) -> Done:
        """Drag from one target to another."""
        return self._do(DragTo(_target(start), _target(end)), expect, timeout)

    def open(
        self,
        app: str,
        *arguments: str,
        expect: str | Condition | None = None,
        timeout: float | None = None,
    ) -> Done:
        """Open an app or a program, on a desktop with arguments."""
        return self._do(Open(app, arguments), expect, timeout)

    def find(
        self,
        target: str | Target,
        *,
        near: str | None = None,
        nth: int | None = None,
        timeout: float | None = None,
    ) -> Found:
        """Where a target is, without touching it."""
        return self.stage.find(_target(target, near, nth), self._seconds(timeout))

    def wait_for(self, what: str | Condition, *, timeout: float | None = None) -> None:
        """Wait until a label is on the screen, or a condition holds; `Unexpected` if it never does.

        `screen.wait_for(Condition(contains="were copied"))` waits for words within a longer one,
        `screen.wait_for(Condition(gone="Loading"))` waits until something has gone.
        """
        held, why = self.stage.holds(_condition(what), None, self._seconds(timeout))
        if not held:
            raise Unexpected(f"waited {self._seconds(timeout):g} s, and {why}")

    def check(self, statement: str | Condition, *, timeout: float | None = None) -> None:
        """Hold the screen against a statement in words, which a model judges.

        A `Condition` says other things: `Condition(text="Paid")` is read, without a model. Raise
        `Unexpected` where it does not hold by the timeout (at once unless given).
        """
        condition = Condition(seen=statement) if isinstance(statement, str) else statement
        held, why = self.stage.holds(condition, None, timeout or 0.0)
        if not held:
            raise Unexpected(why)

    def ask(
        self,
        question: str,
        kind: Any = str,
        *,
        right_of: str = "",
        below: str = "",
        pattern: str = "",
        timeout: float | None = None,
    ) -> Any:
        """Read a value off the screen: `screen.ask("the total", float)`.

        `kind` is str, int, float, bool, or "date". With `right_of`, `below` or `pattern` (a
        regular expression; its first group is the value) the text is read there without a model.
        Raise `NotFound` where there is none.
        """
        if kind not in _KINDS:
            known = "str, int, float, bool, 'date'"
            raise UsageError(f"a value is one of {known}, not {kind!r}")
        asked = Ask(question, "", _KINDS[kind], right_of, below, pattern)
        return self.stage.ask(asked, self._seconds(timeout))

    def read(self) -> list[str]:
        """Every stretch of text on the screen, top to bottom."""
        return self.stage.read()

    def screenshot(self, file: str | Path | None = None) -> Image.Image:
        """The screen as it is now, kept in `file` (PNG) where one is named."""
        image = self.stage.look().image
        if file is not None:
            image.save(file, "PNG")
        return image

    def _do(self, act: Act, expect: str | Condition | None, timeout: float | None) -> Done:
        condition = _condition(expect) if expect is not None else None
        return self.stage.do(act, timeout=self._seconds(timeout), expect=condition)

    def _seconds(self, timeout: float | None) -> float:
        return self.timeout if timeout is None else timeout


def _target(what: str | Target, near: str | None = None, nth: int | None = None) -> Target:
    if isinstance(what, Target):
        if near is not None or nth is not None:
            raise UsageError("a Target says itself what it is near to; leave 'near' and 'nth' out")
        return what
    if not what.strip():
        raise UsageError("a target needs words, such as the label of a button")
    if near is not None and not near.strip():
        raise UsageError(f"'{what}' is to be near nothing; give words of its row, or no 'near'")
    return Target(what, near=near or "", nth=nth)


def _condition(what: str | Condition) -> Condition:
    if isinstance(what, str) and not what.strip():
        raise UsageError("nothing is expected: give words that are to be on the screen")
    return Condition(text=what) if isinstance(what, str) else what


def _keys(said: str) -> tuple[str, ...]:
    keys = keys_in(said)
    if keys is None:
        raise UsageError(f"cannot read the keys '{said}'; write them as in 'ctrl+s'")
    return keys
