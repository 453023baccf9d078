"""The scorecard: how often a model solves the catalogue, seeing and blind, on reserved phones.

Every run goes through the real adb, the real loop and the check that asks the phone. The blind
control is the same run with the picture taken away (black) or with its tiles shuffled: a model
that succeeds then is guessing, and its seeing figure means nothing.
"""

from __future__ import annotations

import hashlib
import json
import math
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

from tapwright.agent.policy import Always
from tapwright.agent.settings import RunSettings
from tapwright.compose import put_together
from tapwright.devices import android
from tapwright.devices.adb_server import AdbServer
from tapwright.devices.simphone.session import SimulatedPhone
from tapwright.devices.simphone.tasks import RESERVED, TEMPLATES, Task, make_task, set_up
from tapwright.errors import UsageError
from tapwright.model import embedded
from tapwright.protocols import Device, Model
from tapwright.training.blind import BlindModel
from tapwright.types import Outcome

LIMITS = RunSettings(max_steps=16, max_new_tokens=64)
CONDITIONS = ("seeing", "black", "shuffled")


@dataclass(frozen=True, slots=True)
class Trial:
    """One run: how it ended and whether the phone agrees."""

    template: str
    seed: int
    condition: str
    outcome: Outcome
    steps: int

    @property
    def key(self) -> tuple[str, int, str]:
        """What makes it another trial than the next."""
        return self.template, self.seed, self.condition

    def as_json(self) -> dict[str, Any]:
        """The trial as JSON can hold it."""
        return asdict(self) | {"outcome": self.outcome.value}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Trial:
        """The trial that `as_json` wrote."""
        return cls(**(kept | {"outcome": Outcome(kept["outcome"])}))

    @property
    def solved(self) -> bool:
        """Only the phone's own word counts."""
        return self.outcome is Outcome.VERIFIED


def evaluate(
    model: Model,
    templates: Sequence[str],
    count: int,
    folder: Path,
    *,
    jobs: int = 1,
    weights: str = "",
) -> Iterator[Trial]:
    """Run every template on `count` reserved phones under every condition; journals in `folder`.

    `jobs` phones are driven at a time: most of a run is waiting for screens. What was run before
    with the same `weights` is read from `folder` and not run again.
    """
    folder.mkdir(parents=True, exist_ok=True)
    record = folder / f"trials-{weights[:12] or 'unnamed'}.jsonl"
    before = {trial.key: trial for trial in _recorded(record)}
    with (
        AdbServer() as adb,
        ThreadPoolExecutor(jobs) as pool,
        record.open("a", encoding="utf-8") as written,
    ):
        seeds = {template: list(fitting_seeds(template, count, adb)) for template in templates}
        keys = [(t, seed, c) for c in CONDITIONS for t in templates for seed in seeds[t]]
        yield from (before[key] for key in keys if key in before)
        runs = [
            pool.submit(run_trial, model, *key, adb, folder) for key in keys if key not in before
        ]
        try:
            for run in runs:
                trial = run.result()
                written.write(json.dumps(trial.as_json()) + "\n")
                written.flush()
                yield trial
        finally:
            pool.shutdown(cancel_futures=True)


def _recorded(record: Path) -> list[Trial]:
    if not record.exists():
        return []
    lines = record.read_text(encoding="utf-8").splitlines()
    return [Trial.from_json(json.loads(line)) for line in lines]


def fitting_seeds(template: str, count: int, adb: AdbServer) -> Iterator[int]:
    """The first `count` reserved seeds whose phones have something for the template."""
    found, seed = 0, RESERVED
    while found < count:
        with _Phone(seed, adb) as (_, device):
            fits = _task(template, seed, device) is not None
        if fits:
            found += 1
            yield seed
        seed += 1


def run_trial(
    model: Model, template: str, seed: int, condition: str, adb: AdbServer, folder: Path
) -> Trial:
    """Set one phone up, run the loop on it and ask the phone."""
    with _Phone(seed, adb) as (_, device):
        task = _task(template, seed, device)
        if task is None:
            raise UsageError(f"the phone with seed {seed} has nothing for '{template}'")
        set_up(task, device)
        eyes = model if condition == "seeing" else BlindModel(model, condition, seed)
        run_folder = folder / f"{template}-{seed}-{condition}"
        if run_folder.exists():
            shutil.rmtree(run_folder)
        agent = put_together(eyes, device, run_folder, settings=LIMITS, confirmer=Always())
        result = agent.run(task.instruction, [task.check])
    return Trial(template, seed, condition, result.outcome, result.steps)


