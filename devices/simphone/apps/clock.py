"""The Clock app: four tabs, of which alarm and stopwatch do the most."""

from __future__ import annotations

from tapwright.devices.simphone.apps.catalogue import CLOCK
from tapwright.devices.simphone.apps.clock_alarm import alarm_tab
from tapwright.devices.simphone.apps.clock_watch import stopwatch_tab, timer_tab
from tapwright.devices.simphone.canvas import Canvas
from tapwright.devices.simphone.state import PhoneState
from tapwright.devices.simphone.ui import GESTURE_BAR, Element, Page, Ui
from tapwright.devices.simphone.ui_widgets import Look, heading, row, toolbar

TAB_ICONS = {
    "alarm": ("alarm", "Alarm"),
    "clock": ("clock_outline", "Clock"),
    "timer": ("timer_sand", "Timer"),
    "stopwatch": ("timer_outline", "Stopwatch"),
}
TAB_BAR = 220
_CITIES = (("London", 0), ("New York", -5), ("Tokyo", 9), ("Sydney", 10), ("Nairobi", 3))


class ClockPage(Page):
    """The four tabs; the one shown is kept in the phone's state."""

    package = CLOCK
    activity = ".DeskClock"

    def __init__(self, state: PhoneState) -> None:
        super().__init__()
        self.name = f"clock.{state.clock_tab}"

    def build(self, ui: Ui) -> None:
        """The tab's content over the bar of tabs."""
        tab = ui.state.clock_tab
        self.name = f"clock.{tab}"
        toolbar(ui, TAB_ICONS[tab][1], back=False)
        ui.bottom = ui.size.height - GESTURE_BAR - TAB_BAR
        if tab == "alarm":
            alarm_tab(ui)
        elif tab == "clock":
            _world(ui)
        elif tab == "timer":
            timer_tab(ui)
        else:
            stopwatch_tab(ui)
        self._tabs(ui, tab)

    def _tabs(self, ui: Ui, chosen: str) -> None:
        top = ui.size.height - GESTURE_BAR - TAB_BAR
        bar = (0, top, ui.width, ui.size.height)
        theme = ui.theme
        ui.add(Element("tabs", "text", "", bar), lambda c: c.rect(bar, theme.surface))
        width = ui.width // len(TAB_ICONS)
        for place, key in enumerate(TAB_ICONS):
            self._tab(ui, key, (place * width, top, (place + 1) * width, top + TAB_BAR), chosen)

    def _tab(self, ui: Ui, key: str, box: tuple[int, int, int, int], chosen: str) -> None:
        icon, label = TAB_ICONS[key]
        theme, here = ui.theme, key == chosen
        middle, top = (box[0] + box[2]) // 2, box[1]

        def paint(canvas: Canvas) -> None:
            ink = theme.text if here else theme.faint
            if here:
                canvas.round((middle - 100, top + 22, middle + 100, top + 122), 50, theme.primary)
            canvas.icon(middle, top + 72, 76, icon, theme.on_primary if here else theme.faint)
            weight = "Bold" if here else "Regular"
            canvas.text((middle, top + 172), label, 52, ink, weight, "middle")

        ui.add(Element(f"tab.{key}", "tab", label, box, here), paint, lambda: self._choose(ui, key))

    def _choose(self, ui: Ui, tab: str) -> None:
        ui.state.clock_tab = tab
        self.name = f"clock.{tab}"
        self.scroll.offset = 0


def _world(ui: Ui) -> None:
    """The time here, large, and in a few cities."""
    now, theme = ui.state.now(), ui.theme
    middle = ui.width // 2
    top = ui.y
    size = 150 if ui.landscape else 280
    day = f"{now:%A}, {now:%B} {now.day}"

    def paint(canvas: Canvas) -> None:
        at = (middle, top + round(size * 0.7))
        canvas.text(at, f"{now:%H:%M}", size, theme.text, "Light", "middle")
        below = (middle, top + round(size * 1.35))
        canvas.text(below, day, 54, theme.primary, "Medium", "middle")

    box = (60, top, ui.width - 60, top + round(size * 1.55))
    ui.add(Element("clock.time", "text", day, box, text=f"{now:%H:%M}"), paint)
    ui.y = top + round(size * 1.65)
    ui.begin_scroll()
    heading(ui, "World clock")
    for city, hours in _CITIES:
        time = f"{(now.hour + hours) % 24:02d}:{now.minute:02d}"
        row(ui, f"clock.{city}", Look("earth", city, f"{time}, {hours:+d} hours", (0, 121, 107)))
    ui.end_scroll()
