"""What a virtual X display has before programs run on it: monitors, a background, a manager."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from tapwright.actions import Box

_SKY, _GROUND = (52, 73, 94), (24, 34, 46)  # the background's colours, above and below
# They say that they manage, which is waited for.
_MANAGERS = (("openbox", "--sm-disable"), ("metacity", "--sm-disable"), ("xfwm4",))
_OPENBOX = Path("/etc/xdg/openbox/rc.xml")
_KEYS_KEPT = ("A-F4", "A-Tab", "A-S-Tab")
_MM = 0.2646  # millimetres to a pixel at 96 dots an inch


def dress(link: Any, monitors: Sequence[Box]) -> None:
    """Set the RandR monitors and paint the background of a new display.

    `link` is a python-xlib connection, `monitors` their boxes in pixels (none: leave the one).
    """
    import Xlib.ext.randr  # noqa: F401  (adds the requests)

    root = link.screen().root
    outputs = list(root.xrandr_get_screen_resources().outputs)
    for number, box in enumerate(monitors, start=1):
        # An output belongs to one monitor, and Xvfb has one output.
        _set_monitor(link, root, number, box, outputs if number == 1 else [])
    _paint(root)
    link.sync()


def manager(folder: Path) -> tuple[str, ...] | None:
    """The command of the first window manager that is installed; `folder` may hold its settings."""
    words = next((words for words in _MANAGERS if shutil.which(words[0])), None)
    if words and words[0] == "openbox" and _OPENBOX.exists():
        return (*words, "--config-file", str(_quiet_openbox(folder / "openbox.xml")))
    return words


def _quiet_openbox(file: Path) -> Path:
    """The system's settings for openbox with one desktop and next to no keys of its own.

    Keys are meant for programs here, and a wheel turned over the background switches nothing.
    """
    tree = ElementTree.parse(_OPENBOX)
    space = tree.getroot().tag.partition("}")[0] + "}"
    ElementTree.register_namespace("", space.strip("{}"))
    for keyboard in tree.iter(f"{space}keyboard"):
        for bind in keyboard.findall(f"{space}keybind"):
            if bind.get("key") not in _KEYS_KEPT:
                keyboard.remove(bind)
    for desktops in tree.iter(f"{space}desktops"):
        for number in desktops.findall(f"{space}number"):
            number.text = "1"
    tree.write(file, encoding="utf-8", xml_declaration=True)
    return file


def _paint(root: Any) -> None:
    """A background of two colours: of one alone, it would be taken for a screen that is off."""
    height = root.get_geometry().height
    strip = root.create_pixmap(1, height, root.get_geometry().depth)
    pen = strip.create_gc()
    for y in range(height):
        red, green, blue = (
            above + (below - above) * y // height
            for above, below in zip(_SKY, _GROUND, strict=True)
        )
        pen.change(foreground=red << 16 | green << 8 | blue)
        strip.fill_rectangle(pen, 0, y, 1, 1)
    root.change_attributes(background_pixmap=strip)
    root.clear_area()
    pen.free()
    strip.free()


def _set_monitor(link: Any, root: Any, number: int, box: Box, outputs: list[int]) -> None:
    """RandR's SetMonitor; python-xlib's own cannot be packed (0.33)."""
    from Xlib.ext import randr
    from Xlib.protocol import rq

    class SetMonitor(rq.Request):  # type: ignore[misc]
        _request = rq.Struct(
            rq.Card8("opcode"), rq.Opcode(43), rq.RequestLength(), rq.Window("window"),
            rq.Card32("name"), rq.Bool("primary"), rq.Bool("automatic"),
            rq.LengthOf("outputs", 2), rq.Int16("x"), rq.Int16("y"), rq.Card16("width"),
            rq.Card16("height"), rq.Card32("width_mm"), rq.Card32("height_mm"),
            rq.List("outputs", rq.Card32Obj),
        )  # fmt: skip

    SetMonitor(
        display=link.display, opcode=link.display.get_extension_major(randr.extname),
        window=root, name=link.intern_atom(f"tapwright-{number}"), primary=number == 1,
        automatic=False, x=box.left, y=box.top, width=box.width, height=box.height,
        width_mm=round(box.width * _MM), height_mm=round(box.height * _MM), outputs=outputs,
    )  # fmt: skip
