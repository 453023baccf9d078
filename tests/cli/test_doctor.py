"""`tapwright doctor`: what it finds on a real machine, and what it says of a broken one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tapwright.cli import checkup
from tapwright.cli.checkup import Finding, Health
from tapwright.cli.doctor import last_line
from tapwright.devices.adb_server import find_adb
from tapwright.devices.simphone.faults import Fault

from .parts import Bench

Cli = Callable[..., Result]


@pytest.mark.phone
def test_every_finding_has_a_verdict_and_every_fault_a_cure(cli: Cli, bench: Bench) -> None:
    ready, locked_out = bench.attach(), bench.attach(Fault.UNAUTHORIZED)
    told = cli("doctor", "--json")
    found = [json.loads(line) for line in told.stdout.splitlines()]
    matters = {each["matter"]: each for each in found}
    for matter in ("python", "packages", "fonts", "memory", "adb", "adb server", "torch"):
        assert matters[matter]["health"] == "good", matters[matter]
    assert all(each["cure"] for each in found if each["health"] != "good"), found
    phones = {each["said"]: each for each in found if each["matter"] == "phone"}
    assert phones[f"{ready.address} is ready"]["health"] == "good"
    ill = phones[f"{locked_out.address} is unauthorized"]
    assert ill["health"] == "note"
    assert "Allow USB debugging" in ill["cure"]
    assert told.exit_code == (2 if any(each["health"] == "bad" for each in found) else 0)


@pytest.mark.phone
def test_no_phone_is_a_note_and_not_a_fault(bench: Bench) -> None:
    server, phones = checkup.phones()
    assert (server.health, phones.health) == ("good", "note")
    assert "--device sim" in phones.cure


def look(matter: str, **environment: str) -> dict[str, str]:
    """What a new interpreter finds out about one matter."""
    code = (
        "import json\nfrom dataclasses import asdict\nfrom tapwright.cli import checkup\n"
        f"print(json.dumps(asdict(checkup.{matter}())))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **environment},
        capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize(
    ("package", "matter", "cure"),
    [
        ("torchvision", "torchvision", "pip uninstall torchvision"),
        ("torch", "torch", "pip install torch"),
        ("transformers", "transformers", "pip install 'transformers"),
    ],
)
def test_a_package_that_cannot_be_imported_is_bad_and_has_a_cure(
    tmp_path: Path, package: str, matter: str, cure: str
) -> None:
    (tmp_path / package).mkdir()
    broken = "raise ImportError('undefined symbol:\\n  _ZN3c10')"
    (tmp_path / package / "__init__.py").write_text(broken, encoding="utf-8")
    found = look(matter, PYTHONPATH=str(tmp_path))
    assert found["health"] == "bad"
    assert found["said"].endswith("undefined symbol: _ZN3c10")
    assert found["cure"].startswith(cure)


def test_looking_for_transformers_says_nothing_of_the_kernels_of_others() -> None:
    code = "from tapwright.cli import checkup\ncheckup.torch()\nprint(checkup.transformers())"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8"
    )
    assert (done.stderr, done.stdout.count("Finding(")) == ("", 1)


@pytest.mark.parametrize(
    ("healths", "said"),
    [
        (["good", "good"], "ready to run"),
        (["good", "note", "note"], "ready to run; see the notes on: 1, 2"),
        (["bad", "note", "bad"], "2 of these must be cured first"),
    ],
)
def test_the_last_line_names_what_is_noted(healths: list[Health], said: str) -> None:
    found = [Finding(str(at), health, "") for at, health in enumerate(healths)]
    assert last_line(found) == said


DESKTOP = """
import json, sys
from dataclasses import asdict
for module in sys.argv[1:]:
    sys.modules[module] = None  # as where it is not installed: importing it fails
from tapwright.cli.checkup_desktop import desktop
print(json.dumps([asdict(each) for each in desktop()]))
"""


def desktop_without(*modules: str, **environment: str) -> dict[str, dict[str, str]]:
    """What a new interpreter that lacks `modules` finds out about the desktop, by matter."""
    done = subprocess.run(
        [sys.executable, "-c", DESKTOP, *modules],
        env={**os.environ, **environment},
        capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return {each["matter"]: each for each in json.loads(done.stdout.splitlines()[-1])}


@pytest.mark.skipif(sys.platform != "linux", reason="virtual displays are X11's")
def test_a_desktop_without_its_libraries_is_told_with_the_extra_that_brings_them() -> None:
    found = desktop_without("Xlib", "mss", WAYLAND_DISPLAY="", XDG_SESSION_TYPE="", DISPLAY=":9")
    for matter in ("desktop", "virtual desktop"):
        assert found[matter]["health"] == "note"
        assert "the extra 'desktop' is not whole: without" in found[matter]["said"]
        assert "mss" in found[matter]["said"] and "python-xlib" in found[matter]["said"]
        assert f"{sys.executable} -m pip install 'tapwright[desktop]'" in found[matter]["cure"]


@pytest.mark.parametrize("missing", ["rapidocr", "cv2", "onnxruntime.capi"])
def test_a_text_reader_that_cannot_read_is_told_with_the_extra_that_brings_one(
    missing: str, tmp_path: Path
) -> None:
    (tmp_path / "bin").mkdir()  # where no tesseract is
    reader = desktop_without(missing, PATH=str(tmp_path / "bin"))["text reader"]
    assert reader["health"] == "note", reader
    assert f"{sys.executable} -m pip install 'tapwright[ocr]'" in reader["cure"]


@pytest.mark.desktop
@pytest.mark.skipif(shutil.which("Xvfb") is None, reason="Xvfb is not installed here")
def test_a_desktop_that_is_whole_was_opened_and_its_reader_has_read() -> None:
    found = desktop_without()
    assert found["virtual desktop"]["said"].endswith("opens and gives a picture")
    assert found["text reader"]["said"].startswith(("rapidocr reads", "tesseract reads"))


def broken_adb(folder: Path, name: str) -> None:
    program = folder / name
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text("#!/bin/sh\nexit 3\n", encoding="utf-8")
    program.chmod(0o755)


def test_no_adb_that_runs_is_bad(tmp_path: Path) -> None:
    broken_adb(tmp_path, "adb")
    broken_adb(tmp_path, "adbutils/binaries/adb")
    (tmp_path / "adbutils/__init__.py").write_text("", encoding="utf-8")
    found = look("adb_program", PYTHONPATH=str(tmp_path), PATH=str(tmp_path))
    assert found["health"] == "bad"
    assert "install Android platform-tools" in found["cure"]


def test_doctor_names_the_adb_that_a_run_would_start() -> None:
    assert look("adb_program")["said"].endswith(f" at {find_adb()}")


def test_an_adb_server_that_answers_nonsense_is_bad(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", "99999999")
    (found,) = list_of_phones()
    assert found.health == "bad"
    assert "ANDROID_ADB_SERVER_PORT" in found.said


def list_of_phones() -> list[checkup.Finding]:
    return list(checkup.phones())
