"""What the tests of `tapwright mcp` share: a client written by others, and tools to offer."""

from __future__ import annotations

import base64
import io
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
from mcp import Client, StdioServerParameters, types as mcp_types
from PIL import Image

TAPWRIGHT = (sys.executable, "-m", "tapwright.cli")
TOOLS = """
from tapwright.tools import tool

@tool
def double(number: int) -> int:
    "Double a number."
    return 2 * number

@tool(asks=True)
def order(dish: str) -> str:
    "Order a dish."
    return f"ordered {dish}"
"""
PROTOCOLS = ("auto", "legacy")  # the newest, and that of 2025


def tools_file(folder: Path) -> Path:
    """A file with a harmless tool and one that a person is asked about."""
    file = folder / "kitchen.py"
    file.write_text(TOOLS, encoding="utf-8")
    return file


def drive(
    steps: Callable[[Client], Awaitable[None]], *arguments: object, mode: str = "auto", **more: Any
) -> None:
    """Start `tapwright mcp` as the SDK's client does, and take the steps with it."""
    command, *words = (*TAPWRIGHT, "mcp", *map(str, arguments))
    server = StdioServerParameters(command=command, args=words, env=dict(os.environ))

    async def run() -> None:
        with anyio.fail_after(120):
            async with Client(server, mode=mode, **more) as client:
                await steps(client)

    anyio.run(run)


def said(result: mcp_types.CallToolResult) -> str:
    """The words of a result."""
    return " ".join(b.text for b in result.content if isinstance(b, mcp_types.TextContent))


def picture(result: mcp_types.CallToolResult) -> Image.Image:
    """The one picture of a result."""
    (block,) = (b for b in result.content if isinstance(b, mcp_types.ImageContent))
    return Image.open(io.BytesIO(base64.b64decode(block.data)))
