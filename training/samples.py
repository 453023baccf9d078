"""Batches for the stages of training, drawn from recorded frames."""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from tapwright.agent.history import summary_text
from tapwright.errors import UsageError
from tapwright.training.episodes import reply_for
from tapwright.training.pack import Question
from tapwright.training.shape import CELL, HEIGHT, WIDTH
from tapwright.types import ToolCall

TOUCHED = ("app", "row", "switch", "slider", "button", "tab", "tile", "card")
ALWAYS_KNOWN = (
    *("Alarm", "Clock", "Timer", "Stopwatch", "Start", "Stop", "Reset", "Lap", "Pause"),
    *("1 min", "5 min", "10 min", "Add alarm", "Cancel", "OK", "Hour", "Minute", "Delete"),
    *"0123456789",
)
SAME_REPLY = 2  # "Wrong page. Go back." is the answer to most tasks on most pages
MOST_TRIES = 10_000
LEAST_ASKED = 3  # a strip with fewer questions teaches too little for its cost
KNOWN_LABELS = 320  # classes of the cell head; what is rarer counts as "something else"
_DECIDED = re.compile(r" is (?:not )?(?:on|off|high|low)\.")
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Batch:
    """Pictures (B, H, W, 3) uint8, questions for each, and what stands in each cell (B, cells)."""

    pictures: Tensor
    questions: list[list[Question]]
    labels: Tensor
    states: Tensor


class Frames:
    """All frames recorded so far; `refresh` picks up new chunks."""

    def __init__(self, folders: list[Path]) -> None:
        self._folders = folders
        self._chunks: dict[Path, Any] = {}
        self.frames: list[tuple[Any, int, dict[str, Any]]] = []
        self.refresh()

    def refresh(self) -> None:
        """Open the chunks that were written since."""
        for folder in self._folders:
            for described in sorted(folder.glob("frames-*.json")):
                if described in self._chunks:
                    continue
                pictures = np.load(described.with_suffix(".npy"), mmap_mode="r")
                self._chunks[described] = pictures
                for at, frame in enumerate(json.loads(described.read_text(encoding="utf-8"))):
                    self.frames.append((pictures, at, frame))

    def labels(self) -> list[str]:
        """The most frequent element labels."""
        counts: dict[str, int] = {}
        for _, _, frame in self.frames:
            for label, kind, _, _ in frame["elements"]:
                if kind != "text" or len(label) > 2:
                    counts[label] = counts.get(label, 0) + 1
        for label in ALWAYS_KNOWN:
            counts[label] = len(self.frames)
        return sorted(counts, key=lambda label: -counts[label])[: KNOWN_LABELS - 2]


