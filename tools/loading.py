"""Loading the tools of a Python file that a person names."""

from __future__ import annotations

import hashlib
import importlib.machinery
import importlib.util
import sys
import traceback
from pathlib import Path
from types import ModuleType

from tapwright.errors import UsageError
from tapwright.tools.registry import Tool

MOST_BYTES = 2_000_000


def load_file(file: Path) -> list[Tool]:
    """Run `file` and return its tools, in the order in which they were made.

    Raise `UsageError` with file and line where it cannot be read, is no Python, fails, or holds
    no tool.
    """
    module = _run(file)
    tools = tools_in(module)
    if not tools:
        raise UsageError(f"'{file}' holds no tool; write @tool above a function")
    return tools


def tools_in(module: ModuleType) -> list[Tool]:
    """The tools that a module's names stand for, each once."""
    tools: list[Tool] = []
    for value in vars(module).values():
        if isinstance(value, Tool) and not any(value is tool for tool in tools):
            tools.append(value)
    return tools


def _run(file: Path) -> ModuleType:
    path = file.expanduser().absolute()
    try:
        if path.is_dir():
            raise UsageError(f"'{file}' is a folder; name a Python file")
        source = path.read_bytes()[: MOST_BYTES + 1]
    except OSError as error:
        raise UsageError(f"cannot read the tools in '{file}': {error.strerror or error}") from error
    if len(source) > MOST_BYTES:
        raise UsageError(f"'{file}' has more than {MOST_BYTES} bytes; that is no file of tools")
    # A name of its own: two files called tools.py are two modules, and neither hides another.
    digest = hashlib.sha256(str(path).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    name = f"_tapwright_tools_{digest}"
    spec = importlib.util.spec_from_file_location(
        name, path, loader=importlib.machinery.SourceFileLoader(name, str(path))
    )
    if spec is None or spec.loader is None:
        raise UsageError(f"'{file}' is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # hints are resolved through it
    try:
        spec.loader.exec_module(module)
    except KeyboardInterrupt:
        sys.modules.pop(name, None)
        raise
    except SyntaxError as error:
        sys.modules.pop(name, None)
        at = f", line {error.lineno}" if error.filename == str(path) else ""
        raise UsageError(f"'{file}'{at} is no Python: {error.msg}") from error
    except BaseException as error:  # foreign code: it may even call exit()
        sys.modules.pop(name, None)
        told = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        raise UsageError(f"'{file}'{_line_of(error, path)} failed: {told}") from error
    return module


def _line_of(error: BaseException, path: Path) -> str:
    """Where in the file the error came up, as `, line 3`."""
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == str(path)
    ]
    return f", line {lines[-1]}" if lines else ""
