"""The JSON Schema of scripts, made from the forms that read them, so that editors complete them.

It is stricter than a file's YAML and looser than loading: what only shows when files, variables
and steps are seen together is said by `load_script`.
"""

from __future__ import annotations

import json
from typing import Any

from tapwright.agent.script import forms
from tapwright.agent.script.build_acts import DIRECTIONS

_TEXT = {"type": ["string", "number", "boolean"]}
_CONDITION = ("text", "contains", "gone", "check", "that", "seen")
# Which keys of a form cannot all be missing, or exclude each other.
_ANY_OF = {
    forms.TargetForm: ("target", "picture", "right_of", "below", "at"),
    forms.TapForm: ("target", "picture", "right_of", "below", "at"),
    forms.ConditionForm: _CONDITION,
    forms.WaitForForm: _CONDITION,
    forms.AssertForm: _CONDITION,
    forms.IfForm: _CONDITION,
    forms.AskForm: ("question", "right_of", "below"),
    forms.TryForm: ("catch", "finally"),
}
_ONE_OF = {
    forms.ScrollForm: DIRECTIONS,
    forms.ForEachForm: ("in", "file"),
    forms.RepeatForm: ("times", "while"),
}


# Bounds that pydantic leaves in its own words where a value may be missing.
_BOUNDS = {
    "gt": "exclusiveMinimum",
    "ge": "minimum",
    "lt": "exclusiveMaximum",
    "le": "maximum",
}


def schema() -> dict[str, Any]:
    """The whole schema (draft 7, which every editor knows) as plain values."""
    script = _form(forms.ScriptForm)
    steps = [_step(act, _act(form), _said(form)) for act, form in forms.ACTS.items()]
    values = {
        "type": "object",
        "minProperties": 1,
        "propertyNames": script["properties"]["variables"]["propertyNames"],
    }
    steps.append(_step(forms.SET, values, "Give variables new values."))
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Tapwright script",
        **script,
        "definitions": {
            "steps": {"type": "array", "minItems": 1, "items": {"$ref": "#/definitions/step"}},
            "step": {"type": "object", "oneOf": steps},
            "target": _act(forms.TargetForm),
            "condition": _act(forms.ConditionForm),
            "options": _form(forms.OptionsForm),
        },
    }


def schema_text() -> str:
    """The schema as the file that is published."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _step(act: str, value: dict[str, Any], said: str) -> dict[str, Any]:
    means_nothing = forms.unheeded(act)
    options = {
        key: {"$ref": f"#/definitions/options/properties/{key}"}
        for key in forms.OptionsForm.model_fields
        if key not in means_nothing
    }
    return {
        "title": act,
        "description": said,
        "type": "object",
        "properties": {act: {"description": said, **value}, **options},
        "required": [act],
        "additionalProperties": False,
    }


def _act(form: type[forms.Form]) -> dict[str, Any]:
    """What stands behind an act's key: a mapping, or the text that is short for it."""
    whole = _form(form)
    if form is forms.ScrollForm:
        return {"anyOf": [{"enum": list(DIRECTIONS)}, whole]}
    if not form.shorthand:
        return whole
    short = {
        key: value
        for key, value in whole["properties"][form.shorthand].items()
        if key in ("type", "pattern", "minLength")
    }
    if set(whole.get("required", [])) - {form.shorthand}:
        return whole
    return {"anyOf": [short, whole]}


def _form(form: type[forms.Form]) -> dict[str, Any]:
    """A form's mapping."""
    made = _plain(form.model_json_schema(by_alias=True))
    found = {key: made[key] for key in ("type", "properties", "required") if key in made}
    found["description"] = _said(form)
    found["additionalProperties"] = False
    if form in _ANY_OF:
        found["anyOf"] = [{"required": [key]} for key in _ANY_OF[form]]
    if form in _ONE_OF:
        found["oneOf"] = [{"required": [key]} for key in _ONE_OF[form]]
    return found


def _said(form: type[forms.Form]) -> str:
    return " ".join((form.__doc__ or "").split("\n\n")[0].split())


def _plain(value: Any) -> Any:
    """What pydantic makes, without what only means something to Python."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if not isinstance(value, dict):
        return value
    if "part" in value:
        kept = {"description": value["description"]} if "description" in value else {}
        return {"$ref": f"#/definitions/{value['part']}", **kept}
    if "anyOf" in value and {"type": "null"} in value["anyOf"]:
        others = [each for each in value["anyOf"] if each != {"type": "null"}]
        rest = {key: each for key, each in value.items() if key != "anyOf"}
        value = {**others[0], **rest} if len(others) == 1 else {**rest, "anyOf": others}
    return {
        _BOUNDS.get(key, key): _plain(each) if key != "properties" else _fields(each)
        for key, each in value.items()
        if key != "default" or each
    }


def _fields(value: dict[str, Any]) -> dict[str, Any]:
    """Properties, whose keys are a script's; the titles that pydantic makes of them say nothing."""
    fields = {key: _plain(each) for key, each in value.items()}
    for each in fields.values():
        each.pop("title", None)
    return fields
