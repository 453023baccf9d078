"""The `tapwright` command: its parts by name, and one line for everything that goes wrong."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn

import click

from tapwright import __version__
from tapwright.errors import ScriptError, TapwrightError

USAGE = 2  # also for set-up: nothing was started
CANCELLED = 130

# Where each command lives. It is imported only when it is called or asked for its own help.
COMMANDS = {
    "run": ("tapwright.cli.run:run", "Do a task on a phone or a desktop."),
    "chat": ("tapwright.cli.chat:chat", "Talk to an assistant that sees and calls tools."),
    "script": ("tapwright.cli.script:script", "Run, record and check desktop and phone scripts."),
    "devices": ("tapwright.cli.devices:devices", "List phones, monitors and windows."),
    "screenshot": ("tapwright.cli.screenshot:screenshot", "Save a picture of the screen."),
    "phone": ("tapwright.cli.phone:phone", "Start a simulated Android phone."),
    "doctor": ("tapwright.cli.doctor:doctor", "Check this machine; every fault with its cure."),
    "report": ("tapwright.cli.report:report", "Make one HTML file of a run."),
    "resume": ("tapwright.cli.resume:resume", "Go on with a run that was cut off."),
    "tools": ("tapwright.cli.tools:tools", "List the tools that a model can call; call one."),
    "practice": ("tapwright.cli.practice:practice", "Start practice services for the tools."),
    "models": ("tapwright.cli.models:models", "List the model families."),
    "serve": ("tapwright.cli.serve:serve", "Offer a model behind an OpenAI-compatible API."),
    "mcp": ("tapwright.cli.mcp:mcp", "Offer a phone and tools to an MCP client."),
    "train": ("tapwright.training.command:command", "Train the embedded checkpoint."),
    "evaluate": ("tapwright.training.evaluate:command", "Measure a model: the scorecard."),
}


class _Later(click.Command):
    """A command's name and one line of help, until the command itself is needed."""


class Commands(click.Group):
    """A group that imports a command when it is needed, and turns errors into exit codes."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of a first use, not of the alphabet."""
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command and import it; an unknown one is answered with the nearest names."""
        name, command, rest = super().resolve_command(ctx, args)
        if isinstance(command, _Later) and name is not None:
            module, _, attribute = COMMANDS[name][0].partition(":")
            command = getattr(import_module(module), attribute)
        return name, command, rest

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> NoReturn:
        """Run a command and leave with its exit code."""
        try:
            code = super().main(
                args, prog_name or "tapwright", complete_var, standalone_mode=False, **extra
            )
        except click.Abort:
            click.echo("cancelled", err=True)
            sys.exit(CANCELLED)
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.format_message())
            sys.exit(USAGE)
        except click.ClickException as error:
            _complain(error.format_message(), _hint(error))
            sys.exit(USAGE)
        except ScriptError as error:
            for fault in error.faults:  # each has a place of its own
                click.echo(f"error: {fault}", err=True)
            sys.exit(USAGE)
        except TapwrightError as error:
            _complain(str(error))
            sys.exit(USAGE)
        sys.exit(code if isinstance(code, int) else 0)


def _hint(error: click.ClickException) -> str:
    """Where to read on, for an error of usage."""
    context = getattr(error, "ctx", None)
    return f" (see '{context.command_path} --help')" if context is not None else ""


def _complain(text: str, hint: str = "") -> None:
    """Write one line of error; line breaks in a foreign message would make it several."""
    line = " ".join(text.split()).removesuffix(".")
    click.echo(f"error: {line[:1].lower()}{line[1:]}{hint}", err=True)


@click.group(
    "tapwright",
    cls=Commands,
    commands={name: _Later(name, help=words) for name, (_, words) in COMMANDS.items()},
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, "-V", "--version", prog_name="tapwright")
def main() -> None:
    """Tapwright looks at a screen, thinks with a vision-language model, and acts.

    Try it without a phone:

    \b
        tapwright run "Turn on Wi-Fi" --device sim
    """
