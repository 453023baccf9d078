"""Columns of data files that a script speaks of, compared with those that the files have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tapwright.agent.script import data
from tapwright.agent.script.faults import guess
from tapwright.agent.script.steps import ForEach, Place, Script, Step
from tapwright.agent.script.walk import blocks, every, expressions_of, sets
from tapwright.errors import UsageError


def wrong_columns(script: Script) -> Iterator[tuple[Place, str]]:
    """Files that cannot be read, and uses of columns that they do not have."""
    yield from _in_steps(script, script.steps, {})


def _in_steps(
    script: Script, steps: tuple[Step, ...], known: Mapping[str, list[str]]
) -> Iterator[tuple[Place, str]]:
    for step in steps:
        yield from _used(step, known)
        inside = dict(known)
        if isinstance(step.act, ForEach):
            inside.pop(step.act.name, None)
            found = _columns(script, step.act)
            if isinstance(found, str):
                yield step.place, found
            elif found is not None and not _is_set_inside(step.act):
                inside[step.act.name] = found
        for block in blocks(step.act).values():
            yield from _in_steps(script, block, inside)


def _columns(script: Script, act: ForEach) -> list[str] | str | None:
    """The file's columns, what is wrong with it, or None where its name is not known yet."""
    if not act.file or "{{" in act.file or "{{" in act.sheet:
        return None
    try:
        return data.columns(data.beside(script, act.file), act.sheet)
    except UsageError as error:
        return str(error)


def _is_set_inside(act: ForEach) -> bool:
    return any(act.name in sets(step) for step in every(act.do))


def _used(step: Step, known: Mapping[str, list[str]]) -> Iterator[tuple[Place, str]]:
    for value in (step.act, step.options.expect):
        for expression in expressions_of(value):
            for name, part in sorted(expression.names.parts):
                # A mapping's own method may be meant, such as `row.keys`.
                if name in known and part not in known[name]:
                    hint = guess(part, known[name])
                    yield step.place, f"no column '{part}' in '{expression}'{hint}"
