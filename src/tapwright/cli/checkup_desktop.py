"""What `tapwright doctor` looks at for a desktop: none of it stops a run on a phone."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator

from tapwright.cli.checkup import Finding
from tapwright.errors import DeviceError, SetupError, UsageError

VIRTUAL = "tapwright run TASK --device xvfb needs none"


def desktop() -> Iterator[Finding]:
    """The session, what a run would see of it, the stop, and what reads text."""
    from tapwright.devices.desktop_session import missing_permissions, session

    kind = session()
    if kind == "wayland":
        yield Finding(
            "desktop", "note", "a Wayland session: no program may look at or drive it",
            f"log in to an Xorg session; {VIRTUAL}",
        )  # fmt: skip
    elif kind == "none":
        yield Finding("desktop", "note", "no display (DISPLAY is not set)", VIRTUAL)
    else:
        missing = missing_permissions()
        for said in missing:
            yield Finding("desktop", "note", said.partition("; ")[0], said.partition("; ")[2])
        if not missing:
            yield from _opened(kind)
    if sys.platform.startswith("linux"):
        yield _virtual()
    yield _reader()


def _opened(kind: str) -> Iterator[Finding]:
    """What opening the desktop shows."""
    from tapwright.devices.desktop import open_desktop
    from tapwright.devices.desktop_capture import Capture

    try:
        with open_desktop() as device:
            seen = device.observe()
            windows = len(device.windows())
        capture = Capture()
        try:
            boxes = [
                f"{monitor.pixels.width}x{monitor.pixels.height}"
                f"+{monitor.units.left}+{monitor.units.top} at scale {monitor.scale:g}"
                for monitor in capture.monitors()
            ]
        finally:
            capture.close()
    except (DeviceError, SetupError, UsageError) as error:
        yield Finding("desktop", "note", f"{kind}: {error}", "see above; phones need none of it")
        return
    yield Finding("desktop", "good", f"{kind}, {seen.state.value}, {windows} windows open")
    for number, box in enumerate(boxes, start=1):
        yield Finding(f"monitor {number}", "good", box)
    yield Finding("stop", "good", "a corner of a monitor, or Ctrl+Alt+Esc, ends a run")


def _virtual() -> Finding:
    if shutil.which("Xvfb") is None:
        return Finding(
            "virtual desktop", "note", "Xvfb is not installed",
            "apt-get install xvfb openbox (for --device xvfb)",
        )  # fmt: skip
    manager = "with openbox" if shutil.which("openbox") else "without a window manager"
    return Finding("virtual desktop", "good", f"Xvfb, {manager}")


def _reader() -> Finding:
    """What reads text from pictures, for scripts."""
    from tapwright.agent.seeing.reading import text_reader

    try:
        return Finding("text reader", "good", text_reader().name)
    except SetupError as error:
        return Finding(
            "text reader", "note", str(error), "pip install 'tapwright[ocr]' (for scripts)"
        )
