"""What a careful reader says of a script before it runs: errors that loading finds, and more.

An error will fail, or do what nobody wants. A warning may be meant, and mostly is not.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from tapwright.agent.policy_words import SENSITIVE_WORDS
from tapwright.agent.script import lint_checks, lint_data
from tapwright.agent.script.expressions import condition
from tapwright.agent.script.faults import guess
from tapwright.agent.script.keys import on_desktops, on_phones
from tapwright.agent.script.load import examine
from tapwright.agent.script.names import NameWalk
from tapwright.agent.script.steps import (
    Act,
    Ask,
    Assert,
    CallTool,
    Condition,
    ForEach,
    If,
    Log,
    Place,
    Press,
    Repeat,
    RunTask,
    Script,
    Step,
    TapOn,
    TypeIn,
    WaitFor,
)
from tapwright.agent.script.walk import all_scripts, every, expressions_of, sets, targets_of
from tapwright.errors import ExpressionError
from tapwright.tools.secrets import Secrets

Severity = Literal["error", "warning"]
_DESKTOPS, _PHONES = ("desktop", "window", "xvfb"), ("sim", "android")
_KINDS = (*_DESKTOPS, *_PHONES, "gym")  # of devices
_GRAVE = ("pay", "send", "delete")
_LONG = re.compile(
    r"\b(?:download|upload|install|updat|export|import|render|sync)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to say; `place.step` is empty where it is about the script as a whole."""

    place: Place
    text: str
    severity: Severity

    def __str__(self) -> str:
        line = f":{self.place.line}" if self.place.line else ""
        step = f" step {self.place.step}:" if self.place.step else ""
        return f"{self.place.file}{line}:{step} {self.severity}: {self.text}"


def lint(
    path: str | Path,
    *,
    environ: Mapping[str, str] | None = None,
    tools: Collection[str] | None = None,
) -> list[Finding]:
    """Everything to say about a script and its subflows, in the order of their lines.

    With `environ`, secrets that are not set there are errors; with `tools`, tools that are not
    among them are doubted. What cannot be loaded at all is told as loading tells it, and nothing
    else.
    """
    script, faults = examine(path)
    if faults or script is None:
        return [
            Finding(Place(fault.file, fault.line, fault.step), fault.text, "error")
            for fault in sorted(faults, key=lambda fault: (fault.file, fault.line))
        ]
    found: list[Finding] = []
    for each in all_scripts(script):
        own = [*_of_script(each, environ), *_of_steps(each, tools)]
        found += sorted(dict.fromkeys(own), key=lambda finding: finding.place.line)
    return found


def _of_script(script: Script, environ: Mapping[str, str] | None) -> Iterator[Finding]:
    walk = NameWalk.through(script)
    whole = Place(script.file, 1, "")
    for place, _, said in walk.maybe:
        yield Finding(place or whole, said, "warning")
    given = {name for step in every(script.steps) for name in sets(step)}
    declared = {"variables": script.variables, "needs": script.needs, "secrets": script.secrets}
    for key, names in declared.items():
        for name in names:
            if name not in walk.used and name not in given:
                yield Finding(whole, f"nothing uses '{name}' of '{key}'", "warning")
    for where in script.devices.values():
        kind = where.partition(":")[0]
        near = difflib.get_close_matches(kind, _KINDS, n=1, cutoff=0.7)
        if near and kind not in _KINDS:
            said = f"the device '{where}' is taken for a phone's serial; did you mean '{near[0]}'?"
            yield Finding(whole, said, "warning")
    if environ is not None:
        for name in script.secrets:
            if not Secrets(environ).is_set(name):
                said = f"the secret {name} is not set; set it in the environment"
                yield Finding(whole, said, "error")


def _of_steps(script: Script, tools: Collection[str] | None) -> Iterator[Finding]:
    for place, said in lint_data.wrong_columns(script):
        yield Finding(place, said, "error")
    for step in every(script.steps):
        for severity, said in _said(step, script, tools):
            yield Finding(step.place, said, severity)


def _said(
    step: Step, script: Script, tools: Collection[str] | None
) -> Iterator[tuple[Severity, str]]:
    act = step.act
    for target in targets_of(act):
        if target.at is not None and not target.words and not target.picture:
            yield "warning", "'at' is a bare place: it is wrong as soon as anything moves; name it"
    yield from ((("warning"), said) for said in _doubts(step))
    yield from _about_secrets(act, script)
    yield from ((("warning"), said) for said in _never(act))
    yield from ((("error"), said) for said in _keys_elsewhere(step, script))
    if _kind_of_device(step, script) in _DESKTOPS:
        yield from ((("error"), said) for said in lint_checks.unanswered(step))
    if isinstance(act, CallTool) and tools is not None and act.name not in tools:
        hint = guess(act.name, tools)
        yield "warning", f"no tool '{act.name}' is known{hint} (your own come with --tools FILE)"


