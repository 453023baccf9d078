"""Scripts as files: a small one to start from, checks, the schema, and reports of runs."""

from __future__ import annotations

import json
import os
import shlex
import sys
from pathlib import Path

import click

from tapwright.cli.options import json_option
from tapwright.errors import TapwrightError, UsageError

_STARTS = {
    "desktop": """\
timeout: 10            # seconds that a step waits for what it needs
steps:
  - open: {app: zenity, arguments: [--entry, "--title=Hello", "--text=What is your name?"]}
  - wait_for: What is your name?
  - type: Ana
    expect: Ana        # what must be seen afterwards
  - tap: OK
    expect: {gone: What is your name?}
""",
    "phone": """\
timeout: 10            # seconds that a step waits for what it needs
steps:
  - press: home
  - open: Settings
  - tap: Display
    expect: {contains: Brightness} # what must be seen afterwards, here within a label
  - press: back
""",
}


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--device", default="desktop", show_default=True, metavar="WHERE",
    help="What the script is for: 'desktop', 'xvfb', 'android', 'sim', ...",
)  # fmt: skip
@click.option("--force", is_flag=True, help="Take the place of a file that is already there.")
def new(file: Path, device: str, force: bool) -> None:
    """Write a small script to FILE (.yaml is added where it has no ending).

    The desktop's needs the program 'zenity', the phone's runs on the simulated phone.
    """
    from tapwright.agent.script.draft import must_be_free
    from tapwright.agent.script.load import read_script
    from tapwright.agent.script.yaml_text import to_yaml
    from tapwright.desktops import desktop_named

    if not file.name:
        raise UsageError(f"'{file}' is no name for a script; give one, such as hello.yaml")
    path = file if file.suffix else file.with_suffix(".yaml")
    must_be_free(path, replace_it=force)
    command = f"tapwright script run {shlex.quote(str(path))}"
    words = path.stem.replace("_", " ")
    # A name is never blank and holds no expression; without one the file's stands for it.
    named = {"name": words} if words.strip() and "{{" not in words else {}
    head = to_yaml({**named, "device": device})
    body = _STARTS["phone" if desktop_named(device) is None else "desktop"]
    if command.isprintable():  # what is not can stand in no comment of YAML
        head = f"# Run it:  {command}\n{head}"
    read_script(head + body, path)  # what could not be run is not written
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(head + body, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write '{path}': {error}") from error
    click.echo(f"written {path}; run it: {command}")


@click.command()
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option("--secrets", is_flag=True, help="Check that their secrets are set, too.")
@json_option
def lint(files: tuple[Path, ...], secrets: bool, as_json: bool) -> None:
    """Check the scripts FILES without running them.

    Exit codes: 0 nothing found, 3 warnings, 2 a script that cannot be run.
    """
    from tapwright.agent.script.lint import lint as find
    from tapwright.tools.finding import known_tools

    tools = [tool.spec.name for tool, _ in known_tools()]
    worst = 0
    for file in files:
        findings = find(file, environ=os.environ if secrets else None, tools=tools)
        for finding in findings:
            error = finding.severity == "error"
            worst = max(worst, 2 if error else 1)
            if as_json:
                facts = {
                    "file": str(finding.place.file),
                    "line": finding.place.line,
                    "step": finding.place.step,
                    "severity": finding.severity,
                    "text": finding.text,
                }
                click.echo(json.dumps(facts, ensure_ascii=False))
            else:
                click.echo(str(finding))
        if not findings and not as_json:
            click.echo(f"{file}: nothing found")
    sys.exit({0: 0, 1: 3, 2: 2}[worst])


@click.command()
def schema() -> None:
    """Print the JSON Schema of scripts, with which editors complete and check them.

    \b
        tapwright script schema > tapwright-script.json
        # first line of a script:
        # yaml-language-server: $schema=tapwright-script.json
    """
    from tapwright.agent.script.schema import schema as as_schema

    click.echo(json.dumps(as_schema(), ensure_ascii=False, indent=2))


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "-o", "--out", type=click.Path(path_type=Path), metavar="FILE",
    help="Where the report goes; report.html in the run's folder by default. A name that ends in "
    ".xml gets JUnit XML.",
)  # fmt: skip
def report(folder: Path, out: Path | None) -> None:
    """Make one file of the script's run in FOLDER.

    It holds every step with its picture, the target marked, and how it was found, and needs no
    network. It works for runs that were cut off, too.
    """
    from tapwright.agent.script.html import write_html
    from tapwright.agent.script.junit import write_junit

    path = out or folder / "report.html"
    try:
        write = write_junit if path.suffix.lower() == ".xml" else write_html
        written = write(folder, path)
    except TapwrightError:
        if (folder / "transcript.jsonl").exists():
            raise UsageError(
                f"'{folder}' holds an agent's run: tapwright report {folder}"
            ) from None
        raise
    click.echo(f"{written}: {written.stat().st_size / 1e6:.1f} MB")
