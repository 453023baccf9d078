"""`tapwright tools call`: one call of one tool, by hand."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tapwright.cli.options import json_option
from tapwright.cli.service_options import service_options
from tapwright.cli.tools import Sources, choose, gather, tools_option
from tapwright.errors import ToolError, UsageError

if TYPE_CHECKING:
    from PIL import Image

    from tapwright.types import ToolResult

REFUSED, UNKNOWN = 3, 4


@click.command()
@click.argument("name")
@click.argument("arguments", nargs=-1, metavar="[FIELD=VALUE | FIELD:=JSON]...")
@tools_option
@service_options()
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=Path(), metavar="DIR",
    help="Where pictures of the result are saved; here by default.",
)  # fmt: skip
@json_option
@click.pass_obj
def call(
    obj: Sources, /, name: str, arguments: tuple[str, ...], out: Path, as_json: bool, **chosen: Any
) -> int:
    """Call the tool NAME once, and print what a model would be told.

    A value is read as the field's type; FIELD:=JSON gives any JSON. Exit code 0: the tool
    answered; 3: it refused; 4: it failed, or did not answer in time.

    \b
        tapwright tools call weather city=Oslo days=2
        tapwright tools call trip 'legs:=[{"number": "CA1723"}]'
    """
    from tapwright.tools import Context, Toolbox
    from tapwright.types import Delivery, ToolCall

    tool, _ = choose(name, gather(obj.with_those(Sources(**chosen))))
    given = read_arguments(arguments, tool.spec.parameters)
    toolbox = Toolbox([tool])
    try:
        checked = toolbox.check(ToolCall(tool.spec.name, given))
    except ToolError as error:
        raise UsageError(f"{error}; see: tapwright tools show {tool.spec.name}") from error
    with contextlib.redirect_stdout(sys.stderr):  # what a tool prints is not its result
        result = toolbox.run(checked, Context())
    _tell(result, tool.spec.name, out, as_json)
    codes = {Delivery.DELIVERED: 0, Delivery.REFUSED: REFUSED, Delivery.UNKNOWN: UNKNOWN}
    return codes[result.effect.delivery]


def read_arguments(written: tuple[str, ...], schema: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a call from `field=value` and `field:=JSON`.

    Raise `UsageError` for what is neither, for broken JSON, and for a field given twice.
    """
    fields: Mapping[str, Any] = schema.get("properties", {})
    given: dict[str, Any] = {}
    for word in written:
        field, equals, value = word.partition("=")
        if not equals or not field.removesuffix(":"):
            raise UsageError(f"'{word[:60]}' is no argument; write FIELD=VALUE")
        raw = field.endswith(":")
        field = field.removesuffix(":")
        if field in given:
            raise UsageError(f"'{field}' is given twice")
        given[field] = _json(field, value) if raw else _typed(value, fields.get(field, {}))
    return given


def _json(field: str, value: str) -> Any:
    try:
        return json.loads(value)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"'{field}:=' is followed by no JSON: {error}") from error


def _typed(value: str, schema: Mapping[str, Any]) -> Any:
    """A word as a field's schema wants it; where it does not fit it stays a word, to be refused."""
    options = schema.get("anyOf", [schema])
    kinds = {kind for option in options for kind in _kinds(option)}
    if "string" in kinds or not kinds:
        return value  # digits included, such as a flight's number
    if "boolean" in kinds and value.casefold() in ("true", "false", "yes", "no"):
        return value.casefold() in ("true", "yes")
    if kinds & {"array", "object", "integer", "number", "null"}:
        with contextlib.suppress(ValueError, RecursionError):
            return json.loads(value)
    return value


def _kinds(schema: Mapping[str, Any]) -> list[str]:
    kind = schema.get("type", [])
    return [kind] if isinstance(kind, str) else list(kind)


def _tell(result: ToolResult, name: str, out: Path, as_json: bool) -> None:
    """Print a result, its pictures as the names of the files in which they are saved."""
    from tapwright.types import ImagePart, TextPart

    shown: list[dict[str, str]] = []
    for part in result.parts:
        if isinstance(part, TextPart):
            shown.append({"text": part.text})
        elif isinstance(part, ImagePart):
            shown.append({"picture": str(_save(part.image, name, out))})
    effect = result.effect
    if as_json:
        told = {"delivery": effect.delivery.value, "said": effect.said, "parts": shown}
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for each in shown:
        click.echo(_printable(each["text"]) if "text" in each else f"picture {each['picture']}")
    if effect.said or effect.delivery.value != "delivered":
        click.echo(f"{effect.delivery.value}: {_printable(effect.said)}", err=True)


def _save(picture: Image.Image, name: str, out: Path) -> Path:
    number = 1
    while (file := out / f"{name}-{number}.png").exists():
        number += 1
    try:
        out.mkdir(parents=True, exist_ok=True)
        picture.save(file)
    except OSError as error:
        raise UsageError(f"cannot write '{file}': {error.strerror or error}") from error
    return file


def _printable(text: str) -> str:
    """Foreign text without the control characters that a terminal would obey."""
    return "".join(c if c.isprintable() or c in "\n\t" else "\ufffd" for c in text)
