"""Whether a condition holds: read on the screen, asked of the device, worked out, or judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any, Protocol

import numpy as np
from PIL import Image

from tapwright.agent.quiet import Clock
from tapwright.agent.script.eyes import Eyes
from tapwright.agent.script.filling import filled_condition
from tapwright.agent.script.ready import look_lit
from tapwright.agent.script.steps import Condition
from tapwright.agent.seeing.text import find_text, is_label
from tapwright.agent.seeing.values import Line, Reader
from tapwright.agent.verify import parse_check
from tapwright.errors import NotFound, ReplyError, UsageError
from tapwright.protocols import Device
from tapwright.types import Observation

AGAIN = 0.15  # seconds until a condition that does not hold is asked again
JUDGED_AGAIN = 2.0  # seconds until a model is asked again


class Filling(Protocol):
    """What the texts of a condition are filled in from; a script's scope is one."""

    def fill(self, text: str) -> Any:
        """`text` with its `{{ expressions }}` replaced."""

    def truth(self, expression: str) -> bool:
        """Whether an expression over the variables holds."""


@dataclass(frozen=True, slots=True)
class _Answer:
    holds: bool
    said: str
    final: bool = False  # asking again changes nothing


class Conditions:
    """Answers conditions about one device; reads and judges a picture once while it stays."""

    def __init__(
        self,
        device: Device,
        reader: Reader,
        eyes: Eyes | None,
        clock: Clock,
        look: Callable[[], Observation],
    ) -> None:
        self._device = device
        self._reader = reader
        self._eyes = eyes
        self._clock = clock
        self._look = look

    def hold(self, condition: Condition, scope: Filling | None, timeout: float) -> tuple[bool, str]:
        """Whether every stated part holds by the timeout (seconds), and what was seen.

        With 0 s they are asked once. Raise `UsageError` for a condition that states nothing, or
        a check that cannot be read, `StepFailed` where its values leave nothing of a part,
        `NotFound` where a model would have to be asked and none is, and `ScreenUnavailable` where
        the screen shows nothing to answer from.
        """
        parts = [getattr(condition, each.name) for each in fields(condition)]
        if not any(parts) or any(part and not part.strip() for part in parts):
            raise UsageError(
                "a condition needs text, contains, gone, check, that or seen, with words in it"
            )
        end = self._clock.now() + timeout
        wanted = condition if scope is None else filled_condition(condition, scope.fill)
        judged = _Judged(self._eyes)
        while True:
            answers = self._asked(wanted, scope, judged, end)
            said = "; ".join(answer.said for answer in answers)
            failed = [answer for answer in answers if not answer.holds]
            if not failed:
                return True, said
            now = self._clock.now()
            if now >= end or all(answer.final for answer in failed):
                return False, "; ".join(answer.said for answer in failed)
            self._clock.wait(min(AGAIN, end - now))

    def _asked(
        self,
        wanted: Condition,
        scope: Filling | None,
        judged: _Judged,
        end: float,
    ) -> Sequence[_Answer]:
        answers = []
        if wanted.that:
            if scope is None:
                raise UsageError(f"nothing is known to work out '{wanted.that}' from")
            true = scope.truth(wanted.that)
            answers.append(_Answer(true, f"'{wanted.that}' is {'true' if true else 'false'}", True))
        if wanted.check:
            result = parse_check(wanted.check)(self._device)
            answers.append(_Answer(result.passed, result.said))
        read = bool(wanted.text or wanted.contains or wanted.gone)
        if not (read or wanted.seen):
            return answers
        image = look_lit(self._look, self._clock, end).image
        if read:
            answers += _read(self._reader.read(image), wanted)
        if wanted.seen and all(answer.holds for answer in answers):
            answers.append(judged.judge(image, wanted.seen, self._clock.now()))
        return answers


class _Judged:
    """A model's word on a picture, kept while the picture stays the same."""

    def __init__(self, eyes: Eyes | None) -> None:
        self._eyes = eyes
        self._last: tuple[np.ndarray[Any, Any], float, _Answer] | None = None

    def judge(self, image: Image.Image, statement: str, now: float) -> _Answer:
        if self._eyes is None:
            raise NotFound(f"whether '{statement}' is so takes a model, and there is none to ask")
        pixels = np.asarray(image)
        if self._last is not None:
            seen, when, answer = self._last
            if now - when < JUDGED_AGAIN or np.array_equal(seen, pixels):
                return answer
        try:
            true = self._eyes.judge(image, statement)
            said = f"the model says that '{statement}' is {'true' if true else 'false'}"
        except ReplyError as error:
            true, said = False, f"the model did not say whether '{statement}' is so: {error}"
        answer = _Answer(true, said)
        self._last = (pixels, now, answer)
        return answer


def _read(lines: Sequence[Line], wanted: Condition) -> Iterator[_Answer]:
    """What the lines say to the parts of a condition that are read.

    Words within a longer label may say its contrary ("Saved" in "Not Saved")).
    So `text` needs a label that is the words, and `gone` that no label holds them.
    """
    if wanted.text:
        found = find_text(lines, wanted.text)
        if not found:
            yield _Answer(False, f"'{wanted.text}' is not on the screen")
        elif any(is_label(each, wanted.text) for each in found):
            yield _Answer(True, f"'{wanted.text}' is on the screen")
        else:
            label = f"'{wanted.text}' is on the screen only within '{found[0].said}'"
            yield _Answer(False, f"{label}; where that is meant, say `contains:`")
    for words, hoped in ((wanted.contains, True), (wanted.gone, False)):
        if words:
            found = find_text(lines, words)
            no = "" if found else "not "
            within = "" if not found or is_label(found[0], words) else f", in '{found[0].said}'"
            yield _Answer(bool(found) is hoped, f"'{words}' is {no}on the screen{within}")
