"""The home screen: a clock, sixteen icons in a grid and four in a dock."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from tapwright.devices.simphone.apps.catalogue import BY_PACKAGE, LAUNCHER, App
from tapwright.devices.simphone.canvas import BLACK, WHITE, Canvas
from tapwright.devices.simphone.ui import Element, Page, Ui

DOCK = 4  # the last places of the order
_DISC = 96


class Launcher(Page):
    """The home screen."""

    name = "launcher"
    package = LAUNCHER
    activity = ".Launcher"
    wallpaper = True

    def build(self, ui: Ui) -> None:
        """Clock, grid and dock."""
        order = ui.state.launcher_order
        if ui.landscape:
            self._grid(ui, order[:-DOCK], (8, 130, 350))
            self._grid(ui, order[-DOCK:], (8, 830, 230), labels=False, first=2)
            return
        _clock(ui)
        self._grid(ui, order[:-DOCK], (4, 560, 360))
        ui.add(
            Element("dock", "text", "", (40, 2040, 1040, 2320)),
            lambda c: c.veil((40, 2040, 1040, 2320), 90, WHITE, 60),
        )
        self._grid(ui, order[-DOCK:], (4, 2030, 290))

    def _grid(
        self,
        ui: Ui,
        packages: tuple[str, ...],
        shape: tuple[int, int, int],
        *,
        labels: bool = True,
        first: int = 0,
    ) -> None:
        columns, top, pitch = shape
        cell = (ui.width - 60) // columns
        for place, package in enumerate(packages, start=first):
            left = 30 + cell * (place % columns)
            y = top + pitch * (place // columns)
            box = (left, y, left + cell, y + pitch)
            app = BY_PACKAGE[package]
            ui.add(
                Element(f"app.{package}", "app", app.label, box),
                _icon(app, ((box[0] + box[2]) // 2, y + 110), labels),
                partial(_launch, ui, package),
            )


def _launch(ui: Ui, package: str) -> None:
    ui.nav.launch(package)


def _icon(app: App, at: tuple[int, int], labels: bool) -> Callable[[Canvas], None]:
    x, y = at

    def paint(canvas: Canvas) -> None:
        canvas.disc(x, y, _DISC, app.colour)
        canvas.icon(x, y, 118, app.icon, WHITE)
        if labels:
            _shaded(canvas, (x, y + 134), app.label, 42, "Medium")

    return paint


def _shaded(canvas: Canvas, at: tuple[int, int], text: str, size: int, weight: str) -> None:
    """White text that can be read on any wallpaper."""
    canvas.text((at[0] + 2, at[1] + 3), text, size, BLACK, weight, "middle")
    canvas.text(at, text, size, WHITE, weight, "middle")


def _clock(ui: Ui) -> None:
    now = ui.state.now()
    time = f"{now:%H:%M}"
    day = f"{now:%A}, {now:%B} {now.day}"
    short = f"{now:%a}, {now:%b} {now.day}"

    def big(canvas: Canvas) -> None:
        _shaded(canvas, (540, 270), time, 210, "Light")
        _shaded(canvas, (540, 430), day, 54, "Medium")

    def pill(canvas: Canvas) -> None:
        canvas.veil((60, 190, 1020, 470), 140, BLACK, 90)
        canvas.text((120, 330), time, 150, WHITE, "Medium")
        canvas.text((960, 330), short, 60, WHITE, "Medium", "right")

    def stacked(canvas: Canvas) -> None:
        _shaded(canvas, (540, 230), f"{now:%A}", 110, "Medium")
        _shaded(canvas, (540, 350), f"{now:%B} {now.day}", 60, "Medium")
        _shaded(canvas, (540, 450), time, 70, "Regular")

    paint = (big, pill, stacked)[ui.state.widget]
    ui.add(Element("widget", "text", f"{time} {day}", (60, 150, 1020, 510), text=time), paint)
