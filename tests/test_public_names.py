"""What `import tapwright` gives, and what it must not cost."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import tapwright

HEAVY = {"torch", "transformers", "PIL", "adbutils", "numpy", "pydantic", "rich", "click"}


def loaded_after(statement: str) -> set[str]:
    """The top-level modules that a new interpreter has loaded after `statement`."""
    code = f"{statement}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    return {name.split(".")[0] for name in json.loads(done.stdout)}


def test_all_is_sorted_and_complete() -> None:
    assert list(tapwright.__all__) == sorted(set(tapwright.__all__))
    for name in tapwright.__all__:
        assert getattr(tapwright, name) is not None, name
    assert set(tapwright.__all__) <= set(dir(tapwright))


def test_every_public_name_says_what_it_is() -> None:
    silent = [
        name
        for name in tapwright.__all__
        if callable(getattr(tapwright, name)) and not getattr(tapwright, name).__doc__
    ]
    assert silent == []


def test_every_error_is_public() -> None:
    from tapwright import errors

    named = {name for name, value in vars(errors).items() if isinstance(value, type)}
    assert named <= set(tapwright.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Agnet'"):
        _ = tapwright.Agnet


@pytest.mark.parametrize(
    "statement", ["import tapwright", "from tapwright import DeviceError, Outcome, Size, Tap"]
)
def test_importing_tapwright_loads_nothing_heavy(statement: str) -> None:
    assert loaded_after(statement) & HEAVY == set()


def test_the_check_for_heavy_modules_can_see_one() -> None:
    assert loaded_after("import tapwright, numpy") & HEAVY == {"numpy"}


def test_the_version_is_the_one_that_is_installed() -> None:
    from importlib.metadata import version

    assert tapwright.__version__ == version("tapwright")
