"""The quieter pages of Settings: sound, battery, apps, security, about and their like."""

from __future__ import annotations

from functools import partial

from tapwright.devices.simphone.apps.catalogue import APPS, BY_PACKAGE, App
from tapwright.devices.simphone.apps.settings_base import SettingsPage, setting_switch, used
from tapwright.devices.simphone.apps.system import battery_icon
from tapwright.devices.simphone.state import PhoneState
from tapwright.devices.simphone.ui import Element, Ui
from tapwright.devices.simphone.ui_widgets import (
    MARGIN,
    Look,
    button,
    heading,
    main_switch,
    row,
    slider_row,
)

VOLUMES = (
    ("volume_music", "music_note", "Media volume", 15),
    ("volume_ring", "bell_ring", "Ring volume", 7),
)


class Sound(SettingsPage):
    """Volumes and vibration."""

    name = "settings.sound"
    title = "Sound"

    def rows(self, ui: Ui) -> None:
        """Two sliders and three switches."""
        state = ui.state
        for key, icon, title, top in VOLUMES:
            share = state.number("system", key, 0, top) / top
            slider_row(
                ui,
                f"sound.{key}",
                Look(icon, title, f"{round(share * 100)}%"),
                share,
                partial(_volume, state, key, top),
            )
        setting_switch(ui, "system", "vibrate_when_ringing", "vibrate", "Vibrate")
        setting_switch(ui, "system", "haptic_feedback_enabled", "gesture_tap", "Touch feedback")
        setting_switch(ui, "system", "sound_effects_enabled", "volume_medium", "Touch sounds")


def _volume(state: PhoneState, key: str, top: int, share: float) -> None:
    state.put("system", key, round(share * top))


class BatteryPage(SettingsPage):
    """Charge and saver."""

    name = "settings.battery"
    title = "Battery"

    def rows(self, ui: Ui) -> None:
        """Level, switch, what used it."""
        state = ui.state
        level = state.battery.level
        says = "Charging" if state.battery.charging else f"About {max(1, level // 4)} hours left"
        row(ui, "battery.level", Look(battery_icon(state), f"{level}%", says))
        setting_switch(ui, "global", "low_power", "leaf", "Battery saver")
        heading(ui, "Use since last full charge")
        for place, app in enumerate(APPS[2:6]):
            look = Look(app.icon, app.label, f"{(state.wallpaper >> place) % 17 + 1}%", app.colour)
            row(ui, f"battery.{app.package}", look)


class Apps(SettingsPage):
    """All installed apps."""

    name = "settings.apps"
    title = "Apps"

    def rows(self, ui: Ui) -> None:
        """One row for each app, by name."""
        for app in sorted(APPS, key=lambda app: app.label):
            look = Look(app.icon, app.label, f"{_megabytes(app)} MB", app.colour)
            row(ui, f"apps.{app.package}", look, partial(_details, ui, app))


def _details(ui: Ui, app: App) -> None:
    ui.nav.open(AppDetails(app))


def _megabytes(app: App) -> int:
    return 20 + sum(app.package.encode("utf-8")) % 300


class AppDetails(SettingsPage):
    """What is known of one app."""

    name = "settings.app_info"
    title = "App info"

    def __init__(self, app: App) -> None:
        super().__init__()
        self.app = app

    def rows(self, ui: Ui) -> None:
        """Name, an Open button, storage."""
        app = self.app
        row(ui, "app.name", Look(app.icon, app.label, app.package, app.colour))
        box = (MARGIN, ui.y + 20, ui.width - MARGIN, ui.y + 180)
        element = Element("app.open", "button", "Open", box)
        button(ui, element, lambda: _open(ui, app.package), icon="open_in_new")
        ui.y += 210
        row(ui, "app.storage", Look("database", "Storage", f"{_megabytes(app)} MB used"))
        row(ui, "app.permissions", Look("shield_account", "Permissions", "None granted"))


def _open(ui: Ui, package: str) -> None:
    if package in BY_PACKAGE:
        ui.nav.launch(package)


class Notifications(SettingsPage):
    """What may disturb."""

    name = "settings.notifications"
    title = "Notifications"

    def rows(self, ui: Ui) -> None:
        """Two switches."""
        setting_switch(ui, "global", "zen_mode", "minus_circle", "Do Not Disturb")
        setting_switch(
            ui, "secure", "lock_screen_show_notifications", "cellphone_lock", "On lock screen"
        )


class Storage(SettingsPage):
    """How full the phone is."""

    name = "settings.storage"
    title = "Storage"

    def rows(self, ui: Ui) -> None:
        """The whole and its parts."""
        full = used(ui.state)
        row(
            ui,
            "storage.total",
            Look("database", f"{full}% used", f"{full * 128 // 100} GB of 128 GB"),
        )
        parts = (("image", "Photos", 9), ("apps", "Apps", 4), ("folder", "Files", 12))
        for icon, title, share in parts:
            row(ui, f"storage.{icon}", Look(icon, title, f"{full // share + 1} GB"))


class Security(SettingsPage):
    """How the phone is guarded."""

    name = "settings.security"
    title = "Security"

    def rows(self, ui: Ui) -> None:
        """What is known, in three rows."""
        patch = ui.state.properties["ro.build.version.security_patch"]
        row(ui, "security.lock", Look("lock", "Screen lock", "Swipe"))
        row(ui, "security.update", Look("update", "Security update", patch))
        row(ui, "security.finger", Look("fingerprint", "Fingerprint", "Not set up"))


class Location(SettingsPage):
    """Whether apps may know where the phone is."""

    name = "settings.location"
    title = "Location"

    def rows(self, ui: Ui) -> None:
        """Main switch."""
        state = ui.state
        on = state.on("secure", "location_mode")
        main_switch(
            ui,
            "location.switch",
            "Use location",
            on,
            lambda: state.put("secure", "location_mode", 0 if on else 3),
        )
        row(ui, "location.recent", Look("history", "Recent access", "No apps"))


class About(SettingsPage):
    """What this phone is."""

    name = "settings.about"
    title = "About phone"

    def rows(self, ui: Ui) -> None:
        """Model, versions, serial number."""
        known = ui.state.properties
        facts = (
            ("cellphone", "Model", "ro.product.model"),
            ("android", "Android version", "ro.build.version.release"),
            ("wrench", "Build number", "ro.build.display.id"),
            ("barcode", "Serial number", "ro.serialno"),
            ("shield_check", "Security patch", "ro.build.version.security_patch"),
        )
        name = ui.state.get("global", "device_name")
        row(ui, "about.name", Look("rename_box", "Device name", name))
        for icon, title, key in facts:
            row(ui, f"about.{key}", Look(icon, title, known[key]))
        hours, rest = divmod(int(ui.state.uptime()), 3600)
        row(ui, "about.uptime", Look("timer_sand", "Up time", f"{hours}:{rest // 60:02d} hours"))
