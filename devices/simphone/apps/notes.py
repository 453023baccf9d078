"""Notes: one field that keeps what is typed, character for character."""

from __future__ import annotations

from tapwright.devices.simphone.apps.catalogue import NOTES
from tapwright.devices.simphone.ui import Element, Page, TextField, Ui
from tapwright.devices.simphone.ui_widgets import field, toolbar


class Notes(Page):
    """The note, and the keyboard once it is touched."""

    name = "notes"
    package = NOTES
    activity = ".Notes"

    def __init__(self) -> None:
        super().__init__()
        self.content = TextField("notes.text", hint="Write a note", lines=40)

    def build(self, ui: Ui) -> None:
        """Title and field; the phone's state is written at every change, so nothing is lost."""
        state = ui.state
        self.content.text = state.notes
        self.content.changed = lambda text: setattr(state, "notes", text)
        toolbar(ui, "Notes")
        box = (40, ui.y + 10, ui.width - 40, ui.bottom - 90)
        field(ui, Element("notes.text", "field", "Note", box), self.content)
