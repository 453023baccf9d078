"""What is installed: exactly the packages on disk, all of them under one name."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
FOLDERS = {
    name: ROOT / folder for name, folder in PROJECT["tool"]["setuptools"]["package-dir"].items()
}


def packages_on_disk() -> set[str]:
    """The dotted name of every folder that has an `__init__.py`."""
    return {
        ".".join((package, *init.parent.relative_to(folder).parts))
        for package, folder in FOLDERS.items()
        for init in folder.rglob("__init__.py")
    }


def test_every_package_on_disk_is_listed() -> None:
    listed = PROJECT["tool"]["setuptools"]["packages"]
    assert listed == sorted(listed)
    assert set(listed) == packages_on_disk()


def test_every_folder_with_modules_is_a_package() -> None:
    without = [
        str(file.parent.relative_to(ROOT))
        for folder in FOLDERS.values()
        for file in folder.rglob("*.py")
        if not (file.parent / "__init__.py").exists()
    ]
    assert without == []


def test_no_package_has_a_generic_name_of_its_own() -> None:
    assert {name.split(".")[0] for name in FOLDERS} == {"tapwright"}


def test_every_pinned_version_is_of_a_dependency() -> None:
    project = PROJECT["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["dev"]]
    for extra in ("desktop", "gym", "ocr"):  # which dev holds
        wanted += [line for line in extras[extra] if "!= 'linux'" not in line]
    names = {"".join(_name(line)) for line in wanted if not line.startswith("tapwright[")}
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = {line.partition("==")[0] for line in lines if line and not line.startswith("#")}
    assert pinned == names


def test_every_package_that_is_imported_is_a_declared_dependency() -> None:
    project = PROJECT["project"]
    extras = project["optional-dependencies"]
    optional = [lines for name, lines in extras.items() if name != "dev"]
    declared = {_plain(_name(line)) for line in sum(optional, project["dependencies"])}
    owners = packages_distributions()
    for file in {file for folder in FOLDERS.values() for file in folder.glob("*.py")}:
        for top in _imports(file):
            if top in sys.stdlib_module_names or top == "tapwright":
                continue
            # pydantic documents its core as its own and pins it to one version.
            names = {_plain(owner) for owner in owners.get(top, [top])}
            names |= {"pydantic"} if top == "pydantic_core" else set()
            assert names & declared, f"{file.name} imports {top}"


def _imports(file: Path) -> set[str]:
    """The first part of every name that a file imports, wherever in it."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
    return {name.partition(".")[0] for name in names}


def _plain(name: str) -> str:
    return name.lower().replace("_", "-")


def _name(requirement: str) -> str:
    for end, letter in enumerate(requirement):
        if not (letter.isalnum() or letter in "-_."):
            return requirement[:end]
    return requirement


def test_the_changelog_tells_of_this_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## {PROJECT['project']['version']}" in changelog


# What `export` and the evaluation write beside the weights.
CHECKPOINT = (
    "chat_template.jinja",
    "config.json",
    "generation_config.json",
    "model-00001-of-00002.safetensors",
    "model-00002-of-00002.safetensors",
    "model.safetensors.index.json",
    "preprocessor_config.json",
    "scorecard.json",
    "tokenizer.json",
    "tokenizer_config.json",
)


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sources, so that nothing is left in the tree."""
    copy = tmp_path_factory.mktemp("sources")
    for name in ("pyproject.toml", "README.md", "LICENSE", "MANIFEST.in"):
        shutil.copy(ROOT / name, copy)
    # The weights are data like any other; a small stand-in keeps this quick.
    skipped = shutil.ignore_patterns("__pycache__", "*.safetensors", "work", "*.egg-info")
    for top in {folder.relative_to(ROOT).parts[0] for folder in FOLDERS.values()}:
        shutil.copytree(ROOT / top, copy / top, ignore=skipped)
    embedded = ROOT / "model/embedded"
    for name in {*CHECKPOINT, *(file.name for file in embedded.glob("*.safetensors"))}:
        if not (copy / "model/embedded" / name).exists():
            (copy / "model/embedded" / name).write_bytes(b"stand-in")
    return copy


@pytest.fixture(scope="module")
def wheel(sources: Path) -> zipfile.ZipFile:
    """A wheel that was built from the copy."""
    copy = sources
    code = "import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])"
    done = subprocess.run(
        [sys.executable, "-c", code, str(copy / "dist")],
        cwd=copy, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (built,) = (copy / "dist").glob("*.whl")
    return zipfile.ZipFile(built)


def test_the_wheel_holds_one_package_only(wheel: zipfile.ZipFile) -> None:
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"tapwright"}


def test_the_wheel_holds_every_module_and_its_data(wheel: zipfile.ZipFile) -> None:
    held = set(wheel.namelist())
    for package, folder in FOLDERS.items():
        below = package.replace(".", "/")
        for file in folder.rglob("*"):
            inside = file.relative_to(folder).as_posix()
            if file.suffix in {".py", ".md"} and not inside.startswith("work/"):
                assert f"{below}/{inside}" in held, inside
    assert "tapwright/py.typed" in held


def test_the_wheel_holds_every_file_of_the_embedded_checkpoint(
    wheel: zipfile.ZipFile, sources: Path
) -> None:
    here = {file.name for file in (ROOT / "model/embedded").iterdir() if file.is_file()}
    wanted = {file.name for file in (sources / "model/embedded").iterdir() if file.is_file()}
    inside = "tapwright/model/embedded/"
    held = {name.removeprefix(inside) for name in wheel.namelist() if name.startswith(inside)}
    assert here | set(CHECKPOINT) <= wanted
    assert held == wanted
