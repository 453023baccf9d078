"""Training the embedded checkpoint: one command, in stages, resumable at any moment.

The recipe: the eye first (`eye.py`), then narrow strips of screens with questions about places,
on which the match between a word and a place forms within minutes, then whole screens with the
steps of tasks. On two CPU cores that is a few hours; progress is saved every few minutes and a
second start goes on where the first was cut off.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import nn

from tapwright.training.network import CellHead, Losses, Network
from tapwright.training.pack import Packer
from tapwright.training.samples import KNOWN_LABELS, Frames, Sampler
from tapwright.training.shape import HEIGHT, embedded_config
from tapwright.training.tokenizer import open_tokenizer
from tapwright.training.words import corpus

Say = Callable[[str], None]
SAVE_EVERY = 150  # steps
REFRESH_EVERY = 50  # steps between looks for new frames


@dataclass(frozen=True, slots=True)
class Stage:
    """One stretch of training; `minutes` of wall time, `length` tokens a packed sequence."""

    name: str
    minutes: float
    height: int
    batch: int
    length: int
    asked: int
    rate: float
    last_rate: float
    cell_weight: float
    tasks: bool = False
    decisions: bool = False  # only screens that decide a task, with the eye as it is


STAGES = (
    Stage("strips", 15, 168, 16, 288, 5, 1.5e-3, 1.2e-3, 1.0),
    Stage("screens", 70, HEIGHT, 6, 832, 14, 1e-3, 5e-5, 0.3, tasks=True),
    Stage("decisions", 8, HEIGHT, 8, 704, 12, 4e-4, 2e-5, 0.0, decisions=True),
)


def stages_for(minutes: float) -> tuple[Stage, ...]:
    """The stages, stretched or pressed so that they take `minutes` together."""
    scale = minutes / sum(stage.minutes for stage in STAGES)
    return tuple(replace(stage, minutes=stage.minutes * scale) for stage in STAGES)


def system_text() -> str:
    """The system message of every prompt that the embedded model is given."""
    from tapwright.prompts import DIALECTS
    from tapwright.prompts.texts import system_prompt
    from tapwright.tools.phone import ACTION_SETS
    from tapwright.types import Conversation, Frame, Size, TextPart, UserTurn

    size = Size(1080, 2400)
    tools = ACTION_SETS["embedded"].tools(Frame.NORM_1000, size, size)
    specs = tuple(tool.spec for tool in tools)
    turns = (UserTurn((TextPart("x"),)),)
    conversation = Conversation(system_prompt("phone_compact"), specs, turns)
    messages = DIALECTS["compact"].render(conversation)
    return "".join(part.text for part in messages[0].parts if isinstance(part, TextPart))


def new_model(work: Path) -> tuple[Any, Any]:
    """Tokenizer and model: untrained, but for an eye that `eye.py` left in `work`."""
    from transformers import Qwen2VLForConditionalGeneration

    tokenizer, ids = open_tokenizer(work / "tokenizer", corpus(system_text()))
    torch.manual_seed(0)
    model = Qwen2VLForConditionalGeneration(embedded_config(len(tokenizer), ids))
    eye = work / "eye.pt"
    if eye.exists():
        model.model.visual.load_state_dict(torch.load(eye, weights_only=True)["vision"])
    return tokenizer, model


class Trainer:
    """Model, optimizer and progress, kept in one file of the work folder."""

    def __init__(self, work: Path, folders: list[Path], say: Say) -> None:
        self.work, self.say = work, say
        self.tokenizer, model = new_model(work)
        self.frames = Frames(folders)
        self.network = Network(
            model, CellHead(model.config.vision_config.hidden_size, KNOWN_LABELS)
        )
        self.packer = Packer(self.tokenizer, system_text())
        self.optimizer = _optimizer(self.network)
        self.spent = {stage.name: 0.0 for stage in STAGES}
        self.step = 0
        self.labels: list[str] = []
        self._resume()
        self.labels = self.labels or self.frames.labels()

    def _resume(self) -> None:
        file = self.work / "train.pt"
        if file.exists():
            state = torch.load(file, weights_only=True)
            self.network.model.load_state_dict(state["model"])
            self.network.head.load_state_dict(state["head"])
            if state.get("places", {}).keys() == self.network.places.state_dict().keys():
                self.network.places.load_state_dict(state["places"])
                self.optimizer.load_state_dict(state["optimizer"])
            self.spent.update(state["spent"])
            self.step, self.labels = state["step"], state["labels"]
            self.say(f"resumed at step {self.step}")

    def save(self) -> None:
        """Write all that a resumed run needs; the old file stays until the new one is whole."""
        state = {
            "model": self.network.model.state_dict(),
            "head": self.network.head.state_dict(),
            "places": self.network.places.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "spent": self.spent,
            "step": self.step,
            "labels": self.labels,
        }
        partial = self.work / "train.part"
        torch.save(state, partial)
        partial.rename(self.work / "train.pt")

    def run(self, stages: tuple[Stage, ...] = STAGES) -> None:
        """Train every stage that is not finished."""
        for stage in stages:
            if self.spent.get(stage.name, 0.0) < stage.minutes * 60:
                self._stage(stage)
        self.save()

    def _stage(self, stage: Stage) -> None:
        sampler = Sampler(self.frames, self.labels, seed=self.step)
        before = self.spent.get(stage.name, 0.0)
        started = time.monotonic()
        first = self.step
        window: list[Losses] = []
        while (spent := before + time.monotonic() - started) < stage.minutes * 60:
            self.spent[stage.name] = spent
            self._set_rate(stage, spent / (stage.minutes * 60), self.step - first)
            if stage.decisions:
                batch = sampler.decisions(stage.batch, stage.asked)
            else:
                batch = sampler.batch(stage.batch, stage.height, stage.asked, tasks=stage.tasks)
            width = batch.pictures.shape[2]
            packed = self.packer.pack(batch.questions, stage.height, width, stage.length)
            cells = (batch.labels, batch.states)
            losses = self.network.losses(
                batch.pictures, packed, cells, stage.cell_weight, eye=not stage.decisions
            )
            self.optimizer.zero_grad(set_to_none=True)
            losses.total.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
            self.optimizer.step()
            self.step += 1
            window.append(losses)
            if self.step % REFRESH_EVERY == 0:
                self._tell(stage, spent, window)
                window.clear()
                self.frames.refresh()
            if self.step % SAVE_EVERY == 0:
                self.save()

    def _set_rate(self, stage: Stage, share: float, steps: int) -> None:
        warm = min(1.0, (steps + 1) / 60)
        half = (1 + math.cos(math.pi * min(share, 1.0))) / 2
        rate = warm * (stage.last_rate + (stage.rate - stage.last_rate) * half)
        for group in self.optimizer.param_groups:
            group["lr"] = rate

    def _tell(self, stage: Stage, spent: float, window: list[Losses]) -> None:
        row: dict[str, Any] = {
            "stage": stage.name,
            "minutes": round(spent / 60, 1),
            "step": self.step,
        }
        for name in ("language", "cells", "places", "tokens_right", "replies_right"):
            row[name] = round(sum(getattr(losses, name) for losses in window) / len(window), 3)
        row["frames"] = len(self.frames.frames)
        with (self.work / "curve.jsonl").open("a", encoding="utf-8") as curve:
            curve.write(json.dumps(row) + "\n")
        self.say(" ".join(f"{key} {value}" for key, value in row.items()))


def _optimizer(network: Network) -> torch.optim.AdamW:
    decayed = [p for p in network.parameters() if p.ndim > 1]
    kept = [p for p in network.parameters() if p.ndim <= 1]
    groups = [{"params": decayed, "weight_decay": 0.03}, {"params": kept, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=1e-3, betas=(0.9, 0.98), fused=True)
