"""A run on disk: what was meant before it is done, and what came of it.

    meta.json          the task and with what it was begun
    transcript.jsonl   one record a line, appended only
    images/NNN.jpg     what was seen, see `pictures`
    lock               while a process writes here: its number

Kinds of records: `intent` (on the disk before the act is begun), `effect` (what came of it),
`step` (everything about one turn), `resumed`, `end`. An intent without an effect is an act of
which nobody knows whether it happened.
"""

from __future__ import annotations

import json
import time
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PIL import Image

from tapwright.agent.on_disk import cut_torn_end, sync_folder, write_record
from tapwright.agent.pictures import encode_picture
from tapwright.agent.records import write_call, write_decision, write_result, write_step
from tapwright.errors import JournalError
from tapwright.locks import Lock, take
from tapwright.types import (
    CheckResult,
    Decision,
    Outcome,
    Step,
    ToolCall,
    ToolResult,
)

META, TRANSCRIPT, IMAGES, LOCK = "meta.json", "transcript.jsonl", "images", "lock"
VERSION = 1
CONVERSATION = "conversation"  # as `kind` in meta.json: no run, see `chat_transcript`
SESSION = "session"  # as `kind`: the steps of an MCP client, with no model of ours


class Journal:
    """Writes the records of one run; make one with `Journal.open`."""

    def __init__(
        self, folder: Path, notes: Mapping[str, Any], records: int, lock: Lock | None
    ) -> None:
        self.folder = folder
        self._lock = lock
        self._notes = dict(notes)
        self._records = records
        # Pictures stand in many requests; each is written once, and forgotten with its last user.
        self._saved: weakref.WeakValueDictionary[str, Image.Image] = weakref.WeakValueDictionary()

    @classmethod
    def open(cls, folder: str | Path, notes: Mapping[str, Any] | None = None) -> Journal:
        """Open a run folder, new or old; a record torn by a crash is cut off its end.

        `notes` go into `meta.json`: whatever is needed to begin the run again, and no secrets.
        It is this journal's until the run ends. Raise `JournalError` where the folder cannot be
        written or another journal holds it.
        """
        folder = Path(folder)
        try:
            (folder / IMAGES).mkdir(parents=True, exist_ok=True)
            lock = _hold(folder)  # first: a record half written by another is not torn
            whole = cut_torn_end(folder / TRANSCRIPT)
            sync_folder(folder)
        except OSError as error:
            raise JournalError(f"cannot write the run folder '{folder}': {error}") from error
        return cls(folder, notes or {}, whole.count(b"\n"), lock)

    def begin(self, task: str, **meta: Any) -> None:
        """Write down with what a run begins; raise `JournalError` where one has begun here."""
        if self._records or (self.folder / META).exists():
            raise JournalError(
                f"the run folder '{self.folder}' already holds a run; resume it or take a new one"
            )
        written = {
            "version": VERSION,
            "task": task,
            "began_at": time.time(),
            **meta,
            "notes": self._notes,
        }
        text = json.dumps(written, ensure_ascii=False, indent=2)
        part = self.folder / f"{META}.part"
        try:
            part.write_text(text + "\n", encoding="utf-8")
            part.replace(self.folder / META)
        except OSError as error:
            raise JournalError(f"cannot write '{self.folder / META}': {error}") from error

    def resumed(self) -> None:
        """Note that an earlier run is gone on with; raise `JournalError` where another does so."""
        if self._lock is not None and not self._lock.held:  # this journal has written an end
            self._lock = _hold(self.folder)
        self.append("resumed", at=time.time())

    def intend(self, step: int, index: int, call: ToolCall, decision: Decision) -> None:
        """Put an act on the disk before it is begun; `index` counts the calls of the step."""
        written = {"call": write_call(call), "decision": write_decision(decision)}
        self.append("intent", sync=True, step=step, index=index, **written)

    def effect(self, step: int, index: int, result: ToolResult) -> None:
        """Put down what came of an act."""
        self.append("effect", step=step, index=index, result=write_result(result, self.picture))

    def record(self, step: Step) -> None:
        """Put down a whole step."""
        self.append("step", **write_step(step, self.picture))

    def end(
        self,
        outcome: Outcome,
        message: str,
        checks: tuple[CheckResult, ...] = (),
        last: Image.Image | None = None,
    ) -> None:
        """Put down how the run ended, and the screen that was seen `last`."""
        said = [{"passed": check.passed, "said": check.said} for check in checks]
        seen = {"image": self.picture(last), "size": list(last.size)} if last else None
        self.append(
            "end",
            sync=True,
            outcome=outcome.value,
            message=message,
            checks=said,
            last=seen,
            at=time.time(),
        )
        self.release()

    def release(self) -> None:
        """Let others write into the folder."""
        if self._lock is not None:
            self._lock.release()

    def append(self, kind: str, *, sync: bool = False, **fields: Any) -> None:
        """Put down a record of any kind; with `sync` it is on the disk before this returns."""
        try:
            write_record(self.folder / TRANSCRIPT, {"kind": kind, **fields}, sync=sync)
        except OSError as error:
            raise JournalError(f"cannot write the journal of '{self.folder}': {error}") from error
        self._records += 1

    def picture(self, image: Image.Image) -> str:
        """Return the name of a picture's file, written now where it was not yet."""
        for name, saved in self._saved.items():
            if saved is image:
                return name
        data = encode_picture(image)
        images = self.folder / IMAGES
        try:
            number = len(list(images.iterdir())) + 1
            while (path := images / f"{number:03}.jpg").exists():
                number += 1  # files were taken away, so the count is behind the names
            with path.open("xb") as file:
                file.write(data)
        except OSError as error:
            raise JournalError(f"cannot write a picture of '{self.folder}': {error}") from error
        name = f"{IMAGES}/{path.name}"
        self._saved[name] = image
        return name


def _hold(folder: Path) -> Lock | None:
    """Keep other processes from writing into the folder."""
    try:
        return take(folder / LOCK)
    except BlockingIOError as error:
        raise JournalError(
            f"the run folder '{folder}' is in use by {error.strerror}; wait for its end or stop it"
        ) from error
