"""Pages on which one click answers the task: every task that could be asked of what is shown.

One look so teaches several lessons, and the page's own task is one of them.
"""

from __future__ import annotations

from collections.abc import Callable

from miniwob_dom import Dom, Node

from tapwright.training.pages.recorded import Move

Choices = Callable[[Dom], dict[str, Move]]


def click(node: Node, name: str) -> Move:
    """A click in the middle of an element, and what it is called."""
    return Move(f"Click {name}.", "Click", {}, node.middle)


def _only_button(dom: Dom) -> dict[str, Move]:
    return {dom.task: click(dom.one("button"), "the button")}


def _one_or_two(dom: Dom) -> dict[str, Move]:
    shown = [node for node in dom.all("button") if node.spot is not None]
    return {f"Click button {node.text}.": click(node, node.text) for node in shown}


def _close_dialog(dom: Dom) -> dict[str, Move]:
    return {dom.task: click(dom.one("button", cls="ui-dialog-titlebar-close"), "x")}


def _dialog_buttons(dom: Dom) -> dict[str, Move]:
    ask = 'Click the button in the dialog box labeled "{}".'
    found = {ask.format("x"): click(dom.one("button", cls="ui-dialog-titlebar-close"), "x")}
    for node in dom.all("button"):
        if node.text in ("OK", "Cancel"):
            found[ask.format(node.text)] = click(node, node.text)
    return found


def _textbox(dom: Dom) -> dict[str, Move]:
    return {dom.task: click(dom.one("input"), "the textbox")}


def _textboxes(dom: Dom) -> dict[str, Move]:
    names = ("1st", "2nd", "3rd")
    return {
        f"Focus into the {name} input textbox.": click(node, f"the {name} textbox")
        for name, node in zip(names, dom.all("input"), strict=True)
    }


def _colours(dom: Dom) -> dict[str, Move]:
    return {
        f"Click on the {node.has['data-color']} colored box.": click(node, node.has["data-color"])
        for node in dom.all("div", cls="color")
        if "data-color" in node.has
    }


def _grid(dom: Dom) -> dict[str, Move]:
    return {
        # Without brackets: those are for points of the picture.
        f"Click on the grid coordinate {node.id}.": click(node, node.id.strip("()"))
        for node in dom.all("circle")
    }


def _tabs(dom: Dom) -> dict[str, Move]:
    return {
        f"Click on {node.text}.": click(node, node.text)
        for node in dom.all("a")
        if node.text.startswith("Tab #")
    }


def _widgets(dom: Dom) -> dict[str, Move]:
    found: dict[str, Move] = {}
    for node in dom.all("input", "textarea", "button"):
        kind = node.has.get("data-type", "")
        if kind:
            found.setdefault(f'Click on a "{kind}" widget.', click(node, f"the {kind}"))
    return found


def _buttons(dom: Dom) -> dict[str, Move]:
    found: dict[str, Move] = {}
    for node in dom.all("button"):
        if node.spot is not None:
            found.setdefault(f'Click on the "{node.text}" button.', click(node, node.text))
    return found


def _links(dom: Dom) -> dict[str, Move]:
    found: dict[str, Move] = {}
    for node in dom.all("span", cls="alink"):
        if node.spot is not None:
            found.setdefault(f'Click on the link "{node.text}".', click(node, node.text))
    return found


def _figure(dom: Dom) -> dict[str, Move]:
    drawn = next(n for n in dom.all("text", "rect", "circle", "polygon") if n.id != "area_svg")
    kinds = {"rect": "Rectangle", "circle": "Circle", "polygon": "Triangle"}
    name = kinds.get(drawn.tag) or ("Number" if drawn.text.isdigit() else "Letter")
    button = next(node for node in dom.all("button") if node.text == name)
    return {dom.task: click(button, name)}


CHOICES: dict[str, Choices] = {
    "click-button": _buttons,
    "click-color": _colours,
    "click-dialog": _close_dialog,
    "click-dialog-2": _dialog_buttons,
    "click-link": _links,
    "click-tab": _tabs,
    "click-test": _only_button,
    "click-test-2": _one_or_two,
    "click-test-transfer": _one_or_two,
    "click-widget": _widgets,
    "focus-text": _textbox,
    "focus-text-2": _textboxes,
    "grid-coordinate": _grid,
    "identify-shape": _figure,
}
