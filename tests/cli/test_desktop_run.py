"""`tapwright run` on a desktop: a real program, judged by what it wrote."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from Xlib.display import Display

from tapwright.devices.virtual_display import VirtualDisplay
from tapwright.types import Size

from ..waiting import until
from .parts import call

Cli = Callable[..., Result]
Script = Callable[..., str]
pytestmark = [
    pytest.mark.desktop,
    pytest.mark.skipif(
        shutil.which("Xvfb") is None or shutil.which("mousepad") is None,
        reason="not installed here: xvfb, mousepad",
    ),
]
TASK = "Write Oslo and save it"
WRITING = (
    call("Click", "The text field.", point=[500, 500]),
    call("Type", text="Oslo 你"),
    call("Press", keys="ctrl+s"),
    call("Wait", seconds=0.3),
    call("Done", "It is saved."),
)


def asked(file: Path, model: str, *more: str) -> tuple[str, ...]:
    opened = f"mousepad --disable-server '{file}'"
    return ("run", TASK, "--open", opened, "--model", model, "--out", "r", *more)


def test_a_task_is_done_on_a_virtual_desktop_and_its_file_is_the_judge(
    cli: Cli, script: Script, tmp_path: Path
) -> None:
    file = tmp_path / "notes.txt"
    check = f"file {file} == 'Oslo 你'"
    told = cli(*asked(file, script(*WRITING), "--device", "xvfb:800x600", "--verify", check))
    assert told.exit_code == 0, told.output
    assert file.read_bytes() == "Oslo 你".encode()
    lines = told.stdout.splitlines()
    assert lines[1] == "desktop desktop"
    assert f"saw      mousepad: *{file} - Mousepad, 800x600" in told.stdout
    assert lines[-1].startswith("verified: ")
    meta = json.loads(Path("r/meta.json").read_text(encoding="utf-8"))
    assert meta["device_kind"] == "desktop"


@pytest.fixture
def covered() -> Iterator[VirtualDisplay]:
    """A display that something black covers all of, whatever is opened behind it."""
    with VirtualDisplay(Size(800, 600)) as display:
        link = Display(display.display)
        screen = link.screen()
        black = screen.root.create_window(
            0, 0, 800, 600, 0, screen.root_depth,
            background_pixel=screen.black_pixel, override_redirect=True,
        )  # fmt: skip
        black.map()
        link.sync()
        yield display
        link.close()


def test_on_a_blacked_out_screen_nothing_is_claimed_and_nothing_done(
    cli: Cli, script: Script, tmp_path: Path, covered: VirtualDisplay,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    file = tmp_path / "notes.txt"
    for name, value in covered.env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    told = cli(*asked(file, script(*WRITING), "--device", "desktop"))
    assert told.exit_code == 5, told.output
    assert "needs_human: the screen shows one colour" in told.stdout
    assert not file.exists()


def test_ctrl_c_in_the_middle_of_a_drag_leaves_no_button_and_no_key_down(tmp_path: Path) -> None:
    replies = tmp_path / "replies.json"
    held = call("Drag", start=[100, 500], end=[900, 500])
    replies.write_text(json.dumps([held] * 200), encoding="utf-8")
    with VirtualDisplay(Size(800, 600)) as display:
        link = Display(display.display)
        run = subprocess.Popen(
            [sys.executable, "-m", "tapwright.cli", "run", TASK, "--device", "desktop",
             "--open", "mousepad --disable-server", "--model", f"scripted:{replies}",
             "--out", str(tmp_path / "r"), "--max-steps", "200"],
            env=display.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path,
        )  # fmt: skip
        try:
            until(
                lambda: link.screen().root.query_pointer().mask & 0x100, "no button went down", 30
            )
            run.send_signal(signal.SIGINT)
            out, err = run.communicate(timeout=20)
        finally:
            run.kill()
        assert run.returncode == 130, err.decode()
        assert b"cancelled" in out.splitlines()[-1]
        assert link.screen().root.query_pointer().mask == 0
        assert not any(link.query_keymap())
        link.close()


@pytest.mark.parametrize(
    ("device", "said"),
    [
        ("desktop", "there is no display here (DISPLAY is not set); start a virtual one with"),
        ("desktop:0", "'desktop:0' names no monitor; the first is desktop:1"),
        ("window:", "'window:' names no window"),
        ("xvfb:12", "'xvfb:12' has no size for a display; write xvfb:WIDTHxHEIGHT"),
    ],
)
def test_a_desktop_that_cannot_be_meant_or_seen_is_one_line(
    cli: Cli, script: Script, monkeypatch: pytest.MonkeyPatch, device: str, said: str
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE"):
        monkeypatch.delenv(name, raising=False)
    told = cli("run", TASK, "--device", device, "--model", script(*WRITING))
    assert told.exit_code == 2
    assert told.stderr.startswith(f"error: {said}")
    assert len(told.stderr.splitlines()) == 1
    assert [each.name for each in Path().iterdir()] == ["replies.json"]


def test_a_desktop_s_windows_and_monitors_are_listed(cli: Cli) -> None:
    with VirtualDisplay(Size(800, 600)) as display:
        done = subprocess.run(
            [sys.executable, "-m", "tapwright.cli", "devices", "--json"],
            env=display.env, capture_output=True, text=True, encoding="utf-8", timeout=60,
        )  # fmt: skip
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        assert {"serial": "desktop:1", "state": "800x600", "why": None} in rows


def test_an_mcp_client_is_offered_no_desktop(cli: Cli) -> None:
    told = cli("mcp", "--device", "desktop")
    assert (told.exit_code, told.stdout) == (2, "")
    assert "'desktop' is a desktop, and an MCP client is offered phones alone" in told.stderr
