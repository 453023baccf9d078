"""The apps that are installed: package, label, icon and colour."""

from __future__ import annotations

from dataclasses import dataclass

from tapwright.devices.simphone.canvas import Colour


@dataclass(frozen=True, slots=True)
class App:
    """An app as the launcher shows it."""

    package: str
    label: str
    icon: str
    colour: Colour


SETTINGS = "com.android.settings"
CLOCK = "com.android.deskclock"
NOTES = "com.android.notes"
LAUNCHER = "com.android.launcher3"

APPS = (
    App(SETTINGS, "Settings", "cog", (95, 99, 104)),
    App(CLOCK, "Clock", "clock", (26, 115, 232)),
    App("com.android.dialer", "Phone", "phone", (24, 128, 56)),
    App("com.android.messaging", "Messages", "message_text", (25, 103, 210)),
    App("com.android.camera2", "Camera", "camera", (60, 64, 67)),
    App("com.android.gallery3d", "Photos", "image_multiple", (219, 68, 55)),
    App("com.android.maps", "Maps", "map_marker", (30, 142, 62)),
    App("com.android.email", "Mail", "email", (197, 34, 31)),
    App("com.android.calendar", "Calendar", "calendar_month", (66, 133, 244)),
    App("com.android.music", "Music", "music_note", (216, 27, 96)),
    App("com.android.documentsui", "Files", "folder", (251, 140, 0)),
    App("com.android.calculator2", "Calculator", "calculator", (0, 137, 123)),
    App("com.android.weather", "Weather", "weather_partly_cloudy", (3, 155, 229)),
    App(NOTES, "Notes", "note_text", (249, 171, 0)),
    App("com.android.browser", "Browser", "web", (0, 121, 191)),
    App("com.android.contacts", "Contacts", "account", (94, 53, 177)),
    App("com.android.wallet", "Wallet", "wallet", (0, 105, 92)),
    App("com.android.store", "Store", "shopping", (46, 125, 50)),
    App("com.android.video", "Video", "play_circle", (229, 57, 53)),
    App("com.android.soundrecorder", "Recorder", "microphone", (183, 28, 28)),
)
BY_PACKAGE = {app.package: app for app in APPS}
