"""A step in a few words, for people: "tap Save", "type 'Ana' into Name"."""

from __future__ import annotations

from collections.abc import Callable

from tapwright.agent.script.steps import (
    Act,
    Ask,
    Assert,
    CallTool,
    Condition,
    DragTo,
    ForEach,
    If,
    Log,
    Open,
    Press,
    Repeat,
    RunTask,
    Screenshot,
    ScrollBy,
    SetVariables,
    Step,
    Subflow,
    TapOn,
    Target,
    Try,
    TypeIn,
    WaitFor,
)

MOST = 120  # characters of a title
_COUNTS = {2: "double-", 3: "triple-"}


def title(step: Step, fill: Callable[[str], str]) -> str:
    """The step's own name, or what it does, each text of it put through `fill`; on one line."""
    text = fill(step.options.name) if step.options.name else _words(step.act, fill)
    line = " ".join(text.split())
    return line if len(line) <= MOST else f"{line[: MOST - 1]}…"


def target_words(target: Target, fill: Callable[[str], str]) -> str:
    """What a target is called."""
    words = fill(target.words)
    if not words and target.picture:
        words = f"the picture {fill(target.picture)}"
    if not words and target.at is not None:
        words = f"the place {target.at[0]:g}, {target.at[1]:g}"
    if target.right_of or target.below:
        side = "right of" if target.right_of else "below"
        words = f"the field {side} {fill(target.right_of or target.below)}"
    if target.near:
        words += f" near {fill(target.near)}"
    return f"{words} ({target.nth})" if target.nth is not None else words


def condition_words(condition: Condition, fill: Callable[[str], str]) -> str:
    """What a condition asks for."""
    parts = [
        f"{name} '{fill(text)}'" if name != "that" else f"that {text}"
        for name in ("text", "contains", "gone", "check", "that", "seen")
        if (text := getattr(condition, name))
    ]
    return " and ".join(parts) or "nothing"


def _words(act: Act, fill: Callable[[str], str]) -> str:
    match act:
        case Open(app, arguments):
            return " ".join(["open", fill(app), *map(fill, arguments)])
        case TapOn(target, button, count, hold):
            verb = "hold" if hold else f"{_COUNTS.get(count, '')}tap"
            side = "" if button == "left" else f"{button} "
            return f"{side}{verb} {target_words(target, fill)}"
        case TypeIn(text, into, _):
            where = f" into {target_words(into, fill)}" if into else ""
            return f"type '{fill(text)}'{where}"
        case Press(keys):
            return f"press {'+'.join(map(fill, keys))}"
        case ScrollBy(direction, notches, _, until):
            return f"scroll {direction}" + (f" until '{fill(until)}'" if until else f" {notches}")
        case DragTo(start, end):
            return f"drag {target_words(start, fill)} to {target_words(end, fill)}"
        case WaitFor(condition):
            return f"wait for {condition_words(condition, fill)}"
        case Assert(condition, _):
            return f"assert {condition_words(condition, fill)}"
        case Ask(question, save_as):
            return f"ask {fill(question)} ({save_as})"
        case CallTool(name):
            return f"tool {name}"
        case RunTask(task):
            return f"run '{fill(task)}'"
        case Log(message):
            return f"log '{fill(message)}'"
        case Screenshot(name):
            return f"screenshot {fill(name)}"
        case SetVariables(values):
            return f"set {', '.join(values)}"
        case _:
            return _branching(act, fill)


def _branching(act: Act, fill: Callable[[str], str]) -> str:
    match act:
        case If(condition):
            return f"if {condition_words(condition, fill)}"
        case ForEach(items, _, name, file):
            return f"for each {name} of {fill(file) if file else items}"
        case Repeat(_, times, while_):
            if while_ is not None:
                return f"repeat while {condition_words(while_, fill)}"
            return f"repeat {times} times"
        case Subflow(script):
            return f"subflow {script.name or script.file.name}"
        case Try():
            return "try"
        case _:
            return type(act).__name__.lower()
