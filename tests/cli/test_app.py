"""The command itself: help, suggestions, one line for every error, nothing heavy loaded."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from tapwright import __version__
from tapwright.cli import main
from tapwright.cli.app import COMMANDS


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    told = CliRunner().invoke(main, [command, "--help"])
    assert told.exit_code == 0, told.output
    assert told.stdout.startswith(f"Usage: tapwright {command}")
    # The line in the list of commands and the command's own help must not drift apart.
    words = COMMANDS[command][1].split(";")[0].split(",")[0].rstrip(".").split()[0]
    assert words in told.stdout, (words, told.stdout)


def test_the_help_names_every_command_with_its_purpose() -> None:
    told = CliRunner().invoke(main, ["--help"])
    assert told.exit_code == 0
    for name, (_, words) in COMMANDS.items():
        assert name in told.stdout
        assert words in told.stdout


def test_no_command_at_all_shows_the_help_and_is_an_error() -> None:
    told = CliRunner().invoke(main, [])
    assert told.exit_code == 2
    assert "Commands:" in told.stdout


def test_the_version_is_told() -> None:
    told = CliRunner().invoke(main, ["--version"])
    assert (told.exit_code, told.stdout) == (0, f"tapwright, version {__version__}\n")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["rnu"], "error: no such command 'rnu'. Did you mean 'run'? (see 'tapwright --help')"),
        (["zzz"], "error: no such command 'zzz' (see 'tapwright --help')"),
        (["run"], "error: missing argument 'TASK' (see 'tapwright run --help')"),
        (["devices", "--jsn"], "error: no such option '--jsn'. Did you mean '--json'?"),
        (["phone", "--port", "x"], "error: invalid value for '--port': 'x' is not a valid integer"),
        (["phone", "--fault", "hicups"], "error: no fault 'hicups'; use one of: offline, "),
    ],
)
def test_a_wrong_word_is_one_line_and_exit_code_2(arguments: list[str], line: str) -> None:
    told = CliRunner().invoke(main, arguments)
    assert told.exit_code == 2
    assert told.stdout == ""
    assert told.stderr.startswith(line), told.stderr
    assert told.stderr.count("\n") == 1


def test_the_help_loads_nothing_heavy() -> None:
    code = (
        "import sys, json\nfrom tapwright.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n"
        "    print(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True
    )
    loaded = {name.split(".")[0] for name in json.loads(done.stdout.splitlines()[-1])}
    heavy = {"torch", "transformers", "PIL", "adbutils", "numpy", "pydantic", "rich"}
    assert loaded & heavy == set()


def test_a_reader_that_goes_away_is_no_error() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "tapwright.cli", "models"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""


def test_models_lists_every_family_and_every_kind_of_server() -> None:
    from tapwright.model.families import FAMILIES
    from tapwright.model.served_kinds import KINDS

    plain = CliRunner().invoke(main, ["models"])
    assert plain.exit_code == 0
    assert all(name in plain.stdout for name in (*FAMILIES, *KINDS))
    lines = CliRunner().invoke(main, ["models", "--json"]).stdout.splitlines()
    told = [json.loads(line) for line in lines]
    assert [each["name"] for each in told if "name" in each] == list(FAMILIES)
    assert [each["kind"] for each in told if "kind" in each] == list(KINDS)
