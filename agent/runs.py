"""Reading a run folder: for reports, resuming, replays and training."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from tapwright.agent.journal import CONVERSATION, IMAGES, META, SESSION, TRANSCRIPT
from tapwright.agent.pictures import load_picture
from tapwright.agent.records import read_call, read_decision, read_step
from tapwright.agent.shapes import must_be_meta, must_be_record
from tapwright.errors import JournalError
from tapwright.types import CheckResult, Decision, Delivery, Effect, Outcome, Step, ToolCall

RECENT_PICTURES = 8


@dataclass(frozen=True, slots=True)
class Intent:
    """An act that was begun; without an `effect`, nobody knows whether it happened."""

    step: int
    index: int
    call: ToolCall
    decision: Decision
    effect: Effect | None


@dataclass(frozen=True, slots=True)
class Run:
    """A run as its folder tells it; pictures are read when a step is asked for."""

    folder: Path
    meta: Mapping[str, Any]
    records: tuple[Mapping[str, Any], ...]

    @property
    def task(self) -> str:
        """What was to be done."""
        return str(self.meta["task"])

    def must_be_resumable(self) -> None:
        """Raise `JournalError` for a journal that no model of ours can go on with."""
        if self.meta.get("kind") == SESSION:
            raise JournalError(
                f"'{self.folder}' holds a session of an MCP client, whose steps were its own; "
                "there is nothing to resume"
            )

    def steps(self) -> Iterator[Step]:
        """The whole steps in order, one at a time; raise `JournalError` for a lost picture."""
        recent: dict[str, Image.Image] = {}

        def load(record: Mapping[str, Any]) -> Image.Image:
            """The picture; the newest few are kept, for requests repeat them."""
            name = record["image"]
            image = recent.pop(name) if name in recent else self._picture(record)
            recent[name] = image
            if len(recent) > RECENT_PICTURES:
                recent.pop(next(iter(recent)))
            return image

        for record in self._of_kind("step"):
            try:
                yield read_step(record, load)
            except (KeyError, TypeError, ValueError) as error:
                raise JournalError(
                    f"a step of '{self.folder}' cannot be read: {error!r}"
                ) from error

    def step_numbers(self) -> frozenset[int]:
        """The numbers of the whole steps; no picture is read."""
        return frozenset(record["number"] for record in self._of_kind("step"))

    def intents(self) -> tuple[Intent, ...]:
        """Every act that was begun, in order."""
        intents: dict[tuple[int, int], Intent] = {}
        for record in self.records:
            if record["kind"] == "intent":
                at = (record["step"], record["index"])
                call, decision = read_call(record["call"]), read_decision(record["decision"])
                intents[at] = Intent(*at, call, decision, None)
            elif record["kind"] == "effect":
                at = (record["step"], record["index"])
                old = intents[at]
                result = record["result"]
                effect = Effect(Delivery(result["delivery"]), result["said"])
                intents[at] = Intent(*at, old.call, old.decision, effect)
        return tuple(intents.values())

    @property
    def outcome(self) -> Outcome | None:
        """How it ended; None for a run that was cut off, or was resumed and is not over."""
        last = self._last_end()
        return Outcome(last["outcome"]) if last else None

    @property
    def message(self) -> str:
        """What was said at its end."""
        last = self._last_end()
        return str(last["message"]) if last else ""

    @property
    def checks(self) -> tuple[CheckResult, ...]:
        """What the checks said at its end."""
        last = self._last_end()
        return tuple(CheckResult(**check) for check in last["checks"]) if last else ()

    def last_look(self) -> Image.Image | None:
        """The screen at the end, where it is another picture than that of the last step."""
        last = self._last_end()
        seen = last["last"] if last else None
        if seen is None:
            return None
        shown = {record["observation"]["image"] for record in self._of_kind("step")}
        return None if seen["image"] in shown else self._picture(seen)

    def _last_end(self) -> Mapping[str, Any] | None:
        ends = [record for record in self.records if record["kind"] in ("end", "resumed")]
        return ends[-1] if ends and ends[-1]["kind"] == "end" else None

    def _of_kind(self, kind: str) -> Iterator[Mapping[str, Any]]:
        return (record for record in self.records if record["kind"] == kind)

    def _picture(self, record: Mapping[str, Any]) -> Image.Image:
        """A picture of this run; a name, or a link, that leads out of `images/` is refused."""
        width, height = record["size"]
        path = (self.folder / record["image"]).resolve()
        if path.parent != (self.folder / IMAGES).resolve():
            raise JournalError(f"the picture '{record['image']}' is not in '{self.folder}'")
        return load_picture(path, (width, height))


def read_run(folder: str | Path) -> Run:
    """Read a run folder; a last record torn by a crash is left out.

    Raise `JournalError`, naming file and line, where it is no run folder or something in it is
    not as a journal writes it.
    """
    folder = Path(folder)
    try:
        text = (folder / META).read_text(encoding="utf-8")
        lines = (folder / TRANSCRIPT).read_bytes().split(b"\n")
    except (OSError, ValueError) as error:
        raise JournalError(f"'{folder}' is not a run folder: {error}") from error
    try:
        meta = json.loads(text)
        must_be_meta(meta)
    except (ValueError, RecursionError) as error:
        raise JournalError(f"'{folder / META}' is broken: {error}") from error
    if meta.get("kind") == CONVERSATION:
        raise JournalError(f"'{folder}' holds a conversation, not a run on a device")
    records = []
    begun: set[tuple[int, int]] = set()
    for number, line in enumerate(lines[:-1], start=1):  # what has no line break is torn
        try:
            records.append(_read_record(line, begun))
        except (ValueError, RecursionError) as error:
            raise JournalError(
                f"line {number} of '{folder / TRANSCRIPT}' is broken: {error}"
            ) from error
    return Run(folder, meta, tuple(records))


def _read_record(line: bytes, begun: set[tuple[int, int]]) -> Mapping[str, Any]:
    """A line as a record; `begun` holds step and index of the intents before it."""
    record: dict[str, Any] = json.loads(line)
    must_be_record(record)
    if record["kind"] == "intent":
        begun.add((record["step"], record["index"]))
    elif record["kind"] == "effect" and (record["step"], record["index"]) not in begun:
        raise ValueError("an effect without its intent")
    return record
