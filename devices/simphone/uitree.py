"""The screen as uiautomator writes it: an XML hierarchy, for checks and for reading back."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import quoteattr

from tapwright.devices.simphone.ui import Element

_CLASSES = {
    "app": "android.widget.TextView",
    "button": "android.widget.Button",
    "field": "android.widget.EditText",
    "key": "android.widget.Button",
    "slider": "android.widget.SeekBar",
    "switch": "android.widget.Switch",
    "text": "android.widget.TextView",
}


def hierarchy(elements: Iterable[Element], package: str, rotation: int) -> str:
    """One `node` per element, flat, in the order they were drawn."""
    nodes = "".join(_node(number, element, package) for number, element in enumerate(elements))
    return (
        "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>"
        f'<hierarchy rotation="{rotation}">{nodes}</hierarchy>'
    )


def _node(number: int, element: Element, package: str) -> str:
    left, top, right, bottom = element.bounds
    text = element.text if element.kind in ("field", "text") else element.label
    attributes = {
        "index": str(number),
        "text": text,
        "resource-id": f"{package}:id/{element.id}",
        "class": _CLASSES.get(element.kind, "android.view.View"),
        "package": package,
        "content-desc": element.label,
        "checkable": _flag(element.checked is not None),
        "checked": _flag(bool(element.checked)),
        "clickable": _flag(element.clickable),
        "enabled": "true",
        "focusable": _flag(element.kind == "field"),
        "focused": _flag(element.focused),
        "scrollable": "false",
        "long-clickable": "false",
        "password": "false",
        "selected": _flag(element.kind == "tab" and bool(element.checked)),
        "bounds": f"[{left},{top}][{right},{bottom}]",
    }
    written = " ".join(f"{key}={_quoted(value)}" for key, value in attributes.items())
    return f"<node {written} />"


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _quoted(text: str) -> str:
    # What XML cannot hold at all is shown as the replacement character. Quotes are always written
    # as references, since uiautomator's attributes stand in double quotes.
    legal = "".join(c if c in "\t\n\r" or _legal(ord(c)) else "\ufffd" for c in text)
    return quoteattr(legal, {'"': "&quot;"})


def _legal(code: int) -> bool:
    return 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000