class _Phone:
    """A simulated phone on a shared adb server, with its driver."""

    def __init__(self, seed: int, adb: AdbServer) -> None:
        self._sim = SimulatedPhone(seed, adb=adb)
        self._device = android.connect(self._sim.serial, port=self._sim.adb_port)
        self._device.simulated = True

    def __enter__(self) -> tuple[SimulatedPhone, android.AndroidDevice]:
        return self._sim, self._device

    def __exit__(self, *raised: object) -> None:
        self._device.close()
        self._sim.close()


def _task(template: str, seed: int, device: Device) -> Task | None:
    try:
        return make_task(template, seed, device.query)
    except UsageError:
        if template not in TEMPLATES:
            raise
        return None


def wilson(hits: int, count: int) -> tuple[float, float]:
    """The 95 % Wilson score interval of a share (Wilson 1927), both ends in 0..1."""
    if not count:
        return 0.0, 1.0
    z, share = 1.96, hits / count
    middle = share + z * z / (2 * count)
    spread = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    scale = 1 + z * z / count
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def scorecard(model: str, command: str, trials: Sequence[Trial]) -> dict[str, Any]:
    """The scorecard of some trials; `blind` is the better of the two blind conditions."""
    rows = []
    for template in dict.fromkeys(trial.template for trial in trials):
        shares = {}
        for condition in CONDITIONS:
            of = [t for t in trials if t.template == template and t.condition == condition]
            shares[condition] = (sum(t.solved for t in of), len(of))
        hits, count = shares["seeing"]
        low, high = wilson(hits, count)
        blind = [won / n for name, (won, n) in shares.items() if name != "seeing" and n]
        rows.append(
            {
                "name": template,
                "success": round(hits / count, 3) if count else 0.0,
                "n": count,
                "low": round(low, 3),
                "high": round(high, 3),
                "blind": round(max(blind), 3) if blind else None,
                "black": list(shares["black"]),
                "shuffled": list(shares["shuffled"]),
            }
        )
    return {"model": model, "command": command, "first_seed": RESERVED, "templates": rows}


def fingerprint(name: str) -> str:
    """SHA-256 over the weight files of a model's folder, so that a card names what it measured;
    empty for a model that is no folder."""
    folder = embedded.folder() if name == "embedded" else Path(name)
    digest = hashlib.sha256()
    shards = sorted(folder.glob("*.safetensors"))
    for shard in shards:
        digest.update(shard.read_bytes())
    return digest.hexdigest() if shards else ""


def table(card: dict[str, Any]) -> str:
    """The scorecard as a Markdown table."""
    lines = ["| task | solved | 95 % interval | blind |", "|---|---|---|---|"]
    for row in card["templates"]:
        blind = "not run" if row["blind"] is None else f"{row['blind']:.0%}"
        span = f"{row['low']:.0%} to {row['high']:.0%}"
        solved = f"{round(row['success'] * row['n'])} of {row['n']}"
        lines.append(f"| {row['name']} | {solved} | {span} | {blind} |")
    return "\n".join(lines)


@click.command()
@click.option("--model", "name", default="embedded", show_default=True)
@click.option("--template", "templates", multiple=True, type=click.Choice(TEMPLATES))
@click.option("--count", type=click.IntRange(1), default=30, show_default=True)
@click.option(
    "--jobs", type=click.IntRange(1), default=4, show_default=True, help="Phones at a time."
)
@click.option("--out", type=click.Path(path_type=Path), help="Write the scorecard to this file.")
@click.option(
    "--runs",
    "folder",
    type=click.Path(path_type=Path),
    default=Path("runs/evaluate"),
    show_default=True,
    help="Where the journal of every run goes.",
)
def command(
    name: str, templates: tuple[str, ...], count: int, jobs: int, out: Path | None, folder: Path
) -> None:
    """Measure a model on the simulated phone: every task template on reserved phones, with the
    picture, with a black one and with a shuffled one."""
    from tapwright.model.load import load_model

    chosen = templates or TEMPLATES
    model = load_model(name)
    click.echo(f"{len(chosen)} templates x {count} phones x {len(CONDITIONS)} conditions", err=True)
    trials: list[Trial] = []
    words = " ".join(f"--template {template}" for template in templates)
    written = f"tapwright evaluate --model {name} --count {count} {words}".rstrip()
    weights = fingerprint(name)
    for trial in evaluate(model, chosen, count, folder, jobs=jobs, weights=weights):
        trials.append(trial)
        ending = f"{trial.outcome.value}, {trial.steps} steps"
        click.echo(f"{trial.template} {trial.seed} {trial.condition}: {ending}", err=True)
    card = scorecard(name, written, trials) | {"weights": weights}
    if out is not None:
        out.write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    click.echo(table(card))
