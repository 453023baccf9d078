"""A script's run on disk: what is meant before it is done, and what came of it.

    progress.jsonl   one record a line, appended only
    pictures/        what was on the screen, see `Progress.picture`
    runs/KEY/        the journal of a `run` step
    lock             while a process writes here: its number

Kinds of records: `script` (with what it was begun), `intend` (on the disk before the act),
`done` (what came of a step), `set` (a variable that the step `key` gave a value), `chosen` (which
way a branching step went, or the rows of a loop), `opened` (a device), `resumed`, `end`. An
`intend` without a `done` is a step in flight: nobody knows whether it happened. Readers pass over
kinds that they do not know.
"""

from __future__ import annotations

import datetime
import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PIL import Image

from tapwright.agent.on_disk import cut_torn_end, sync_folder, write_record
from tapwright.agent.pictures import encode_picture
from tapwright.agent.script.results import Ended, StepResult
from tapwright.agent.script.steps import Step
from tapwright.errors import JournalError
from tapwright.locks import Lock, take as take_lock

PROGRESS, PICTURES, RUNS, LOCK = "progress.jsonl", "pictures", "runs", "lock"
VERSION = 1


def not_a_run(folder: Path, error: OSError) -> JournalError:
    """What to raise where no run's records can be read in `folder`."""
    return JournalError(
        f"'{folder}' is not the folder of a script's run ({error.strerror or error}: {PROGRESS}); "
        "name the one that 'tapwright script run' shows behind 'run'"
    )


def read_records(folder: Path, take: Callable[[Mapping[str, Any]], None]) -> int:
    """Give each record of a run's folder to `take`; return how many bytes they are.

    A last one torn by a crash is left out. Raise `JournalError`, naming file and line, where the
    folder has none, or one cannot be read: `take` says so by a `ValueError`, `TypeError` or
    `KeyError`.
    """
    path = folder / PROGRESS
    try:
        content = path.read_bytes()
    except OSError as error:
        raise not_a_run(folder, error) from error
    lines = content.split(b"\n")
    for number, line in enumerate(lines[:-1], start=1):  # what has no line break is torn
        try:
            record = json.loads(line)
            if not isinstance(record, dict):
                raise TypeError("it is no object")
            take(record)
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise JournalError(f"line {number} of '{path}' is broken: {error!r}") from error
    return len(content) - len(lines[-1])


