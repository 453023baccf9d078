"""Agents of shipped parts with a script for a model, for the tests of this folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from PIL import Image

from tapwright.actions import Action
from tapwright.agent.journal import Journal
from tapwright.agent.loop import Agent
from tapwright.agent.policy import Policy
from tapwright.agent.quiet import Patience
from tapwright.agent.settings import RunSettings
from tapwright.errors import ModelError, Offline
from tapwright.model.families import FAMILIES
from tapwright.model.scripted import ScriptedModel
from tapwright.prompts import DIALECTS
from tapwright.protocols import Device, Model
from tapwright.tools.phone import ACTION_SETS
from tapwright.tools.registry import Toolbox
from tapwright.types import (
    Delivery,
    Effect,
    ImagePart,
    Observation,
    Reply,
    Request,
    Size,
    Step,
    TextPart,
    ToolCall,
    ToolResult,
)

from .drawn_device import HEIGHT, ROW, WIDTH

AT_ONCE = Patience(cap=0.0, interval=0.0, grace=0.0, small=0.0)


def call(name: str, thought: str = "", **arguments: Any) -> str:
    """A reply with one call, as the compact dialect writes it."""
    words = f"{thought}\n" if thought else ""
    return f"{words}*FUNCTION*: {name} *ARGS*: {json.dumps(arguments, ensure_ascii=False)}"


def tap_row(row: int, thought: str = "") -> str:
    """A tap on the middle of a row of `DrawnDevice`, in 0..1000."""
    return call("Click", thought, point=[500, round((row + 0.5) * 1000 / 6)])


DONE = call("Done", "It is done.")


def make_agent(
    replies: Iterable[str | Reply | ModelError] | Model,
    device: Device,
    folder: Path,
    *,
    dialect: str = "compact",
    policy: Policy | None = None,
    **settings: Any,
) -> Agent:
    """An agent whose model says `replies`, with the paper's actions, LongPress, Done and Fail."""
    model = replies if isinstance(replies, Model) else ScriptedModel(replies, "tapwright-embedded")
    screen = Size(WIDTH, HEIGHT)
    tools = ACTION_SETS["compact"].tools(model.family.frame, screen, screen)
    settings = {"patience": AT_ONCE, "max_new_tokens": 64, "system": "Act.", **settings}
    return Agent(
        model,
        device,
        Toolbox(tools),
        DIALECTS[dialect],
        RunSettings(**settings),
        policy or Policy(),
        Journal.open(folder),
    )


class SeeingModel:
    """Looks at the newest picture of a `DrawnDevice` and turns the `wanted` switches on."""

    name = "seeing"

    def __init__(self, wanted: Iterable[int], family: str = "tapwright-embedded") -> None:
        self.family = FAMILIES[family]
        self.wanted = tuple(wanted)
        self.requests: list[Request] = []

    def generate(self, request: Request, on_text: Callable[[str], None] | None = None) -> Reply:
        self.requests.append(request)
        image = pictures(request)[-1]
        for row in self.wanted:
            red, _, blue = image.convert("RGB").getpixel((190, row * ROW + ROW // 2))
            if red > blue:
                return Reply(tap_row(row))
        return Reply(DONE)

    def count_tokens(self, request: Request) -> int:
        return 100 * len(pictures(request)) + len(request_text(request)) // 4

    def shown_size(self, size: Size) -> Size:
        return size


def pictures(request: Request) -> list[Image.Image]:
    """The pictures of a request, oldest first."""
    return [
        part.image
        for message in request.messages
        for part in message.parts
        if isinstance(part, ImagePart)
    ]


def request_text(request: Request) -> str:
    """All the words of a request."""
    return "".join(
        part.text
        for message in request.messages
        for part in message.parts
        if isinstance(part, TextPart)
    )


def lose(action: Action) -> None:
    """The device is unplugged as it is to act."""
    raise Offline("'drawn' is offline; plug it in and resume the run")


def interrupt(action: Action) -> None:
    """The person presses Ctrl-C while the device acts."""
    raise KeyboardInterrupt


CLICK = ToolCall("Click", {"point": [500, 300]})


def a_step(number: int, delivery: Delivery = Delivery.DELIVERED, said: str = "") -> Step:
    """A step with one click."""
    return Step(
        number,
        Observation(Image.new("RGB", (280, 560))),
        Request(()),
        Reply("text"),
        thought=f"Step {number}.",
        calls=(CLICK,),
        results=(ToolResult(Effect(delivery, said)),),
        screen_changed=True if delivery is Delivery.DELIVERED else None,
    )
