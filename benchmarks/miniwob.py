"""MiniWoB++ through our desktop driver and our loop: `python benchmarks/miniwob.py --help`.

The pages of the `miniwob` wheel in Debian's Chromium on a virtual display, real mouse and keyboard
events, and the pages' own raw reward as the verdict, with any model.
"""

from __future__ import annotations

import json
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from miniwob_answers import ANSWERS
from miniwob_browser import Browser, page_names, seeds_of
from miniwob_play import Episode, Oracle, play
from miniwob_record import RECORDED, record

from tapwright.agent.quiet import Patience
from tapwright.agent.settings import RunSettings
from tapwright.devices.desktop import open_desktop
from tapwright.errors import TapwrightError, UsageError
from tapwright.model.load import load_model
from tapwright.protocols import Model
from tapwright.tools.phone import acts_for
from tapwright.training.evaluate import wilson
from tapwright.training.pages.families import PAGE_SHARES
from tapwright.training.pages.recorded import Recorder

GROUPS = {"all": None, "oracle": tuple(sorted(ANSWERS)), "trained": tuple(PAGE_SHARES)}
# A click on a page answers at once; half a second of grace for each would be most of the time.
PATIENCE = Patience(cap=2.0, interval=0.05, grace=0.3, small=0.6)


def chosen_pages(text: str) -> list[str]:
    """The pages that `all`, `oracle`, `trained` or names with commas mean."""
    known = page_names()
    if text in GROUPS:
        return list(GROUPS[text] or known)
    named = [name for name in text.split(",") if name]
    unknown = [name for name in named if name not in known]
    if unknown or not named:
        names = ", ".join(f"'{name}'" for name in unknown) or f"'{text}'"
        raise UsageError(f"no page {names}; see --list")
    return named


class Bench:
    """Browser, desktop and model, ready to play; a context manager."""

    def __init__(self, name: str, scale: int, runs: Path, settings: RunSettings) -> None:
        self.browser = Browser(scale)
        self._name, self._runs, self._settings = name, runs, settings
        self._stack = ExitStack()

    def __enter__(self) -> Bench:
        with ExitStack() as stack:
            stack.enter_context(self.browser)
            desktop = open_desktop(display=self.browser.screen.display, stop=False)
            self.desktop = stack.enter_context(desktop)
            self.desktop.simulated = True  # ours alone, and gone in a moment
            self.model: Model = (
                Oracle(self.browser) if self._name == "oracle" else load_model(self._name)
            )
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def episodes(self, page: str, seeds: Sequence[int]) -> Iterator[Episode]:
        """Play the episodes of a page."""
        family = self.model.family
        screen = self.browser.screen.size
        actions = acts_for(family, "desktop", screen, self.model.shown_size(screen))
        if isinstance(self.model, Oracle):
            self.model.page = page
        self.browser.open(page)
        for seed in seeds:
            folder = self._runs / page / str(seed)
            episode = play(
                self.browser, self.desktop, self.model, page, seed,
                actions=actions, settings=self._settings, folder=folder,
            )  # fmt: skip
            yield episode
            if not episode.ended:
                self.browser.open(page)  # the next one begins at a cover again


def summary(episodes: Sequence[Episode]) -> list[dict[str, Any]]:
    """One row a page: episodes, how many were solved, mean reward, steps and seconds."""
    rows = []
    for page in dict.fromkeys(episode.page for episode in episodes):
        own = [episode for episode in episodes if episode.page == page]
        solved = sum(episode.solved for episode in own)
        low, high = wilson(solved, len(own))
        rows.append(
            {
                "page": page,
                "episodes": len(own),
                "solved": solved,
                "low": round(low, 3),
                "high": round(high, 3),
                "reward": round(sum(e.reward for e in own) / len(own), 3),
                "steps": round(sum(e.steps for e in own) / len(own), 2),
                "seconds": round(sum(e.seconds for e in own) / len(own), 2),
            }
        )
    return rows


def table(rows: Sequence[dict[str, Any]]) -> str:
    """The rows as a Markdown table."""
    lines = ["| page | solved | 95 % interval | reward | steps | s |", "|---|---|---|---|---|---|"]
    for row in rows:
        span = f"{row['low']:.0%} to {row['high']:.0%}"
        lines.append(
            f"| {row['page']} | {row['solved']} of {row['episodes']} | {span} "
            f"| {row['reward']:+.2f} | {row['steps']:.1f} | {row['seconds']:.2f} |"
        )
    return "\n".join(lines)


@click.command()
@click.option("--model", "name", default="oracle", show_default=True, help="As in tapwright run.")
@click.option("--pages", default="oracle", show_default=True, help="all, oracle, trained, names.")
@click.option("--seeds", default="900000:900005", show_default=True, help="7, 1,5,9 or FROM:TO.")
@click.option("--scale", type=click.IntRange(1, 6), default=2, show_default=True)
@click.option("--max-steps", type=click.IntRange(1), default=15, show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="Write the result as JSON.")
@click.option("--runs", type=click.Path(path_type=Path), help="Keep the journals here.")
@click.option("--record", "into", type=click.Path(path_type=Path), help="Record looks, play none.")
@click.option("--list", "listing", is_flag=True, help="Name the pages and end.")
def command(
    name: str, pages: str, seeds: str, scale: int, max_steps: int, out: Path | None,
    runs: Path | None, into: Path | None, listing: bool,
) -> None:  # fmt: skip
    """Play pages of MiniWoB++ and say what they were worth."""
    try:
        if listing:
            click.echo("\n".join(page_names()))
            return
        wanted, numbers = chosen_pages(pages), seeds_of(seeds)
        if into is not None:
            _record(into, wanted, numbers, scale)
            return
        with tempfile.TemporaryDirectory(prefix="tapwright-miniwob-") as spare:
            kept = runs or Path(spare)
            settings = RunSettings(max_steps=max_steps, patience=PATIENCE)
            episodes = _played(name, scale, kept, settings, wanted, numbers)
    except TapwrightError as error:
        raise click.ClickException(str(error)) from error
    rows = summary(episodes)
    if out is not None:
        told = {
            "model": name,
            "scale": scale,
            "pages": rows,
            "episodes": list(map(asdict, episodes)),
        }
        out.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    click.echo(table(rows))
    full = sum(row["solved"] == row["episodes"] for row in rows)
    click.echo(f"{full} of {len(rows)} pages solved at every seed")


def _played(
    name: str, scale: int, runs: Path, settings: RunSettings, pages: list[str], seeds: Sequence[int]
) -> list[Episode]:
    episodes = []
    with Bench(name, scale, runs, settings) as bench:
        for page in pages:
            for episode in bench.episodes(page, seeds):
                episodes.append(episode)
                told = f"{episode.reward:+.2f}, {episode.steps} steps, {episode.outcome}"
                click.echo(f"{page} {episode.seed}: {told} {episode.message}".rstrip(), err=True)
    return episodes


def _record(folder: Path, pages: list[str], seeds: Sequence[int], scale: int) -> None:
    recorder = Recorder(folder)
    with Browser(scale) as browser:
        for page in pages:
            if page not in RECORDED:
                raise UsageError(f"'{page}' takes more than one click; recorded are: {RECORDED}")
            written = record(
                browser, page, seeds, recorder, lambda told: click.echo(told, err=True)
            )
            click.echo(f"{page}: {written} looks")


if __name__ == "__main__":
    # A plain end leaves no browser behind; the signal alone would.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    command()
