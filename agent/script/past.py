"""What a script's run has done so far, read from its folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any

from tapwright.agent.script.progress import PROGRESS, read_records
from tapwright.agent.script.results import Status, StepResult
from tapwright.agent.script.steps import Place, Script
from tapwright.agent.seeing.values import Rung
from tapwright.errors import JournalError

_COMMITTED = frozenset({"passed", "healed", "unverified", "warned", "skipped"})
# A choice that is made anew takes the place of the other one.
_OTHER_WAY = {"then": "else", "else": "then", "again": "over", "over": "again"}
_ABOUT_THE_RUN = frozenset({"script", "resumed", "opened", "end"})


@dataclass(slots=True)
class Asked:
    """How often a model was asked in all passes of a run, as its records tell."""

    _over: int = 0  # in passes before the one that is read
    _steps: int = 0  # in this one, by its steps and choices

    @property
    def calls(self) -> int:
        """How often, up to the last record that was taken."""
        return self._over + self._steps

    def take(self, record: Mapping[str, Any]) -> None:
        """Take the next record in."""
        kind = record["kind"]
        if kind in ("done", "chosen"):
            self._steps += int(record.get("model_calls") or 0)
        elif kind in ("resumed", "end"):
            # An end counts what came to no record, too: a condition that failed the script.
            told = int(record.get("model_calls") or 0) if kind == "end" else 0
            self._over += max(self._steps, told)
            self._steps = 0


@dataclass(slots=True)
class Past:
    """The records of a run by the keys of its steps; the newest of each counts.

    Empty for a run that has not begun.
    """

    folder: Path = Path()
    head: Mapping[str, Any] = field(default_factory=dict)
    done: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    intended: dict[str, Mapping[str, Any]] = field(default_factory=dict)  # the last one of a key
    open: set[str] = field(default_factory=set)  # begun, and nothing came of it yet
    values: dict[str, dict[str, Mapping[str, Any]]] = field(default_factory=dict)
    ways: dict[str, dict[str, Mapping[str, Any]]] = field(default_factory=dict)
    opened: list[str] = field(default_factory=list)  # devices, by what the script says
    ended: Mapping[str, Any] | None = None
    last: Mapping[str, Any] = field(default_factory=dict)  # the newest record about a step
    asked: Asked = field(default_factory=Asked)
    size: int = 0  # bytes of the records that were read

    def committed(self, key: str) -> StepResult | None:
        """What came of a step that is not to be done again; None where there is none."""
        record = self.done.get(key)
        if record is None or key in self.open or record["status"] not in _COMMITTED:
            return None
        return self.result(record)

    def failed(self, key: str) -> StepResult | None:
        """How a step failed, where it did."""
        record = self.done.get(key)
        if record is None or key in self.open or record["status"] != Status.FAILED.value:
            return None
        return self.result(record)

    def in_flight(self, key: str) -> Mapping[str, Any] | None:
        """The intent of a step of which nobody knows whether it happened, or all of it did."""
        intent = self.intended.get(key)
        if intent is None or key in self.open:
            return intent
        record = self.done.get(key)
        if record is None or record["status"] in _COMMITTED:
            return None
        return intent if record.get("delivery", "unknown") != "none" else None

    def step_in_flight(self) -> str | None:
        """The key of the step that was begun last, where nobody knows whether it happened."""
        last = next(reversed(self.intended), None)
        return last if last is not None and self.in_flight(last) is not None else None

    def way(self, key: str, *ways: str) -> Mapping[str, Any] | None:
        """Which of `ways` a branching step went; None where it may still be decided anew.

        A choice after which nothing was begun is none: the screen may have changed since.
        """
        for way in ways:
            record = self.ways.get(key, {}).get(way)
            if record is not None and record is not self.last:
                return record
        return None

    def result(self, record: Mapping[str, Any]) -> StepResult:
        """A `done` record as the result that it tells of."""
        rung, picture = record.get("rung"), record.get("picture")
        return StepResult(
            key=record["key"],
            place=Place(Path(record["file"]), record["line"], record.get("step", record["key"])),
            title=record["title"],
            status=Status(record["status"]),
            said=record.get("said", ""),
            rung=Rung(rung) if rung else None,
            seconds=record.get("seconds", 0.0),
            model_calls=record.get("model_calls", 0),
            picture=self.folder / picture if picture else None,
        )

    def take(self, record: Mapping[str, Any]) -> None:
        """Take the next record in; kinds that are not known are passed over."""
        kind = record["kind"]
        self.asked.take(record)
        if kind == "script":
            self.head = self.head or record
        elif kind == "end":
            self.ended = record
        elif kind == "resumed":
            self.ended = None
        elif kind == "opened":
            self.opened.append(record["place"])
        elif kind == "intend":
            self.intended.pop(record["key"], None)  # the newest one stands last
            self.intended[record["key"]] = record
            self.open.add(record["key"])
        elif kind == "done":
            self.result(record)  # read now, so that what is broken is told with its line
            self.done[record["key"]] = record
            self.open.discard(record["key"])
        elif kind == "set":
            self.values.setdefault(record["key"], {})[record["name"]] = record
        elif kind == "chosen":
            ways = self.ways.setdefault(record["key"], {})
            ways.pop(_OTHER_WAY.get(record["way"], ""), None)
            ways[record["way"]] = record
        if kind not in _ABOUT_THE_RUN:
            self.last = record


def read_past(folder: str | Path) -> Past:
    """Read a run's folder; a last record torn by a crash is left out.

    Raise `JournalError`, naming file and line, where it is no such folder or is broken.
    """
    past = Past(Path(folder))
    past.size = read_records(past.folder, past.take)
    if not past.head:
        raise JournalError(
            f"'{past.folder / PROGRESS}' tells of no script; nothing was begun, so run it anew"
        )
    return past


def fingerprint(script: Script) -> str:
    """A digest of all that a script and its subflows do; comments, blank lines and where the file
    lies are no part of it."""
    return digest(_bare(script))


def digest(value: Any) -> str:
    """A digest of a value made of texts, numbers, lists and mappings."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:32]


def _bare(value: Any) -> Any:
    if isinstance(value, Place):
        return value.step
    if is_dataclass(value) and not isinstance(value, type):
        kept = [each.name for each in fields(value) if each.name != "file" or not _is_script(value)]
        inner = {name: _bare(getattr(value, name)) for name in kept}
        return {"is": type(value).__name__, **inner}
    if isinstance(value, Mapping):
        return {str(name): _bare(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_bare(inner) for inner in value]
    return value


def _is_script(value: Any) -> bool:
    return isinstance(value, Script)
