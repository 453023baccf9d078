"""Folders of script runs, written as the runner writes them, for the tests of reports."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from PIL import Image

DONE: dict[str, Any] = {
    "file": "/x/invoice.yaml", "status": "passed", "rung": None, "said": "", "seconds": 0.5,
    "model_calls": 0, "picture": None, "time": 2.0,
}  # fmt: skip


def write_progress(folder: Path, *records: dict[str, Any], torn: str = "") -> Path:
    """A run's folder with a head and `records`."""
    head = {
        "kind": "script", "file": "/x/invoice.yaml", "name": "Invoice & <form>",
        "started": 1.7e9, "values": {"customer": "Ana"}, "fingerprint": "f",
    }  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(record) + "\n" for record in (head, *records))
    (folder / "progress.jsonl").write_text(text + torn, encoding="utf-8")
    return folder


def done(key: str, title: str, line: int = 3, **others: Any) -> dict[str, Any]:
    """A step that ended."""
    return {"kind": "done", "key": key, "title": title, "line": line, **DONE, **others}


def intend(key: str, title: str, line: int = 3) -> dict[str, Any]:
    """A step that was begun."""
    return {"kind": "intend", "key": key, "title": title, "line": line, "once": False, "time": 1.0}


def end(ended: str = "passed", said: str = "all 3 steps") -> dict[str, Any]:
    """The run's end."""
    return {"kind": "end", "ended": ended, "said": said, "model_calls": 1, "seconds": 4.25}


def noise(folder: Path, name: str, size: tuple[int, int] = (1280, 800)) -> str:
    """A picture that JPEG can hardly make smaller; its name in the folder."""
    (folder / "pictures").mkdir(parents=True, exist_ok=True)
    image = Image.effect_noise(size, 90).convert("RGB")
    image.save(folder / "pictures" / name, quality=60)
    return f"pictures/{name}"
