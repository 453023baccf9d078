"""The model that a command was asked for, loaded while the person sees that it goes on."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tapwright.cli.working import seconds_since, working
from tapwright.errors import UsageError

if TYPE_CHECKING:
    from tapwright.protocols import Model

SCRIPTED, EMBEDDED = "scripted:", "embedded"


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """Which model, and how it is loaded; the fields are `load_model`'s arguments."""

    name: str = EMBEDDED
    family: str | None = None
    device: str = "auto"
    dtype: str = "auto"
    attention: str | None = None
    pixels: int | None = None
    quantization: str | None = None
    dialect: str | None = None

    def settings(self) -> dict[str, Any]:
        """What was chosen beside the name."""
        return {
            "family": self.family,
            "device": self.device,
            "dtype": self.dtype,
            "attention": self.attention,
            "pixels": self.pixels,
            "quantization": self.quantization,
            "dialect": self.dialect,
        }


def load_chosen(choice: ModelChoice, *, quiet: bool = False) -> Model:
    """Load a model with progress on stderr (none when `quiet`)."""
    if choice.name.startswith(SCRIPTED):
        from tapwright.model.scripted import ScriptedModel

        replies = read_script(Path(choice.name.removeprefix(SCRIPTED)))
        return ScriptedModel(replies, choice.family or "qwen2-vl")
    start = time.monotonic()
    with working(f"loading model '{choice.name}'", quiet=quiet) as tell:
        # Inside, because importing it may already take seconds.
        from tapwright.model.load import load_model

        # The model that ships is neither fetched nor large: there is nothing to tell in between.
        meanwhile = None if choice.name == EMBEDDED else tell
        model = load_model(choice.name, on_progress=meanwhile, **choice.settings())
        tell(f"model '{choice.name}' loaded in {seconds_since(start)}")
        return model


def read_script(file: Path) -> list[str]:
    """The replies in a script: a JSON list of strings, or one JSON string or plain text per line.

    Raise `UsageError` where the file cannot be read or holds no reply.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read the script '{file}': {error}") from error
    replies = _as_json(text)
    if not isinstance(replies, list):
        replies = [_line(line) for line in text.splitlines() if line.strip()]
    if not replies or not all(isinstance(reply, str) for reply in replies):
        raise UsageError(f"the script '{file}' is not a list of replies; write one per line")
    return replies


def _line(line: str) -> str:
    """A line's reply: the string where it is a JSON string (so it can hold line breaks)."""
    value = _as_json(line)
    return value if isinstance(value, str) else line


def _as_json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
