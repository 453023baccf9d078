"""What every file keeps to: size, number of parameters, and nothing that runs foreign text."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = (
    "agent", "benchmarks", "devices", "examples", "model", "prompts", "serving", "src",
    "tests", "tools", "training",
)  # fmt: skip
# Runs what a model wrote, which is its purpose: as a program of its own, inside a sandbox.
RUNS_CODE = ROOT / "tools" / "sandbox_runner.py"
MOST_LINES = 300
MOST_PARAMETERS = 7


def files() -> list[Path]:
    """Every Python file of the repository."""
    return sorted(file for folder in FOLDERS for file in (ROOT / folder).rglob("*.py"))


def dotted(node: ast.expr) -> str:
    """`os.system` for the expression os.system; empty for what has no name."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=name):
            base = dotted(value)
            return f"{base}.{name}" if base else name
    return ""


def faults(source: str) -> Iterator[str]:
    """What in `source` breaks a rule, each with its line."""
    lines = source.splitlines()
    if len(lines) > MOST_LINES:
        yield f"{len(lines)} lines; {MOST_LINES} at most"
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call():
                yield from _faults_of_call(node, lines)
            case ast.ClassDef():
                yield from _faults_of_class(node)
            case ast.Import(names=names) if any(n.name == "unittest.mock" for n in names):
                yield f"line {node.lineno}: unittest.mock"
            case ast.ImportFrom(module=module, names=names):
                if module == "unittest.mock" or (
                    module == "unittest" and any(n.name == "mock" for n in names)
                ):
                    yield f"line {node.lineno}: unittest.mock"
            case ast.ExceptHandler(type=None):
                yield f"line {node.lineno}: a bare except"


def _faults_of_call(node: ast.Call, lines: list[str]) -> Iterator[str]:
    name = dotted(node.func)
    at = f"line {node.lineno}"
    # `model.eval()` switches a network to inference; only the built-in runs text.
    if name in {"eval", "exec", "builtins.eval", "builtins.exec", "os.system", "os.popen"}:
        yield f"{at}: {name}()"
    if any(word.arg == "shell" and _is_true(word.value) for word in node.keywords):
        yield f"{at}: shell=True"
    if name.split(".")[0] in {"monkeypatch", "mocker"} and name.split(".")[-1] in {
        "setattr", "delattr", "setitem", "patch",
    }:  # fmt: skip
        yield f"{at}: {name}()"
    if name in {"time.sleep", "sleep"} and not _has_reason(node, lines):
        yield f"{at}: {name}() without a comment that says why it cannot be an event"


def _faults_of_class(node: ast.ClassDef) -> Iterator[str]:
    for item in node.body:
        if isinstance(item, ast.FunctionDef) and item.name == "__init__":
            spec = item.args
            count = len(spec.posonlyargs) + len(spec.args) + len(spec.kwonlyargs) - 1
            if count > MOST_PARAMETERS:
                yield f"line {item.lineno}: {node.name}() takes {count} parameters"


def _is_true(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is True


def _has_reason(node: ast.Call, lines: list[str]) -> bool:
    """Whether a comment stands on the call's line or on the line above it."""
    return "#" in lines[node.lineno - 1] or lines[node.lineno - 2].strip().startswith("#")


def test_every_file_keeps_to_the_rules() -> None:
    seen = files()
    assert len(seen) > 10, "the walk found too little to be right"
    wrong = [
        f"{file.relative_to(ROOT)}: {fault}"
        for file in seen
        for fault in faults(file.read_text(encoding="utf-8"))
        if not (file == RUNS_CODE and fault.endswith((": exec()", ": eval()")))
    ]
    assert wrong == []


def test_nothing_imports_the_program_that_runs_code() -> None:
    importers = [
        file.relative_to(ROOT)
        for file in files()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if (isinstance(node, ast.ImportFrom) and (node.module or "").endswith(RUNS_CODE.stem))
        or (
            isinstance(node, ast.Import | ast.ImportFrom)
            and any(name.name.endswith(RUNS_CODE.stem) for name in node.names)
        )
    ]
    assert importers == []


@pytest.mark.parametrize(
    "source",
    [
        "\n" * 301,
        "class A:\n    def __init__(self, a, b, c, d, e, *, f, g, h): ...",
        "eval('1')",
        "exec('1')",
        "import os\nos.system('ls')",
        "import subprocess\nsubprocess.run('ls', shell=True)",
        "from unittest import mock",
        "from unittest.mock import Mock",
        "def test(monkeypatch):\n    monkeypatch.setattr(x, 'y', 1)",
        "import time\n\ntime.sleep(1)",
        "try:\n    pass\nexcept:\n    pass",
    ],
)
def test_a_broken_rule_is_found(source: str) -> None:
    assert list(faults(source)), f"{source!r} was not noticed"


@pytest.mark.parametrize(
    "source",
    [
        "\n" * 300,
        "class A:\n    def __init__(self, a, b, c, d, e, *, f, g): ...",
        "network.eval()",
        "import subprocess\nsubprocess.run(['ls'], shell=False)",
        "def test(monkeypatch):\n    monkeypatch.setenv('A', 'b')",
        "import time\n\ntime.sleep(1)  # the finger stays down this long",
        "import time\n\n# the finger stays down this long\ntime.sleep(1)",
    ],
)
def test_what_keeps_to_the_rules_is_let_through(source: str) -> None:
    assert list(faults(source)) == []
