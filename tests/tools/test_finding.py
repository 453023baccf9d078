"""Tools are found by name, in installed packages and in files; what is broken is named."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tapwright.errors import UsageError
from tapwright.tools.finding import BUILT_IN, discover, find_tools, known_tools

Write = Callable[..., Path]

A_TOOL = """
from __future__ import annotations

from dataclasses import dataclass

from tapwright.tools import Context, tool

@dataclass
class Record:
    number: int

@tool(aliases=("also_{name}",))
def {name}(context: Context, number: int = 1) -> str:
    "Do {name}."
    return str(Record(number))
"""


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(text: str, name: str = "mine.py") -> Path:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    return write


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Lays an installed package with an entry point on the path, without an installer."""
    place = tmp_path / "site-packages"
    modules: list[str] = []

    def install(name: str, text: str, value: str | None = None) -> None:
        information = place / f"{name}-1.0.dist-info"
        information.mkdir(parents=True)
        (place / f"{name}_module.py").write_text(text, encoding="utf-8")
        metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
        (information / "METADATA").write_text(metadata, encoding="utf-8")
        points = f"[tapwright.tools]\n{name} = {value or f'{name}_module'}\n"
        (information / "entry_points.txt").write_text(points, encoding="utf-8")
        modules.append(f"{name}_module")

    monkeypatch.syspath_prepend(str(place))
    yield install
    for module in modules:
        sys.modules.pop(module, None)


def names(tools: list) -> list[str]:
    return [tool.spec.name for tool in tools]


def test_the_built_in_tools_are_known() -> None:
    known = {tool.spec.name: where for tool, where in known_tools()}
    assert {"flight", "weather", "parcel", "calculator"} <= set(known)
    assert known["weather"] == BUILT_IN


def test_tools_are_found_by_name_in_the_order_asked_for() -> None:
    assert names(find_tools(["weather", "flight", "weather"])) == ["weather", "flight"]
    assert find_tools() == []


def test_an_unknown_name_is_told_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"no tool 'wether'; known are: .*weather"):
        find_tools(["wether"])


def test_every_tool_of_a_file_is_found(write: Write) -> None:
    second = A_TOOL.format(name="two").replace("from __future__ import annotations", "")
    text = A_TOOL.format(name="one") + second + "\nagain = one\n"
    assert names(find_tools(files=[write(text)])) == ["one", "two"]


def test_two_files_of_one_name_are_two_modules(write: Write) -> None:
    first = write(A_TOOL.format(name="one"), "a/my_tools.py")
    second = write(A_TOOL.format(name="two"), "b/my_tools.py")
    assert names(find_tools(files=[first, second, first])) == ["one", "two"]
    assert "my_tools" not in sys.modules


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1\n", "'{}' holds no tool"),
        ("", "'{}' holds no tool"),
        ("import this_is_not_there\n", "'{}', line 1 failed: ModuleNotFoundError"),
        ("x = 1\n\n1 / 0\n", "'{}', line 3 failed: ZeroDivisionError: division by zero"),
        ("def f():\n    exit(3)\nf()\n", "'{}', line 2 failed: SystemExit: 3"),
        ("def f(:\n", "'{}', line 1 is no Python: invalid syntax"),
        ("x = 1\n  y = 2\n", "'{}', line 2 is no Python: unexpected indent"),
        ("x = '\x00'\n", "'{}'"),
        (
            "from tapwright.tools import tool\n@tool\ndef f(x) -> str:\n    'Do.'\n",
            "'{}', line 2 failed: UsageError: tool 'f': 'x' needs a type hint",
        ),
    ],
)
def test_a_file_that_fails_is_told_with_its_line(write: Write, text: str, said: str) -> None:
    file = write(text)
    before = set(sys.modules)
    with pytest.raises(UsageError) as caught:
        find_tools(files=[file])
    assert str(caught.value).startswith(said.format(file)), caught.value
    assert "\n" not in str(caught.value)
    assert not [name for name in set(sys.modules) - before if name.startswith("_tapwright")] or (
        "holds no tool" in said
    )


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot read the tools in .*No such file"):
        find_tools(files=[tmp_path / "nowhere.py"])
    with pytest.raises(UsageError, match="is a folder"):
        find_tools(files=[tmp_path])
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    with pytest.raises(UsageError, match=r"picture\.png'"):
        find_tools(files=[picture])


def test_two_tools_of_one_name_are_told_with_where_both_come_from(write: Write) -> None:
    first = write(A_TOOL.format(name="one"), "first.py")
    second = write(A_TOOL.format(name="one"), "second.py")
    with pytest.raises(UsageError, match=r"two tools are called 'one': .*first\.py.*second\.py"):
        find_tools(files=[first, second])
    mine = write(A_TOOL.format(name="weather"))
    with pytest.raises(UsageError, match=r"two tools are called 'weather': one is built in, one"):
        find_tools(["weather"], [mine])
    assert names(find_tools(["flight"], [mine])) == ["flight", "weather"]


@pytest.mark.parametrize("value", ["pack_module", "pack_module:one", "pack_module:several"])
def test_a_package_offers_a_module_a_tool_or_a_function(package, value: str) -> None:
    text = A_TOOL.format(name="one") + "\ndef several():\n    yield one\n"
    package("pack", text, value)
    (found,) = [where for tool, where in known_tools() if tool.spec.name == "one"]
    assert found == "of the package 'pack'"
    assert names(find_tools(["also_one", "one"])) == ["one"]


@pytest.mark.parametrize(
    ("text", "value", "said"),
    [
        ("1 / 0", None, "ZeroDivisionError"),
        ("exit(3)", None, "SystemExit"),
        ("x = 3", "broken_module:x", "a int is no tool, module or function"),
        ("x = 3", "broken_module:y", "AttributeError"),
        ("x = 3", None, "it holds no tool"),
        ("def x():\n    return [3]", "broken_module:x", "it gives a int, which is no tool"),
        ("def x():\n    return 3", "broken_module:x", "TypeError"),
        ("x = 3", "not_there_at_all", "ModuleNotFoundError"),
        (A_TOOL.format(name="weather"), None, "two tools are called 'weather': one is built in"),
    ],
)
def test_a_broken_package_is_named_and_breaks_no_other(
    package, text: str, value: str | None, said: str
) -> None:
    package("broken", text, value)
    package("whole", A_TOOL.format(name="one"))
    found = discover()
    (broken,) = found.broken
    assert broken.where == "of the package 'broken'"
    assert said in broken.error
    assert {"weather", "one"} <= {tool.spec.name for tool, _ in found.tools}
    assert names(find_tools(["one", "flight"])) == ["one", "flight"]


def test_a_name_that_two_packages_have_is_refused_only_where_it_is_asked_for(package) -> None:
    package("first", A_TOOL.format(name="one"))
    package("second", A_TOOL.format(name="one"))
    with pytest.raises(UsageError, match="one is of the package 'first', one is of the package"):
        find_tools(["one"])
    assert names(find_tools(["weather"])) == ["weather"]


def test_a_package_that_names_its_tool_twice_has_it_once(package) -> None:
    package("pack", A_TOOL.format(name="one"), "pack_module\nagain = pack_module:one")
    assert not discover().broken
    assert names(find_tools(["one"])) == ["one"]


def test_a_file_by_two_paths_is_one(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write(A_TOOL.format(name="one"))
    monkeypatch.chdir(file.parent)
    assert names(find_tools(files=[file, file.name])) == ["one"]
