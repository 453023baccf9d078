"""Agents of shipped parts with a script for a model, for the tests of this folder."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tapwright.agent.journal import Journal
from tapwright.agent.loop import Agent
from tapwright.agent.policy import Policy
from tapwright.agent.quiet import Patience
from tapwright.agent.settings import RunSettings
from tapwright.errors import ModelError
from tapwright.model.scripted import ScriptedModel
from tapwright.prompts import DIALECTS
from tapwright.protocols import Device
from tapwright.tools.phone import ACTION_SETS
from tapwright.tools.registry import Toolbox
from tapwright.types import Reply, Size

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
    replies: Iterable[str | Reply | ModelError],
    device: Device,
    folder: Path,
    *,
    family: str = "tapwright-embedded",
    policy: Policy | None = None,
    **settings: Any,
) -> Agent:
    """An agent whose model says `replies`; the compact dialect whatever the family."""
    model = ScriptedModel(replies, family)
    screen = Size(240, 480)
    tools = ACTION_SETS["compact"].tools(model.family.frame, screen, screen)
    settings = {"patience": AT_ONCE, "max_new_tokens": 64, **settings}
    return Agent(
        model,
        device,
        Toolbox(tools),
        DIALECTS["compact"],
        RunSettings(**settings),
        policy or Policy(),
        Journal.open(folder),
    )
