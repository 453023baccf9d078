"""From the form of each act to its value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from tapwright.agent.script import fields, forms
from tapwright.agent.script.keys import keys_in, unknown_key
from tapwright.agent.script.source import Entry, Keys, Node
from tapwright.agent.script.steps import (
    Act,
    Ask,
    Assert,
    CallTool,
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
    Subflow,
    TapOn,
    Try,
    TypeIn,
    WaitFor,
)

if TYPE_CHECKING:
    from tapwright.agent.script.build import Builder

Direction = Literal["down", "up", "left", "right"]
DIRECTIONS: tuple[Direction, ...] = ("down", "up", "left", "right")


def act_of(make: Builder, form: Any, entry: Entry, number: str) -> Act | None:
    """The act that a form describes; None where it cannot be meant, which was noted."""
    node, name = entry.node, entry.key
    match form:
        case forms.OpenForm():
            return Open(form.app, form.arguments)
        case forms.TapForm():
            target = make.target_of(form, node, number, name)
            return TapOn(target, form.button, form.count, form.hold)
        case forms.TypeForm():
            into = make.target(form.into, number, "into") if form.into else None
            return TypeIn(form.text, into, form.clear)
        case forms.DragForm():
            start = make.target(form.from_, number, "from")
            return DragTo(start, make.target(form.to, number, "to"))
        case forms.WaitForForm():
            return WaitFor(make.condition_of(form, node, number, name))
        case forms.AssertForm():
            return Assert(make.condition_of(form, node, number, name), form.message or "")
        case forms.ToolForm():
            return CallTool(form.name, form.with_, form.save_as or "")
        case forms.RunForm():
            return RunTask(form.task, form.verify, form.max_steps)
        case forms.LogForm():
            return Log(form.message)
        case forms.ScreenshotForm():
            return Screenshot(form.name)
    return _longer(make, form, entry, number)


def _longer(make: Builder, form: Any, entry: Entry, number: str) -> Act | None:
    match form:
        case forms.PressForm():
            return _press(make, form, entry, number)
        case forms.ScrollForm():
            return _scroll(make, form, entry, number)
        case forms.AskForm():
            return _ask(make, form, entry, number)
        case forms.IfForm():
            then = make.steps(form.then, f"{number}.then.")
            otherwise = make.steps(form.else_, f"{number}.else.")
            return If(make.condition_of(form, entry.node, number, "if"), then, otherwise)
        case forms.ForEachForm():
            return _for_each(make, form, entry, number)
        case forms.RepeatForm():
            return _repeat(make, form, entry, number)
        case forms.TryForm():
            return _try(make, form, entry, number)
        case forms.SubflowForm():
            return _subflow(make, form, entry, number)
    return None


def _press(make: Builder, form: forms.PressForm, entry: Entry, number: str) -> Act | None:
    keys = keys_in(form.keys)
    if keys is None:
        said = f"'{form.keys[:60]}' is no key; write it as in enter, ctrl+s or ctrl++"
        make.note(entry.line, number, said)
        return None
    for said in filter(None, map(unknown_key, keys)):
        make.note(_line(entry, "keys"), number, said)
    return Press(keys)


def _scroll(make: Builder, form: forms.ScrollForm, entry: Entry, number: str) -> Act | None:
    given = [way for way in DIRECTIONS if getattr(form, way) is not None]
    if len(given) != 1:
        said = "'scroll' needs one direction: down, up, left or right, such as {down: 3}"
        make.note(entry.line, number, said)
        return None
    at = make.target(form.at, number, "at") if form.at else None
    return ScrollBy(given[0], getattr(form, given[0]), at, form.until or "")


def _ask(make: Builder, form: forms.AskForm, entry: Entry, number: str) -> Act | None:
    if not (form.question or form.right_of or form.below):
        said = "'ask' does not say what to read; give it question, right_of or below"
        make.note(entry.line, number, said)
    if form.right_of and form.below:
        make.note(entry.line, number, "'ask' reads right_of some words or below them, not both")
    return Ask(
        form.question or "", form.save_as, form.kind, form.right_of or "", form.below or "",
        form.pattern or "",
    )  # fmt: skip


def _for_each(make: Builder, form: forms.ForEachForm, entry: Entry, number: str) -> Act:
    if (form.in_ is None) == (form.file is None):
        make.note(entry.line, number, "'for_each' needs either 'in' (a list) or 'file' (its rows)")
    if form.sheet is not None and form.file is None:
        make.note(_line(entry, "sheet"), number, "'sheet' belongs to 'file', and there is none")
    make.must_exist(form.file, entry.node, "file", number)
    do = make.steps(form.do, f"{number}.do.")
    items = form.in_ if form.in_ is not None else ""
    return ForEach(items, do, form.as_, form.file or "", form.sheet or "")


def _repeat(make: Builder, form: forms.RepeatForm, entry: Entry, number: str) -> Act:
    if (form.times is None) == (form.while_ is None):
        make.note(entry.line, number, "'repeat' needs either 'times' or 'while'")
    if form.most is not None and form.while_ is None:
        make.note(_line(entry, "most"), number, "'most' bounds 'while', and there is none")
    while_ = make.condition(form.while_, number, "while") if form.while_ else None
    do = make.steps(form.do, f"{number}.do.")
    return Repeat(do, form.times, while_, form.most if form.most is not None else 100)


def _try(make: Builder, form: forms.TryForm, entry: Entry, number: str) -> Act:
    if form.catch is None and form.finally_ is None:
        make.note(entry.line, number, "'try' needs 'catch' or 'finally'")
    return Try(
        make.steps(form.do, f"{number}.do."),
        make.steps(form.catch, f"{number}.catch."),
        make.steps(form.finally_, f"{number}.finally."),
    )


def _subflow(make: Builder, form: forms.SubflowForm, entry: Entry, number: str) -> Act | None:
    for ours, theirs in form.save.items():
        for name in (ours, theirs):
            try:
                fields.variable(name)
            except ValueError as error:
                make.note(_line(entry, "save"), number, f"'save' of 'subflow': {error}")
    line = _line(entry, "file")
    script = make.subflow(form.file, line, number)
    if script is None:
        return None
    for name in script.needs:
        if name not in form.with_:
            said = f"'{form.file}' needs '{name}'; give it in 'with'"
            make.note(entry.line, number, said)
    for name in form.with_:
        if name not in script.needs and name not in script.variables:
            said = f"'{form.file}' has no variable '{name}'; it takes: {_takes(script)}"
            make.note(_line(entry, "with"), number, said)
    return Subflow(script, form.with_, form.save)


def _takes(script: Any) -> str:
    return ", ".join([*script.needs, *script.variables]) or "none"


def _line(entry: Entry, key: str) -> int:
    node: Node = entry.node
    inner = node.get(key) if isinstance(node, Keys) else None
    return inner.line if inner else entry.line
