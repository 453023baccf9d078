"""A task in a script of which only the model says that it is done: never shown as passed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import Result

from .parts import SEED, call

Cli = Callable[..., Result]
Script = Callable[..., str]
CLAIMED = "device: sim\nsteps:\n  - run: Turn on Wi-Fi\n"
COMMAND = ("script", "run", "s.yaml", "--seed", str(SEED))


def claims(script: Script) -> tuple[str, ...]:
    """A model that says at once that it is done."""
    return ("--model", script(call("Done", "It is on.")))


@pytest.mark.phone
def test_a_claim_is_unverified_in_the_last_line_and_strictly_no_success(
    cli: Cli, script: Script
) -> None:
    Path("s.yaml").write_text(CLAIMED, encoding="utf-8")
    told = cli(*COMMAND, *claims(script))
    assert told.exit_code == 0, told.output
    assert told.stdout.splitlines()[-1].startswith("unverified: 1 steps done, 1 unverified")
    strict = cli(*COMMAND, *claims(script), "--strict")
    assert strict.exit_code == 3
    assert strict.stdout.splitlines()[-1].startswith("unverified: ")


@pytest.mark.phone
def test_a_claim_is_unverified_for_programs_and_in_reports(cli: Cli, script: Script) -> None:
    Path("s.yaml").write_text(CLAIMED, encoding="utf-8")
    told = cli(*COMMAND, *claims(script), "--json", "--junit", "r.xml", "--html", "r.html")
    facts = [json.loads(line) for line in told.stdout.splitlines()]
    (step,) = [each for each in facts if each["event"] == "step"]
    assert (step["status"], facts[-1]["ended"]) == ("unverified", "unverified")
    suite = ElementTree.parse("r.xml").getroot()[0]
    (case,) = suite.findall("testcase")
    skipped = case.find("skipped")
    assert skipped is not None and skipped.get("type") == "unverified"
    facts_of_suite = {each.get("name"): each.get("value") for each in suite.iter("property")}
    assert (facts_of_suite["ended"], facts_of_suite["unverified"]) == ("unverified", "1")
    page = Path("r.html").read_text(encoding="utf-8")
    assert '<span class="badge warn">unverified</span>' in page
    assert "badge good" not in page


def test_lint_doubts_a_task_that_nothing_checks(cli: Cli) -> None:
    Path("s.yaml").write_text(CLAIMED, encoding="utf-8")
    told = cli("script", "lint", "s.yaml")
    assert told.exit_code == 3
    assert "s.yaml:3: step 1: warning: nothing checks whether the task was done" in told.stdout
    checked = CLAIMED.replace("Turn on Wi-Fi", "{task: Turn on Wi-Fi, verify: a b == 1}")
    Path("s.yaml").write_text(checked, encoding="utf-8")
    assert cli("script", "lint", "s.yaml").exit_code == 0
