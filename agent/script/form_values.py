"""The kinds of value that a script's keys take: how each is read, and how the schema says it."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from tapwright.agent.script import fields


def _part(name: str) -> WithJsonSchema:
    """A part of the schema that is defined once; `schema.schema` makes a reference of it."""
    return WithJsonSchema({"part": name})


Text = Annotated[
    str, BeforeValidator(fields.text), WithJsonSchema({"type": ["string", "number", "boolean"]})
]
Words = Annotated[
    str,
    BeforeValidator(fields.words),
    WithJsonSchema({"type": ["string", "number", "boolean"], "minLength": 1}),
]
Label = Annotated[
    str, BeforeValidator(fields.label), WithJsonSchema({"type": "string", "minLength": 1})
]
Variable = Annotated[
    str,
    BeforeValidator(fields.variable),
    WithJsonSchema({"type": "string", "pattern": fields.NAME.pattern}),
]
Check = Annotated[
    str, BeforeValidator(fields.check), WithJsonSchema({"type": "string", "minLength": 5})
]
Pattern = Annotated[str, BeforeValidator(fields.pattern), WithJsonSchema({"type": "string"})]
That = Annotated[
    str, BeforeValidator(fields.that), WithJsonSchema({"type": "string", "minLength": 1})
]
Whole = Annotated[int, BeforeValidator(fields.whole)]
Number = Annotated[float, BeforeValidator(fields.number)]
Flag = Annotated[bool, BeforeValidator(fields.flag)]
One = BeforeValidator(fields.scalar)
Texts = Annotated[
    tuple[str, ...],
    BeforeValidator(fields.texts),
    WithJsonSchema({"type": "array", "items": {"type": ["string", "number", "boolean"]}}),
]
Checks = Annotated[
    tuple[str, ...],
    BeforeValidator(fields.checks),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]
Variables = Annotated[
    dict[str, Any],
    BeforeValidator(fields.variables),
    WithJsonSchema({"type": "object", "propertyNames": {"pattern": fields.NAME.pattern}}),
]
Arguments = Annotated[
    dict[str, Any], BeforeValidator(fields.values), WithJsonSchema({"type": "object"})
]
Saved = Annotated[
    dict[str, str],
    BeforeValidator(fields.saved),
    WithJsonSchema({
        "type": "object",
        "propertyNames": {"pattern": fields.NAME.pattern},
        "additionalProperties": {"type": "string", "pattern": fields.NAME.pattern},
    }),
]  # fmt: skip
Listed = Annotated[
    Any, BeforeValidator(fields.listed), WithJsonSchema({"type": ["string", "array"]})
]
Place = Annotated[
    tuple[float, float],
    BeforeValidator(fields.shares),
    WithJsonSchema({
        "type": "array", "minItems": 2, "maxItems": 2,
        "items": {"type": "number", "minimum": 0, "maximum": 1},
    }),
]  # fmt: skip
Steps = Annotated[Any, _part("steps")]
Aim = Annotated[Any, _part("target")]
Holds = Annotated[Any, _part("condition")]

Seconds = Field(gt=0, le=86_400)
Names = Annotated[
    tuple[str, ...],
    BeforeValidator(fields.texts),
    WithJsonSchema({"type": "array", "items": {"type": "string", "pattern": fields.NAME.pattern}}),
]
Devices = Annotated[
    dict[str, str],
    BeforeValidator(fields.saved),
    WithJsonSchema(
        {"type": "object", "minProperties": 1, "additionalProperties": {"type": "string"}}
    ),
]
Environments = Annotated[
    Any,
    WithJsonSchema(
        {"type": "object", "minProperties": 1, "additionalProperties": {"type": "object"}}
    ),
]
