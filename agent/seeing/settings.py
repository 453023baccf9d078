"""How seeing is done in a run, as lines of a config."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from tapwright.agent.seeing.finder import ModelFinder
from tapwright.agent.seeing.marks import MarksFinder
from tapwright.agent.seeing.pair import Finder
from tapwright.agent.seeing.reading import READERS, text_reader
from tapwright.errors import UsageError
from tapwright.protocols import Dialect, Kind, Model

SELF = "self"


@dataclass(frozen=True, slots=True)
class Seeing:
    """What helps to find things, each a line of a `[seeing]` table in a TOML file.

    `grounder` is a model that says where things are, for another that only plans; "self" lets the
    planning model do it in a question of its own, so that it can look twice.
    """

    reader: str = "auto"  # of text: "rapidocr", "tesseract", "auto", or "none"
    zoom: bool = True  # a model that is asked for a place looks twice, the second time closely
    marks: bool = False  # a model names the number of a mark instead of a point
    grounder: str = ""  # as --model takes it; empty: the model points by itself
    threads: int = 1  # of the text reader

    def __post_init__(self) -> None:
        if self.reader not in (*READERS, "none"):
            known = ", ".join((*READERS, "none"))
            raise UsageError(f"no text reader '{self.reader}'; use one of: {known}")
        if self.threads < 1:
            raise UsageError(f"threads is {self.threads}; it must be 1 or more")

    def finder(self, model: Model, dialect: Dialect, kind: Kind = "phone") -> Finder:
        """What asks `model` for places on a device of `kind`, as these settings say.

        Raise `SetupError` where marks are wanted and no text reader is installed.
        """
        if self.marks:
            reader = "auto" if self.reader == "none" else self.reader
            return MarksFinder(model, dialect, text_reader(reader, self.threads))
        return ModelFinder(model, dialect, zoom=self.zoom, kind=kind)


def read_seeing(file: Path) -> Seeing:
    """The settings in the table `[seeing]` of a TOML file, the defaults for what it leaves out.

    Raise `UsageError` where it cannot be read, or says what there is not.
    """
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8")).get("seeing", {})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"cannot read '{file}': {error}") from error
    if not isinstance(table, dict):
        raise UsageError(f"{file}: 'seeing' is no table; begin it with the line [seeing]")
    return Seeing(**{name: _checked(file, name, value) for name, value in table.items()})


def _checked(file: Path, name: str, value: Any) -> Any:
    known = {field.name: type(field.default) for field in fields(Seeing)}
    if name not in known:
        raise UsageError(f"{file}: seeing has no '{name}'; it has: {', '.join(known)}")
    if type(value) is not known[name]:
        raise UsageError(
            f"{file}: '{name}' is {value!r}; it takes a value such as {getattr(Seeing(), name)!r}"
        )
    return value
