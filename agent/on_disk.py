"""What a journal and a script's progress need of a disk: lines and names that outlive a cut."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any


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
