"""One episode: a page, our desktop driver, our loop and a model; the page says what it is worth."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from miniwob_answers import ANSWERS
from miniwob_browser import Browser
from miniwob_dom import Dom
from miniwob_record import COVER

from tapwright.actions import Tap
from tapwright.agent.journal import Journal
from tapwright.agent.loop import Agent
from tapwright.agent.policy import Always, Policy
from tapwright.agent.settings import RunSettings
from tapwright.errors import DeviceError, ModelError
from tapwright.model.families import family_named
from tapwright.prompts import dialect
from tapwright.protocols import Device, Model
from tapwright.tools.registry import Tool, Toolbox
from tapwright.training.pages.recorded import Move
from tapwright.types import (
    Delivery,
    Family,
    ParsedReply,
    Reply,
    Request,
    Size,
    ToolCall,
)

_STARTING = 5.0  # seconds until an episode that was clicked on must have begun


@dataclass(frozen=True, slots=True)
class Episode:
    """How one episode went; `reward` is the page's raw one, 0 where it was not ended."""

    page: str
    seed: int
    task: str
    reward: float
    ended: bool  # by the page itself
    steps: int
    outcome: str  # how the run ended, "page" where the page ended first
    seconds: float
    message: str = ""

    @property
    def solved(self) -> bool:
        """Whether the page gave its full reward."""
        return self.reward >= 1.0


class Oracle:
    """A model that reads the page's elements instead of its picture: it proves all but the eyes."""

    name = "oracle"

    def __init__(self, browser: Browser, family: Family | str = "tapwright-embedded") -> None:
        self.family = family_named(family) if isinstance(family, str) else family
        self.browser = browser
        self.page = ""

    def generate(self, request: Request, on_text: Callable[[str], None] | None = None) -> Reply:
        """The right next call on the page; raise `ModelError` where none is known."""
        if self.page not in ANSWERS:
            raise ModelError(f"the oracle knows no answers for '{self.page}'")
        try:
            move = ANSWERS[self.page](Dom(self.browser))
        except (LookupError, StopIteration) as error:
            raise ModelError(f"the oracle finds no answer on '{self.page}': {error}") from error
        text = dialect(self.family.dialect).render_reply(
            ParsedReply(move.thought, (self._call(move),))
        )
        if on_text is not None:
            on_text(text)
        return Reply(text, new_tokens=len(text) // 4)

    def _call(self, move: Move) -> ToolCall:
        arguments: dict[str, Any] = dict(move.arguments)
        if move.point is not None:
            size, scale = self.browser.screen.size, self.browser.scale
            x, y = move.point
            at = [round(x * scale * 1000 / size.width), round(y * scale * 1000 / size.height)]
            arguments["point"] = at
        return ToolCall(move.name, arguments)

    def count_tokens(self, request: Request) -> int:
        """Next to none: it looks at the page itself."""
        return 1

    def shown_size(self, size: Size) -> Size:
        """The picture's own size."""
        return size


def play(
    browser: Browser,
    desktop: Device,
    model: Model,
    page: str,
    seed: int,
    *,
    actions: Sequence[Tool],
    settings: RunSettings,
    folder: Path,
) -> Episode:
    """Play one episode of `page`, which the browser shows, and keep its journal in `folder`.

    The run ends with the page's episode, or as any run does. Raise `DeviceError` where the
    episode does not begin.
    """
    started = time.monotonic()
    browser.prepare(seed)
    _begin(browser, desktop)
    task = browser.task
    agent = Agent(
        model,
        desktop,
        Toolbox(actions),
        dialect(model.family.dialect),
        settings,
        Policy(Always()),  # the pages are local, and nothing on them is real
        Journal.open(folder, {"page": page, "seed": seed}),
    )
    steps = 0
    outcome, message = "page", ""
    with closing(agent.steps(task)) as run:
        while not browser.score.done:
            try:
                next(run)
                steps += 1
            except StopIteration as end:
                outcome, message = end.value.outcome.value, end.value.message
                break
    score = browser.score
    return Episode(
        page, seed, task, score.raw if score.done else 0.0, score.done, steps, outcome,
        round(time.monotonic() - started, 3), message or score.reason,
    )  # fmt: skip


def _begin(browser: Browser, desktop: Device) -> None:
    """Click on START, as a person does."""
    desktop.observe()
    effect = desktop.perform(Tap(browser.point(*COVER)))
    if effect.delivery is not Delivery.DELIVERED:
        raise DeviceError(f"START was not clicked: {effect.said}")
    deadline = time.monotonic() + _STARTING
    while not browser.running:
        if time.monotonic() > deadline:
            raise DeviceError("the page's episode does not begin, though START was clicked")
        time.sleep(0.01)  # as above: the page only answers when it is asked
    browser.drawn()
