"""`@tool`: a plain typed function with a docstring becomes something that a model can call.

    @tool
    def weather(city: Annotated[str, "in any language"], days: int = 1) -> str:
        "Tell the weather of the next days."

The JSON Schema comes from the hints. A parameter with the hint `Context` is not shown to the
model; it receives the device, the picture that the model decided from, and the tool's secrets.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Annotated, Any, get_args, get_origin, get_type_hints, overload

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from tapwright.errors import ToolError, UsageError
from tapwright.tools.context import Context
from tapwright.tools.registry import TIMEOUT, Tool
from tapwright.types import ToolSpec


@overload
def tool(function: Callable[..., object], /) -> Tool: ...


@overload
def tool(
    *,
    name: str | None = None,
    aliases: tuple[str, ...] = (),
    timeout: float = TIMEOUT,
    secrets: tuple[str, ...] = (),
    asks: bool = False,
) -> Callable[[Callable[..., object]], Tool]: ...


def tool(
    function: Callable[..., object] | None = None,
    /,
    *,
    name: str | None = None,
    aliases: tuple[str, ...] = (),
    timeout: float = TIMEOUT,
    secrets: tuple[str, ...] = (),
    asks: bool = False,
) -> Tool | Callable[[Callable[..., object]], Tool]:
    """Make a tool of a function, called by its own name or by `name` and `aliases`.

    It may be `async`. A call is given up after `timeout` seconds. `secrets` names the environment
    variables that `Context.secret` may give it. With `asks`, a person is asked before each call.
    Raise `UsageError` for a function that cannot be offered to a model: without a docstring,
    with a parameter without a hint, or with `*args`.
    """

    def make(wrapped: Callable[..., object]) -> Tool:
        return _make(wrapped, name, aliases=aliases, timeout=timeout, secrets=secrets, asks=asks)

    return make if function is None else make(function)


def _make(function: Callable[..., object], name: str | None, **settings: Any) -> Tool:
    called = str(name or getattr(function, "__name__", ""))
    description = inspect.getdoc(function)
    if not description:
        raise UsageError(f"tool {called!r} has no docstring; write what it does, for the model")
    try:
        hints = get_type_hints(function, include_extras=True)
    except NameError as error:
        raise UsageError(f"tool {called!r} has a hint that cannot be resolved: {error}") from None
    context_name: str | None = None
    fields: dict[str, Any] = {}
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise UsageError(f"tool {called!r} takes '*{parameter.name}'; name its parameters")
        if parameter.kind is parameter.POSITIONAL_ONLY:
            raise UsageError(f"tool {called!r}: {parameter.name!r} cannot be given by name")
        if parameter.name.startswith("_"):
            raise UsageError(f"tool {called!r}: {parameter.name!r} may not begin with '_'")
        hint = hints.get(parameter.name)
        if hint is None:
            raise UsageError(f"tool {called!r}: {parameter.name!r} needs a type hint")
        if hint is Context:
            context_name = parameter.name
        else:
            fields[parameter.name] = (_described(hint), _default(parameter))
    model = create_model(
        called, __config__=ConfigDict(extra="forbid", protected_namespaces=()), **fields
    )
    return Tool(
        ToolSpec(called, description, _schema(model)),
        function=function,
        context_name=context_name,
        convert=lambda arguments: _converted(model, called, arguments),
        **settings,
    )


def _described(hint: Any) -> Any:
    """A hint whose bare strings, as in `Annotated[str, "a city"]`, describe the field."""
    if get_origin(hint) is not Annotated:
        return hint
    kind, *extras = get_args(hint)
    known = [Field(description=extra) if isinstance(extra, str) else extra for extra in extras]
    return Annotated[(kind, *known)]


def _default(parameter: inspect.Parameter) -> Any:
    return ... if parameter.default is parameter.empty else parameter.default


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    schema = model.model_json_schema()
    for titled in (schema, *schema.get("$defs", {}).values()):
        titled.pop("title", None)  # made up from names, so they only cost tokens
        for field in titled.get("properties", {}).values():
            field.pop("title", None)
    schema.setdefault("properties", {})
    return schema


def _converted(model: type[BaseModel], name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments as the hints want them: dates, enums and models instead of JSON."""
    try:
        values = model.model_validate(dict(arguments))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the call"
        raise ToolError(f"{name}: {place!r}: {first['msg'][:200]}") from None
    return {field: getattr(values, field) for field in type(values).model_fields}
