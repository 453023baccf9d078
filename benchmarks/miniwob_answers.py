"""What is right on a page now, read from its elements: for the pages that an oracle solves."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from miniwob_choices import CHOICES, click
from miniwob_dom import Dom, Node

from tapwright.training.pages.recorded import Move

Answer = Callable[[Dom], Move]


def _quoted(dom: Dom) -> list[str]:
    return re.findall(r'"([^"]*)"', dom.task)


def _typed(text: str) -> Move:
    return Move(f"Type {text}.", "Type", {"text": text})


def _filled(dom: Dom, wanted: Mapping[str, str], button: str = "subbtn") -> Move:
    """The next step towards fields (by id) with these values and a press of the button."""
    for field, value in wanted.items():
        node = dom.one("input", id=field)
        if node.value != value:
            return _typed(value) if node.focused else click(node, "the field")
    node = dom.one("button", id=button)
    return click(node, node.text)


def _field(name: str, value: Callable[[Dom], str]) -> Answer:
    return lambda dom: _filled(dom, {name: value(dom)})


def _other_case(dom: Dom) -> str:
    word = _quoted(dom)[0]
    return word.upper() if "upper case" in dom.task else word.lower()


def _password(dom: Dom) -> Move:
    word = _quoted(dom)[0]
    return _filled(dom, {"password": word, "verify": word})


def _login(dom: Dom) -> Move:
    user, word = _quoted(dom)
    return _filled(dom, {"username": user, "password": word})


def _product(dom: Dom) -> str:
    first, sign, second = dom.one("div", id="math-problem").text.split()[:3]
    one, two = int(first), int(second)
    return str({"+": one + two, "-": one - two, "x": one * two}[sign])


def _unknown(dom: Dom) -> str:
    first, sign, second, _, total = dom.one("div", id="math-problem").text.split()
    if sign == "+":
        return str(int(total) - int(second if first == "x" else first))
    return str(int(total) + int(second)) if first == "x" else str(int(first) - int(total))


def _blocks(dom: Dom) -> str:
    return str(len(dom.all("span", cls="addition-block")))


def _captcha(dom: Dom) -> str:
    return dom.one("div", id="captcha").text.replace(" ", "")


def _cell(dom: Dom) -> str:
    key = re.sub(r"^Enter the value of (.*) into the text field.*$", r"\1", dom.task)
    cells = [node.text for node in dom.all("td")]
    return cells[cells.index(key) + 1]


def _word(dom: Dom) -> str:
    found = re.search(r"(\d+)(?:st|nd|rd|th) word", dom.task)
    if found is None:
        raise LookupError(f"no position in {dom.task!r}")
    words = dom.one("p").text.split()
    return re.sub(r"[^a-zA-Z]", "", words[int(found[1]) - 1])


def _chosen(dom: Dom) -> Move:
    """Boxes that are to be ticked, then the button."""
    named = dom.task.removeprefix("Select ").removesuffix(" and click Submit.").split(", ")
    for node in dom.all("label"):
        box = next(n for n in dom.all("input") if _within(n, node))
        if (node.text in named) != box.checked:
            return click(box, node.text)
    button = dom.one("button", id="subbtn")
    return click(button, button.text)


def _within(inner: Node, outer: Node) -> bool:
    middle = (inner.box[1] + inner.box[3]) / 2
    return outer.box[1] - 4 <= middle <= outer.box[3] + 4


def _parity(dom: Dom) -> Move:
    numbers = dom.all("div", cls="display-number")
    for number, odd, even in zip(
        numbers, dom.all("button", cls="odd"), dom.all("button", cls="even"), strict=True
    ):
        right = odd if int(number.text) % 2 else even
        if "selected" not in right.classes:
            return click(right, f"{right.text} of {number.text}")
    button = dom.one("button", id="submit")
    return click(button, button.text)


def _ascending(dom: Dom) -> Move:
    """The 1 while numbers are shown, then the boxes that hide them, which keep their order."""
    shown = [node for node in dom.all("text") if node.text == "1"]
    return click(shown[0], "1") if shown else click(dom.all("rect")[0], "the next number")


def _collapsible(dom: Dom) -> Move:
    open_ones = [n for n in dom.all("div", cls="ui-accordion-content") if n.box[3] - n.box[1] > 10]
    if not open_ones:
        header = dom.one("h3")
        return click(header, header.text)
    button = dom.one("button", id="subbtn")
    return click(button, button.text)


def _link_in_tabs(dom: Dom) -> Move:
    """The link where it is shown, else the tab behind the one that is open."""
    word = _quoted(dom)[0]
    links = [n for n in dom.all("span", cls="alink") if n.text == word and n.spot is not None]
    if links:
        return click(links[0], word)
    tabs = dom.all("li", cls="ui-tabs-tab") or dom.all("li")
    now = next(at for at, tab in enumerate(tabs) if "ui-tabs-active" in tab.classes)
    tab = tabs[(now + 1) % len(tabs)]
    return click(tab, tab.text)


def _sequence(dom: Dom) -> Move:
    pushed = int(dom.browser.run("buttonsPushed.length"))
    node = dom.one("button", id=("subbtn", "subbtn2")[min(pushed, 1)])
    return click(node, node.text)


def _circle(dom: Dom) -> Move:
    if not dom.all("circle", cls="blue"):
        return click(dom.one("circle", cls="black-circle"), "the middle of the circle")
    button = dom.one("button", id="subbtn")
    return click(button, button.text)


def _figures(text: str) -> Answer:
    """A date's or a time's field, which takes its digits one after the other."""

    def answer(dom: Dom) -> Move:
        found = re.search(text, dom.task)
        if found is None:
            raise LookupError(f"nothing to enter in {dom.task!r}")
        field = dom.one("input", id="tt")
        if field.value:
            button = dom.one("button", id="subbtn")
            return click(button, button.text)
        if not field.focused:
            left, top, _, bottom = field.box
            return Move("Click the field.", "Click", {}, (left + 12, (top + bottom) / 2))
        month_or_hour, *rest = found.groups()
        return _typed(month_or_hour.zfill(2) + "".join(rest).replace(" ", ""))

    return answer


def _choice(page: str) -> Answer:
    return lambda dom: CHOICES[page](dom)[dom.task]


ANSWERS: dict[str, Answer] = {
    **{page: _choice(page) for page in CHOICES},
    "ascending-numbers": _ascending,
    "circle-center": _circle,
    "click-button-sequence": _sequence,
    "click-checkboxes": _chosen,
    "click-collapsible": _collapsible,
    "click-option": _chosen,
    "click-tab-2": _link_in_tabs,
    "click-tab-2-easy": _link_in_tabs,
    "enter-date": _figures(r"(\d+)/(\d+)/(\d+)"),
    "enter-password": _password,
    "enter-text": _field("tt", lambda dom: _quoted(dom)[0]),
    "enter-text-2": _field("tt", _other_case),
    "enter-text-dynamic": _field("tt", lambda dom: _quoted(dom)[0]),
    "enter-time": _figures(r"(\d+):(\d+)\s*([AP]M)"),
    "find-word": _field("answer-input", _word),
    "login-user": _login,
    "odd-or-even": _parity,
    "read-table": _field("tt", _cell),
    "simple-algebra": _field("math-answer", _unknown),
    "simple-arithmetic": _field("math-answer", _product),
    "text-transform": _field("tt", _captcha),
    "unicode-test": _choice("click-button"),
    "visual-addition": _field("math-answer", _blocks),
}
