"""From a script's value to its YAML, as a careful person would write it.

What is written is read back as the same script, but for the lines on which its steps stand.
"""

from __future__ import annotations

import os
from pathlib import Path, PurePath
from typing import Any

from tapwright.agent.script.load import DEVICE
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
    Options,
    Press,
    Repeat,
    RunTask,
    Screenshot,
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
from tapwright.agent.script.yaml_text import to_yaml

_NOTCHES = ScrollBy("down").notches
_MOST = Repeat(()).most


def write_script(script: Script, *, schema: str = "") -> str:
    """The YAML of a script; with `schema`, its first line names one for editors.

    A text that YAML cannot hold (half a character) raises `UsageError`.
    """
    first = f"# yaml-language-server: $schema={schema}\n" if schema else ""
    return first + to_yaml(_header(script))


def write_steps(steps: tuple[Step, ...], folder: Path = Path()) -> str:
    """The YAML of steps as a list; the files of subflows are named as seen from `folder`."""
    return to_yaml([_step(step, folder) for step in steps])


def _header(script: Script) -> dict[str, Any]:
    plain = Script(script.file, script.name, ())
    found: dict[str, Any] = {}
    if script.name != script.file.stem:
        found["name"] = script.name
    if tuple(script.devices) == (DEVICE,):
        found["device"] = script.devices[DEVICE]
    elif script.devices:
        found["devices"] = dict(script.devices)
    for name in ("variables", "needs", "secrets", "environments", "timeout", "retries"):
        value = getattr(script, name)
        if value != getattr(plain, name):
            found[name] = list(value) if isinstance(value, tuple) else _round(value)
    folder = script.file.parent
    found["steps"] = [_step(step, folder) for step in script.steps]
    return found


def _step(step: Step, folder: Path) -> dict[str, Any]:
    return {**_act(step.act, folder), **_options(step.options)}


def _options(options: Options) -> dict[str, Any]:
    found = _given(options, "name", "on", "timeout", "once", "optional", "retries")
    if options.expect is not None:
        found["expect"] = _condition(options.expect)
    return found


def _given(value: Any, *names: str) -> dict[str, Any]:
    """The fields that say something; None and what is empty or false say nothing."""
    found = {name: getattr(value, name) for name in names}
    return {
        name: _round(each)
        for name, each in found.items()
        if each or (each == 0 and each is not False)
    }


def _round(value: Any) -> Any:
    """Seconds without a point where they are whole."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _short(found: dict[str, Any], key: str) -> Any:
    """The text alone where there is nothing beside it."""
    return found[key] if tuple(found) == (key,) else found


def _target(target: Target) -> dict[str, Any]:
    found: dict[str, Any] = {"target": target.words} if target.words else {}
    found.update(_given(target, "right_of", "below", "near", "picture", "nth"))
    if target.at is not None:
        found["at"] = list(target.at)
    return found


def _condition(condition: Condition) -> Any:
    return _short(_given(condition, "text", "contains", "gone", "check", "that", "seen"), "text")


def _parts(condition: Condition) -> dict[str, Any]:
    return _given(condition, "text", "contains", "gone", "check", "that", "seen")


def _act(act: Act, folder: Path) -> dict[str, Any]:
    found: dict[str, Any]
    match act:
        case Open(app, arguments):
            found = {"app": app, **({"arguments": list(arguments)} if arguments else {})}
            return {"open": _short(found, "app")}
        case TapOn(target, button, count, hold):
            found = _target(target)
            if button != "left":
                found["button"] = button
            if count != 1:
                found["count"] = count
            if hold:
                found["hold"] = _round(hold)
            return {"tap": _short(found, "target")}
        case TypeIn(text, into, clear):
            found = {"text": text}
            if into is not None:
                found["into"] = _short(_target(into), "target")
            if clear:
                found["clear"] = True
            return {"type": _short(found, "text")}
        case Press(keys):
            return {"press": "+".join(keys)}
        case ScrollBy(direction, notches, at, until):
            found = {direction: notches}
            if at is not None:
                found["at"] = _short(_target(at), "target")
            if until:
                found["until"] = until
            return {"scroll": direction if found == {direction: _NOTCHES} else found}
        case DragTo(start, end):
            ends = {"from": start, "to": end}
            return {"drag": {key: _short(_target(each), "target") for key, each in ends.items()}}
        case WaitFor(condition):
            return {"wait_for": _condition(condition)}
        case Assert(condition, message):
            found = {**_parts(condition), **({"message": message} if message else {})}
            return {"assert": _short(found, "text")}
        case Log(message):
            return {"log": message}
        case Screenshot(name):
            return {"screenshot": name}
        case SetVariables(values):
            return {"set": dict(values)}
    return _longer(act, folder)


def _longer(act: Act, folder: Path) -> dict[str, Any]:
    found: dict[str, Any]
    match act:
        case Ask():
            found = _given(act, "question", "save_as")
            if act.kind != "text":
                found["kind"] = act.kind
            return {"ask": {**found, **_given(act, "right_of", "below", "pattern")}}
        case CallTool(name, arguments, save_as):
            found = {"name": name}
            if arguments:
                found["with"] = dict(arguments)
            if save_as:
                found["save_as"] = save_as
            return {"tool": _short(found, "name")}
        case RunTask(task, verify, max_steps):
            found = {"task": task}
            if verify:
                found["verify"] = list(verify)
            if max_steps != RunTask("").max_steps:
                found["max_steps"] = max_steps
            return {"run": _short(found, "task")}
        case Subflow(script, arguments, save):
            found = {"file": _beside(script.file, folder)}
            if arguments:
                found["with"] = dict(arguments)
            if save:
                found["save"] = dict(save)
            return {"subflow": _short(found, "file")}
    return _branching(act, folder)


def _branching(act: Act, folder: Path) -> dict[str, Any]:
    found: dict[str, Any]

    def steps(inside: tuple[Step, ...]) -> list[Any]:
        return [_step(step, folder) for step in inside]

    match act:
        case If(condition, then, otherwise):
            found = {**_parts(condition), "then": steps(then)}
            if otherwise:
                found["else"] = steps(otherwise)
            return {"if": found}
        case ForEach():
            found = _given(act, "file", "sheet") if act.file else {"in": _listed(act.items)}
            if act.name != "row":
                found["as"] = act.name
            return {"for_each": {**found, "do": steps(act.do)}}
        case Repeat(do, times, while_, most):
            found = {"times": times} if while_ is None else {"while": _condition(while_)}
            if while_ is not None and most != _MOST:
                found["most"] = most
            return {"repeat": {**found, "do": steps(do)}}
        case Try(do, catch, finally_):
            found = {"do": steps(do)}
            if catch:
                found["catch"] = steps(catch)
            if finally_:
                found["finally"] = steps(finally_)
            return {"try": found}
    raise TypeError(f"{type(act).__name__} is no act of a script")


def _listed(items: str | tuple[Any, ...]) -> Any:
    return items if isinstance(items, str) else list(items)


def _beside(file: Path, folder: Path) -> str:
    """A file as seen from a folder, written with slashes."""
    try:
        return PurePath(os.path.relpath(file, folder)).as_posix()
    except ValueError:  # another drive
        return file.as_posix()
