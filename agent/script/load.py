"""From a script's file to its value: everything that is wrong is told at once, with its line."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from tapwright.agent.script import fields, forms
from tapwright.agent.script.build import Builder
from tapwright.agent.script.faults import Fault, Faults, guess, lines
from tapwright.agent.script.names import unknown_devices, unknown_names
from tapwright.agent.script.source import (
    MOST_CHARACTERS,
    Items,
    Keys,
    Node,
    Scalar,
    Unreadable,
    parse,
    plain,
)
from tapwright.agent.script.steps import Script
from tapwright.errors import ScriptError

MOST_FILES = 200  # subflows of subflows, each counted once
DEVICE = "device"  # what steps call a script's only device


def load_script(path: str | Path, *, seen: Sequence[Path] = ()) -> Script:
    """Load a script and every subflow of it; `seen` are the files that led to it.

    Raise `ScriptError` with a line for each thing that is wrong:
    "invoice.yaml:12: step 5.do.2: unknown step 'clik'; did you mean 'click'?".
    """
    loader = _Loader()
    script = loader.load(Path(path), tuple(Path(file).resolve() for file in seen))
    return loader.whole(script, Path(path))


def examine(path: str | Path) -> tuple[Script | None, list[Fault]]:
    """A script and what is wrong with it; the script is None only where it cannot be made."""
    loader = _Loader()
    script = loader.load(Path(path), ())
    return script, loader.all_faults(script)


def read_script(text: str, file: str | Path = "script.yaml") -> Script:
    """Load a script from its text; `file` is where it would stand, for messages and subflows."""
    loader = _Loader()
    script = loader.read(text, Path(file), (Path(file).resolve(),))
    return loader.whole(script, Path(file))


class _Loader:
    """Loads one script; files that stand in several places are loaded once."""

    def __init__(self) -> None:
        self.found: list[Fault] = []
        self._loaded: dict[Path, Script | None] = {}

    def load(self, file: Path, seen: tuple[Path, ...]) -> Script | None:
        real = file.resolve()
        if real in self._loaded:
            return self._loaded[real]
        text = self._text(file)
        script = None if text is None else self.read(text, file, (*seen, real))
        self._loaded[real] = script
        return script

    def whole(self, script: Script | None, file: Path) -> Script:
        """The script, if nothing at all is wrong with it; raise `ScriptError` otherwise."""
        found = self.all_faults(script)
        if found or script is None:
            raise ScriptError(lines(found) or [f"{file}: no script"])
        return script

    def all_faults(self, script: Script | None) -> list[Fault]:
        """What is wrong with any of the files, and with how they go together."""
        if script is None:
            return self.found
        unknown = unknown_devices(script)
        return [*self.found, *(Fault(at.file, at.line, at.step, said) for at, said in unknown)]

    def _text(self, file: Path) -> str | None:
        try:
            if file.is_dir():
                self._note(file, f"is a folder; name a script, such as {file.name}.yaml")
                return None
            with file.open("rb") as stream:
                data = stream.read(4 * MOST_CHARACTERS + 1)
            if len(data) > 4 * MOST_CHARACTERS:
                self._note(file, "is too long to be a script")
                return None
            return data.decode("utf-8-sig")
        except FileNotFoundError:
            self._note(file, "there is no such file")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            self._note(file, "is not text in UTF-8; save it so", line)
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else str(error)
            self._note(file, f"cannot be read: {why}")
        return None

    def _note(self, file: Path, text: str, line: int = 0) -> None:
        self.found.append(Fault(file, line, "", text))

    def read(self, text: str, file: Path, seen: tuple[Path, ...]) -> Script | None:
        """The script of a text; None where it cannot be made, which was noted."""
        faults = Faults(file)
        try:
            root = parse(text)
        except Unreadable as error:
            self._note(file, str(error), error.line)
            return None
        script = self._script(root, faults, seen)
        if script is not None:
            # What is set by a step that could not be read is not unknown.
            excused = set(_words(root)) if faults.found else set()
            for place, name, said in unknown_names(script):
                if name not in excused:
                    faults.add(place.line if place else 1, place.step if place else "", said)
        self.found += faults.found
        return script

    def _script(self, root: Node, faults: Faults, seen: tuple[Path, ...]) -> Script | None:
        if not isinstance(root, Keys):
            faults.add(root.line, "", "a script is a mapping with 'steps', each behind a '-'")
            return None
        names = list(forms.ScriptForm.model_fields)
        for entry in root.entries:
            if entry.key not in names:
                hint = guess(entry.key, names)
                if entry.key in forms.ACTS:
                    hint = "; a step stands under 'steps', behind a '-'"
                faults.add(entry.line, "", f"unknown key '{entry.key[:60]}'{hint}")
        given = {entry.key: entry.node for entry in root.entries if entry.key in names}
        builder = Builder(faults, lambda *what: self._subflow(faults, seen, *what))
        steps = builder.steps(given.get("steps"), "") if "steps" in given else ()
        form = _head(given, root, faults)
        if form is None:
            return None
        _check_names(form, root, faults)
        return Script(
            faults.file, form.name or faults.file.stem, steps, _devices(form, root, faults),
            form.variables, form.needs, form.secrets, _environments(root, faults), form.timeout,
            form.retries,
        )  # fmt: skip

    def _subflow(
        self, faults: Faults, seen: tuple[Path, ...], name: str, line: int, number: str
    ) -> Script | None:
        file = faults.file.parent / name
        if "\0" in name or not file.is_file():
            faults.add(line, number, f"no file '{name[:200]}' in '{faults.file.parent}'")
            return None
        real = file.resolve()
        if real in seen:
            circle = [*seen[seen.index(real) :], real]
            named = " -> ".join(os.path.relpath(each, faults.file.parent) for each in circle)
            faults.add(line, number, f"circular subflow: {named}; take one of these calls out")
            return None
        if len(self._loaded) >= MOST_FILES:
            faults.add(line, number, f"more than {MOST_FILES} scripts in one")
            return None
        return self.load(file, seen)


def _head(given: dict[str, Node], root: Keys, faults: Faults) -> forms.ScriptForm | None:
    """The head's form; without the keys that are wrong, so that the steps are judged all the same.

    None where there are no steps.
    """
    try:
        return forms.ScriptForm.model_validate(given)
    except ValidationError as error:
        faults.add_all(error, root, "", "")
        wrong = {str(each["loc"][0]) for each in error.errors() if each["loc"]}
        kept = {key: node for key, node in given.items() if key not in wrong}
        return forms.ScriptForm.model_validate(kept) if "steps" in kept else None


def _devices(form: forms.ScriptForm, root: Keys, faults: Faults) -> dict[str, str]:
    """What steps call the devices, and what they are."""
    if form.device is not None and form.devices is not None:
        faults.add(_line(root, "devices"), "", "'device' and 'devices' contradict each other")
    for name in form.devices or {}:
        if not fields.NAME.match(name.replace("-", "_")):
            said = f"'{name[:60]}' is no name of a device; use letters, digits, - and _"
            faults.add(_line(root, "devices"), "", said)
    if form.devices is not None and not form.devices:
        faults.add(_line(root, "devices"), "", "'devices' names none; leave it out")
    return {DEVICE: form.device} if form.device is not None else dict(form.devices or {})


def _environments(root: Keys, faults: Faults) -> dict[str, dict[str, Any]]:
    entry = root.get("environments")
    if entry is None:
        return {}
    if not isinstance(entry.node, Keys) or not entry.node.entries:
        said = "'environments' must be a mapping such as {test: {url: …}, live: {url: …}}"
        faults.add(entry.line, "", said)
        return {}
    found = {}
    for each in entry.node.entries:
        try:
            found[each.key] = fields.variables(each.node)
        except ValueError as error:
            faults.add(each.line, "", f"environment '{each.key[:60]}' {error}")
    return found


def _check_names(form: forms.ScriptForm, root: Keys, faults: Faults) -> None:
    """Note names that are none, or that stand for two things."""
    known: dict[str, str] = {}
    for key, names in (("needs", form.needs), ("secrets", form.secrets)):
        for name in names:
            try:
                fields.variable(name)
            except ValueError as error:
                faults.add(_line(root, key), "", f"'{key}': {error}")
            if name in known:
                said = f"'{name}' stands twice in '{key}'"
                if known[name] != key:
                    said = f"'{name}' stands in '{known[name]}' and in '{key}'"
                faults.add(_line(root, key), "", said)
            known[name] = key
    for name in form.variables:
        if name in known:
            said = f"'{name}' stands in '{known[name]}' and in 'variables'"
            faults.add(_line(root, "variables"), "", said)
    for secret in form.secrets:
        environments = plain(root).get("environments")
        for where in environments.values() if isinstance(environments, dict) else ():
            if isinstance(where, dict) and secret in where:
                said = f"'{secret}' stands in 'secrets' and in 'environments'"
                faults.add(_line(root, "environments"), "", said)


def _words(node: Node) -> Iterator[str]:
    """Every key and every value of a tree as text."""
    match node:
        case Scalar(text=text):
            yield text
        case Items(items=items):
            for item in items:
                yield from _words(item)
        case Keys(entries=entries):
            for entry in entries:
                yield entry.key
                yield from _words(entry.node)


def _line(root: Keys, key: str) -> int:
    entry = root.get(key)
    return entry.line if entry else root.line
