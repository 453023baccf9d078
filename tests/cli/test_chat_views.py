"""What a person sees of a result: short enough to be read, whatever a tool gave."""

from __future__ import annotations

from tapwright.agent.chat_values import Called
from tapwright.cli.chat_views import LINE_SHOWN, LINES_SHOWN, result_lines
from tapwright.types import Delivery, Effect, TextPart, ToolCall, ToolResult


def shown(text: str) -> list[str]:
    result = ToolResult(Effect(Delivery.DELIVERED), (TextPart(text),))
    return result_lines(Called(ToolCall("look", {}), None, result))


def test_a_line_without_end_is_cut_and_said_to_be() -> None:
    first, second = shown("x" * 20_000 + "\n" + "y" * 20_000)
    assert first == f"result  {'x' * LINE_SHOWN}… (20000 characters)"
    assert second == f"        {'y' * LINE_SHOWN}… (20000 characters)"


def test_lines_without_end_are_counted() -> None:
    lines = shown("\n".join(map(str, range(1000))))
    assert len(lines) <= LINES_SHOWN + 1
    assert lines[-1].strip() == "… (1000 lines in all)"


def test_a_short_result_is_whole() -> None:
    assert shown("CA1723\nlands 20:30") == ["result  CA1723", "        lands 20:30"]
