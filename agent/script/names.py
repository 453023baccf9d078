"""Which variables a script's expressions find, as far as that can be said before it runs.

A name is unknown where nothing that can have run before gives it a value: that is a fault. One
that only some ways to a step give a value is possible: that is worth a warning, no more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tapwright.agent.script.expressions import Expression
from tapwright.agent.script.faults import guess
from tapwright.agent.script.steps import (
    ForEach,
    If,
    Place,
    Repeat,
    Script,
    Step,
    Subflow,
    Try,
)
from tapwright.agent.script.walk import every, expressions_of, sets

ENVIRONMENT = "env"  # the name of the environment that was chosen
ERROR = "error"  # inside `catch`: what went wrong

Said = tuple[Place | None, str, str]  # where, which name, what is wrong with it


@dataclass(frozen=True, slots=True)
class _Known:
    """The names that have a value in any case, and all that may have one."""

    sure: frozenset[str]
    possible: frozenset[str]

    def plus(self, names: frozenset[str], *, sure: bool = True) -> _Known:
        return _Known(self.sure | names if sure else self.sure, self.possible | names)

    def or_else(self, other: _Known) -> _Known:
        """What is known behind one of two ways."""
        return _Known(self.sure & other.sure, self.possible | other.possible)


@dataclass(slots=True)
class NameWalk:
    """What a walk through a script found: unknown names, possibly missing ones, all those used."""

    unknown: list[Said] = field(default_factory=list)
    maybe: list[Said] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

    @classmethod
    def through(cls, script: Script) -> NameWalk:
        """Walk through a script; subflows are scripts of their own, with names of their own."""
        walk = cls()
        known = walk._header(script)
        walk._steps(script.steps, known)
        return walk

    def _header(self, script: Script) -> _Known:
        everywhere, somewhere = frozenset[str](), frozenset[str]()
        given = [frozenset(values) for values in script.environments.values()]
        if given:
            everywhere, somewhere = frozenset.intersection(*given), frozenset().union(*given)
        sure = frozenset({ENVIRONMENT, *script.needs, *script.secrets})
        known = _Known(sure, sure)
        for values in script.environments.values():
            self._in_order(values, known)
        known = known.plus(everywhere).plus(somewhere, sure=False)
        return self._in_order(script.variables, known)

    def _in_order(self, values: Mapping[str, Any], known: _Known) -> _Known:
        """Values of the header see what stands above them."""
        for name, value in values.items():
            self._look(value, None, known)
            known = known.plus(frozenset({name}))
        return known

    def _steps(self, steps: tuple[Step, ...], known: _Known) -> _Known:
        for step in steps:
            known = self._step(step, known)
        return known

    def _step(self, step: Step, known: _Known) -> _Known:
        act = step.act
        self._look(act, step.place, known)
        match act:
            case If():
                asked = _guarded(act.condition)
                after = self._steps(act.then, known.plus(asked & known.possible))
                after = after.or_else(self._steps(act.otherwise, known))
            case ForEach() | Repeat():
                after = self._loop(act, known)
            case Try():
                after = self._try(act, known)
            case Subflow():
                self._saved(act, step)
                after = known.plus(sets(step))
            case _:
                after = known.plus(sets(step))
        if step.options.expect is not None:
            self._look(step.options.expect, step.place, after)
        return known.or_else(after) if step.options.optional else after

    def _loop(self, act: ForEach | Repeat, known: _Known) -> _Known:
        # A later round sees what an earlier one set.
        carried = frozenset(name for step in every(act.do) for name in sets(step))
        inside = known.plus(carried, sure=False)
        if isinstance(act, ForEach):
            inside = inside.plus(frozenset({act.name}))
        after = self._steps(act.do, inside)
        runs_once = isinstance(act, Repeat) and bool(act.times)
        return after if runs_once else known.or_else(after)

    def _try(self, act: Try, known: _Known) -> _Known:
        done = self._steps(act.do, known)
        # Wherever it failed: what it had set by then is possible, no more.
        failed = _Known(known.sure, done.possible)
        if act.catch:
            caught = self._steps(act.catch, failed.plus(frozenset({ERROR})))
            done = done.or_else(_Known(caught.sure - {ERROR}, caught.possible - {ERROR}))
        after = self._steps(act.finally_, _Known(known.sure, done.possible))
        return _Known(done.sure | after.sure, after.possible)

    def _saved(self, act: Subflow, step: Step) -> None:
        theirs = final_names(act.script)
        for name in act.save.values():
            if name not in theirs:
                said = f"'{act.script.file.name}' never sets '{name}'{guess(name, sorted(theirs))}"
                self.unknown.append((step.place, name, said))

    def _look(self, value: Any, place: Place | None, known: _Known) -> None:
        for expression in expressions_of(value):
            names = expression.names
            self.used |= names.needed | names.guarded
            for name in sorted(names.needed):
                self._judge(name, expression, place, known)

    def _judge(self, name: str, expression: Expression, place: Place | None, known: _Known) -> None:
        if name in known.sure:
            return
        if name in known.possible:
            said = f"'{name}' may have no value here: not every way to this step gives it one"
            self.maybe.append((place, name, said))
            return
        hint = guess(name, sorted(known.possible))
        cure = "" if "did you mean" in hint else "; or name it under 'variables' or 'needs'"
        said = f"unknown variable '{name}' in '{expression}'{hint}{cure}"
        self.unknown.append((place, name, said))


def unknown_names(script: Script) -> list[Said]:
    """The names that no way to their step gives a value."""
    return NameWalk.through(script).unknown


def unknown_devices(script: Script, devices: tuple[str, ...] = ()) -> Iterator[tuple[Place, str]]:
    """Steps `on` a device that the script does not have; a subflow without any has its caller's."""
    yield from _devices(script, devices, set())


def _devices(
    script: Script, devices: tuple[str, ...], seen: set[tuple[int, tuple[str, ...]]]
) -> Iterator[tuple[Place, str]]:
    known = tuple(script.devices) or devices
    if (id(script), known) in seen:
        return
    seen.add((id(script), known))
    for step in every(script.steps):
        on = step.options.on
        if on and on not in known:
            hint = guess(on, known) or "; name it in 'devices'"
            yield step.place, f"unknown device '{on}' in 'on'{hint}"
        if isinstance(step.act, Subflow):
            yield from _devices(step.act.script, known, seen)


def final_names(script: Script) -> frozenset[str]:
    """Every name that may have a value when a script ends."""
    inside = {name for step in every(script.steps) for name in sets(step)}
    given = {name for values in script.environments.values() for name in values}
    return frozenset({*script.needs, *script.secrets, *script.variables, *inside, *given})


def _guarded(condition: Any) -> frozenset[str]:
    """Names that a condition asks after with `is defined`: behind it they have a value."""
    return frozenset(name for each in expressions_of(condition) for name in each.names.guarded)
