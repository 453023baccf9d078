"""The tool `code_interpreter`: what a model sees of its code, and where there is no sandbox."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tapwright.cli import checkup
from tapwright.converse import chat_tools, looking_up
from tapwright.errors import SetupError
from tapwright.model.families import FAMILIES
from tapwright.tools import Context, Toolbox
from tapwright.tools.code_interpreter import code_interpreter
from tapwright.tools.finding import ON_REQUEST, find_tools, known_tools
from tapwright.tools.sandbox import run_sealed
from tapwright.types import Delivery, ImagePart, TextPart, ToolCall, ToolResult

from .sealed import NEEDS_BWRAP


def run(code: str) -> ToolResult:
    box = Toolbox([code_interpreter])
    return box.run(box.check(ToolCall("code_interpreter", {"code": code})), Context())


def words(result: ToolResult) -> str:
    return "\n".join(part.text for part in result.parts if isinstance(part, TextPart))


def pictures(result: ToolResult) -> list[tuple[int, int]]:
    return [part.image.size for part in result.parts if isinstance(part, ImagePart)]


@NEEDS_BWRAP
@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("6 * 7", "42"),
        ("x = 1", "done; nothing was printed"),
        ("print('a')\n'b'", "a\n'b'"),
        ("None", "done; nothing was printed"),
        ("exit()", "done; nothing was printed"),
        ("import numpy\nnumpy.arange(4).sum()", "np.int64(6)"),
        ("print('北京')", "北京"),
        ("import sys\nprint('wrong', file=sys.stderr)", "wrong"),
        ("", "done; nothing was printed"),
    ],
)
def test_the_last_value_and_what_is_printed_are_shown(code: str, shown: str) -> None:
    result = run(code)
    assert (result.effect.delivery, words(result)) == (Delivery.DELIVERED, shown)


@NEEDS_BWRAP
@pytest.mark.parametrize(
    ("code", "last"),
    [
        ("print('before')\n1 / 0", "ZeroDivisionError: division by zero"),
        ("if:", "SyntaxError: invalid syntax"),
        ("import torch", "ModuleNotFoundError: No module named 'torch'"),
        ("input()", "EOFError: EOF when reading a line"),
        ("exit('no')", "SystemExit: no"),
        ("class A:\n    def __repr__(self): return 1 / 0\nA()", "ZeroDivisionError"),
    ],
)
def test_an_error_is_told_with_the_end_of_its_traceback(code: str, last: str) -> None:
    told = words(run(code))
    assert last in told.splitlines()[-1]
    assert "runner.py" not in told


@NEEDS_BWRAP
def test_the_line_at_fault_is_shown() -> None:
    assert 'File "<code>", line 2' in (told := words(run("x = 0\ny = 1 / x"))) and "1 / x" in told


@NEEDS_BWRAP
def test_nothing_is_kept_from_one_call_to_the_next() -> None:
    run("x = 1\nopen('kept', 'w').write('x')")
    assert "NameError" in words(run("x"))
    assert words(run("import os\nos.listdir()")) == "[]"


@NEEDS_BWRAP
def test_saved_pictures_and_picture_values_are_seen() -> None:
    result = run(
        "from PIL import Image\nImage.new('RGB', (40, 30)).save('a.png')\n"
        "Image.new('RGB', (50, 20)).save('/tmp/b.JPG')\nImage.new('L', (9, 9))"
    )
    assert pictures(result) == [(9, 9), (40, 30), (50, 20)]
    assert words(result).splitlines()[1] == "picture a.png (40x30)"


@NEEDS_BWRAP
def test_more_pictures_than_a_model_is_shown_are_counted() -> None:
    code = "from PIL import Image\nfor n in range(6): Image.new('L', (9, 9)).save(f'{n}.png')"
    result = run(code)
    assert len(pictures(result)) == 4
    assert words(result).endswith("2 more pictures are left out")


@NEEDS_BWRAP
@pytest.mark.parametrize("end", ["plt.show()", "plt.gcf()", "plt.savefig('chart.png')", "pass"])
def test_a_chart_is_seen_once(end: str) -> None:
    pytest.importorskip("matplotlib", reason='pip install "tapwright[charts]"')
    result = run(f"import matplotlib.pyplot as plt\nplt.plot([1, 3, 2])\n{end}")
    assert pictures(result) == [(640, 480)]
    picture = next(part.image for part in result.parts if isinstance(part, ImagePart))
    assert len(picture.getcolors(100_000)) > 20, "the chart is empty"
    assert "Warning" not in words(result)


def test_it_is_offered_only_by_name_and_then_nobody_is_asked() -> None:
    where = {tool.spec.name: place for tool, place in known_tools()}
    assert where["code_interpreter"] == ON_REQUEST
    for family in FAMILIES.values():
        assert "code_interpreter" not in [tool.spec.name for tool in chat_tools(family)]
    found = find_tools(["code_interpreter"])
    assert list(found[0].spec.parameters["properties"]) == ["code"]
    assert looking_up(found) == {"code_interpreter"}


def test_a_missing_program_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SetupError, match=r"'bwrap' is missing; install the package bubblewrap"):
        run_sealed("print('ESCAPED')")
    result = run("print('ESCAPED')")
    assert (result.effect.delivery, result.parts) == (Delivery.REFUSED, ())
    assert "bubblewrap" in result.effect.said
    found = checkup.sandbox()
    assert (found.health, bool(found.cure)) == ("note", True)


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("echo bubblewrap 0.6.1", "bubblewrap 0.6.1 is too old"),
        ("echo hello", "does not say its version"),
        ('[ "$1" = --version ] && echo bubblewrap 0.9 || { echo no >&2; exit 1; }', r": no;"),
        ('[ "$1" = --version ] && echo bubblewrap 0.9', "it said nothing|No permissions|: "),
    ],
)
def test_a_bubblewrap_that_cannot_be_used_is_a_setup_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str, said: str
) -> None:
    program = tmp_path / "bwrap"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SetupError, match=said):
        run_sealed("print('ESCAPED')")


@NEEDS_BWRAP
def test_a_machine_that_forbids_user_namespaces_is_told() -> None:
    bwrap = shutil.which("bwrap")
    assert bwrap is not None
    code = (
        "from tapwright.tools.sandbox import run_sealed\n"
        "from tapwright.errors import SetupError\n"
        "try:\n    print(run_sealed('1'))\nexcept SetupError as error:\n    print(error)"
    )
    done = subprocess.run(
        [
            bwrap, "--unshare-user", "--disable-userns", "--uid", "65534", "--cap-drop", "ALL",
            "--bind", "/", "/", "--dev", "/dev", "--", sys.executable, "-c", code,
        ],
        env={**os.environ}, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert done.stdout.startswith("no sandbox: "), (done.stdout, done.stderr)
    assert "user namespaces" in done.stdout


@NEEDS_BWRAP
def test_the_doctor_says_that_there_is_a_sandbox() -> None:
    found = checkup.sandbox()
    assert found.health == "good" and found.said.startswith("bubblewrap ")
