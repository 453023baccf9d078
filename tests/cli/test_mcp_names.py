"""Tools of MCP servers whose names are taken: a person cannot rename what is not theirs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tapwright.cli.toolset import ToolChoice, open_tools
from tapwright.tools import ACTION_SETS, Toolbox
from tapwright.types import Frame, Size

from .parts import call

Cli = Callable[..., Result]
Script = Callable[..., str]
SERVER = Path(__file__).parents[1] / "tools" / "mcp_servers" / "hostile.py"
HOSTILE = f"'{sys.executable}' '{SERVER}'"


def test_beside_the_tools_of_a_conversation_they_get_other_names(cli: Cli, script: Script) -> None:
    model = script(call("weather_2"), "Done.")
    told = cli("chat", "Go.", "--mcp", HOSTILE, "--model", model)
    assert told.exit_code == 0, told.output
    assert "result  called weather" in told.stdout
    assert "tools   flight, weather, " in told.stdout


@pytest.mark.parametrize("name", sorted(ACTION_SETS))
def test_beside_the_acts_on_a_phone_they_get_other_names(name: str) -> None:
    size = Size(1000, 1000)
    acts = ACTION_SETS[name].tools(Frame.NORM_1000, size, size)
    with open_tools(ToolChoice(mcp=(HOSTILE,))) as chosen:
        names = [tool.spec.name for tool in Toolbox([*acts, *chosen.tools]).tools]
    assert names[len(acts) :] == ["weather_2", "mobile_use_2", "Click_2", "forged"]
