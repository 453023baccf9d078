"""What DevTools tell of a page: its elements and letters with their boxes. Models never see it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from miniwob_browser import PAGE, Browser

from tapwright.training.pages.recorded import Box, Element

# Everything that is drawn on the page, in document order; boxes in CSS pixels, cut to the page.
_ELEMENTS = """
(() => {
  const found = [];
  const bad = new Set(['reward-display', 'sync-task-cover', 'click-canvas']);
  const shown = (element, x, y) => {
    const top = document.elementFromPoint(x, y);
    return !!top && (top === element || element.contains(top));
  };
  const spot = (element, box) => {
    const middle = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
    if (shown(element, ...middle)) return middle;
    const seen = [];
    for (let i = 1; i < 10; i++) for (let j = 1; j < 10; j++) {
      const at = [box[0] + (box[2] - box[0]) * i / 10, box[1] + (box[3] - box[1]) * j / 10];
      if (shown(element, ...at)) seen.push(at);
    }
    if (seen.length < 8) return null;
    const mean = k => seen.reduce((sum, at) => sum + at[k], 0) / seen.length;
    const far = at => (at[0] - mean(0)) ** 2 + (at[1] - mean(1)) ** 2;
    return seen.reduce((best, at) => far(at) < far(best) ? at : best);
  };
  const walk = (element) => {
    if (bad.has(element.id) || ['SCRIPT', 'STYLE', 'HEAD'].includes(element.tagName)) return;
    const style = getComputedStyle(element);
    if (style.display === 'none') return;
    const r = element.getBoundingClientRect();
    const box = [Math.max(0, r.left), Math.max(0, r.top),
                 Math.min(%(width)d, r.right), Math.min(%(height)d, r.bottom)];
    if (box[2] > box[0] && box[3] > box[1] && style.visibility !== 'hidden') {
      const own = Array.from(element.childNodes).filter(n => n.nodeType === 3)
        .map(n => n.data).join(' ').replace(/\\s+/g, ' ').trim();
      const has = {};
      for (const a of element.attributes) has[a.name] = a.value;
      found.push({
        tag: element.tagName.toLowerCase(), kind: element.type || '', own: own,
        text: (element.textContent || '').replace(/\\s+/g, ' ').trim(),
        value: element.value === undefined ? null : String(element.value),
        checked: !!element.checked, focused: document.activeElement === element,
        box: box, whole: [r.left, r.top, r.right, r.bottom],
        spot: spot(element, box),
        has: has, color: style.color, back: style.backgroundColor,
      });
    }
    for (const child of element.children) walk(child);
  };
  walk(document.body);
  return found;
})()
"""
_LETTERS = """
(() => {
  const found = [];
  const walker = document.createTreeWalker(document.getElementById('wrap').parentNode, 4);
  const range = document.createRange();
  while (walker.nextNode()) {
    const node = walker.currentNode, parent = node.parentElement;
    if (!node.data.trim() || parent.closest('#reward-display, #sync-task-cover, script, style'))
      continue;
    let text = '', boxes = [];
    for (let i = 0; i < node.length && text.length < 400; i++) {
      range.setStart(node, i); range.setEnd(node, i + 1);
      const r = range.getBoundingClientRect();
      if (r.width === 0 || r.bottom <= 0 || r.top >= %(height)d || r.left >= %(width)d) continue;
      const x = (r.left + r.right) / 2, y = (r.top + r.bottom) / 2;
      const top = document.elementFromPoint(x, y);
      if (!top || !(top === parent || parent.contains(top) || top.contains(parent))) continue;
      text += node.data[i] === '\\n' ? ' ' : node.data[i];
      boxes.push([r.left, r.top, r.right, r.bottom]);
    }
    if (text.trim()) found.push([text, boxes]);
  }
  return found;
})()
"""


class Covered(LookupError):
    """Something lies over the element that is to be clicked."""


@dataclass(frozen=True, slots=True)
class Node:
    """One element of the page; boxes in CSS pixels, `box` cut to the page."""

    tag: str
    kind: str  # of an input
    own: str  # its own words, without its children's
    text: str
    value: str | None
    checked: bool
    focused: bool
    box: Box
    whole: Box
    spot: tuple[float, float] | None  # the middle of what is seen of it; None: it is covered
    has: dict[str, str] = field(default_factory=dict)  # its attributes
    color: str = ""
    back: str = ""

    @property
    def id(self) -> str:
        """Its id, "" without one."""
        return self.has.get("id", "")

    @property
    def classes(self) -> list[str]:
        """Its classes."""
        return self.has.get("class", "").split()

    @property
    def middle(self) -> tuple[float, float]:
        """Where it can be clicked; raise `Covered` where something lies over it."""
        if self.spot is None:
            raise Covered(f"<{self.tag}> {self.text[:40]!r} is covered")
        return self.spot

    @property
    def words(self) -> str:
        """What a person would call it: its value, or its text."""
        return (self.value if self.tag in ("input", "textarea") else self.text) or ""


class Dom:
    """One look at a page's elements."""

    def __init__(self, browser: Browser) -> None:
        size = {"width": PAGE.width, "height": PAGE.height}
        self.browser = browser
        self.task = browser.task
        told: list[dict[str, Any]] = browser.run(_ELEMENTS % size)
        self.nodes = [
            Node(**{**one, **{key: _tuple(one[key]) for key in ("box", "whole", "spot")}})
            for one in told
        ]

    def all(self, *tags: str, area: bool = True, **has: str) -> list[Node]:
        """The elements with one of these tags and these attributes (`cls` for a class), in order;
        those of the instruction's box only without `area`."""
        return list(self._matching(tags, area, has))

    def one(self, *tags: str, **has: str) -> Node:
        """The first of them; raise `LookupError` where there is none."""
        for node in self._matching(tags, True, has):
            return node
        raise LookupError(f"no {' or '.join(tags) or 'element'} with {has} on this page")

    def _matching(self, tags: Sequence[str], area: bool, has: dict[str, str]) -> Iterator[Node]:
        for node in self.nodes:
            if tags and node.tag not in tags:
                continue
            if area and (node.id == "query" or _in_query(node, self.nodes)):
                continue
            wanted = {key: value for key, value in has.items() if key != "cls"}
            if any(node.has.get(key) != value for key, value in wanted.items()):
                continue
            if "cls" in has and has["cls"] not in node.classes:
                continue
            yield node

    def elements(self) -> tuple[Element, ...]:
        """The elements with words, in pixels of the display."""
        scale = self.browser.scale
        kept = [
            node
            for node in self.nodes
            if node.spot is not None and (node.own or node.value is not None)
        ]
        return tuple(
            Element(node.tag, (node.own or node.words)[:80], _scaled(node.box, scale))
            for node in kept
        )

    def letters(self) -> tuple[tuple[str, tuple[Box, ...]], ...]:
        """Stretches of text with the box of every character, in pixels of the display."""
        size = {"width": PAGE.width, "height": PAGE.height}
        told = self.browser.run(_LETTERS % size)
        scale = self.browser.scale
        return tuple((text, tuple(_scaled(box, scale) for box in boxes)) for text, boxes in told)


def _tuple(told: list[float] | None) -> tuple[float, ...] | None:
    return None if told is None else tuple(told)


def _in_query(node: Node, nodes: Sequence[Node]) -> bool:
    query = next((other for other in nodes if other.id == "query"), None)
    return query is not None and node.whole[3] <= query.whole[3] + 1 and node.tag != "svg"


def _scaled(box: Sequence[float], scale: int) -> Box:
    left, top, right, bottom = (round(value * scale, 1) for value in box)
    return (left, top, right, bottom)
