"""The UI tree of `uiautomator dump`: what is in the focused field, and what lies under a touch.

The tree is a help only. Where it does not come, comes late or cannot be read, nothing is known.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator
from xml.etree import ElementTree

from tapwright.actions import Point
from tapwright.devices.adb_shell import AdbLink
from tapwright.errors import DeviceError

logger = logging.getLogger(__name__)

_DUMP = "/data/local/tmp/tapwright-window.xml"
DUMP_LINE = f"rm -f {_DUMP}; uiautomator dump {_DUMP} && cat {_DUMP}"

LABEL_SECONDS = 1.5  # for one question; a person's phone takes about one, if it stands still
_MOST_MISSES = 3  # in a row, before the phone is left alone
_REST_SECONDS = 30.0
_MAX_LABEL = 300  # characters
_BOUNDS = re.compile(r"\[(-?\d{1,6}),(-?\d{1,6})\]\[(-?\d{1,6}),(-?\d{1,6})\]")
_PRESSABLE = ("clickable", "long-clickable", "checkable")


def read_tree(dump: str) -> ElementTree.Element | None:
    """The root of the tree in a command's output; None where there is no whole tree."""
    start = dump.find("<?xml")
    end = dump.rfind(">")
    if start < 0 or "<!DOCTYPE" in dump:
        return None
    try:
        return ElementTree.fromstring(dump[start : end + 1].encode("utf-8", errors="replace"))
    except (ElementTree.ParseError, ValueError):
        return None


def focused_text(dump: str) -> str | None:
    """The text of the focused field in a `uiautomator dump`; None where it cannot be known.

    A password field shows dots, which are not its text.
    """
    tree = read_tree(dump)
    if tree is None:
        return None
    fields = [node for node in tree.iter("node") if node.get("focused") == "true"]
    fields = [node for node in fields if "EditText" in node.get("class", "")] or fields
    if len(fields) != 1 or fields[0].get("password") == "true":
        return None
    return fields[0].get("text", "")


def label_in(dump: str, point: Point) -> str | None:
    """The words on what a touch at `point` (device pixels) would press; None for none.

    These are the words of the topmost node there that can be pressed, of those inside it and of
    those drawn over it at that point. An icon without words goes by its resource's name. What
    was typed into a field is no label.
    """
    tree = read_tree(dump)
    if tree is None:
        return None
    # In the order they are drawn: a node's children, and what lies over it, come behind it.
    there = [node for node in tree.iter("node") if _holds(node, point)]
    if not there:
        return None
    pressed = [index for index, node in enumerate(there) if _pressable(node)]
    nodes = there[-1:]
    if pressed:
        nodes = list(dict.fromkeys([*_inside(there[pressed[-1]]), *there[pressed[-1] :]]))
    words = list(dict.fromkeys(word for node in nodes for word in _words(node) if word))
    if not words:
        words = [_resource(node) for node in nodes]
    return " ".join(filter(None, words))[:_MAX_LABEL] or None


class LabelReader:
    """Asks a phone what lies under a point, for as long as the answers come in time."""

    def __init__(self, link: AdbLink, *, on: bool = True) -> None:
        """Ask the phone behind `link`; never, unless `on`."""
        self._link = link
        self._on = on
        self._misses = 0
        self._rest_until = 0.0

    def at(self, point: Point) -> str | None:
        """The words under `point` in device pixels; None where they are not known.

        It takes `LABEL_SECONDS` at most. After three questions in a row without an answer the
        phone is not asked for half a minute: a screen that never stands still has no tree.
        """
        if not self._on or time.monotonic() < self._rest_until:
            return None
        timeout = min(LABEL_SECONDS, self._link.host.timeout)
        try:
            output = self._link.shell(DUMP_LINE, what="uiautomator dump", timeout=timeout)
        except DeviceError as error:
            self._missed(str(error))
            return None
        if output.exit_code != 0 or read_tree(output.text) is None:
            self._missed("there is no tree in the answer")
            return None
        self._misses = 0
        return label_in(output.text, point)

    def _missed(self, why: str) -> None:
        self._misses += 1
        logger.info("what lies under the touch is not known: %s", why)
        if self._misses >= _MOST_MISSES:
            self._misses = 0
            self._rest_until = time.monotonic() + _REST_SECONDS


def _holds(node: ElementTree.Element, point: Point) -> bool:
    bounds = _BOUNDS.fullmatch(node.get("bounds", ""))
    if bounds is None:
        return False
    left, top, right, bottom = map(int, bounds.groups())
    return left <= point.x < right and top <= point.y < bottom


def _pressable(node: ElementTree.Element) -> bool:
    return any(node.get(flag) == "true" for flag in _PRESSABLE)


def _inside(node: ElementTree.Element) -> Iterator[ElementTree.Element]:
    """The node and what is in it, less what can be pressed by itself."""
    waiting = [node]  # a stack: a hostile app's tree may be deeper than calls can be
    while waiting:
        first = waiting.pop()
        yield first
        waiting.extend(child for child in reversed(first) if not _pressable(child))


def _words(node: ElementTree.Element) -> Iterator[str]:
    if "EditText" not in node.get("class", "") and node.get("password") != "true":
        yield node.get("text", "")[:_MAX_LABEL]
    yield node.get("content-desc", "")[:_MAX_LABEL]


def _resource(node: ElementTree.Element) -> str:
    """`send now` for `com.example:id/send_now`."""
    return node.get("resource-id", "").rpartition("/")[2].replace("_", " ")