class Sampler:
    """Draws batches; the same seed and frames draw the same ones."""

    def __init__(self, frames: Frames, labels: list[str], seed: int) -> None:
        self._frames = frames
        self._index = {label: at + 2 for at, label in enumerate(labels)}
        self._random = random.Random(seed)

    def decisions(self, size: int, asked: int) -> Batch:
        """Whole screens on which tasks are decided: is it as it should be, or not yet?

        Whether to act follows from what is wanted and what is, and from neither alone; without
        many such pairs side by side, models say that they are done when they are not.
        """
        drawn: list[tuple[np.ndarray, list[Question], Tensor, Tensor]] = []
        for _ in range(MOST_TRIES):
            if len(drawn) == size:
                return _batch(drawn)
            pictures, at, frame = self._random.choice(self._frames.frames)
            questions = [
                Question(summary_text(ask, self._lines(frame["lines"])), lesson["reply"])
                for lesson in frame["lessons"]
                if _DECIDED.search(lesson["reply"])
                for ask in lesson["ask"]
            ]
            if len(questions) < LEAST_ASKED:
                continue
            self._random.shuffle(questions)
            questions = questions[: asked - 4] + self._tasks(frame, 4)
            seen = list(_within(frame["elements"], 0, HEIGHT))
            drawn.append((np.array(pictures[at]), questions, *self._cells(seen, HEIGHT)))
        raise UsageError("no recorded screen decides a task; record more --episodes")

    def batch(self, size: int, height: int, asked: int, *, tasks: bool) -> Batch:
        """`size` pictures, cut to a strip of `height` pixels, with up to `asked` questions each.

        With `tasks` at least half of the questions are steps of tasks; these need whole screens.
        """
        drawn: list[tuple[np.ndarray, list[Question], Tensor, Tensor]] = []
        while len(drawn) < size:
            one = self._one(height, asked, tasks)
            if len(one[1]) >= min(LEAST_ASKED, height // 50) or self._random.random() < 0.05:
                drawn.append(one)
        return _batch(drawn)

    def _one(
        self, height: int, asked: int, tasks: bool
    ) -> tuple[np.ndarray, list[Question], Tensor, Tensor]:
        rng = self._random
        pictures, at, frame = rng.choice(self._frames.frames)
        while tasks and rng.random() > _variety(frame):
            pictures, at, frame = rng.choice(self._frames.frames)
        top = rng.randint(0, HEIGHT - height)
        picture = np.array(pictures[at][top : top + height])
        seen = list(_within(frame["elements"], top, height))
        questions = self._grounding(seen, height)
        rng.shuffle(questions)
        if tasks:
            questions = self._tasks(frame, asked - min(len(questions), asked // 2)) + questions
        questions = questions[:asked]
        rng.shuffle(questions)
        return (picture, questions, *self._cells(seen, height))

    def _grounding(
        self, seen: list[tuple[str, str, Box, bool | None]], height: int
    ) -> list[Question]:
        names = [label for label, *_ in seen]
        questions = []
        for label, kind, (left, top, right, bottom), checked in seen:
            if kind not in TOUCHED or not label or names.count(label) > 1:
                continue
            if bottom - top < 14:
                continue
            x, y = (left + right) / 2 / WIDTH, (top + bottom) / 2 / height
            call = ToolCall("Click", {"point": [round(x * 1000), round(y * 1000)]})
            task = summary_text(f"Tap {label}", self._lines([]))
            questions.append(Question(task, reply_for(f"Tap {label}.", call)))
            if checked is not None:
                thought = f"{label} is {'on' if checked else 'off'}."
                task = summary_text(f"Say whether {label} is on", [])
                questions.append(Question(task, reply_for(thought, ToolCall("Done", {}))))
        return questions

    def _tasks(self, frame: dict[str, Any], count: int) -> list[Question]:
        """The episode's own task, then others; few of those that get one and the same reply."""
        rng = self._random
        own, *others = frame["lessons"]
        chosen = [(own, frame["lines"])]
        said = {own["reply"]: 1}
        for lesson in rng.sample(others, len(others)):
            said[lesson["reply"]] = said.get(lesson["reply"], 0) + 1
            if said[lesson["reply"]] <= SAME_REPLY and len(chosen) < count:
                chosen.append((lesson, self._lines(frame["lines"])))
        return [
            Question(summary_text(rng.choice(lesson["ask"]), lines), lesson["reply"])
            for lesson, lines in chosen
        ]

    def _lines(self, real: list[str]) -> list[str]:
        """Steps before this one: often none, sometimes the episode's, sometimes another's."""
        pick = self._random.random()
        if pick < 0.45:
            return []
        if pick < 0.75:
            return real
        lines: list[str] = self._random.choice(self._frames.frames)[2]["lines"]
        return lines

    def _cells(
        self, seen: list[tuple[str, str, Box, bool | None]], height: int
    ) -> tuple[Tensor, Tensor]:
        rows, columns = height // CELL, WIDTH // CELL
        labels = torch.zeros(rows, columns, dtype=torch.long)
        states = torch.zeros(rows, columns, dtype=torch.long)
        # Larger elements first, so that what lies on them shows.
        for label, _, (left, top, right, bottom), checked in sorted(
            seen, key=lambda e: -(e[2][2] - e[2][0]) * (e[2][3] - e[2][1])
        ):
            down = slice(_cell(top), max(_cell(bottom), _cell(top) + 1))
            across = slice(_cell(left), max(_cell(right), _cell(left) + 1))
            labels[down, across] = self._index.get(label, 1)
            states[down, across] = 0 if checked is None else 1 + checked
        return labels.flatten(), states.flatten()


def _batch(drawn: list[tuple[np.ndarray, list[Question], Tensor, Tensor]]) -> Batch:
    return Batch(
        torch.from_numpy(np.stack([picture for picture, *_ in drawn])),
        [questions for _, questions, *_ in drawn],
        torch.stack([labels for *_, labels, _ in drawn]),
        torch.stack([states for *_, states in drawn]),
    )


def _variety(frame: dict[str, Any]) -> float:
    """The chance with which a frame is taken: less where most tasks get the same reply."""
    return min(1.0, len({lesson["reply"] for lesson in frame["lessons"]}) / 5)


def _cell(pixel: float) -> int:
    return max(0, round(pixel / CELL))


def _within(elements: Any, top: int, height: int) -> Any:
    """Elements of which at least 70 % lie in the strip, moved into it and clipped."""
    for label, kind, (left, upper, right, lower), checked in elements:
        shown = min(lower, top + height) - max(upper, top)
        if shown > 0 and shown >= 0.7 * (lower - upper):
            box = (left, max(upper - top, 0), right, min(lower - top, height))
            yield label, kind, box, checked
