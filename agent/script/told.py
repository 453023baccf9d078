"""What a script's folder tells of its run: `progress.jsonl` read for reports, which are files too.

A folder may hold several passes, where a run was cut off and resumed; what counts of a step is
how it ended last. A step that was begun and never ended is told as one in flight.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from PIL import Image

from tapwright.agent import on_disk
from tapwright.agent.pictures import MOST_PIXELS
from tapwright.agent.script.past import Asked
from tapwright.agent.script.progress import LOCK, PICTURES, PROGRESS, RUNS, read_records
from tapwright.agent.script.results import Ended, Status
from tapwright.errors import JournalError


@dataclass(frozen=True, slots=True)
class Told:
    """A step as the folder tells it; `status` is None where it was begun and never ended."""

    key: str
    title: str
    file: str
    line: int
    status: Status | None
    rung: str = ""
    said: str = ""
    seconds: float = 0.0
    model_calls: int = 0
    picture: Path | None = None
    time: float = 0.0  # seconds since the epoch
    forgiven: bool = False  # it failed, and the script did not: it was caught, or optional

    @property
    def outcome(self) -> str:
        """How it ended, in a word or two."""
        if self.status is None:
            return "in flight"
        return f"{self.status.value}, caught" if self.forgiven else self.status.value


@dataclass(frozen=True, slots=True)
class Tale:
    """A run of a script as its folder tells it.

    `ended` is None where the run was cut off or is still going on.
    """

    folder: Path
    file: str
    name: str
    started: float  # seconds since the epoch
    steps: tuple[Told, ...] = ()
    ended: Ended | None = None
    said: str = ""
    seconds: float = 0.0
    model_calls: int = 0  # in all passes, those for conditions included
    values: Mapping[str, Any] = field(default_factory=dict)

    def count(self, *statuses: Status | None) -> int:
        """How many steps ended in one of `statuses`, those that were forgiven left out."""
        return sum(1 for step in self.steps if step.status in statuses and not step.forgiven)

    @property
    def forgiven(self) -> int:
        """How many steps failed without the script's failing."""
        return sum(1 for step in self.steps if step.forgiven)


def read_tale(folder: str | Path) -> Tale:
    """Read the folder of a script's run; a last line torn by a crash is left out.

    Raise `JournalError`, naming file and line, where there is none or it cannot be read.
    """
    folder = Path(folder)
    tale = _Reading(folder)
    read_records(folder, tale.read)
    if tale.head is None:
        raise JournalError(f"'{folder / PROGRESS}' tells of no script; was the run ever started?")
    return tale.told(tale.head)


