"""How places are found in a run: by the model that plans, or by another that it names them to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tapwright.cli.load import ModelChoice, load_chosen

if TYPE_CHECKING:
    from tapwright.agent.seeing.pair import Finder
    from tapwright.protocols import Kind, Model

Function = TypeVar("Function", bound=Callable[..., Any])

_OPTIONS = (
    click.option(
        "--grounder", "seeing_grounder", metavar="MODEL|self",
        help="A second model, as --model takes it, that says where things are, while --model "
        "names them in words; 'self': --model is asked for places in a question of its own.",
    ),
    click.option(
        "--zoom/--no-zoom", "seeing_zoom", default=None,
        help="Whoever is asked for a place looks twice, the second time closely: for small things "
        "on large screens. On by default beside --grounder; by itself it means --grounder self.",
    ),
    click.option(
        "--marks/--no-marks", "seeing_marks", default=None,
        help="Whoever is asked for a place names the number of a mark instead of a point; takes "
        "a text reader: pip install 'tapwright[ocr]'.",
    ),
    click.option(
        "--seeing", "seeing_file", type=click.Path(path_type=Path), metavar="FILE.toml",
        help="These settings as lines of a [seeing] table; the options above come before it.",
    ),
)  # fmt: skip


def seeing_options(function: Function) -> Function:
    """Add the options; they arrive as `seeing_` and a `SeeingChoice` field."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


@dataclass(frozen=True, slots=True)
class SeeingChoice:
    """How places are found; `grounder` is empty where the model points by itself."""

    grounder: str = ""
    zoom: bool = True
    marks: bool = False
    reader: str = "auto"
    threads: int = 1

    @classmethod
    def from_options(cls, chosen: dict[str, Any]) -> SeeingChoice:
        """Take its options out of `chosen`; raise `UsageError` for a bad file of settings."""
        from tapwright.agent.seeing.settings import SELF, Seeing, read_seeing

        names = ("grounder", "zoom", "marks", "file")
        given = {name: chosen.pop(f"seeing_{name}") for name in names}
        file = given.pop("file")
        seeing = Seeing() if file is None else read_seeing(file)
        choice = cls(seeing.grounder, seeing.zoom, seeing.marks, seeing.reader, seeing.threads)
        choice = replace(choice, **{name: one for name, one in given.items() if one is not None})
        if not choice.grounder and (given["zoom"] or choice.marks):
            choice = replace(choice, grounder=SELF)
        return choice


def finder_for(choice: SeeingChoice, model: Model, kind: Kind, *, quiet: bool) -> Finder | None:
    """What is asked for places in a run of `model`; None where it points by itself."""
    if not choice.grounder:
        return None
    from tapwright.agent.seeing.settings import SELF, Seeing
    from tapwright.prompts import dialect

    own = choice.grounder == SELF
    grounder = model if own else load_chosen(ModelChoice(choice.grounder), quiet=quiet)
    spoken = dialect(grounder.family.dialect)
    return Seeing(**asdict(choice)).finder(grounder, spoken, kind)
