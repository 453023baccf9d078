"""What journals, progress and reports need of a disk: lines, names and files that are whole after
a cut."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tapwright.errors import JournalError


def write_record(file: Path, record: Mapping[str, Any], *, sync: bool) -> None:
    """Append one line of JSON; with `sync` it is on the disk before this returns."""
    line = json.dumps(record, ensure_ascii=False, default=str)
    # A lone surrogate in what a model wrote has no UTF-8; its escape does.
    data = line.encode("utf-8", "backslashreplace") + b"\n"
    with file.open("ab") as opened:
        opened.write(data)
        opened.flush()
        if sync:
            os.fsync(opened.fileno())


def cut_torn_end(file: Path) -> bytes:
    """Cut off what stands behind the last line break, and return what is left; make the file where
    there is none. Only who holds the folder's lock knows that it is not being written just now."""
    with file.open("ab+") as opened:
        opened.seek(0)
        content = opened.read()
        whole = content[: content.rfind(b"\n") + 1]
        opened.truncate(len(whole))
    return whole


def write_whole(out: str | Path, pieces: Iterable[bytes]) -> Path:
    """Write a report to the file `out`, whole or not at all; return its path.

    An older report stays as it is until the new one is whole. Raise `JournalError` where the file
    cannot be written.
    """
    path = Path(out)
    try:
        target = path.resolve()
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists() and not target.is_file():
            raise JournalError(f"cannot write the report '{path}': it is no ordinary file")
        # A name of its own: another may write the same report now, or such a file be a person's.
        part = target.with_name(f".{target.name[:40]}.{secrets.token_hex(8)}.part")
        try:
            with part.open("xb") as file:
                file.writelines(pieces)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise JournalError(f"cannot write the report '{path}': {error}") from error
    return path


def free_folder(parent: Path, name: str) -> Path:
    """The folder `name` in `parent`, or the first with a number behind that is not there yet."""
    folder, number = parent / name, 1
    while folder.exists():
        number += 1
        folder = parent / f"{name}-{number}"
    return folder


def sync_folder(folder: Path) -> None:
    """Make the names in a folder outlive a power cut, where the system can."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
