"""What a virtual X display shows before anything runs on it: monitors and a background."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tapwright.actions import Box

_SKY, _GROUND = (52, 73, 94), (24, 34, 46)  # the background's colours, above and below
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
