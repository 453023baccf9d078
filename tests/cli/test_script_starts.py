"""The scripts that people start from do what they say."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import Result

from .parts import SEED

Cli = Callable[..., Result]


@pytest.mark.slow
@pytest.mark.phone
def test_the_phones_starter_runs_to_its_end(cli: Cli) -> None:
    assert cli("script", "new", "hello.yaml", "--device", "sim").exit_code == 0
    told = cli("script", "run", "hello.yaml", "--seed", SEED)
    assert told.exit_code == 0, told.output
    assert told.stdout.splitlines()[-1] == "passed: 4 steps done"
