"""`tapwright script` at the terminal: what it says of bad scripts, and how it leaves."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tapwright.agent.script.load import load_script
from tapwright.agent.script.results import EXIT
from tapwright.agent.script.steps import Open, Press
from tapwright.cli.script_run import EPILOG

Cli = Callable[..., Result]
GOOD = """\
device: sim
needs: [customer]
variables: {times: 2}
steps:
  - log: "Dear {{ customer }}"
  - repeat:
      times: 2
      do:
        - press: home
"""
BAD = """\
device: desktop
steps:
  - clik: Save
  - type: "{{ nobody }}"
"""


def write(text: str, name: str = "s.yaml") -> str:
    Path(name).write_text(text, encoding="utf-8")
    return name


def test_every_fault_of_a_script_has_a_line_and_nothing_is_started(cli: Cli) -> None:
    told = cli("script", "run", write(BAD))
    assert told.exit_code == 2
    lines = told.stderr.splitlines()
    assert [line.split(": ")[:3] for line in lines] == [
        ["error", "s.yaml:3", "step 1"], ["error", "s.yaml:4", "step 2"],
    ]  # fmt: skip
    assert "did you mean 'click'" in lines[0]
    assert not Path("runs").exists()


def test_a_dry_run_opens_nothing_and_writes_nothing(cli: Cli) -> None:
    told = cli("script", "run", write(GOOD), "--set", "customer=Ana", "--dry-run")
    assert told.exit_code == 0, told.output
    assert "press home" in told.stdout
    assert told.stdout.splitlines()[-1].startswith("passed: ")
    assert [file.name for file in Path().iterdir() if file.suffix != ".json"] == ["s.yaml"]


DEEP = """\
device: sim
needs: [customer]
steps:
  - press: home
  - repeat:
      times: 12
      do:
        - if:
            that: customer != ""
            then:
              - log: "A letter to {{ customer }}, who has waited for it since Monday"
