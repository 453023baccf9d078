"""Lessons from the simulated phone: screens that episodes pass through, and what is right there.

The oracle's answer depends on the screen and the task alone, so every screen teaches every task:
an episode only decides which screens are met. Episodes follow the oracle with perturbations
(stray touches, wrong apps, scrolls, leaving), so that wrong turns are seen and recovered from.
Frames are kept at the model's size; drawing at full size for every sample would starve training.
"""

from __future__ import annotations

import json
import random
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from tapwright.actions import Point, Swipe, Tap
from tapwright.agent.history import summary_line
from tapwright.devices.simphone.oracle import next_move
from tapwright.devices.simphone.oracle_moves import Move
from tapwright.devices.simphone.phone import Phone
from tapwright.devices.simphone.tasks import Variant
from tapwright.prompts import DIALECTS
from tapwright.training.lessons import lessons_for
from tapwright.training.shape import HEIGHT, WIDTH
from tapwright.types import ParsedReply, ToolCall

STEPS = 11  # screens of one episode
STRAY = 0.3  # chance that a step is not the oracle's


@dataclass(frozen=True, slots=True)
class Lesson:
    """One right reply on a frame: the ways a person might ask, and the reply."""

    ask: tuple[str, ...]
    reply: str
    template: str


@dataclass(frozen=True, slots=True)
class Frame:
    """One screen: its page, elements (label, kind, bounds in model pixels, switched on or not),
    lessons (the episode's own first), and the lines of the steps that led here."""

    page: str
    elements: tuple[tuple[str, str, tuple[float, float, float, float], bool | None], ...]
    lessons: tuple[Lesson, ...]
    lines: tuple[str, ...]


def shrink(picture: Image.Image) -> np.ndarray:
    """A screen at the model's size, uint8 (HEIGHT, WIDTH, 3), resampled as the processor does."""
    small = picture.convert("RGB").resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
    return np.asarray(small)


def call_for(move: Move, width: int = 1080, height: int = 2400) -> ToolCall:
    """The oracle's move as the embedded model's call, its point in 0..1000."""
    if move.point is not None:
        x, y = move.point.x * 1000 / width, move.point.y * 1000 / height
        return ToolCall("Click", {"point": [round(x), round(y)]})
    if move.kind == "swipe":
        return ToolCall("Swipe", {"direction": move.direction})
    return ToolCall(move.kind.capitalize(), {})


def reply_for(thought: str, call: ToolCall) -> str:
    """The exact text of a reply in the embedded model's dialect."""
    text: str = DIALECTS["compact"].render_reply(ParsedReply(thought, (call,)))
    return text


def act(phone: Phone, move: Move) -> None:
    """Carry out a move on the phone itself, without adb."""
    action = move.action()
    if isinstance(action, Tap):
        phone.tap(action.point.x, action.point.y)
    elif isinstance(action, Swipe):
        start, end = action.start, action.end
        phone.swipe(start.x, start.y, end.x, end.y, round(action.seconds * 1000))
    elif action is not None:
        phone.key(move.kind.upper())


def stray(phone: Phone, rng: random.Random) -> Move:
    """A wrong turn: some touch, scroll or key."""
    pick = rng.random()
    clickable = [e for e in phone.elements() if e.clickable and e.kind != "key"]
    if pick < 0.6 and clickable:
        element = rng.choice(clickable)
        left, top, right, bottom = element.bounds
        point = Point((left + right) // 2, (top + min(bottom, 2340)) // 2)
        return Move(f"Tap {element.label}.", "click", point)
    if pick < 0.75:
        return Move("Scroll.", "swipe", direction=rng.choice(("up", "down")))
    if pick < 0.9:
        return Move("Go back.", "back")
    return Move("Go home.", "home")


def _elements(phone: Phone) -> tuple[Any, ...]:
    across, down = WIDTH / phone.size.width, HEIGHT / phone.size.height
    found = []
    for e in phone.elements():
        left, top, right, bottom = e.bounds
        box = (left * across, top * down, right * across, bottom * down)
        found.append((e.label, e.kind, tuple(round(v, 1) for v in box), e.checked))
    return tuple(found)


def _frame(phone: Phone, asked: list[Variant], lines: list[str]) -> Frame:
    lessons = []
    for variant in asked:
        move = next_move(variant.goal, phone)
        reply = reply_for(move.thought, call_for(move))
        lessons.append(Lesson(variant.phrases, reply, variant.template))
    return Frame(phone.page, _elements(phone), tuple(lessons), tuple(lines[-4:]))


def episode(seed: int) -> list[tuple[np.ndarray, Frame]]:
    """The screens of one episode, each with its lessons; the same seed gives the same screens."""
    rng = random.Random(f"episode {seed}")
    now = [rng.uniform(0, 5000)]  # the phone's clock; it stands still while a frame is made
    phone = Phone(seed, animate=False, clock=lambda: now[0])
    asked = lessons_for(phone, rng)  # the first is the episode's own
    lines: list[str] = []
    seen = []
    for _ in range(STEPS):
        frame = _frame(phone, asked, lines)
        seen.append((shrink(phone.draw()), frame))
        move = next_move(asked[0].goal, phone)
        if rng.random() < STRAY or move.kind == "done":
            if move.kind == "done" and rng.random() < 0.5:
                break
            move = stray(phone, rng)
        before = (phone.page, phone.elements())
        act(phone, move)
        now[0] += rng.choice((0.4, 1.1, 3.0, 14.0, 65.0))
        told = "Changed." if (phone.page, phone.elements()) != before else "No change."
        lines.append(summary_line(move.thought, (), told))
    return seen


def write_chunk(folder: Path, first_seed: int, episodes: int) -> Path:
    """Write the frames of `episodes` episodes as `frames-SEED.npy` and `.json`; skip what is there.

    The pictures are uint8 (N, HEIGHT, WIDTH, 3).
    """
    target = folder / f"frames-{first_seed:06d}"
    described = target.with_suffix(".json")
    if described.exists():
        return described
    folder.mkdir(parents=True, exist_ok=True)
    seen = [item for seed in range(first_seed, first_seed + episodes) for item in episode(seed)]
    np.save(target.with_suffix(".npy"), np.stack([picture for picture, _ in seen]))
    partial = target.with_suffix(".part")
    partial.write_text(json.dumps([asdict(frame) for _, frame in seen]), encoding="utf-8")
    partial.rename(described)  # the description appears only when all is written
    return described
