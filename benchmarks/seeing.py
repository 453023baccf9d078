"""What each way of seeing does for the hit rate, on drawn screens whose targets are known.

hit: one place was found and it lies on the target. wrong: one was found and lies elsewhere.
refused: several answered equally well. missed: none did. Only "wrong" is a silent mistake.
Times are processor time, on one thread.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from PIL import Image
from seeing_eyes import Eye, colour_eye, reading_eye
from seeing_screens import Known, Screen, draw_screen

from tapwright.actions import Box, Point
from tapwright.agent.grounding_pictures import COLOURS
from tapwright.agent.seeing.finder import ModelFinder
from tapwright.agent.seeing.marks import candidates
from tapwright.agent.seeing.reading import CachedReader, text_reader
from tapwright.agent.seeing.template import find_template
from tapwright.agent.seeing.text import find_text
from tapwright.agent.seeing.values import Found
from tapwright.types import Size

OUTCOMES = ("hit", "wrong", "refused", "missed")
THEMES = ("light", "dark", "faint")


class Table:
    """Counts outcomes and prints a line of them."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.seconds: list[float] = []

    def add(self, places: Sequence[Point], box: Box) -> None:
        """Judge what was found of one target."""
        if len(places) > 1:
            self.counts["refused"] += 1
        elif not places:
            self.counts["missed"] += 1
        else:
            self.counts["hit" if _inside(places[0], box) else "wrong"] += 1

    def line(self, name: str, note: str = "") -> None:
        """Print what was counted."""
        total = sum(self.counts.values())
        cells = "  ".join(f"{self.counts[each]:5d}" for each in OUTCOMES)
        rate = self.counts["hit"] / total if total else 0.0
        time_ms = f"{statistics.median(self.seconds) * 1000:8.0f}" if self.seconds else " " * 8
        print(f"{name:44s} {total:5d}  {cells}  {rate:6.1%} {time_ms}  {note}", flush=True)


def head(title: str, timed: str = "ms") -> None:
    """Print a table's head."""
    cells = "  ".join(f"{each[:5]:>5s}" for each in OUTCOMES)
    print(f"\n{title}\n{'':44s} {'all':>5s}  {cells}  {'rate':>6s} {timed:>8s}", flush=True)


def _spent() -> float:
    """Processor seconds so far, those of programs that were started included."""
    return sum(os.times()[:4])


def _inside(point: Point, box: Box) -> bool:
    return box.left - 2 <= point.x < box.right + 2 and box.top - 2 <= point.y < box.bottom + 2


def bench_text(name: str, screens: int) -> None:
    """OCR anchors: labels, menu entries, buttons, and equal buttons told apart by their row."""
    for theme in THEMES:
        whole, rows, reader = Table(), Table(), text_reader(name)
        for seed in range(screens):
            screen = draw_screen(seed, theme)
            began = _spent()
            lines = reader.read(screen.image)
            whole.seconds.append(_spent() - began)
            for target in screen.targets:
                if target.words:
                    found = [f for f in find_text(lines, target.words, near=target.near) if f.whole]
                    table = rows if target.near else whole
                    table.add([f.point for f in found], target.box)
        whole.line(f"{name}, {theme}: labels and buttons")
        rows.line(f"{name}, {theme}: 'Delete' near a row's name")


def bench_templates(screens: int) -> None:
    """A picture cut from the screen is looked for after the screen has drifted."""
    drifts: dict[str, Callable[[int], Screen]] = {
        "the same": lambda seed: draw_screen(seed),
        "moved by (37, 21)": lambda seed: draw_screen(seed, move=(37, 21)),
        "theme changed": lambda seed: draw_screen(seed, "dark"),
        "paler theme": lambda seed: draw_screen(seed, "faint"),
        "letters 13 -> 14": lambda seed: draw_screen(seed, letter=14),
    }
    for drift, draw in drifts.items():
        table = Table()
        for seed in range(screens):
            before, after = draw_screen(seed), draw(seed)
            for old, new in zip(before.targets, after.targets, strict=True):
                template = before.image.crop(
                    (old.box.left, old.box.top, old.box.right, old.box.bottom)
                )
                began = _spent()
                found = find_template(after.image, template)
                table.seconds.append(_spent() - began)
                table.add([each.point for each in found], new.box)
        table.line(f"templates, {drift}", "equal buttons of rows are refused")


def bench_marks(name: str, screens: int) -> None:
    """Whether a mark stands on each target: the most that a model which names numbers can hit."""
    reader = text_reader(name)
    for kind in ("icon", "button", "row", "menu", "label"):
        table = Table()
        for seed in range(screens):
            screen = draw_screen(seed)
            marked = candidates(screen.image, reader.read(screen.image))
            for target in screen.targets:
                if target.kind == kind:
                    on = [f.point for f in marked if _inside(f.point, target.box)]
                    table.add(on[:1], target.box)
        table.line(f"marks on each {kind}")


def bench_zoom_patches(places: int) -> None:
    """A quantising eye: it tells the patch of 28 pixels, as it is shown, in which a target lies."""
    for size in ((1280, 800), (1920, 1080), (3840, 2160)):
        for half in (8, 16):
            for zoom in (False, True):
                draw, table, calls = random.Random(f"{size} {half}"), Table(), 0
                for _ in range(places):
                    x, y = (draw.randrange(half, side - half) for side in size)
                    image = Image.new("RGB", size, (242, 243, 245))
                    image.paste(COLOURS["red"], (x - half, y - half, x + half, y + half))
                    eye = Eye(colour_eye(patch=28))
                    finder = ModelFinder(eye, eye.dialect, zoom=zoom, kind="desktop")
                    found = finder.find(image, "the red square")
                    calls += finder.calls
                    box = Box(x - half, y - half, x + half, y + half)
                    table.add([found.point] if found else [], box)
                name = f"{size[0]}x{size[1]}, target of {2 * half} px"
                table.line(f"{name}{', zoom' if zoom else ''}", f"{calls / places:.1f} calls each")


