"""What lies over the apps: quick settings, and the list of apps used last."""

from __future__ import annotations

from collections.abc import Callable

from tapwright.devices.simphone.apps.catalogue import BY_PACKAGE, SETTINGS
from tapwright.devices.simphone.apps.settings_base import brightness, set_brightness
from tapwright.devices.simphone.canvas import WHITE, Box, Canvas
from tapwright.devices.simphone.ui import Element, Page, Ui
from tapwright.devices.simphone.ui_widgets import button, paint_slider, slider

Tile = tuple[str, str, str, bool, Callable[[], None]]


class QuickSettings(Page):
    """Tiles and the brightness, pulled down from the top; a swipe up puts it away."""

    name = "quick_settings"
    package = "com.android.systemui"
    activity = ".QuickSettings"
    wallpaper = True
    scrim = 165

    def build(self, ui: Ui) -> None:
        """Date, slider, tiles and a way into Settings."""
        now = ui.state.now()
        line = f"{now:%a}, {now:%b} {now.day}"
        ui.add(
            Element("shade.date", "text", line, (60, 140, ui.width // 2, 260), text=line),
            lambda c: c.text((60, 200), line, 60, WHITE, "Medium"),
        )
        gear = (ui.width - 200, 125, ui.width - 40, 275)
        ui.add(
            Element("shade.settings", "button", "Settings", gear),
            lambda c: c.icon(ui.width - 120, 200, 90, "cog", WHITE),
            lambda: _settings(ui),
        )
        self._brightness(ui, (40, 300, ui.width - 40, 440))
        columns = 4 if ui.landscape else 2
        wide = (ui.width - 60 - 20 * (columns - 1)) // columns
        for place, tile in enumerate(self._tiles(ui)):
            x = 30 + (wide + 20) * (place % columns)
            y = 490 + 250 * (place // columns)
            _tile(ui, (x, y, x + wide, y + 220), tile)

    def _brightness(self, ui: Ui, box: Box) -> None:
        state, theme = ui.state, ui.theme
        left, right = box[0] + 170, box[2] - 60
        middle = (box[1] + box[3]) // 2
        share = brightness(state)

        def paint(canvas: Canvas) -> None:
            canvas.round(box, 70, theme.surface)
            canvas.icon(box[0] + 80, middle, 80, "brightness_6", theme.text)
            paint_slider(canvas, (left, middle, right), share, theme)

        whole = Element("shade.brightness.row", "text", "Brightness", box)
        ui.add(whole, paint)
        element = Element(
            "shade.brightness", "slider", "Brightness", box, text=f"{round(share * 100)}%"
        )
        slider(ui, element, (left, right), lambda new: set_brightness(state, new))

    def _tiles(self, ui: Ui) -> list[Tile]:
        state = ui.state

        def switch(key: str, icon: str, label: str, table: str, setting: str) -> Tile:
            on = state.on(table, setting)
            return (key, icon, label, on, lambda: state.toggle(table, setting))

        airplane = state.on("global", "airplane_mode_on")
        return [
            switch("wifi", "wifi", "Wi-Fi", "global", "wifi_on"),
            switch("bluetooth", "bluetooth", "Bluetooth", "global", "bluetooth_on"),
            ("dark", "theme_light_dark", "Dark theme", state.dark, state.toggle_dark),
            ("airplane", "airplane", "Airplane mode", airplane, state.toggle_airplane),
            switch("zen", "minus_circle", "Do Not Disturb", "global", "zen_mode"),
            switch("saver", "leaf", "Battery saver", "global", "low_power"),
            switch("rotate", "screen_rotation", "Auto-rotate", "system", "accelerometer_rotation"),
            switch("night", "weather_night", "Night Light", "secure", "night_display_activated"),
        ]

    def swiped(self, ui: Ui, dx: int, dy: int) -> bool:
        """Put the panel away on a swipe up."""
        if dy > -200 or abs(dx) > -dy:
            return False
        ui.nav.leave()
        return True


def _settings(ui: Ui) -> None:
    ui.nav.launch(SETTINGS)


def _tile(ui: Ui, box: Box, tile: Tile) -> None:
    key, icon, label, on, tap = tile
    theme = ui.theme
    ground = theme.primary if on else theme.surface
    ink = theme.on_primary if on else theme.text
    says = "On" if on else "Off"
    middle = (box[1] + box[3]) // 2

    def paint(canvas: Canvas) -> None:
        canvas.round(box, 80, ground)
        canvas.icon(box[0] + 66, middle, 84, icon, ink)
        canvas.text((box[0] + 120, middle - 36), label, 52, ink, "Medium")
        canvas.text((box[0] + 120, middle + 40), says, 44, ink)

    ui.add(Element(f"tile.{key}", "tile", label, box, on, text=says), paint, tap)


class Recents(Page):
    """The apps used last, newest first."""

    name = "recents"
    package = "com.android.launcher3"
    activity = ".Recents"
    wallpaper = True
    scrim = 120

    def build(self, ui: Ui) -> None:
        """A card for each app, and a button that forgets them."""
        recent = ui.state.recent_apps
        shown = recent[: 2 if ui.landscape else 5]
        for place, package in enumerate(shown):
            top = 160 + 340 * place
            self._card(ui, package, (60, top, ui.width - 60, top + 310))
        middle, bottom = ui.width // 2, ui.size.height - 90
        if not recent:
            box = (60, ui.size.height // 2 - 60, ui.width - 60, ui.size.height // 2 + 60)
            ui.add(
                Element("recents.empty", "text", "No recent items", box),
                lambda c: c.text(
                    (middle, ui.size.height // 2), "No recent items", 60, WHITE, "Medium", "middle"
                ),
            )
            return
        clear = (middle - 240, bottom - 150, middle + 240, bottom)
        button(ui, Element("recents.clear", "button", "Clear all", clear), lambda: _clear(ui))

    def _card(self, ui: Ui, package: str, box: Box) -> None:
        app, theme = BY_PACKAGE[package], ui.theme
        middle = (box[1] + box[3]) // 2

        def paint(canvas: Canvas) -> None:
            canvas.round(box, 70, theme.background)
            canvas.disc(box[0] + 160, middle, 96, app.colour)
            canvas.icon(box[0] + 160, middle, 118, app.icon, WHITE)
            canvas.text((box[0] + 310, middle), app.label, 64, theme.text, "Medium")

        ui.add(
            Element(f"recents.{package}", "card", app.label, box),
            paint,
            lambda: _launch(ui, package),
        )


def _launch(ui: Ui, package: str) -> None:
    ui.nav.launch(package)


def _clear(ui: Ui) -> None:
    ui.state.recent_apps.clear()
    ui.nav.home()
