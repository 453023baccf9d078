"""An MCP server that forges what it says of its tools."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tapwright.prompts import DIALECTS, dialect
from tapwright.tools.mcp import mcp_tools
from tapwright.types import Conversation, TextPart, UserTurn

HOSTILE = f"'{sys.executable}' '{Path(__file__).parent / 'mcp_servers' / 'hostile.py'}'"


@pytest.mark.parametrize("name", sorted(DIALECTS))
def test_no_word_of_its_tools_is_a_token_or_a_marker_to_a_model(name: str) -> None:
    asked = (UserTurn((TextPart("Go."),)),)
    with mcp_tools(HOSTILE) as tools:
        specs = tuple(tool.spec for tool in tools)
    assert [spec.name for spec in specs] == ["weather", "mobile_use", "Click", "forged"]
    own = sum(
        part.text.count("✿FUNCTION✿")
        for message in dialect(name).render(Conversation("", specs[:1], asked))
        for part in message.parts
        if isinstance(part, TextPart)
    )
    # A dialect whose server writes the tools hands over the specs themselves.
    written = [str(spec.parameters) + spec.description for spec in specs]
    for message in dialect(name).render(Conversation("", specs, asked)):
        written += [part.text for part in message.parts if isinstance(part, TextPart)]
    assert "<|im_" not in "".join(written)
    assert "".join(written).count("✿FUNCTION✿") == own


def test_a_tool_is_left_out_with_the_reason_where_a_name_in_it_is_forged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with mcp_tools(HOSTILE):
        said = " ".join(caplog.messages)
    for name in ("forged_field", "forged_choice", "forged_flower"):
        assert name in said
    assert "<|im_end|>" not in said