def bench_zoom_reading(name: str, screens: int) -> None:
    """An eye that reads the picture at the size at which a model of the family is shown it."""
    reader = text_reader(name)
    for size, tokens in (((1280, 800), 320), ((1280, 800), 1280)):
        for zoom in (False, True):
            table, calls = Table(), 0
            for seed in range(screens):
                screen = draw_screen(seed, size=size)
                for target in [t for t in screen.targets if t.words and not t.near][:6]:
                    finder = _reading(reader, target, tokens, zoom)
                    found = finder.find(screen.image, f"the label {target.words}")
                    calls += finder.calls
                    table.add([found.point] if found else [], target.box)
            total = max(1, sum(table.counts.values()))
            shown = Eye(colour_eye(), max_pixels=tokens * 784).shown_size
            seen = shown(Size(*size))
            label = f"{size[0]}x{size[1]} shown at {seen.width}x{seen.height}"
            table.line(f"{label}{', zoom' if zoom else ''}", f"{calls / total:.1f} calls each")


def _reading(reader: CachedReader, target: Known, tokens: int, zoom: bool) -> ModelFinder:
    eye = Eye(reading_eye(reader, lambda _: target.words), max_pixels=tokens * 784)
    return ModelFinder(eye, eye.dialect, zoom=zoom, kind="desktop")


def bench_model(spec: str, targets: int) -> None:
    """A real model on simulated phone screens and on drawn desktop screens, one look and two."""
    from tapwright.compose import load_model
    from tapwright.prompts import dialect

    model = load_model(spec)
    spoken = dialect(model.family.dialect)
    for where, shown in (
        ("phone 1080x2400", _phone_targets),
        ("desktop 1280x800", _desktop_targets),
    ):
        for zoom in (False, True):
            table, calls, asked = Table(), 0, 0
            for image, words, box in shown(targets):
                kind = "phone" if "phone" in where else "desktop"
                finder = ModelFinder(model, spoken, zoom=zoom, kind=kind)
                began = _spent()
                found: Found | None = finder.find(image, words)
                table.seconds.append(_spent() - began)
                calls, asked = calls + finder.calls, asked + 1
                table.add([found.point] if found else [], box)
            note = f"{calls / max(1, asked):.1f} calls each"
            table.line(f"{spec}, {where}{', zoom' if zoom else ''}", note)


def _phone_targets(count: int) -> Iterable[tuple[Image.Image, str, Box]]:
    """Things that can be tapped on phones that no training saw, at most four of a screen."""
    from tapwright.devices.simphone.phone import Phone

    given = 0
    for seed in range(9_000, 9_000 + count):
        phone, draw = Phone(seed, animate=False), random.Random(seed)
        for _ in range(2):
            shown = [e for e in phone.elements() if e.clickable and e.label and e.kind != "key"]
            image = phone.draw()
            labels = Counter(e.label for e in shown)
            single = [e for e in shown if labels[e.label] == 1]
            for element in draw.sample(single, min(2, len(single))):
                if given == count:
                    return
                given += 1
                yield image, element.label, Box(*element.bounds)
            if single:
                left, top, right, bottom = draw.choice(single).bounds
                phone.tap((left + right) // 2, (top + bottom) // 2)


def _desktop_targets(count: int) -> Iterable[tuple[Image.Image, str, Box]]:
    given = 0
    for seed in range(count):
        screen = draw_screen(seed)
        for target in [t for t in screen.targets if t.words and not t.near][:4]:
            if given == count:
                return
            given += 1
            yield screen.image, target.words, target.box


def main() -> None:
    """Print every table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--screens", type=int, default=4)
    parser.add_argument("--targets", type=int, default=24, help="that a model is asked for")
    parser.add_argument("--model", default="embedded", help="as `tapwright run` takes it, or none")
    parser.add_argument("--only", help="text, templates, marks, zoom or model")
    chosen = parser.parse_args()
    load = os.getloadavg()[0]
    print(f"{chosen.screens} screens of 1280x800 by seed; load of the machine {load:.1f}")
    parts: dict[str, Callable[[], None]] = {
        "text": lambda: _texts(chosen.screens),
        "templates": lambda: _titled("pictures", lambda: bench_templates(chosen.screens)),
        "marks": lambda: _titled("marks", lambda: bench_marks("rapidocr", chosen.screens)),
        "zoom": lambda: _zooms(chosen.screens),
        "model": lambda: _titled("a model", lambda: bench_model(chosen.model, chosen.targets)),
    }
    for name, part in parts.items():
        if chosen.only in (None, name) and not (name == "model" and chosen.model == "none"):
            part()


def _titled(title: str, part: Callable[[], None]) -> None:
    head(title, "ms/find")
    part()


def _texts(screens: int) -> None:
    head("text", "ms/scr")
    for name in ("rapidocr", "tesseract"):
        bench_text(name, screens)


def _zooms(screens: int) -> None:
    head("zoom with an eye that tells the patch of 28 pixels in which something lies")
    bench_zoom_patches(screens * 4)
    head("zoom with an eye that reads what it is shown")
    bench_zoom_reading("rapidocr", max(2, screens // 4))


if __name__ == "__main__":
    main()
