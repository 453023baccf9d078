"""The first page of Settings and its search."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tapwright.devices.simphone.apps import (
    settings_base as base,
    settings_more as more,
    settings_pages as pages,
)
from tapwright.devices.simphone.apps.catalogue import APPS, SETTINGS
from tapwright.devices.simphone.canvas import Canvas, Colour
from tapwright.devices.simphone.state import PhoneState
from tapwright.devices.simphone.ui import STATUS_BAR, Element, Page, TextField, Ui
from tapwright.devices.simphone.ui_widgets import Look, field, note, row, switch_row, toolbar


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the list: its looks, what its second line says, and the page it opens."""

    title: str
    icon: str
    colour: Colour
    says: Callable[[PhoneState], str]
    page: Callable[[], Page] | None  # None: a switch in the list itself


def _battery(state: PhoneState) -> str:
    saver = ", saver on" if state.on("global", "low_power") else ""
    return f"{state.battery.level}%{saver}"


ENTRIES = {
    "wifi": Entry("Wi-Fi", "wifi", (26, 115, 232), base.wifi_summary, pages.Wifi),
    "bluetooth": Entry(
        "Bluetooth", "bluetooth", (63, 81, 181), base.bluetooth_summary, pages.Bluetooth
    ),
    "airplane": Entry("Airplane mode", "airplane", (0, 131, 143), lambda state: "", None),
    "display": Entry(
        "Display", "brightness_6", (239, 108, 0), base.display_summary, pages.Display
    ),
    "sound": Entry("Sound", "volume_high", (216, 27, 96), base.sound_summary, more.Sound),
    "battery": Entry("Battery", "battery_70", (46, 125, 50), _battery, more.BatteryPage),
    "apps": Entry(
        "Apps", "apps", (109, 76, 65), lambda state: f"{len(APPS)} apps installed", more.Apps
    ),
    "notifications": Entry(
        "Notifications", "bell", (198, 40, 40), base.notifications_summary, more.Notifications
    ),
    "storage": Entry("Storage", "database", (69, 90, 100), base.storage_summary, more.Storage),
    "security": Entry(
        "Security", "shield_lock", (0, 121, 107), lambda state: "Screen lock: Swipe", more.Security
    ),
    "location": Entry("Location", "map_marker", (123, 31, 162), base.location_summary,
                      more.Location),
    "about": Entry(
        "About phone",
        "information",
        (84, 110, 122),
        lambda state: state.properties["ro.product.model"],
        more.About,
    ),
}  # fmt: skip


def entry_row(ui: Ui, key: str) -> None:
    """One row of the list, wherever it is shown."""
    entry = ENTRIES[key]
    look = Look(entry.icon, entry.title, entry.says(ui.state), entry.colour)
    page = entry.page
    if page is None:
        on = ui.state.on("global", "airplane_mode_on")
        shown = Look(entry.icon, entry.title, "On" if on else "Off", entry.colour)
        switch_row(ui, f"settings.{key}", shown, on, ui.state.toggle_airplane)
    else:
        row(ui, f"settings.{key}", look, lambda: ui.nav.open(page()))


class SettingsMain(Page):
    """The list of all that can be set."""

    name = "settings"
    package = SETTINGS
    activity = ".Settings"

    def build(self, ui: Ui) -> None:
        """Title, search pill, rows."""
        theme = ui.theme
        toolbar(ui, "Settings", back=False)
        top = STATUS_BAR + 190
        box = (40, top, ui.width - 40, top + 150)

        def pill(canvas: Canvas) -> None:
            canvas.round(box, 75, theme.raised)
            canvas.icon(box[0] + 84, top + 75, 72, "magnify", theme.faint)
            canvas.text((box[0] + 150, top + 75), "Search settings", 52, theme.faint)

        ui.y = top + 180
        ui.begin_scroll()
        for key in ui.state.settings_order:
            entry_row(ui, key)
        ui.end_scroll()
        ui.add(
            Element("settings.search", "button", "Search settings", box),
            pill,
            lambda: ui.nav.open(Search()),
        )
        ui.view.fixed.insert(0, ui.view.fixed.pop())


class Search(Page):
    """A field that filters the list by title."""

    name = "settings.search"
    package = SETTINGS
    activity = ".SearchActivity"

    def __init__(self) -> None:
        super().__init__()
        self.query = TextField("settings.query", hint="Search settings")
        self.focus = self.query

    def build(self, ui: Ui) -> None:
        """Field and what it finds."""
        self.query.entered = lambda: ui.nav.focus(None)
        toolbar(ui, "Search")
        box = (40, ui.y, ui.width - 40, ui.y + 160)
        field(ui, Element("settings.query", "field", "Search settings", box), self.query, "magnify")
        ui.y += 190
        ui.begin_scroll()
        wanted = self.query.text.strip().lower()
        found = [key for key in ui.state.settings_order if wanted in ENTRIES[key].title.lower()]
        for key in found:
            entry_row(ui, key)
        if not found:
            note(ui, "settings.no_results", "No results")
        ui.end_scroll()
