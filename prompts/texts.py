"""The prompt texts that lie beside the code as Markdown."""

from __future__ import annotations

from importlib import resources

from tapwright.errors import UsageError
from tapwright.protocols import Kind
from tapwright.types import Language


def system_prompt(name: str, language: Language = "en") -> str:
    """Instructions by name (`phone`, `desktop_compact`) in a language.

    Raise `UsageError` where there is no such text. A text without a language in its file name
    serves them all.
    """
    for file in (f"{name}.{language}.md", f"{name}.md"):
        text = _read("system", file)
        if text is not None:
            return text
    raise UsageError(f"no system prompt {name!r} in language {language!r}")


def instructions(kind: Kind, dialect: str, language: Language = "en") -> str:
    """What a model is told that operates a device of `kind` in the dialect of that name."""
    return system_prompt(f"{kind}_compact" if dialect == "compact" else kind, language)


def wording(file: str) -> str:
    """A dialect's text by the name of its file."""
    text = _read("wording", f"{file}.md")
    if text is None:
        raise UsageError(f"no wording {file!r}")
    return text


def _read(folder: str, file: str) -> str | None:
    path = resources.files("tapwright.prompts").joinpath(folder, file)
    return path.read_text(encoding="utf-8").rstrip("\n") if path.is_file() else None
