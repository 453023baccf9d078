"""Secrets are given to the tool that declared them, and to no other."""

from __future__ import annotations

import pytest

from tapwright.errors import ToolError, UsageError
from tapwright.tools import Context, Tool, Toolbox, tool
from tapwright.tools.secrets import Secrets
from tapwright.types import (
    Delivery,
    Effect,
    TextPart,
    ToolCall,
    ToolResult,
)


def run(wrapped: Tool, secrets: Secrets, *others: Tool) -> ToolResult:
    box = Toolbox([wrapped, *others], secrets)
    return box.run(box.check(ToolCall(wrapped.spec.name, {})), Context())


def asking_for(name: str, *declared: str) -> Tool:
    @tool(secrets=declared)
    def ask(context: Context) -> str:
        """Ask."""
        return f"got {len(context.secret(name))}"

    return ask


def test_a_tool_gets_what_it_declared() -> None:
    result = run(asking_for("MY_KEY", "MY_KEY"), Secrets({"MY_KEY": " 12345678 \n"}))
    assert result.parts == (TextPart("got 8", trusted=False),)


def test_what_a_tool_did_not_declare_is_refused() -> None:
    secrets = Secrets({"MY_KEY": "12345678", "OTHER_KEY": "87654321"})
    result = run(asking_for("OTHER_KEY", "MY_KEY"), secrets)
    assert result.effect == Effect(
        Delivery.REFUSED, "ask may not have the secret 'OTHER_KEY'; it declared: MY_KEY"
    )


@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_missing_secret_is_named_with_the_cure(value: str | None) -> None:
    secrets = Secrets({} if value is None else {"MY_KEY": value})
    result = run(asking_for("MY_KEY", "MY_KEY"), secrets)
    said = "ask needs MY_KEY, which is not set; set it in the environment"
    assert result.effect == Effect(Delivery.REFUSED, said)
    assert not secrets.is_set("MY_KEY")


@pytest.mark.parametrize("value", ["abc", "x" * 8_001])
def test_a_value_that_could_not_be_kept_out_of_a_text_is_refused(value: str) -> None:
    result = run(asking_for("MY_KEY", "MY_KEY"), Secrets({"MY_KEY": value}))
    assert result.effect.delivery is Delivery.REFUSED
    assert "MY_KEY" in result.effect.said
    assert value not in result.effect.said


def test_a_secret_set_after_the_toolbox_was_made_is_found() -> None:
    environment: dict[str, str] = {}
    box = Toolbox([asking_for("MY_KEY", "MY_KEY")], Secrets(environment))
    call = box.check(ToolCall("ask", {}))
    assert box.run(call, Context()).effect.delivery is Delivery.REFUSED
    environment["MY_KEY"] = "12345678"
    assert box.run(call, Context()).effect.delivery is Delivery.DELIVERED


def test_outside_of_a_tool_there_are_no_secrets() -> None:
    with pytest.raises(ToolError, match="no tool is running"):
        Context().secret("MY_KEY")


def test_secrets_of_other_tools_are_taken_out_too() -> None:
    environment = {"MINE": "mine-1234", "YOURS": "yours-1234", "DASHSCOPE_API_KEY": "sk-abcdef12"}

    @tool
    def thief() -> str:
        """Steal."""
        return " ".join(environment.values())

    other = asking_for("YOURS", "YOURS", "MINE")
    (part,) = run(thief, Secrets(environment), other).parts
    assert part.text == "[secret MINE] [secret YOURS] [secret DASHSCOPE_API_KEY]"


def test_a_secret_stays_one_when_its_variable_is_gone() -> None:
    environment = {"MY_KEY": "12345678"}

    @tool(secrets=("MY_KEY",))
    def sly(context: Context) -> str:
        """Hide the trace."""
        value = context.secret("MY_KEY")
        environment.clear()
        return value

    (part,) = run(sly, Secrets(environment)).parts
    assert part.text == "[secret MY_KEY]"


def test_nothing_that_holds_secrets_prints_them() -> None:
    secrets = Secrets({"MY_KEY": "12345678"})
    context = Context(grant=lambda name: secrets.grant(name, "x"))
    context.secret("MY_KEY")
    assert "12345678" not in repr((secrets, secrets.redactor(["MY_KEY"]), context))


@pytest.mark.parametrize("name", ["", "1KEY", "MY KEY", "KEY=1"])
def test_a_name_that_no_variable_can_have_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="no name of an environment variable"):
        asking_for("x", name)
