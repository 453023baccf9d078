"""What a plugin prints is no result, no protocol and no JSON of ours."""

# ruff: noqa: T201
from __future__ import annotations

import contextvars
import io
import sys
import threading
from contextlib import redirect_stderr, redirect_stdout

import pytest

from tapwright.tools import Context, Toolbox, tool
from tapwright.tools.secrets import Secrets
from tapwright.types import ToolCall, ToolResult

KEY = "k-314159265358979"


@tool(secrets=("PRINT_API_KEY",))
def chatty(context: Context) -> str:
    """Print what it should not."""
    key = context.secret("PRINT_API_KEY")
    print("asking with", key)
    sys.stdout.writelines(["and ", key, "\n"])
    return "asked"


@tool
def breaks_off() -> str:
    """Print half a line and fail."""
    print("half a line", end="")
    raise RuntimeError("no more")


def run(name: str) -> ToolResult:
    box = Toolbox([chatty, breaks_off], Secrets({"PRINT_API_KEY": KEY}))
    return box.run(box.check(ToolCall(name, {})), Context())


def test_it_goes_to_stderr_without_secrets(capsys: pytest.CaptureFixture[str]) -> None:
    run("chatty")
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.splitlines() == [
        "asking with [secret PRINT_API_KEY]",
        "and [secret PRINT_API_KEY]",
    ]


def test_half_a_line_is_not_lost(capsys: pytest.CaptureFixture[str]) -> None:
    run("breaks_off")
    assert "half a line\n" in capsys.readouterr().err


def test_what_we_print_meanwhile_goes_where_it_always_goes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    printed = threading.Event()

    @tool
    def waits() -> str:
        """Wait until we have printed."""
        printed.wait(10)
        return "done"

    box = Toolbox([waits])
    started = threading.Thread(
        target=contextvars.Context().run,
        args=(box.run, box.check(ToolCall("waits", {})), Context()),
    )
    started.start()
    print("ours")
    printed.set()
    started.join()
    assert capsys.readouterr().out == "ours\n"


def test_a_stdout_that_was_put_in_the_place_of_another_is_guarded_too() -> None:
    run("chatty")
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
        run("chatty")
        print("ours")
    assert out.getvalue() == "ours\n"
    assert "asking" in err.getvalue() and KEY not in err.getvalue()
