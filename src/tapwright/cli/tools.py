"""`tapwright tools`: the tools that a model can call, and calling one by hand."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from tapwright.cli.options import json_option
from tapwright.cli.service_options import FlightSource, chosen_services, service_options

if TYPE_CHECKING:
    from tapwright.tools.finding import Found
    from tapwright.tools.registry import Tool

# As in `app`, each is imported only when it is called.
_PARTS = {"call": "tapwright.cli.tools_call:call", "new": "tapwright.cli.tools_new:new"}

tools_option = click.option(
    "--tools", "files", multiple=True, metavar="FILE.py",
    help="A Python file with tools of yours; may be given several times.",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sources:
    """Where tools come from, and where the built-in ones ask."""

    files: tuple[str, ...] = ()
    services: str | None = None
    page_hosts: tuple[str, ...] = ()
    flights: FlightSource | None = None

    def with_those(self, later: Sources) -> Sources:
        """What was given before a command's name, with what was given behind it."""
        return Sources(
            (*self.files, *later.files),
            later.services or self.services,
            (*self.page_hosts, *later.page_hosts),
            later.flights or self.flights,
        )


class _Parts(click.Group):
    """A group two of whose commands are imported when they are needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of a first use."""
        return ["show", *_PARTS]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Find the command, and import it where it lives elsewhere."""
        if name not in _PARTS:
            return super().get_command(ctx, name)
        module, _, attribute = _PARTS[name].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command


@click.group(cls=_Parts, invoke_without_command=True)
@tools_option
@service_options()
@json_option
@click.pass_context
def tools(ctx: click.Context, /, as_json: bool, **chosen: Any) -> None:
    """List the tools that a model can call: built-in ones, and those of installed packages.

    \b
        tapwright tools
        tapwright tools show weather
        tapwright tools call weather city=Oslo days=2
        tapwright tools new dice
    """
    ctx.obj = Sources(**chosen)
    if ctx.invoked_subcommand is None:
        _list(gather(ctx.obj), as_json)


@tools.command()
@click.argument("name")
@tools_option
@service_options()
@click.pass_obj
def show(obj: Sources, /, name: str, **chosen: Any) -> None:
    """Print what a model is told of the tool NAME, as JSON."""
    tool, where = choose(name, gather(obj.with_those(Sources(**chosen))))
    click.echo(json.dumps(_facts(tool, where), ensure_ascii=False, indent=2))


def gather(sources: Sources) -> Found:
    """All tools that there are, those of files included."""
    from tapwright.tools.finding import discover, file_tools
    from tapwright.tools.services import Services

    services = chosen_services(Services(), sources.services, sources.page_hosts, sources.flights)
    found = discover(services)
    file_tools(sources.files, found)
    return found


def choose(name: str, found: Found) -> tuple[Tool, str]:
    """The tool of that name; raise `UsageError`, with the known names, where there is none."""
    from tapwright.tools.finding import named

    return named(name, found)


def _list(found: Found, as_json: bool) -> None:
    facts = [_facts(tool, where) for tool, where in found.tools]
    if as_json:
        for each in facts:
            click.echo(json.dumps(each, ensure_ascii=False))
        for broken in found.broken:
            click.echo(json.dumps({"where": broken.where, "error": broken.error}))
        return
    width = max((len(each["name"]) for each in facts), default=0)
    for each in facts:
        line = f"{each['name']:<{width}}  {each['description'].splitlines()[0]} ({each['where']})"
        click.echo(line + _key_words(each["secrets"]))
    for broken in found.broken:
        click.echo(f"error: {broken.where}: {broken.error}", err=True)


def _key_words(secrets: dict[str, bool]) -> str:
    told = [f"{name} ({'set' if there else 'not set'})" for name, there in secrets.items()]
    return f"; wants {', '.join(told)}" if told else ""


def _facts(tool: Tool, where: str) -> dict[str, Any]:
    """What is told of a tool; of its secrets only whether they are set."""
    from tapwright.tools.secrets import Secrets

    secrets = Secrets()
    return {
        "name": tool.spec.name,
        "aliases": list(tool.aliases),
        "description": tool.spec.description,
        "where": where,
        "secrets": {name: secrets.is_set(name) for name in tool.secrets},
        "asks": tool.asks,
        "timeout": tool.timeout,
        "parameters": dict(tool.spec.parameters),
    }
