"""What `tapwright doctor` looks at for a desktop: none of it stops a run on a phone."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Iterator
from importlib import import_module

from tapwright.cli.checkup import Finding
from tapwright.errors import DeviceError, SetupError, UsageError

VIRTUAL = "tapwright run TASK --device xvfb needs none"
SMALL = (160, 80)  # pixels of what the text reader is tried on
WORD = "Ready"
# What the driver loads, by the names that are imported and installed.
_EVERYWHERE = {"mss": "mss", "cv2": "opencv-python-headless", "pyperclip": "pyperclip"}
_ON_X11 = {"Xlib": "python-xlib"}
_ELSEWHERE = {"pynput": "pynput", "pywinctl": "pywinctl"}


def desktop() -> Iterator[Finding]:
    """The session, what a run would see of it, the stop, and what reads text."""
    from tapwright.devices.desktop_session import missing_permissions, session

    kind = session()
    lacking = _lacking()
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
        if lacking:
            yield Finding("desktop", "note", f"{kind}, but {lacking}", installing("desktop"))
        elif not missing:
            yield from _opened(kind)
    if sys.platform.startswith("linux"):
        yield _virtual(lacking)
    yield _reader()


def installing(extra: str) -> str:
    """The command that brings an extra into the environment that this is."""
    return f"{shlex.quote(sys.executable)} -m pip install 'tapwright[{extra}]'"


def _lacking() -> str:
    """Which of the desktop's libraries cannot be loaded, in words; empty where all can."""
    wanted = _EVERYWHERE | (_ON_X11 if sys.platform.startswith("linux") else _ELSEWHERE)
    without = []
    for module, package in wanted.items():
        try:
            import_module(module)
        except (ImportError, OSError) as error:  # the second: a library of the system's is missing
            absent = isinstance(error, ModuleNotFoundError)
            without.append(package if absent else f"{package} ({error})")
    return f"the extra 'desktop' is not whole: without {', '.join(without)}" if without else ""


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


def _virtual(lacking: str) -> Finding:
    """Whether a virtual display can be opened and seen: it is tried."""
    from tapwright.desktops import Where, connected
    from tapwright.types import Size

    matter = "virtual desktop"
    brought = "apt-get install xvfb openbox (for --device xvfb)"
    if shutil.which("Xvfb") is None:
        said, cure = "Xvfb is not installed", brought
        if lacking:
            said, cure = f"{said}; {lacking}", f"{installing('desktop')}; {brought}"
        return Finding(matter, "note", said, cure)
    if lacking:
        return Finding(matter, "note", lacking, installing("desktop"))
    try:
        with connected(Where(virtual=Size(640, 480))) as device:
            device.observe()
    except (DeviceError, SetupError) as error:
        return Finding(matter, "note", str(error), "try again; phones need none of it")
    manager = "with openbox" if shutil.which("openbox") else "without a window manager"
    return Finding(matter, "good", f"Xvfb, {manager}; opens and gives a picture")


def _reader() -> Finding:
    """What reads text from pictures, for scripts: it is given a word to read."""
    from PIL import Image, ImageDraw, ImageFont

    from tapwright.agent.seeing.opencv import must_have_opencv
    from tapwright.agent.seeing.reading import text_reader

    matter, cure = "text reader", f"{installing('ocr')} (for scripts)"
    picture = Image.new("RGB", SMALL, "white")
    ImageDraw.Draw(picture).text((24, 24), WORD, "black", ImageFont.load_default(24))
    try:
        must_have_opencv()
        reader = text_reader()
        read = " ".join(line.text for line in reader.read(picture))
    except SetupError as error:
        return Finding(matter, "note", str(error).partition("; run: ")[0], cure)
    except (ImportError, OSError, RuntimeError) as error:
        return Finding(matter, "note", f"cannot be loaded: {' '.join(str(error).split())}", cure)
    if read != WORD:
        return Finding(matter, "note", f"{reader.name} read '{read}' where '{WORD}' stands", cure)
    better = "" if reader.name == "rapidocr" else "; the extra 'ocr' would bring RapidOCR"
    return Finding(matter, "good", f"{reader.name} reads{better}")
