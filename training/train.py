"""Training the embedded checkpoint: one command, in stages, resumable at any moment.

The recipe: the eye first (`eye.py`), then narrow pieces of screens and cards with questions about
what stands where, then whole ones with the steps of tasks and conversations (`stages.py`). On two
CPU cores that is a few hours; progress is saved every few minutes and a second start goes on where
the first was cut off.
"""

from __future__ import annotations

import json
import math
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import nn

from tapwright.errors import UsageError
from tapwright.training.network import CellHead, Losses, Network
from tapwright.training.optimizers import Optimizer
from tapwright.training.pages.sampler import Pages
from tapwright.training.reading import Cards
from tapwright.training.samples import KNOWN_LABELS, Frames
from tapwright.training.shape import embedded_config
from tapwright.training.sources import Sources
from tapwright.training.stages import STAGES, Stage
from tapwright.training.start import lay_out_tokenizer, weights_of
from tapwright.training.system import system_text
from tapwright.training.tokenizer import open_tokenizer
from tapwright.training.words import corpus

Say = Callable[[str], None]
SAVE_EVERY = 150  # steps
TELL_EVERY = 60  # steps, and between looks for newly recorded material


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
    """Model, optimizer and progress, kept in one file of the work folder.

    Without progress there it begins from nothing, or from the weights of a `checkpoint`.
    """

    def __init__(
        self, work: Path, frames: Frames, cards: Cards, say: Say, checkpoint: Path | None = None
    ) -> None:
        self.work, self.say = work, say
        self.frames, self.cards = frames, cards
        if checkpoint is not None:
            lay_out_tokenizer(checkpoint, work)
        self.tokenizer, model = new_model(work)
        vision = model.config.vision_config.hidden_size
        self.network = Network(model, CellHead(vision, KNOWN_LABELS))
        self.optimizer = Optimizer(model, self.network.parameters())
        self.spent: dict[str, float] = {}
        self.step = 0
        self.labels: list[str] = []
        if (work / "train.pt").exists():
            self._resume(work / "train.pt")
        elif checkpoint is not None:
            self.network.model.load_state_dict(weights_of(checkpoint))
        self.labels = self.labels or frames.labels()
        pages = Pages([work / "pages"])
        self.sources = Sources(self.network, self.tokenizer, frames, cards, self.labels, pages)

    def _heads(self) -> dict[str, nn.Module]:
        network = self.network
        return {
            "head": network.head,
            "places": network.places,
            "letters": network.letters,
            "roles": network.roles,
            "slots": network.slots,
            "fetched": network.fetched,
        }

    def _resume(self, file: Path) -> None:
        state = torch.load(file, weights_only=True)
        if missing := sorted(self._heads().keys() - state.keys()):
            raise UsageError(
                f"{file} cannot be gone on with: an older version wrote it, without the heads "
                f"{', '.join(missing)}; begin in another --work folder"
            )
        self.network.model.load_state_dict(state["model"])
        for name, head in self._heads().items():
            head.load_state_dict(state[name])
        self.optimizer.load_state_dict(state["optimizer"])
        self.spent = state["spent"]
        self.step, self.labels = state["step"], state["labels"]
        self.say(f"resumed at step {self.step}")

    def save(self) -> None:
        """Write all that a resumed run needs; the old file stays until the new one is whole."""
        state = {
            "model": self.network.model.state_dict(),
            **{name: head.state_dict() for name, head in self._heads().items()},
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
        self.sources.seed(self.step)
        mix = self.sources.at_hand(stage.mix)
        for source in stage.mix.keys() - mix.keys():
            self.say(
                f"stage {stage.name}: without {source}; record them with "
                f"benchmarks/miniwob.py --pages trained --record {self.work / 'pages'}"
            )
        for weights in self.network.model.parameters():
            weights.requires_grad_(not stage.heads_only)
        draw = random.Random(self.step)
        before = self.spent.get(stage.name, 0.0)
        started = time.monotonic()
        first = self.step
        window: dict[str, list[Losses]] = {}
        while (spent := before + time.monotonic() - started) < stage.minutes * 60:
            self.spent[stage.name] = spent
            source = draw.choices(list(mix), list(mix.values()))[0]
            losses = self.sources.losses(source)
            losses.total.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
            self.optimizer.step(_rate(stage, spent / (stage.minutes * 60), self.step - first))
            self.step += 1
            window.setdefault(source, []).append(losses)
            if self.step % TELL_EVERY == 0:
                self._tell(stage, spent, window)
                window.clear()
                self.frames.refresh()
                self.cards.refresh()
            if self.step % SAVE_EVERY == 0:
                self.save()

    def _tell(self, stage: Stage, spent: float, window: dict[str, list[Losses]]) -> None:
        """Say what the last steps were like, and keep it in `curve.jsonl`."""
        row: dict[str, Any] = {
            "stage": stage.name,
            "minutes": round(spent / 60, 1),
            "step": self.step,
        }
        for source, seen in window.items():
            for name in seen[0].measures:
                known = [losses.measures[name] for losses in seen if name in losses.measures]
                row[f"{source}: {name}"] = round(sum(known) / len(known), 3)
        with (self.work / "curve.jsonl").open("a", encoding="utf-8") as curve:
            curve.write(json.dumps(row) + "\n")
        self.say(" ".join(f"{key} {value}" for key, value in row.items()))


def _rate(stage: Stage, share: float, steps: int) -> float:
    """A short warm-up, then half a cosine from the stage's first rate to its last."""
    warm = min(1.0, (steps + 1) / 60)
    half = (1 + math.cos(math.pi * min(share, 1.0))) / 2
    return warm * (stage.last_rate + (stage.rate - stage.last_rate) * half)
