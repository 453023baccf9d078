"""Who may import whom: the rules of docs/architecture.md, held by reading every import."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("agent", "devices", "model", "prompts", "serving", "tools", "training")
# Modules of the spine's folder that are doors, not spine.
DOORS = {
    "tapwright",
    "tapwright.compose",
    "tapwright.converse",
    "tapwright.desktops",
    "tapwright.scripting",
    "tapwright.__main__",
}
MAY_IMPORT = {
    "spine": {"spine"},
    "prompts": {"spine"},
    "devices": {"spine"},
    "model": {"spine"},
    "tools": {"spine"},
    "agent": {"spine", "prompts", "tools"},
    "serving": {"spine", "door", *ROOMS},
    "training": {"spine", "door", *ROOMS},
    "door": {"spine", "door", "agent", "devices", "model", "prompts", "tools"},
    "cli": {"spine", "door", "cli", *ROOMS},
}


def modules() -> Iterator[tuple[str, Path]]:
    """Every module of the package: its dotted name and its file."""
    folders = [("tapwright", ROOT / "src/tapwright")]
    folders += [(f"tapwright.{room}", ROOT / room) for room in ROOMS]
    for package, folder in folders:
        for file in sorted(folder.rglob("*.py")):
            parts = file.relative_to(folder).with_suffix("").parts
            name = ".".join((package, *parts))
            yield name.removesuffix(".__init__"), file


def room_of(module: str) -> str:
    """The room that a `tapwright` module belongs to."""
    parts = module.split(".")
    if module in DOORS:
        return "door"
    if len(parts) > 1 and parts[1] in (*ROOMS, "cli"):
        return parts[1]
    # `from tapwright import Agent` names no module of the spine: it goes through the door.
    is_module = len(parts) > 1 and (ROOT / "src/tapwright" / f"{parts[1]}.py").exists()
    return "spine" if is_module else "door"


def imports(source: str, module: str, *, is_package: bool) -> Iterator[str]:
    """The absolute names of all that `source` imports, relative and dynamic imports included."""
    package = module if is_package else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, base] if base else above)
            # `from tapwright import agent` imports a room, not the door.
            yield from (
                f"{base}.{alias.name}" if base == "tapwright" else base for alias in node.names
            )
        elif isinstance(node, ast.Call) and _called(node) in {"import_module", "__import__"}:
            for argument in node.args[:1]:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value


def _called(node: ast.Call) -> str:
    match node.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def broken_rules(module: str, source: str, *, is_package: bool = False) -> list[str]:
    """What `module` imports and must not."""
    room = room_of(module)
    allowed = MAY_IMPORT[room] | {room}
    return [
        f"{module} ({room}) imports {name} ({room_of(name)})"
        for name in imports(source, module, is_package=is_package)
        if name.split(".")[0] == "tapwright" and room_of(name) not in allowed
    ]


def test_every_room_imports_only_what_it_may() -> None:
    seen = list(modules())
    assert len(seen) > 10, "the walk found too little to be right"
    wrong = [
        rule
        for name, file in seen
        for rule in broken_rules(
            name, file.read_text(encoding="utf-8"), is_package=file.name == "__init__.py"
        )
    ]
    assert wrong == []


def test_the_spine_needs_the_standard_library_only() -> None:
    outside = []
    for name, file in modules():
        if room_of(name) != "spine":
            continue
        tree = ast.parse(file.read_text(encoding="utf-8"))
        # What stands under `if TYPE_CHECKING:` is never run, so it is never needed.
        tree.body = [node for node in tree.body if not isinstance(node, ast.If)]
        outside += [
            f"{name} imports {found}"
            for found in imports(ast.unparse(tree), name, is_package=False)
            if found.split(".")[0] not in {*sys.stdlib_module_names, "tapwright"}
        ]
    assert outside == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("tapwright.devices.android", "from tapwright.agent.loop import Agent"),
        ("tapwright.devices.android", "from tapwright import agent"),
        ("tapwright.devices.android", "from ..model import load"),
        ("tapwright.devices.simphone.screen", "from ...tools.registry import Toolbox"),
        ("tapwright.devices.android", "from .. import prompts"),
        ("tapwright.agent.loop", "import tapwright.devices.android"),
        ("tapwright.agent.loop", "def f():\n    from tapwright.model import load"),
        ("tapwright.model.load", "import importlib\nimportlib.import_module('tapwright.tools')"),
        ("tapwright.types", "from tapwright.prompts import DIALECTS"),
        ("tapwright.training.evaluate", "from tapwright.cli.main import main"),
        ("tapwright.compose", "from tapwright.training import evaluate"),
        ("tapwright.tools.phone", "import tapwright.compose"),
        ("tapwright.prompts.hermes", "from tapwright import Agent"),
    ],
)
def test_a_forbidden_import_is_found(module: str, source: str) -> None:
    assert broken_rules(module, source), f"{source!r} in {module} was not noticed"


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("tapwright.devices.android", "from tapwright.types import Size\nfrom . import adb"),
        ("tapwright.agent.loop", "from tapwright.prompts import DIALECTS\nfrom .policy import x"),
        ("tapwright.cli.run", "from tapwright.training import evaluate"),
        ("tapwright.types", "import PIL.Image"),
    ],
)
def test_an_allowed_import_is_let_through(module: str, source: str) -> None:
    assert broken_rules(module, source) == []
