"""A plugin package to start from: a typed tool, its entry point, a test that passes."""

from __future__ import annotations

import keyword
import re
import sys
from pathlib import Path

from tapwright.errors import UsageError

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_TAKEN = ("tapwright", "tool", "tools", "test", "tests")

_PYPROJECT = """\
[build-system]
requires = ["setuptools>=77"]
build-backend = "setuptools.build_meta"

[project]
name = "tapwright-@dist@"
version = "0.1.0"
description = "A tool for Tapwright: @name@."
readme = "README.md"
requires-python = ">=3.11"
dependencies = ["tapwright"]

[project.optional-dependencies]
dev = ["pytest>=8"]

# How tapwright finds the tool: the module, whose every @tool is offered.
[project.entry-points."tapwright.tools"]
@name@ = "tapwright_@name@"

[tool.setuptools]
package-dir = {"" = "src"}
packages = ["tapwright_@name@"]

[tool.pytest.ini_options]
testpaths = ["tests"]
"""

_MODULE = '''\
"""A tool for Tapwright."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from tapwright.errors import ToolError
from tapwright.tools import tool

__all__ = ["@name@"]


# The docstring and the descriptions are what the model reads; the hints are what it must keep to.
# Needs it a key? Write @tool(secrets=("MY_API_KEY",)), take a parameter `context: Context` and
# ask context.secret("MY_API_KEY"); the value never reaches the model, a log or a journal.
@tool(timeout=10.0)
def @name@(
    text: Annotated[str, "the words to count"],
    shortest: Annotated[int, Field(ge=1, le=50, description="letters of the shortest word")] = 1,
) -> str:
    """Count the words of a text."""
    words = [word for word in text.split() if len(word) >= shortest]
    if not words:
        # Told to the model, which can then do better.
        raise ToolError(f"there is no word of {shortest} letters or more; give a longer text")
    return f"words {len(words)}, the longest is {max(words, key=len)}"
'''

_TEST = '''\
"""What a model is told when it calls the tool."""

from __future__ import annotations

import pytest

from tapwright.errors import ToolError
from tapwright.tools import Context, Toolbox
from tapwright.types import Delivery, ToolCall, ToolResult
from tapwright_@name@ import @name@


def call(**arguments: object) -> ToolResult:
    box = Toolbox([@name@])
    return box.run(box.check(ToolCall("@name@", arguments)), Context())


def test_it_counts_the_words() -> None:
    result = call(text="to be or not to be")
    assert [part.text for part in result.parts] == ["words 6, the longest is not"]


def test_a_text_without_words_is_refused_with_the_reason() -> None:
    result = call(text="to be", shortest=3)
    assert result.effect.delivery is Delivery.REFUSED
    assert "no word of 3 letters" in result.effect.said


def test_a_wrong_argument_is_named() -> None:
    with pytest.raises(ToolError, match="'shortest'"):
        call(text="to be", shortest="three")
'''

_README = """\
# tapwright-@dist@

A tool for Tapwright. It lives in `src/tapwright_@name@/__init__.py`.

    pip install -e '.[dev]'
    pytest
    tapwright tools                              # it is listed
    tapwright tools call @name@ text="to be or not to be"
"""

_FILES = {
    "pyproject.toml": _PYPROJECT,
    "README.md": _README,
    ".gitignore": "__pycache__/\n*.egg-info/\nbuild/\ndist/\n",
    "src/tapwright_@name@/__init__.py": _MODULE,
    "src/tapwright_@name@/py.typed": "",
    "tests/test_@name@.py": _TEST,
}


def write_plugin(name: str, folder: Path) -> list[Path]:
    """Write a package whose tool is called `name` into `folder`; return its files.

    Raise `UsageError` for a name that cannot be a tool's and a module's, and where `folder`
    already holds something or cannot be written.
    """
    _must_be_name(name)
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise UsageError(f"'{folder}' is there already; choose another with --out")
        written = []
        for pattern, text in _FILES.items():
            file = folder / _filled(pattern, name)
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("x", encoding="utf-8") as opened:  # never in the place of another
                opened.write(_filled(text, name))
            written.append(file)
    except OSError as error:
        raise UsageError(f"cannot write '{folder}': {error.strerror or error}") from error
    return written


def _must_be_name(name: str) -> None:
    if _NAME.fullmatch(name) is None or name.endswith("_") or "__" in name:
        raise UsageError(
            f"{name[:64]!r} is no name for a tool; use up to 40 small letters, digits and '_', "
            "with a letter first"
        )
    if name in _TAKEN or keyword.iskeyword(name) or keyword.issoftkeyword(name):
        raise UsageError(f"{name!r} means something else already; choose another name")
    if name in sys.stdlib_module_names:
        raise UsageError(f"{name!r} is a module of Python itself; choose another name")


def _filled(text: str, name: str) -> str:
    return text.replace("@name@", name).replace("@dist@", name.replace("_", "-"))
