"""Looks at seeded pages as training material: one click answers them, and all that could be asked
is written beside each (see `miniwob_choices`)."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable

from miniwob_browser import PAGE, Browser
from miniwob_choices import CHOICES, click
from miniwob_dom import Covered, Dom
from PIL import Image

from tapwright.actions import Click, MoveTo
from tapwright.agent.history import summary_line
from tapwright.devices.desktop import DesktopDevice, open_desktop
from tapwright.errors import DeviceError
from tapwright.training.pages.recorded import Lesson, Look, Move, Recorder
from tapwright.types import Delivery

COVER = (80, 105)  # where START is clicked, so where the pointer mostly stands in CSS pixels
SEQUENCE = "click-button-sequence"
RECORDED = (*CHOICES, SEQUENCE)
Shown = tuple[Look, Image.Image]


class Camera:
    """The display's picture, and its pointer, as a run has them."""

    def __init__(self, browser: Browser, desktop: DesktopDevice) -> None:
        self._browser = browser
        self._desktop = desktop

    def picture(self) -> Image.Image:
        """What the display shows, RGB."""
        return Image.fromarray(self._desktop.frame())

    def point_at(self, x: float, y: float, *, press: bool = False) -> None:
        """Put the pointer on a CSS pixel, and click there with `press`; raise `DeviceError` where
        that is not delivered."""
        point = self._browser.point(x, y)
        effect = self._desktop.perform(Click(point) if press else MoveTo(point))
        if effect.delivery is not Delivery.DELIVERED:
            raise DeviceError(f"the pointer did not come to ({x:g}, {y:g}): {effect.said}")


def record(
    browser: Browser,
    page: str,
    seeds: Iterable[int],
    recorder: Recorder,
    say: Callable[[str], None],
) -> int:
    """Write a look at `page` for every seed that is not there yet; how many were written."""
    known = recorder.seen(page)
    browser.open(page)
    written = 0
    with open_desktop(display=browser.screen.display, stop=False) as desktop:
        camera = Camera(browser, desktop)
        for seed in seeds:
            if seed in known:
                continue
            rng = random.Random(f"{page} {seed}")
            spot = COVER if rng.random() < 0.5 else _anywhere(rng)
            browser.prepare(seed)
            camera.point_at(*spot)
            browser.start()
            try:
                shown = _shown(browser, camera, page, seed, recorder)
            except Covered:
                continue  # the page hid its own target
            recorder.add(shown)
            written += len(shown)
            if written % 200 < len(shown):
                say(f"{page}: {written} looks")
    return written


def _anywhere(rng: random.Random) -> tuple[int, int]:
    return rng.randrange(PAGE.width), rng.randrange(PAGE.height)


def _shown(
    browser: Browser, camera: Camera, page: str, seed: int, recorder: Recorder
) -> list[Shown]:
    if page == SEQUENCE:
        return _sequence(browser, camera, seed, recorder)
    return [_look(browser, camera, page, seed, recorder)]


def _look(browser: Browser, camera: Camera, page: str, seed: int, recorder: Recorder) -> Shown:
    dom = Dom(browser)
    choices = CHOICES[page](dom)
    if dom.task not in choices:
        raise Covered(f"nothing shown answers {dom.task!r}")
    own = choices.pop(dom.task)
    lessons = [Lesson(dom.task, _scaled(own, browser.scale))]
    lessons += [Lesson(task, _scaled(move, browser.scale)) for task, move in choices.items()]
    look = Look(
        page, seed, 0, recorder.name(page, seed, 0), tuple(lessons), dom.elements(), dom.letters()
    )
    return look, camera.picture()


def _sequence(browser: Browser, camera: Camera, seed: int, recorder: Recorder) -> list[Shown]:
    """Two buttons in their order: what is done already stands in the steps alone."""
    shown: list[Shown] = []
    for step, told in enumerate((None, "Changed.")):
        dom = Dom(browser)
        first, second = (
            click(node, node.text) for node in sorted(dom.all("button"), key=lambda n: n.id)
        )
        done = summary_line(first.thought, (), "Changed.")
        same = summary_line(first.thought, (), "No change.")
        one, two = (_scaled(move, browser.scale) for move in (first, second))
        lessons = [
            Lesson(dom.task, one),
            Lesson(dom.task, two, (done,)),
            Lesson(dom.task, two, (same,)),
        ]
        own = lessons if told is None else [*lessons[1:], lessons[0]]
        name = recorder.name(SEQUENCE, seed, step)
        look = Look(SEQUENCE, seed, step, name, tuple(own), dom.elements(), dom.letters())
        shown.append((look, camera.picture()))
        if told is None and first.point is not None:
            camera.point_at(*first.point, press=True)
            browser.drawn()
    return shown


def _scaled(move: Move, scale: int) -> Move:
    if move.point is None:
        return move
    x, y = move.point
    return Move(move.thought, move.name, move.arguments, (round(x * scale, 1), round(y * scale, 1)))
