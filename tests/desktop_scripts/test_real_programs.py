"""Programs that nobody here wrote, driven by scripts: once by reading, once by what was learned.

Every verdict is the program's own: what it saved, printed, sent or put on the clipboard.
"""

from __future__ import annotations

import csv
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tapwright.agent.script.load import load_script
from tapwright.agent.script.results import Ended, ScriptResult
from tapwright.agent.script.runner import RunnerSettings, ScriptRunner
from tapwright.agent.seeing.values import Rung
from tapwright.compose import connect
from tests.desktop_scripts.shop import open_shop

HERE = Path(__file__).parent
LETTER = "Grüße, Zürich! 你好, мир; naïve café → “end”\n"
TARGETS = (Rung.TEXT, Rung.LEARNED, Rung.TEMPLATE, Rung.MODEL)

pytestmark = pytest.mark.desktop


@pytest.fixture(autouse=True)
def programs(request: pytest.FixtureRequest) -> None:
    """Skip where a program that a test drives is missing."""
    name = request.node.name.split("_")[1]
    wanted = ["Xvfb", "openbox", *(each for each in ("galculator", "mousepad", "yad", "chromium")
                                   if each == name)]  # fmt: skip
    missing = [each for each in wanted if shutil.which(each) is None]
    if missing:
        pytest.skip(f"not installed here: {', '.join(missing)}")


def run(
    name: str, folder: Path, run_name: str, *, only_learned: bool, **values: Any
) -> ScriptResult:
    """Run a script of this folder from a copy in `folder`, on a new display."""
    for file in ("form_program.py", f"{name}.yaml"):
        shutil.copy(HERE / file, folder / file)
    settings = RunnerSettings(
        folder=folder / run_name, values=values, only_learned=only_learned, environ={}
    )
    return ScriptRunner(load_script(folder / f"{name}.yaml"), connect, settings=settings).run()


def must_pass(result: ScriptResult, rung: Rung) -> None:
    """All steps passed, no model was asked, and every target was found by `rung`."""
    told = "\n".join(f"{step.key} {step.title}: {step.said}" for step in result.steps)
    assert result.ended is Ended.PASSED, f"{result.said}\n{told}"
    assert result.model_calls == 0
    rungs = {step.rung for step in result.steps} - {None}
    assert rungs == {rung}, told


def both(name: str, folder: Path, **values: Any) -> Iterator[ScriptResult]:
    """The script's first run, and then its learned replay; each judged by whoever iterates."""
    for run_name, only_learned, rung in (
        ("first", False, Rung.TEXT),
        ("again", True, Rung.LEARNED),
    ):
        result = run(name, folder, run_name, only_learned=only_learned, **values)
        must_pass(result, rung)
        yield result


def test_galculator_computes(tmp_path: Path) -> None:
    # Its clipboard and its display are what the script's own checks ask.
    assert len(list(both("galculator", tmp_path))) == 2


@pytest.mark.slow
def test_mousepad_writes_a_text_in_many_scripts(tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("", encoding="utf-8")
    for _ in both("mousepad", tmp_path, file=str(file), text=LETTER):
        assert file.read_bytes() == LETTER.encode()
        file.write_text("", encoding="utf-8")


def customers(folder: Path, count: int) -> list[str]:
    """A file of so many customers; what yad prints for each."""
    notes = ("", "Ωmega", "naïve", "50 %", "a 'b' c", "Straße 7", "你好")
    rows = [
        (f"Kunde {n:03}", f"Città {n % 7}", f"{notes[n % 7]} {n}".strip()) for n in range(count)
    ]
    with (folder / "customers.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(("name", "city", "note"))
        table.writerows(rows)
    return [f"{name}|{city}|{note}|" for name, city, note in rows]


def fill_forms(folder: Path, count: int) -> None:
    wanted = customers(folder, count)
    for run_name, only_learned in (("first", False), ("again", True)):
        results = folder / f"{run_name}.txt"
        results.touch()
        result = run(
            "form",
            folder,
            run_name,
            only_learned=only_learned,
            python=sys.executable,
            program=str(folder / "form_program.py"),
            data=str(folder / "customers.csv"),
            results=str(results),
        )
        assert result.ended is Ended.PASSED, result.said
        assert result.model_calls == 0
        # The rows behind the first one find the button by what the first one learned.
        assert {step.rung for step in result.steps[10:]} == {Rung.LEARNED, None}
        assert results.read_text(encoding="utf-8").splitlines() == wanted


@pytest.mark.slow
def test_yad_takes_three_customers(tmp_path: Path) -> None:
    fill_forms(tmp_path, 3)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_yad_takes_a_hundred_customers(tmp_path: Path) -> None:
    fill_forms(tmp_path, 100)


@pytest.mark.slow
def test_chromium_fills_a_form(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    with open_shop(HERE / "page.html") as shop:
        for _ in both("chromium", tmp_path, url=shop.url, profile=str(profile)):
            assert shop.orders == [{"product": ["Grüner Tee"], "amount": ["12"]}]
            shop.orders.clear()
            shutil.rmtree(profile, ignore_errors=True)