class _Reading:
    """Gathers records into a tale."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.head: Mapping[str, Any] | None = None
        self._steps: dict[str, Told] = {}
        self._end: Mapping[str, Any] | None = None
        self._ended: Ended | None = None
        self._seconds = 0.0
        self._forgiving: set[str] = set()  # what the keys of steps begin with that may fail
        self._asked = Asked()

    def read(self, record: Mapping[str, Any]) -> None:
        """Take one record in; kinds that reports do not need are passed over."""
        kind = record["kind"]
        self._asked.take(record)
        if kind == "script":
            self.head = self.head or record
            self._end = None  # it is gone on with
        elif kind == "resumed":
            self._end = None
        elif kind == "intend":
            self._steps[str(record["key"])] = self._begun(record)
        elif kind == "done":
            self._done(record)
        elif kind == "chosen" and record.get("way") == "catch":
            self._forgiving.add(f"{record['key']}.do.")
        elif kind == "end":
            self._end, self._ended = record, Ended(record["ended"])
            self._seconds += float(record.get("seconds") or 0.0)

    def _begun(self, record: Mapping[str, Any]) -> Told:
        key = str(record["key"])
        self._steps.pop(key, None)  # what was begun again stands where it happened
        return Told(
            key=key,
            title=str(record.get("title", "")),
            file=str(record.get("file", "")),
            line=int(record.get("line") or 0),
            status=None,
            time=float(record.get("time") or 0.0),
        )

    def _done(self, record: Mapping[str, Any]) -> None:
        key, status = str(record["key"]), Status(record["status"])
        self._steps.pop(key, None)
        if status is Status.WARNED:  # what it holds failed, and it was optional
            self._forgiving |= {f"{key}.", f"{key}["}
        self._steps[key] = Told(
            key=key,
            title=str(record.get("title", "")),
            file=str(record.get("file", "")),
            line=int(record.get("line") or 0),
            status=status,
            rung=str(record.get("rung") or ""),
            said=str(record.get("said") or ""),
            seconds=float(record.get("seconds") or 0.0),
            model_calls=int(record.get("model_calls") or 0),
            picture=self._picture(record.get("picture")),
            time=float(record.get("time") or 0.0),
        )

    def _picture(self, name: Any) -> Path | None:
        """A picture inside the folder; a name that leads out of it is refused."""
        if not name:
            return None
        path = (self.folder / str(name)).resolve()
        if not path.is_relative_to(self.folder.resolve()):
            raise ValueError(f"the picture {str(name)!r} is not in the run's folder")
        return path

    def _forgives(self, step: Told) -> bool:
        return step.status is Status.FAILED and step.key.startswith(tuple(self._forgiving))

    def told(self, head: Mapping[str, Any]) -> Tale:
        """The tale, under its first record."""
        end = self._end
        steps = tuple(
            replace(step, file=shown_file(step.file, head), forgiven=self._forgives(step))
            for step in self._steps.values()
        )
        spent = self._seconds if end else sum(step.seconds for step in steps)
        values = head.get("values")
        return Tale(
            folder=self.folder,
            file=shown_file(str(head.get("file", "")), head),
            name=str(head.get("name", "")),
            started=_moment(head.get("started")),
            steps=steps,
            ended=self._ended if end else None,
            said=str(end.get("said") or "") if end else "",
            seconds=spent,
            model_calls=self._asked.calls,
            values=values if isinstance(values, dict) else {},
        )


def shown_file(file: str, head: Mapping[str, Any]) -> str:
    """A file of a run with this `script` record as its person names it: seen from the folder in
    which the run was begun, wherever it was gone on with and reported.

    One that lies elsewhere stays absolute, unless the script was named by a relative path.
    """
    given, base = str(head.get("given") or ""), str(head.get("working_folder") or "")
    if not file or not given or not base:
        return file  # an older run does not tell
    named = given if file == head.get("file") else file
    path = Path(os.path.normpath(Path(base) / named))
    if path.is_relative_to(base) or not Path(given).is_absolute():
        with suppress(ValueError):  # another drive
            path = Path(os.path.relpath(path, base))
    return path.as_posix()


def _moment(value: Any) -> float:
    """Seconds since the epoch; 0 where the folder does not tell."""
    return float(value) if isinstance(value, int | float) else 0.0


def load_thumbnail(path: Path, side: int) -> Image.Image | None:
    """The picture with its longer side at most `side` pixels; None where it cannot be read.

    A report of a run is wanted most where something went wrong, so a lost picture is no reason
    to have none.
    """
    try:
        with Image.open(path, formats=("JPEG", "PNG")) as image:
            if image.width * image.height > MOST_PIXELS:
                return None
            image.draft("RGB", (side, side))
            small = image.convert("RGB")
            small.thumbnail((side, side))
            return small
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def must_not_be_record(folder: str | Path | None, out: str | Path) -> None:
    """Raise `JournalError` where a file at `out` would take the place of a part of a run's record.

    `folder` is the run's, None where it is not known yet.
    """
    target = Path(out).resolve()
    kept = [Path(folder).resolve() / name for name in (PICTURES, RUNS)] if folder else []
    if target.name in (PROGRESS, LOCK) or any(target.is_relative_to(each) for each in kept):
        raise JournalError(
            f"a report at '{out}' would take the place of a part of the run's own record; "
            "choose another file, such as report.html"
        )


def write_whole(tale: Tale, out: str | Path, pieces: Iterable[bytes]) -> Path:
    """Write the report of `tale` to the file `out`, whole or not at all; return its path.

    An older report stays as it is until the new one is whole. Raise `JournalError` where the file
    cannot be written or is a part of the run's record.
    """
    must_not_be_record(tale.folder, out)
    return on_disk.write_whole(out, pieces)
