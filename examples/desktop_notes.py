"""A text is written into an editor on a virtual display: a script's steps as Python calls."""

from tapwright import Screen, connect

with connect("xvfb") as desktop:
    screen = Screen(desktop)
    screen.open("mousepad", "notes.txt")
    screen.type("Grüße aus 上海")
    screen.press("ctrl+s")
    print(desktop.query(["file", "notes.txt"]).stdout)