def _kind_of_device(step: Step, script: Script) -> str:
    """What the step's own device is, as far as the script says; empty where it does not."""
    first = next(iter(script.devices), "")
    return script.devices.get(step.options.on or first, "").partition(":")[0]


def _keys_elsewhere(step: Step, script: Script) -> Iterator[str]:
    """Keys that the step's own device does not have, as far as the script says what that is."""
    if not isinstance(step.act, Press) or not script.devices:
        return
    where = script.devices.get(step.options.on or next(iter(script.devices)), "")
    kind = _kind_of_device(step, script)
    known = {**dict.fromkeys(_DESKTOPS, on_desktops), **dict.fromkeys(_PHONES, on_phones)}
    keys = [key for key in step.act.keys if "{{" not in key]
    if kind in _PHONES and len(keys) > 1:
        yield f"'{where}' presses one key at a time, not '{'+'.join(keys)}'"
        return
    for key in keys:
        if kind in known and not known[kind](key):
            yield f"'{where}' has no key '{key}'"


def _doubts(step: Step) -> Iterator[str]:
    """What may go wrong while everything seems right."""
    act, options = step.act, step.options
    if isinstance(act, TapOn):
        words = act.target.words
        grave = _grave(words)
        if grave and not options.once and options.expect is None:
            yield (
                f"'{words}' may {grave} something, which cannot be taken back; say `once: true`, "
                "and with `expect` how it is seen to have worked"
            )
        expect = options.expect
        if expect is not None and words and expect == Condition(text=words):
            yield f"'{words}' is seen before the tap already, so expecting it proves nothing"
    if isinstance(act, WaitFor) and options.timeout is None:
        words = act.condition.text or act.condition.contains or act.condition.gone
        if _LONG.search(words):
            yield f"waiting for '{words}' may take long; give the step a `timeout`"
    if isinstance(act, RunTask) and not act.verify and options.expect is None:
        yield "nothing checks whether the task was done but the model's word; give it `verify`"
    if isinstance(act, Assert) and options.optional:
        yield "an `assert` that is optional never fails; leave one of them out"


def _grave(words: str) -> str:
    """Which grave act words may stand for; empty for none."""
    folded = words.lower()
    return next((name for name in _GRAVE if SENSITIVE_WORDS[name].search(folded)), "")


def _about_secrets(act: Act, script: Script) -> Iterator[tuple[Severity, str]]:
    secrets = frozenset(script.secrets)
    if isinstance(act, TypeIn) and act.into is None and _uses(act.text, secrets):
        yield "warning", "a secret is typed wherever the cursor is; name its field with `into`"
    if isinstance(act, Log) and _uses(act.message, secrets):
        yield "warning", "a secret is logged: all that will be seen is its name"
    asked: list[Any] = []
    if isinstance(act, RunTask):
        asked = [act.task]
    elif isinstance(act, Ask):
        asked = [act.question]
    elif isinstance(act, WaitFor | Assert | If):
        asked = [act.condition.seen]
    if any(_uses(text, secrets) for text in asked):
        yield "error", "a secret would be told to a model; leave it out of what is asked"


def _uses(text: Any, names: frozenset[str]) -> bool:
    return any(names & (each.names.needed | each.names.guarded) for each in expressions_of(text))


def _never(act: Act) -> Iterator[str]:
    """Steps that are never done, and rounds that never end by themselves."""
    if isinstance(act, If):
        always = _always(act.condition)
        if always is True and act.otherwise:
            yield "the condition always holds, so `else` is never done"
        elif always is False:
            yield "the condition never holds, so `then` is never done"
    if isinstance(act, Assert):
        always = _always(act.condition)
        if always is False:
            yield "it always fails, so what stands behind it is never done"
        elif always is True:
            yield "it always holds, so it proves nothing"
    if isinstance(act, ForEach) and act.items == () and not act.file:
        yield "the list is empty, so `do` is never done"
    if isinstance(act, Repeat):
        yield from _rounds(act)


def _rounds(act: Repeat) -> Iterator[str]:
    if act.while_ is None:
        if act.times == 0:
            yield "no round is asked for, so `do` is never done"
        return
    if _always(act.while_) is False:
        yield "the condition never holds, so `do` is never done"
        return
    bare = act.while_ == Condition(that=act.while_.that)
    names = {name for each in expressions_of(act.while_) for name in each.names.needed}
    inside = {name for step in every(act.do) for name in sets(step)}
    if bare and not names & inside:
        yield f"nothing in `do` changes '{act.while_.that}', so the rounds never end by themselves"


def _always(asked: Condition) -> bool | None:
    """What a condition over no variable at all gives; None where it can be either."""
    if not asked.that or asked != Condition(that=asked.that):
        return None
    expression = condition(asked.that)
    if expression.names.needed or expression.names.guarded or "(" in expression.source:
        return None
    try:
        return bool(expression.value({}))
    except ExpressionError:
        return None