class Progress:
    """Writes the records of one run of a script; make one with `Progress.open`.

    Every text goes through `redact` on its way to the disk.
    """

    def __init__(self, folder: Path, redact: Callable[[str], str], lock: Lock | None) -> None:
        self.folder = folder
        self.redact = redact
        self._lock = lock

    @classmethod
    def open(cls, folder: str | Path, redact: Callable[[str], str]) -> Progress:
        """Open a run folder, new or old; a record torn by a crash is cut off its end.

        Raise `JournalError` where the folder cannot be written or another process holds it.
        """
        folder = Path(folder)
        try:
            (folder / PICTURES).mkdir(parents=True, exist_ok=True)
            lock = take_lock(folder / LOCK)  # first: a record half written by another is not torn
            cut_torn_end(folder / PROGRESS)
            sync_folder(folder)
        except BlockingIOError as error:
            raise JournalError(
                f"the run folder '{folder}' is in use by {error.strerror}; wait for its end"
            ) from error
        except OSError as error:
            raise JournalError(f"cannot write the run folder '{folder}': {error}") from error
        return cls(folder, redact, lock)

    def begin(self, **written: Any) -> None:
        """Write down with what the script begins; raise `JournalError` where one has begun here."""
        if (self.folder / PROGRESS).stat().st_size:
            raise JournalError(
                f"the run folder '{self.folder}' already holds a script's run; "
                "resume it or take a new folder"
            )
        self.append("script", sync=True, version=VERSION, started=time.time(), **written)

    def resumed(self, known: int) -> None:
        """Note that the run is gone on with by who read `known` bytes of it.

        Raise `JournalError` where another went on with it since: what that one did would be done
        again.
        """
        if (self.folder / PROGRESS).stat().st_size != known:
            raise JournalError(
                f"the run in '{self.folder}' was gone on with meanwhile; resume it anew"
            )
        self.append("resumed", sync=True, time=time.time())

    def opened(self, place: str) -> None:
        """Note that a device is opened, by what the script calls its place."""
        self.append("opened", place=place, time=time.time())

    def intend(self, key: str, step: Step, title: str, *, once: bool, before: bool | None) -> None:
        """Put a step on the disk before its act is begun.

        `before` says whether what it expects held already, None where that was not looked at.
        """
        place = step.place
        self.append(
            "intend",
            sync=True,
            key=key,
            file=str(place.file),
            line=place.line,
            title=title,
            once=once,
            before=before,
            time=time.time(),
        )

    def done(self, result: StepResult, *, delivery: str) -> None:
        """Put down what came of a step; `delivery` is "none", "delivered" or "unknown"."""
        picture = result.picture.relative_to(self.folder).as_posix() if result.picture else None
        self.append(
            "done",
            sync=True,
            key=result.key,
            file=str(result.place.file),
            line=result.place.line,
            step=result.place.step,
            title=result.title,
            status=result.status.value,
            rung=result.rung.value if result.rung else None,
            said=result.said,
            seconds=round(result.seconds, 4),
            model_calls=result.model_calls,
            picture=picture,
            delivery=delivery,
            time=time.time(),
        )

    def set(self, key: str, name: str, value: Any, secrets: Mapping[str, str]) -> None:
        """Put down that step `key` gave a variable a value; secrets in it are marked, not kept."""
        self.append("set", key=key, name=name, **as_kept(value, self.redact, secrets))

    def chosen(self, key: str, way: str, *, sync: bool = False, **more: Any) -> None:
        """Put down which way a branching step went, or what a loop goes over.

        `model_calls` among `more` says how often a model was asked about it.
        """
        self.append("chosen", sync=sync, key=key, way=way, time=time.time(), **more)

    def end(self, ended: Ended, said: str, *, key: str, model_calls: int, seconds: float) -> None:
        """Put down how the script ended; `key` is the step that ended it, empty for none."""
        self.append(
            "end",
            sync=True,
            ended=ended.value,
            said=said,
            key=key,
            model_calls=model_calls,
            seconds=round(seconds, 4),
            time=time.time(),
        )

    def release(self) -> None:
        """Let others write into the folder."""
        if self._lock is not None:
            self._lock.release()

    def picture(self, key: str, image: Image.Image) -> Path:
        """Keep a picture (RGB) under a name made of `key`; return its path."""
        letters = "".join(letter if letter.isalnum() or letter in "-." else "_" for letter in key)
        name = self.redact(letters)[:80]
        folder, number = self.folder / PICTURES, 1
        path = folder / f"{name}.jpg"
        try:
            while path.exists():
                number += 1
                path = folder / f"{name}-{number}.jpg"
            with path.open("xb") as file:
                file.write(encode_picture(image))
        except OSError as error:
            raise JournalError(f"cannot write a picture of '{self.folder}': {error}") from error
        return path

    def append(self, kind: str, *, sync: bool = False, **fields: Any) -> None:
        """Put down a record of any kind; with `sync` it is on the disk before this returns."""
        clean = {name: cleaned(value, self.redact) for name, value in fields.items()}
        try:
            write_record(self.folder / PROGRESS, {"kind": kind, **clean}, sync=sync)
        except OSError as error:
            raise JournalError(
                f"cannot write the journal of '{self.folder}': {error}; nothing more is done"
            ) from error


def cleaned(value: Any, redact: Callable[[str], str]) -> Any:
    """`value` as JSON holds it, with secrets taken out of every text in it."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, Mapping):
        return {redact(str(name)): cleaned(inner, redact) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [cleaned(inner, redact) for inner in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return redact(str(value))


def as_kept(value: Any, redact: Callable[[str], str], secrets: Mapping[str, str]) -> dict[str, Any]:
    """A variable's value for the disk: `value`, its `type` where JSON has none, and `secret` where
    one was taken out of it; `lost` where it cannot be put back, because it was changed."""
    kept: dict[str, Any] = {"value": cleaned(value, redact)}
    if isinstance(value, datetime.date):
        kept["type"] = "date"
    if kept["value"] != cleaned(value, str):
        kept["secret"] = True
        if restored(kept, secrets) != value:
            kept["lost"] = True
    return kept


def restored(record: Mapping[str, Any], secrets: Mapping[str, str]) -> Any:
    """A variable's value from its `set` record, with the secrets in it put back."""
    value = record["value"]
    if record.get("secret"):
        value = _put_back(value, secrets)
    if record.get("type") == "date" and isinstance(value, str):
        return datetime.date.fromisoformat(value)
    return value


def _put_back(value: Any, secrets: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        for name, secret in secrets.items():
            value = value.replace(f"[secret {name}]", secret)
        return value
    if isinstance(value, dict):
        return {name: _put_back(inner, secrets) for name, inner in value.items()}
    if isinstance(value, list):
        return [_put_back(inner, secrets) for inner in value]
    return value
