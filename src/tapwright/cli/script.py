"""`tapwright script`: scripts that run without a model when nothing has changed."""

from __future__ import annotations

from importlib import import_module

import click

# As in `app`, each is imported only when it is called, in the order of a first use.
_PARTS = {
    "new": ("tapwright.cli.script_files:new", "Write a small script to start from."),
    "run": ("tapwright.cli.script_run:run", "Run a script."),
    "resume": ("tapwright.cli.script_resume:resume", "Go on with a script that was cut off."),
    "lint": ("tapwright.cli.script_files:lint", "Check scripts without running them."),
    "record": ("tapwright.cli.script_record:record", "Record what you do as a script."),
    "from-run": ("tapwright.cli.script_record:from_run", "Make a script of an agent's task."),
    "report": ("tapwright.cli.script_files:report", "Make one HTML file, or JUnit XML, of a run."),
    "schema": ("tapwright.cli.script_files:schema", "Print the JSON Schema of scripts."),
}


class _Parts(click.Group):
    """A group whose commands are imported when they are needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of a first use."""
        return list(_PARTS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Import the command."""
        if name not in _PARTS:
            return None
        module, _, attribute = _PARTS[name][0].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, with nothing imported for it."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in _PARTS.items()])


@click.group(cls=_Parts)
def script() -> None:
    """Scripts for desktops and phones: YAML steps whose targets are named in words.

    A target is looked for as it was learned last time, then by its text, then by a picture, and
    last by a model, if you give one. What was found is kept in FILE.learned/ beside the script.

    \b
        tapwright script new hello.yaml
        tapwright script run hello.yaml
    """
