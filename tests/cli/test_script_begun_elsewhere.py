"""A script that is run on another device than its file names is gone on with there."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Cli = Callable[..., Result]
STEPS = """
steps:
  - press: home
  - assert: {that: 1 == 2}
"""


@pytest.mark.parametrize("device", ["device: emulator-5554", ""])
def test_a_run_goes_on_on_the_device_on_which_it_was_begun(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, device: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("s.yaml").write_text(device + STEPS, encoding="utf-8")
    assert cli("script", "run", "s.yaml", "--device", "sim", "--out", "r").exit_code == 3
    again = cli("script", "resume", "r")
    assert again.exit_code == 3 and "'1 == 2' is not true" in again.output, again.output
    lines = Path("r/progress.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    assert [each["place"] for each in records if each["kind"] == "opened"] == ["sim", "sim"]
    assert sum(each["kind"] == "intend" for each in records) == 1  # the first was not done again
