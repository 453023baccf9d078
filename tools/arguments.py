"""Fitting a model's arguments to a tool's schema, and saying in words what does not fit.

Only spellings are forgiven, never meanings: `"(348, 291)"` for a point, `"3"` for a number,
`back` for `Back`. What is still wrong then is named with what was expected.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import jsonschema
from jsonschema.protocols import Validator

from tapwright.errors import ToolError, UsageError
from tapwright.types import ToolSpec

MAX_SHOWN = 60
MAX_CORNER = 1e9

_BOUNDS = {
    "exclusiveMinimum": "more than",
    "exclusiveMaximum": "less than",
    "multipleOf": "a multiple of",
}
_NUMBER = r"(-?\d{1,9}(?:\.\d{1,9})?)"
_POINT = re.compile(rf"\s*[(\[]?\s*{_NUMBER}\s*,\s*{_NUMBER}\s*[)\]]?\s*")
_WHOLE = re.compile(r"\s*-?\d{1,9}\s*")
_DECIMAL = re.compile(r"\s*-?\d{1,9}\.\d{1,9}\s*")


def check_arguments(
    spec: ToolSpec, arguments: Mapping[str, Any], points: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Return `arguments` in the schema's own spelling; raise `ToolError` where they do not fit.

    `points` are the fields that hold a point.
    """
    fields: Mapping[str, Any] = spec.parameters.get("properties", {})
    required = spec.parameters.get("required", ())
    fitted: dict[str, Any] = {}
    for name, value in arguments.items():
        if name not in fields and not spec.parameters.get("additionalProperties", False):
            known = ", ".join(fields) or "none"
            raise ToolError(f"{spec.name} has no field {_show(name)}; its fields: {known}")
        schema = fields.get(name, {})
        if value is None and name not in required and not _allows(schema, "null"):
            continue  # many models write null for what they leave out
        fitted[name] = _point(value) if name in points else _respell(value, schema)
    missing = [name for name in required if name not in fitted]
    if missing:
        raise ToolError(f"{spec.name} needs {', '.join(map(repr, missing))}")
    error = next(iter(_errors(spec, fitted)), None)
    if error is not None:
        raise ToolError(error)
    return fitted


def check_schema(spec: ToolSpec) -> None:
    """Raise `UsageError` where a tool's parameters are no JSON Schema of an object."""
    try:
        jsonschema.Draft202012Validator.check_schema(dict(spec.parameters))
    except jsonschema.SchemaError as error:
        raise UsageError(f"tool {spec.name!r} has no valid schema: {error.message[:200]}") from None
    if spec.parameters.get("type") != "object":
        raise UsageError(f"tool {spec.name!r} has a schema that is not of type 'object'")


def _errors(spec: ToolSpec, arguments: dict[str, Any]) -> list[str]:
    validator = _validator(_Frozen(spec.parameters))
    return [
        f"{spec.name}: {_path(error)} {_expected(error)}, not {_show(error.instance)}"
        for error in validator.iter_errors(arguments)
    ]


class _Frozen:
    """A schema as a key, by identity: tools keep their schema as long as they live."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self.schema = schema

    def __hash__(self) -> int:
        return id(self.schema)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Frozen) and other.schema is self.schema


@lru_cache(maxsize=256)
def _validator(key: _Frozen) -> Validator:
    return jsonschema.Draft202012Validator(dict(key.schema))


def _path(error: jsonschema.ValidationError) -> str:
    return repr(".".join(map(str, error.absolute_path))) if error.absolute_path else "the call"


def _expected(error: jsonschema.ValidationError) -> str:
    wanted: Any = error.validator_value
    if error.validator == "type":
        names = [wanted] if isinstance(wanted, str) else list(wanted)
        return f"should be of type {' or '.join(names)}"
    if error.validator == "enum":
        return f"should be one of {', '.join(map(str, wanted))}"
    if error.validator in ("minItems", "maxItems"):
        return "should have another number of items"
    if error.validator == "anyOf":
        return f"should be of type {' or '.join(_kinds(wanted))}"
    if error.validator == "required":
        given: Any = error.instance
        missing = [name for name in wanted if name not in given]
        return f"needs {', '.join(map(repr, missing))}"
    if error.validator == "additionalProperties":
        schema: Any = error.schema
        known = ", ".join(schema.get("properties", {})) or "none"
        return f"should have no fields but these: {known}"
    bound = _BOUNDS.get(str(error.validator))
    if bound is not None:
        return f"should be {bound} {_show(wanted)}"
    if error.validator in ("minLength", "maxLength"):
        end = "at least" if error.validator == "minLength" else "at most"
        return f"should have {end} {wanted} characters"
    return f"should keep to {error.validator} {_show(wanted)}"


def _kinds(options: Sequence[Mapping[str, Any]]) -> list[str]:
    """What a union allows, in words."""
    named = [option.get("type", option.get("$ref", "another")) for option in options]
    return list(dict.fromkeys(str(name).rpartition("/")[2] for name in named))


def _show(value: object) -> str:
    text = repr(value)
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"


def _allows(schema: Mapping[str, Any], kind: str) -> bool:
    kinds = schema.get("type", kind)
    if "anyOf" in schema:
        return any(_allows(option, kind) for option in schema["anyOf"])
    return kinds == kind or (isinstance(kinds, list) and kind in kinds)


def _point(value: object) -> object:
    """A point in any of its spellings as a list of two numbers; a box becomes its middle."""
    if isinstance(value, str):
        text = value.replace("<|box_start|>", "").replace("<|box_end|>", "")
        match = _POINT.fullmatch(text[:MAX_SHOWN])
        return [_number(match[1]), _number(match[2])] if match and len(text) < 60 else value
    if isinstance(value, list):
        if len(value) == 1 and isinstance(value[0], list):
            return value[0]
        if len(value) == 2 and all(isinstance(item, list) and len(item) == 2 for item in value):
            corners = [number for corner in value for number in corner]
            if all(type(n) in (int, float) and -MAX_CORNER <= n <= MAX_CORNER for n in corners):
                (left, top), (right, bottom) = value
                return [round((left + right) / 2), round((top + bottom) / 2)]
        return [_whole(item) for item in value]
    return value


def _respell(value: object, schema: Mapping[str, Any]) -> object:
    if isinstance(value, float) and _allows(schema, "integer"):
        return _whole(value)
    if not isinstance(value, str):
        return value
    options = schema.get("enum")
    if options is not None and value not in options:
        same = [o for o in options if isinstance(o, str) and o.casefold() == value.casefold()]
        return same[0] if len(same) == 1 else value
    if "type" in schema and not _allows(schema, "string"):
        if _WHOLE.fullmatch(value) and (_allows(schema, "integer") or _allows(schema, "number")):
            return int(value)
        if _DECIMAL.fullmatch(value) and _allows(schema, "number"):
            return float(value)
    return value


def _number(text: str) -> float:
    return _whole(float(text)) if "." in text else int(text)


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value
