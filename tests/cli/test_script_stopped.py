"""A script that is stopped while the text reader loads: cancelled, with its reports."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

# What a library that is imported makes of an interrupt.
READER = """
import pathlib, signal
pathlib.Path("loading").touch()
try:
    signal.pause()
except KeyboardInterrupt:
    raise ImportError("initialization failed") from None
"""
# The first needs the reader in any case; what the second names might be known by its look.
FIRST = {"before the first step": "wait_for: Wi-Fi", "in a step": "tap: Wi-Fi"}


@pytest.mark.parametrize("step", FIRST.values(), ids=FIRST.keys())
def test_a_stop_while_the_text_reader_loads_cancels_the_script(tmp_path: Path, step: str) -> None:
    packages = tmp_path / "packages"
    packages.mkdir()
    for name in ("rapidocr", "onnxruntime"):
        (packages / f"{name}.py").write_text(READER, encoding="utf-8")
    caught = f"steps: [{{try: {{do: [{{{step}}}], catch: [{{log: caught}}]}}}}]"
    (tmp_path / "s.yaml").write_text(f"device: sim\n{caught}\n", encoding="utf-8")
    path = os.pathsep.join([str(packages), *filter(None, [os.environ.get("PYTHONPATH")])])
    command = ("script", "run", "s.yaml", "--out", "r", "--junit", "r.xml", "--html", "r.html")
    run = subprocess.Popen(
        [sys.executable, "-m", "tapwright.cli", *command],
        cwd=tmp_path, env=os.environ | {"PYTHONPATH": path}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 60
        while not (tmp_path / "loading").exists():
            assert time.monotonic() < deadline and run.poll() is None, "no reader was loaded"
            time.sleep(0.02)  # another program's doing tells no event
        run.send_signal(signal.SIGTERM)
        said, errors = run.communicate(timeout=30)
    finally:
        run.kill()
        run.wait()
    assert run.returncode == 130, said + errors
    assert "Traceback" not in errors and "cancelled: " in said and "caught" not in said
    assert (tmp_path / "r.xml").exists() and (tmp_path / "r.html").exists()
    lines = (tmp_path / "r/progress.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(lines[-1])["ended"] == "cancelled"
