"""Going through a script's steps: those inside others, and the texts and expressions of each."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from tapwright.agent.script import expressions
from tapwright.agent.script.expressions import Expression
from tapwright.agent.script.steps import (
    Act,
    Ask,
    Assert,
    CallTool,
    Condition,
    DragTo,
    ForEach,
    If,
    Repeat,
    Script,
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

# What a field holds that is never filled in: names, not texts.
_NAMES = frozenset({"save_as", "kind", "save", "direction", "button"})


def blocks(act: Act) -> Mapping[str, tuple[Step, ...]]:
    """The steps inside an act, by the key that they stand under; a subflow's are not its own."""
    match act:
        case If():
            found = {"then": act.then, "else": act.otherwise}
        case ForEach() | Repeat():
            found = {"do": act.do}
        case Try():
            found = {"do": act.do, "catch": act.catch, "finally": act.finally_}
        case _:
            found = {}
    return {key: steps for key, steps in found.items() if steps}


def every(steps: tuple[Step, ...]) -> Iterator[Step]:
    """Every step, those inside others right behind the one that they stand in."""
    for step in steps:
        yield step
        for inner in blocks(step.act).values():
            yield from every(inner)


def all_scripts(script: Script) -> list[Script]:
    """A script and every subflow in it, however deep, each once, callers before what they call."""
    found: dict[int, Script] = {}

    def add(each: Script) -> None:
        if id(each) in found:  # one file may stand for several scripts where none was loaded
            return
        found[id(each)] = each
        for step in every(each.steps):
            if isinstance(step.act, Subflow):
                add(step.act.script)

    add(script)
    return list(found.values())


def targets_of(act: Act) -> list[Target]:
    """What has to be found before an act can be done."""
    match act:
        case TapOn(target):
            return [target]
        case TypeIn(_, into):
            return [into] if into is not None else []
        case ScrollBy(_, _, at):
            return [at] if at is not None else []
        case DragTo(start, end):
            return [start, end]
    return []


def reads_text(script: Script) -> bool:
    """Whether some step, those of subflows included, has text read off the screen in any case.

    A target that was learned is found without, so targets do not count.
    """
    for each in all_scripts(script):
        for step in every(each.steps):
            match step.act:
                case WaitFor(condition) | Assert(condition) | If(condition):
                    asked: tuple[Condition | None, ...] = (step.options.expect, condition)
                case Repeat(while_=condition):
                    asked = (step.options.expect, condition)
                case Ask(right_of=right_of, below=below, pattern=pattern):
                    asked = (step.options.expect, Condition(text=right_of or below or pattern))
                case ScrollBy(until=until):
                    asked = (step.options.expect, Condition(text=until))
                case _:
                    asked = (step.options.expect,)
            if any(one and (one.text or one.contains or one.gone) for one in asked):
                return True
    return False


def expressions_of(value: Any) -> Iterator[Expression]:
    """The expressions in a text, a list, a mapping, a target, a condition or an act.

    Steps inside an act, and a subflow's script, are left out.
    """
    match value:
        case str():
            if "{{" in value:
                yield from (
                    piece for piece in expressions.split(value) if isinstance(piece, Expression)
                )
        case Condition():
            for part in (value.text, value.contains, value.gone, value.check, value.seen):
                yield from expressions_of(part)
            if value.that:
                yield expressions.condition(value.that)
        case Mapping():
            for inner in value.values():
                yield from expressions_of(inner)
        case list() | tuple():
            for inner in value:
                yield from expressions_of(inner)
        case _ if dataclasses.is_dataclass(value):
            for name, inner in filled_fields(value):
                if not name.startswith("_"):
                    yield from expressions_of(inner)


def filled_fields(value: Any) -> Iterator[tuple[str, Any]]:
    """The fields of an act or target whose texts are filled in before it is carried out."""
    inside = {id(steps) for steps in blocks(value).values()}
    for field in dataclasses.fields(value):
        inner = getattr(value, field.name)
        is_name = field.name in _NAMES or (field.name == "name" and not _is_text(value))
        if not is_name and field.name != "script" and id(inner) not in inside:
            yield field.name, inner


def sets(step: Step) -> frozenset[str]:
    """The variables that a step itself gives values to, those inside it left out."""
    match step.act:
        case Ask(save_as=name) | CallTool(save_as=name):
            return frozenset({name} - {""})
        case SetVariables(values=values):
            return frozenset(values)
        case Subflow(save=save):
            return frozenset(save)
        case ForEach(name=name):
            return frozenset({name})
    return frozenset()


def _is_text(value: Any) -> bool:
    """Whether `name` of an act is a text (a screenshot's), not a name (a tool's, a variable's)."""
    return not isinstance(value, CallTool | ForEach)
