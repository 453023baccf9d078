"""`tapwright run` with the model that ships, which knows only its own phone, and says so."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import Result

from .test_run import last

Cli = Callable[..., Result]
ADVICE = "the model that ships knows only its own phone: choose another with --model"

pytestmark = pytest.mark.weights


def test_a_game_that_it_was_never_taught_ends_with_what_to_do(cli: Cli) -> None:
    told = cli("run", "Play", "--device", "gym:blackjack", "--max-steps", 4)
    assert told.exit_code == 4
    assert last(told).endswith(f"; {ADVICE} (examples/blackjack.py plays this one)")


@pytest.mark.phone
def test_on_its_own_phone_a_spent_budget_is_only_that(cli: Cli) -> None:
    told = cli("run", "Turn on dark theme", "--device", "sim", "--max-steps", 1)
    assert last(told).startswith("step_limit: ")
    assert ADVICE not in last(told)