"""


@pytest.mark.parametrize("options", [["--dry-run"], []])
def test_steps_stand_in_columns_however_deep_they_are(cli: Cli, options: list[str]) -> None:
    told = cli("script", "run", write(DEEP), "--set", "customer=Ana", *options)
    assert told.exit_code == 0, told.output
    lines = told.stdout.splitlines()
    wide = len("2[12].1.then.1 ")
    assert [line[wide - 1 : wide + 4] for line in lines if "press home" in line] == [" pres"]
    deepest = [line for line in lines if line.startswith("2[12].1.then.1 ")]
    assert [line[wide : wide + 12] for line in deepest] == ["log 'A lette"]


def test_a_dry_run_tells_each_step_whole_in_a_line(cli: Cli) -> None:
    told = cli("script", "run", write(DEEP), "--set", "customer=Ana", "--dry-run")
    deepest = [line for line in told.stdout.splitlines() if line.startswith("2[12].1.then.1 ")]
    title = "log 'A letter to Ana, who has waited for it since Monday'"
    assert deepest == [f"2[12].1.then.1 {title}"]
    assert "dry run" not in told.stdout and "skipped" not in told.stdout
    assert " s\n" not in told.stdout


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "customer"),
        (["--set", "customer"], "'customer' is not NAME=VALUE"),
        (["--set", "customer=a", "--set", "customer=b"], "gives 'customer' twice"),
        (["--set", "customer=a", "--data", "no.csv"], "no.csv"),
        (["--set", "customer=a", "--device", "pc=desktop", "--dry-run", "--out", "r"], "--dry-run"),
        (["--set", "customer=a", "--only-learned", "--model", "embedded"], "asks no model"),
        (["--set", "customer=a", "--junit", "x", "--html", "x"], "two names"),
        (["--set", "customer=a", "--out", "r", "--html", "r/progress.jsonl"], "take the place"),
        (["--set", "customer=a", "--out", "r", "--junit", "r/pictures/1.jpg"], "take the place"),
        (["--set", "customer=a", "--grounder", "embedded"], "--model"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything(
    cli: Cli, options: list[str], said: str
) -> None:
    told = cli("script", "run", write(GOOD), *options)
    assert (told.exit_code, len(told.stderr.splitlines())) == (2, 1), told.output
    assert said in told.stderr
    assert not Path("runs").exists()


def test_lint_tells_warnings_from_errors(cli: Cli) -> None:
    assert cli("script", "lint", write(GOOD)).exit_code == 3  # `times` is never used
    assert cli("script", "lint", write(GOOD.replace("variables: {times: 2}\n", ""))).exit_code == 0
    told = cli("script", "lint", write(BAD), "--json")
    assert told.exit_code == 2
    findings = [json.loads(line) for line in told.stdout.splitlines()]
    assert [each["line"] for each in findings] == [3, 4]
    odd = write("device: sim\nsteps:\n  - tool: {name: wether}\n", "t.yaml")
    assert "wether" in cli("script", "lint", odd).stdout


def test_a_new_script_is_a_good_one_and_takes_no_other_s_place(cli: Cli) -> None:
    for device in ("desktop", "sim"):
        told = cli("script", "new", f"{device}_hello", "--device", device)
        assert told.exit_code == 0, told.output
        assert cli("script", "lint", f"{device}_hello.yaml").exit_code == 0
    again = cli("script", "new", "sim_hello")
    assert again.exit_code == 2
    assert "--force" in again.stderr


@pytest.mark.parametrize(
    ("name", "device"),
    [
        ("fill: form.yaml", "window:My: doc"),
        ("it's #1.yaml", "window:- {a}, 'b'"),
        ("2026-01-02.yaml", "xvfb:1280x800"),
        ("no.yaml", "window: Notes "),
        ("two\nlines.yaml", "sim"),
        ("_.yaml", "desktop:2"),
        ("{{ x }}.yaml", "desktop"),
    ],
)
def test_a_new_script_loads_whatever_it_and_its_device_are_called(
    cli: Cli, name: str, device: str
) -> None:
    told = cli("script", "new", name, "--device", device)
    assert told.exit_code == 0, told.output
    assert told.stdout.endswith(f"run it: tapwright script run {shlex.quote(name)}\n")
    script = load_script(Path(name))
    assert script.name == Path(name).stem
    assert list(script.devices.values()) == [device]
    assert isinstance(script.steps[0].act, Press if device == "sim" else Open)


@pytest.mark.parametrize(
    ("name", "device", "said"),
    [
        ("s", "window:", "'window:' names no window"),
        ("s", "{{ x }}", "'device' must be the same in every run"),
        ("", "sim", "is no name for a script"),
    ],
)
def test_a_new_script_that_could_not_be_run_is_not_written(
    cli: Cli, name: str, device: str, said: str
) -> None:
    told = cli("script", "new", name, "--device", device)
    assert (told.exit_code, len(told.stderr.splitlines())) == (2, 1), told.output
    assert said in told.stderr
    assert not list(Path().glob("*.yaml"))


def test_the_schema_is_one_json_document(cli: Cli) -> None:
    told = cli("script", "schema")
    assert told.exit_code == 0
    assert "steps" in json.loads(told.stdout)["properties"]


def test_the_help_names_every_exit_code() -> None:
    named = {int(part.split()[0]) for part in EPILOG.removeprefix("Exit codes: ").split(", ")}
    assert named == {*EXIT.values(), 2}


def test_a_folder_that_is_no_script_s_run_is_named(cli: Cli) -> None:
    Path("r").mkdir()
    for words in (("report", "r"), ("resume", "r")):
        told = cli("script", *words)
        assert (told.exit_code, "'r'" in told.stderr or "r/" in told.stderr) == (2, True)
        assert "name the one that 'tapwright script run' shows behind 'run'" in told.stderr


@pytest.mark.phone
def test_a_script_that_failed_says_how_to_go_on(cli: Cli) -> None:
    script = write(
        "device: sim\ntimeout: 0.1\nsteps:\n- assert: {check: settings get global wifi_on == 9}\n"
    )
    told = cli("script", "run", script, "--out", "a run")
    assert told.exit_code == 3, told.output
    assert "\ngo on   tapwright script resume 'a run'\n" in told.stdout


@pytest.mark.phone
def test_a_script_without_words_runs_fast_and_says_all(cli: Cli) -> None:
    script = write(GOOD.replace("needs: [customer]\n", "needs: [customer, data]\n"))
    Path("rows.csv").write_text("name\nAna\n", encoding="utf-8")
    told = cli(
        "script", "run", script, "--set", "customer=Ana", "--data", "rows.csv", "--json",
        "--out", "out", "--junit", "out/junit.xml", "--html", "out/run.html",
    )  # fmt: skip
    assert told.exit_code == 0, told.output
    events = [json.loads(line) for line in told.stdout.splitlines()]
    assert [event["event"] for event in events][0 :: len(events) - 1] == ["start", "end"]
    assert "Dear Ana" in [event.get("text") for event in events]
    assert Path("out/junit.xml").exists() and Path("out/run.html").exists()
    report = cli("script", "report", "out")
    assert report.exit_code == 0, report.output
    assert cli("script", "report", "out", "-o", "again.xml").exit_code == 0
    over = cli("script", "resume", "out")
    assert over.exit_code == 2
    assert "is over" in over.stderr
