"""Files in a script's reports: named as seen from the working folder, whoever makes the report."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import Result

from tapwright.agent.script.told import read_tale

Cli = Callable[..., Result]
MAIN = "steps:\n  - log: hello\n  - subflow: ../parts/p.yaml\n"
PART = "steps:\n  - assert: {that: 1 > 2}\n"


@pytest.fixture(autouse=True)
def scripts(cli: Cli) -> None:
    """A script and the subflow of it that fails, in folders beside each other."""
    for name, text in (("scripts/s.yaml", MAIN), ("parts/p.yaml", PART)):
        Path(name).parent.mkdir()
        Path(name).write_text(text, encoding="utf-8")


def files(junit: str) -> list[str]:
    """The suite's file, then each case's with its line."""
    suite = ElementTree.parse(junit).getroot()[0]
    places = [case.findtext("system-out", "").splitlines()[0] for case in suite.iter("testcase")]
    return [suite.get("file", ""), *places]


SEEN = ["scripts/s.yaml", "scripts/s.yaml:2", "parts/p.yaml:2"]


def test_a_first_and_a_resumed_pass_name_files_alike(cli: Cli) -> None:
    told = cli("script", "run", "scripts/s.yaml", "--out", "r", "--junit", "1.xml")
    assert told.exit_code == 3, told.output
    assert files("1.xml") == SEEN
    again = cli("script", "resume", "r", "--junit", "2.xml", "--html", "2.html")
    assert again.exit_code == 3, again.output
    assert files("2.xml") == SEEN
    assert "<dt>script</dt><dd>scripts/s.yaml</dd>" in Path("2.html").read_text(encoding="utf-8")


def test_a_report_made_from_another_folder_names_them_alike(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli("script", "run", "scripts/s.yaml", "--out", "r")
    monkeypatch.chdir("parts")
    assert cli("script", "report", "../r", "-o", "3.xml").exit_code == 0
    assert files("3.xml") == SEEN


def test_a_path_below_the_working_folder_is_named_from_there_however_it_was_given(
    cli: Cli,
) -> None:
    cli("script", "run", Path("scripts/s.yaml").resolve(), "--out", "r", "--junit", "1.xml")
    assert files("1.xml") == SEEN


def test_a_path_that_leads_out_of_the_working_folder_stays_as_it_was_given(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir("parts")
    cli("script", "run", "../scripts/s.yaml", "--out", "r", "--junit", "1.xml")
    assert files("1.xml") == ["../scripts/s.yaml", "../scripts/s.yaml:2", "p.yaml:2"]
    absolute = Path("../scripts/s.yaml").resolve()
    cli("script", "run", absolute, "--out", "r2", "--junit", "2.xml")
    assert files("2.xml") == [absolute.as_posix(), f"{absolute.as_posix()}:2", "p.yaml:2"]


def test_an_older_run_that_does_not_tell_is_shown_as_it_is(cli: Cli) -> None:
    cli("script", "run", "scripts/s.yaml", "--out", "r")
    path = Path("r/progress.jsonl")
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    head = json.loads(lines[0])
    del head["given"], head["working_folder"]
    path.write_text(json.dumps(head) + "\n" + "".join(lines[1:]), encoding="utf-8")
    assert read_tale("r").file == str(Path("scripts/s.yaml").resolve())
