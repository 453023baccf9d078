"""A script as values: what each step says, before any of its `{{ ... }}` is filled in.

Every text may hold `{{ expression }}`; what is typed otherwise (numbers, flags) was checked when
the script was loaded. `place` is where a message points a person to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

from tapwright.actions import Button


@dataclass(frozen=True, slots=True)
class Place:
    """Where a step stands: file, line (from 1), and its number, such as "3" or "5.do.2"."""

    file: Path
    line: int
    step: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: step {self.step}"


@dataclass(frozen=True, slots=True)
class Target:
    """What a step acts on: its words, or a picture of it, or a field by its label, or a place.

    `near` are words in the same row or right beside it, which tell equal ones apart; `nth` (from
    1, in reading order) does so where nothing else can; `at` is a place as shares (0..1) of the
    picture's width and height, the last resort. `right_of` and `below` are the words of a label
    beside which a field stands in a frame of its own; `near` and `nth` tell equal labels apart.
    """

    words: str = ""
    picture: str = ""
    near: str = ""
    nth: int | None = None
    at: tuple[float, float] | None = None
    right_of: str = ""
    below: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold; every part that is given must.

    `text` is a label that can be read on the screen, `contains` are words alone or within one;
    `gone` are words that no label holds. `check` is a question to the device beside
    the picture ("file out.txt contains Oslo"), `that` an expression over variables, `seen` a
    statement that a model judges from the picture.
    """

    text: str = ""
    gone: str = ""
    check: str = ""
    that: str = ""
    seen: str = ""
    contains: str = ""


@dataclass(frozen=True, slots=True)
class Options:
    """What every step can say beside its act.

    `once`: it must not happen twice, so it is never repeated, not even after a fault. `optional`:
    its failure is a warning. `retries` are further tries after a fault of the application.
    """

    name: str = ""
    on: str = ""  # which device of the script; empty: its first
    timeout: float | None = None  # seconds; None: the script's
    expect: Condition | None = None
    once: bool = False
    optional: bool = False
    retries: int | None = None


@dataclass(frozen=True, slots=True)
class Open:
    """Open an app or a program, by its name, or a window by its title."""

    app: str
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TapOn:
    """Tap or click a target."""

    target: Target
    button: Button = "left"
    count: int = 1
    hold: float = 0.0  # seconds; more than 0 is a long press


@dataclass(frozen=True, slots=True)
class TypeIn:
    """Type text, into a field that is tapped first where one is named; `clear` empties it."""

    text: str
    into: Target | None = None
    clear: bool = False


@dataclass(frozen=True, slots=True)
class Press:
    """Press a key or several together: "enter", "ctrl+s", "back"."""

    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScrollBy:
    """Scroll at a target (the middle without one) until `until` is seen, at most `notches`."""

    direction: Literal["up", "down", "left", "right"]
    notches: int = 3
    at: Target | None = None
    until: str = ""


@dataclass(frozen=True, slots=True)
class DragTo:
    """Drag from one target to another."""

    start: Target
    end: Target


@dataclass(frozen=True, slots=True)
class WaitFor:
    """Wait until a condition holds."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class Assert:
    """Fail, with `message`, where a condition does not hold by the step's timeout."""

    condition: Condition
    message: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """Read a value off the screen into a variable.

    With `right_of` or `below` the text beside those words is read without a model; `pattern` is
    a regular expression whose first group, or all of it, is the value.
    """

    question: str
    save_as: str
    kind: Literal["text", "int", "float", "bool", "date"] = "text"
    right_of: str = ""
    below: str = ""
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class CallTool:
    """Call a tool; its result's text becomes `save_as`."""

    name: str
    arguments: Mapping[str, Any]
    save_as: str = ""


@dataclass(frozen=True, slots=True)
class RunTask:
    """Give a task to the agent; `verify` are checks of the device."""

    task: str
    verify: tuple[str, ...] = ()
    max_steps: int = 25


@dataclass(frozen=True, slots=True)
class If:
    """Do `then` where a condition holds now, `otherwise` where it does not."""

    condition: Condition
    then: tuple[Step, ...]
    otherwise: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class ForEach:
    """Do `do` for every item of a list or an expression, or every row of a CSV or Excel file."""

    items: str | tuple[Any, ...]  # "{{ expression }}", or a list; empty where there is a `file`
    do: tuple[Step, ...]
    name: str = "row"
    file: str = ""
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Repeat:
    """Do `do` so many times, or while a condition holds, at most `most` times."""

    do: tuple[Step, ...]
    times: int | None = None
    while_: Condition | None = None
    most: int = 100


@dataclass(frozen=True, slots=True)
class Try:
    """Do `do`; where it fails, `catch` (the message is the variable `error`); `finally_` always."""

    do: tuple[Step, ...]
    catch: tuple[Step, ...] = ()
    finally_: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Subflow:
    """Run another script with arguments; `save` maps our variables to its own at its end."""

    script: Script
    arguments: Mapping[str, Any]
    save: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Log:
    """Say something."""

    message: str


@dataclass(frozen=True, slots=True)
class Screenshot:
    """Keep a picture of the screen in the run's folder, under a name."""

    name: str


@dataclass(frozen=True, slots=True)
class SetVariables:
    """Give variables new values."""

    values: Mapping[str, Any]


Act: TypeAlias = (
    Open | TapOn | TypeIn | Press | ScrollBy | DragTo | WaitFor | Assert | Ask | CallTool | RunTask
    | If | ForEach | Repeat | Try | Subflow | Log | Screenshot | SetVariables
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One step: where it stands, what it does, how."""

    place: Place
    act: Act
    options: Options = Options()


@dataclass(frozen=True, slots=True)
class Script:
    """A loaded script.

    `devices` maps the names that steps use to what `connect` takes; the first is the one that is
    meant where a step names none. `variables` are its own values, `needs` the names that whoever
    runs it must give, `secrets` names of environment variables whose values are never shown,
    `environments` values by the name of the environment that is chosen.
    """

    file: Path
    name: str
    steps: tuple[Step, ...]
    devices: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, Any] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    environments: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    timeout: float = 10.0  # seconds that a step waits for what it needs
    retries: int = 2

    @property
    def learned(self) -> Path:
        """The folder beside the script in which it keeps what it found."""
        return self.file.with_suffix(".learned")
