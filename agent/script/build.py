"""From the tree of a script to its steps as values; what is wrong is noted, and reading goes on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from pydantic import ValidationError

from tapwright.agent.script import fields, forms
from tapwright.agent.script.build_acts import DIRECTIONS, act_of
from tapwright.agent.script.faults import Faults, guess
from tapwright.agent.script.source import UNQUOTED, Entry, Items, Keys, Node, Scalar
from tapwright.agent.script.steps import (
    Act,
    Condition,
    Options,
    Place,
    Script,
    SetVariables,
    Step,
    Target,
)

_Form = TypeVar("_Form", bound=forms.Form)
_OPTIONS = tuple(forms.OptionsForm.model_fields)
_INSIDE = {
    "then": "if", "else": "if", "do": "for_each, repeat or try", "catch": "try", "finally": "try",
    "save_as": "ask or tool", "into": "type", "near": "the target's mapping",
    "with": "tool or subflow",
}  # fmt: skip
_SCROLLED = 3  # notches, where nothing is said


class Builder:
    """Reads the steps of one file; `subflow` loads another, noting what is wrong with it."""

    def __init__(self, faults: Faults, subflow: Callable[[str, int, str], Script | None]) -> None:
        self._faults = faults
        self.subflow = subflow
        self._folder = faults.file.parent

    def note(self, line: int, number: str, text: str) -> None:
        """Note what is wrong in a step."""
        self._faults.add(line, number, text)

    def steps(self, node: Node | None, prefix: str) -> tuple[Step, ...]:
        """The steps of a list; `prefix` is what their numbers begin with, such as "5.do."."""
        if node is None:
            return ()
        if not isinstance(node, Items):
            where = f"'{prefix.split('.')[-2]}'" if prefix else "'steps'"
            said = f"{where} must be a list of steps, each behind a '-', not {fields.kind_of(node)}"
            self.note(node.line, prefix.rpartition(".")[0].rpartition(".")[0], said)
            return ()
        if not node.items:
            self.note(node.line, prefix.rstrip("."), "there is no step in it")
        read = (self._step(item, f"{prefix}{at}") for at, item in enumerate(node.items, 1))
        return tuple(step for step in read if step is not None)

    def _step(self, node: Node, number: str) -> Step | None:
        if not isinstance(node, Keys):
            said = fields.kind_of(node)
            self.note(node.line, number, f"a step is an act and what it acts on, not {said}")
            return None
        acts = [entry for entry in node.entries if entry.key in forms.ACTS or entry.key == "set"]
        others = [entry for entry in node.entries if entry not in acts]
        unknown = [entry for entry in others if entry.key not in _OPTIONS]
        known = tuple(entry for entry in others if entry.key in _OPTIONS)
        self._unknown(unknown, acts, number)
        if len(acts) > 1:
            named = " and ".join(f"'{entry.key}'" for entry in acts)
            self.note(acts[1].line, number, f"two acts in one step: {named}; make it two")
        if not acts and not unknown:
            said = f"the step does nothing; give it one of: {', '.join(forms.ACTS)}, set"
            self.note(node.line, number, said)
        place = Place(self._faults.file, node.line, number)
        options = self._options(Keys(known, node.line), acts[0].key if acts else "", number)
        act = self._act(acts[0], number) if acts else None
        return Step(place, act, options) if act is not None and options is not None else None

    def _unknown(self, unknown: list[Entry], acts: list[Entry], number: str) -> None:
        for entry in unknown:
            word = entry.key
            if acts and word in _INSIDE:
                said = f"'{word}' belongs inside {_INSIDE[word]}; indent it further"
            elif acts:
                said = f"unknown option '{word[:60]}'{guess(word, _OPTIONS)}"
            else:
                said = f"unknown step '{word[:60]}'{guess(word, [*forms.ACTS, 'set'])}"
            self.note(entry.line, number, said)

    def _options(self, node: Keys, act: str, number: str) -> Options | None:
        form = self._form(forms.OptionsForm, node, number, "")
        if form is None:
            return None
        for entry in node.entries:
            if act and entry.key in forms.unheeded(act):
                cure = _cure(entry.key, act)
                self.note(entry.line, number, f"'{entry.key}' means nothing for '{act}'; {cure}")
        retries = node.get("retries")
        if form.once and form.retries and retries:
            said = "'once' and 'retries' contradict each other: what is once is never tried again"
            self.note(retries.line, number, said)
        expect = self.condition(form.expect, number, "expect") if form.expect else None
        return Options(
            form.name or "", form.on or "", form.timeout, expect, form.once, form.optional,
            form.retries,
        )  # fmt: skip

    def _form(self, kind: type[_Form], node: Node, number: str, of: str) -> _Form | None:
        """Read a mapping, or a text where the form has a shorthand."""
        if kind is forms.ScrollForm and isinstance(node, Scalar) and node.text in DIRECTIONS:
            notches = Scalar(str(_SCROLLED), _SCROLLED, node.line)
            node = Keys((Entry(node.text, node.line, notches),), node.line)
        if isinstance(node, Scalar) and kind.shorthand:
            node = Keys((Entry(kind.shorthand, node.line, node),), node.line)
        if not isinstance(node, Keys):
            forms_said = "a text or a mapping" if kind.shorthand else "a mapping"
            said = f"'{of}' must be {forms_said}, not {fields.kind_of(node)}"
            self.note(node.line, number, said)
            return None
        if any(entry.key == UNQUOTED for entry in node.entries):
            said = f'put a text that begins with {{{{ in quotes: {of}: "{{{{ … }}}}"'
            self.note(node.line, number, said)
            return None
        names = [field.alias or name for name, field in kind.model_fields.items()]
        unknown = [entry for entry in node.entries if entry.key not in names]
        for entry in unknown:
            said = f"unknown option '{entry.key[:60]}' of '{of}'{guess(entry.key, names)}"
            self.note(entry.line, number, said)
        given = {entry.key: entry.node for entry in node.entries if entry not in unknown}
        try:
            return kind.model_validate(given)
        except ValidationError as error:
            self._faults.add_all(error, node, number, of)
            return None

    def target(self, node: Node, number: str, of: str) -> Target:
        """What a step acts on."""
        form = self._form(forms.TargetForm, node, number, of)
        return self.target_of(form, node, number, of) if form else Target()

    def target_of(self, form: forms.TargetForm, node: Node, number: str, of: str) -> Target:
        """The target that a form names, of which a tap is one."""
        own = [name for name in ("target", "picture", "at") if getattr(form, name) is not None]
        labels = [name for name in ("right_of", "below") if getattr(form, name) is not None]
        if not own and not labels:
            said = f"'{of}' names no target; give it words, a picture or a place"
            self.note(node.line, number, said)
        elif labels and len(own) + len(labels) > 1:
            said = f"'{labels[0]}' finds a field by its label alone; leave {[*labels, *own][1]} out"
            self.note(node.line, number, said)
        self.must_exist(form.picture, node, "picture", number)
        return Target(
            form.target or "", form.picture or "", form.near or "", form.nth, form.at,
            form.right_of or "", form.below or "",
        )  # fmt: skip

    def must_exist(self, name: str | None, node: Node, key: str, number: str) -> None:
        """Note a file that is not there; one whose name is only known later is not looked for."""
        if name is None or "{{" in name:
            return
        entry = node.get(key) if isinstance(node, Keys) else None
        if "\0" in name or not (self._folder / name).is_file():
            said = f"no file '{name[:200]}' in '{self._folder}'"
            self.note(entry.line if entry else node.line, number, said)

    def condition(self, node: Node, number: str, of: str) -> Condition:
        """What must hold."""
        form = self._form(forms.ConditionForm, node, number, of)
        return self.condition_of(form, node, number, of) if form else Condition()

    def condition_of(
        self, form: forms.ConditionForm, node: Node, number: str, of: str
    ) -> Condition:
        """The condition that a form states, of which an `if` is one."""
        found = Condition(
            form.text or "", form.gone or "", form.check or "", form.that or "", form.seen or "",
            form.contains or "",
        )  # fmt: skip
        if found == Condition():
            said = f"'{of}' asks nothing; give it text, contains, gone, check, that or seen"
            self.note(node.line, number, said)
        return found

    def _act(self, entry: Entry, number: str) -> Act | None:
        if entry.key == forms.SET:
            return self._set(entry, number)
        form = self._form(forms.ACTS[entry.key], entry.node, number, entry.key)
        if form is None:
            self._look_inside(entry, number)
            return None
        return act_of(self, form, entry, number)

    def _look_inside(self, entry: Entry, number: str) -> None:
        """Note what is wrong with the steps inside a step that is wrong itself."""
        for inner in entry.node.entries if isinstance(entry.node, Keys) else ():
            if inner.key in ("do", "then", "else", "catch", "finally"):
                self.steps(inner.node, f"{number}.{inner.key}.")

    def _set(self, entry: Entry, number: str) -> Act | None:
        try:
            values = fields.variables(entry.node)
        except ValueError as error:
            self.note(entry.line, number, f"'set' {error}")
            return None
        if not values:
            self.note(entry.line, number, "'set' sets nothing; give it {name: value}")
        return SetVariables(values)


def _cure(option: str, act: str) -> str:
    """What to write instead of an option that means nothing for an act."""
    if option != "retries":
        return "put it on the step that acts"
    if act in forms.BRANCHING:
        return "put it on the steps inside that may be tried again"
    if act in ("wait_for", "assert"):
        return "it looks again until its 'timeout'"
    return "it is done once; leave it out"
