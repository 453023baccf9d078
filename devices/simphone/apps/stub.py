"""Apps that have one page each: good to look at, and wrong turns to come back from."""

from __future__ import annotations

from functools import partial

from tapwright.devices.simphone.apps.catalogue import App
from tapwright.devices.simphone.canvas import WHITE, Canvas
from tapwright.devices.simphone.ui import Element, Page, Ui
from tapwright.devices.simphone.ui_widgets import Look, heading, note, row, toolbar

CONTENT: dict[str, tuple[str, tuple[tuple[str, str, str], ...]]] = {
    "Phone": ("No recent calls", (("voicemail", "Voicemail", "Empty"),)),
    "Messages": ("No messages yet", (("archive", "Archived", "None"),)),
    "Camera": ("The lens is covered", (("camera_timer", "Self-timer", "Off"),)),
    "Photos": ("No photos yet", (("heart", "Favourites", "Empty"), ("delete", "Bin", "Empty"))),
    "Maps": ("No saved places", (("home", "Home", "Not set"), ("briefcase", "Work", "Not set"))),
    "Mail": ("Your inbox is empty", (("send", "Sent", "None"), ("file", "Drafts", "None"))),
    "Calendar": ("Nothing planned", (("cake", "Birthdays", "None this month"),)),
    "Music": ("No songs yet", (("playlist_music", "Playlists", "None"),)),
    "Files": ("No recent files", (("download", "Downloads", "Empty"), ("file", "Papers", "None"))),
    "Calculator": ("0", (("history", "History", "Empty"),)),
    "Weather": ("Partly cloudy, 18°", (("weather_sunny", "Tomorrow", "Sunny, 21°"),)),
    "Browser": ("No open tabs", (("bookmark", "Marks", "None"), ("history", "History", "None"))),
    "Contacts": ("No contacts yet", (("star", "Favourites", "None"),)),
    "Wallet": ("No cards yet", (("ticket", "Passes", "None"),)),
    "Store": ("All apps up to date", (("puzzle", "Games", "12 new"), ("apps", "Apps", "8 new"))),
    "Video": ("Nothing to watch yet", (("history", "Watched", "None"),)),
    "Recorder": ("No recordings", (("folder", "Saved", "None"),)),
}  # fmt: skip


class Stub(Page):
    """The only page of a small app."""

    activity = ".Main"

    def __init__(self, app: App) -> None:
        super().__init__()
        self.app = app
        self.name = app.label.lower()
        self.package = app.package

    def build(self, ui: Ui) -> None:
        """A title, a large icon, a line and a few rows."""
        app = self.app
        line, rows = CONTENT[app.label]
        toolbar(ui, app.label, back=False)
        middle = ui.width // 2
        top = ui.y + (60 if ui.landscape else 160)
        theme = ui.theme

        def paint(canvas: Canvas) -> None:
            canvas.disc(middle, top + 170, 170, app.colour)
            canvas.icon(middle, top + 170, 200, app.icon, WHITE)
            canvas.text((middle, top + 450), line, 58, theme.text, "Medium", "middle")

        box = (60, top, ui.width - 60, top + 500)
        ui.add(Element(f"{self.name}.empty", "text", line, box, text=line), paint)
        ui.y = top + 600
        ui.begin_scroll()
        heading(ui, "More")
        for icon, title, says in rows:
            look = Look(icon, title, says, app.colour)
            row(ui, f"{self.name}.{title}", look, partial(_open, ui, app, title))
        ui.end_scroll()


def _open(ui: Ui, app: App, title: str) -> None:
    ui.nav.open(Empty(app, title))


class Empty(Page):
    """A list with nothing in it."""

    activity = ".List"

    def __init__(self, app: App, title: str) -> None:
        super().__init__()
        self.app = app
        self.title = title
        self.name = f"{app.label.lower()}.list"
        self.package = app.package

    def build(self, ui: Ui) -> None:
        """A title and one line."""
        toolbar(ui, self.title)
        ui.y += 60
        note(ui, "list.empty", "There is nothing here yet.", 54)
