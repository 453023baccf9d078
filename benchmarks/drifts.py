"""What can happen to a program between two runs of a script, each kind with what is right then."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace

from drift_world import CUSTOMERS, THEMES, Row, Step, World

from tapwright.actions import Box
from tapwright.devices.drawn_scene import Part, Window
from tapwright.types import Size

Drift = Callable[[World, Step, random.Random], set[str]]
OTHER_WORDS = {
    "save": (("Send", "send"), ("Save as", "save_as"), ("Share", "share"), ("Store", "save")),
    "print": (("Paint", "paint"), ("Point", "point"), ("Print all", "print_all"), ("Export", "")),
}


def _own(step: Step) -> set[str]:
    return {step.hits}


def _customer(step: Step) -> str:
    return step.hits.partition(":")[2]


def window_moved(world: World, step: Step, rng: random.Random) -> set[str]:
    """The window stands elsewhere."""
    world.left, world.top = rng.randint(0, 190), rng.randint(0, 220)
    return _own(step)


def theme_changed(world: World, step: Step, rng: random.Random) -> set[str]:
    """Other colours: night, contrast."""
    other = [theme for theme in THEMES if theme.window != world.theme.window]
    world.theme = replace(rng.choice(other), writing=world.theme.writing)
    return _own(step)


def label_renamed(world: World, step: Step, rng: random.Random) -> set[str]:
    """The target, or the name of its row, reads otherwise, and mostly means something else."""
    if step.hits in OTHER_WORDS:
        words, means = rng.choice(OTHER_WORDS[step.hits])
        world.more.append(_instead(world, step.hits, words, means or step.hits))
        return {step.hits} if means in ("", step.hits) else set()
    if step.hits == "settings":
        swatch = Part("#c03030", Box(470, 8, 494, 32), "settings", "swatch")
        world.more.append(replace(swatch, text="#30a040", name="go"))
        world.hidden.add("settings")
        return set()
    return _row_renamed(world, step, rng)


def _instead(world: World, name: str, words: str, means: str) -> Part:
    part = next(part for part in world.window().parts if part.name == name)
    world.hidden.add(name)
    return replace(part, text=words, name=means, box=_wider(part.box, words))


def _wider(box: Box, words: str) -> Box:
    return Box(box.left, box.top, box.right + 8 * max(0, len(words) - 8), box.bottom)


def _row_renamed(world: World, step: Step, rng: random.Random) -> set[str]:
    """The row belongs to somebody else now, whose name or number looks much like it."""
    customer = _customer(step)
    at = next(at for at, row in enumerate(world.rows) if row.customer == customer)
    row = world.rows[at]
    if step.target.near == customer:
        changed = rng.choice((customer[:-1] + "m", customer + "s", customer[:-1], "Mc" + customer))
        world.rows[at] = replace(row, customer=changed)
        return set()
    digits = str(row.number)
    other = rng.choice((digits + "1", str((row.number + 6) % 60), "1" + digits))
    if int(other) in {each.number for each in world.rows}:
        other = f"9{digits}"
    world.rows[at] = Row(int(other), customer + "x", row.amount)
    return set()


def twins_appeared(world: World, step: Step, rng: random.Random) -> set[str]:
    """Something with the same label, or a row with the same name, stands there as well."""
    if step.hits == "settings":
        place = Box(446, 8, 470, 32) if rng.random() < 0.5 else Box(432, 8, 456, 32)
        world.more.append(Part("#c03030", place, "record", "swatch"))
        return _own(step)
    if ":" not in step.hits:
        words = step.hits.capitalize()
        box = Box(200, 40, 276, 66)
        button = Part(words, box, f"other {step.hits}", "button")
        left, top = rng.randint(350, 480), rng.randint(300, 430)
        window = Window("Letter", left, top, Size(280, 110), (button,))
        world.over.append(window)
        return _own(step)
    at = next(at for at, row in enumerate(world.rows) if row.customer == _customer(step))
    twin = world.rows[at]
    copy = Row(twin.number, twin.customer, "12.50")
    world.rows.insert(rng.choice((at, at + 1, 0)), copy)
    world.twin = copy
    return _own(step)


def dialog_covers(world: World, step: Step, rng: random.Random) -> set[str]:
    """A dialog lies over the target, or anywhere: nothing behind it can be used."""
    question = Part("Keep the changes?", Box(12, 10, 220, 40))
    yes = Part("Yes", Box(12, 60, 88, 86), "yes", "button")
    no = Part("No", Box(100, 60, 176, 86), "no", "button")
    parts = [question, yes, no]
    if ":" not in step.hits and step.hits != "settings" and rng.random() < 0.3:
        parts.append(Part(step.hits.capitalize(), Box(188, 60, 264, 86), "dialog", "button"))
    left, top = rng.randint(0, 480), rng.randint(0, 420)
    world.over.append(Window("Question", left, top, Size(280, 130), tuple(parts), modal=True))
    return set()


def rows_reordered(world: World, step: Step, rng: random.Random) -> set[str]:
    """The list is sorted otherwise."""
    rng.shuffle(world.rows)
    return _own(step)


def row_deleted(world: World, step: Step, rng: random.Random) -> set[str]:
    """A row is gone: one above the target's, or its own; another customer stands there now."""
    customer = _customer(step)
    if customer and rng.random() < 0.5:
        world.rows = [row for row in world.rows if row.customer != customer]
        return set()
    del world.rows[0]
    return _own(step)


def scrolled(world: World, step: Step, rng: random.Random) -> set[str]:
    """The list shows another part of itself, or has more rows above."""
    if rng.random() < 0.5:
        world.scrolled = rng.randint(8, 90)
    else:
        fresh = [name for name in CUSTOMERS if name not in {row.customer for row in world.rows}]
        numbers = rng.sample(range(60, 90), 2)
        for number, name in zip(numbers, fresh, strict=False):
            world.rows.insert(0, Row(number, name, "77.10"))
    return _own(step)


def half_hidden(world: World, step: Step, rng: random.Random) -> set[str]:
    """Another window lies over a part of the target."""
    window = world.window()
    box = next(part.box for part in window.parts if part.name == step.hits)
    left, top = world.left + box.left, world.top + 26 + box.top
    x = left + rng.randint(-60, box.width // 2) if rng.random() < 0.5 else left + box.width // 3
    y = top + rng.choice((-90, -80, 10, 14))
    note = Part("Do not forget", Box(6, 10, 120, 40))
    world.over.append(Window("Note", x, y, Size(rng.randint(90, 180), 100), (note,)))
    return _own(step)


def writing_resized(world: World, step: Step, rng: random.Random) -> set[str]:
    """Larger or smaller writing, or all of it at another scale."""
    if rng.random() < 0.5:
        sizes = [size for size in (12, 13, 16, 17) if size != world.theme.writing]
        world.theme = replace(world.theme, writing=rng.choice(sizes))
    else:
        world.left, world.top = 10, 10
        world.theme = replace(world.theme, scale=rng.choice((0.9, 1.15, 1.25)))
    return _own(step)


def disabled(world: World, step: Step, rng: random.Random) -> set[str]:
    """The target is greyed out."""
    if step.hits == "settings":
        return label_renamed(world, step, rng)
    world.disabled.add(step.hits)
    return set()


def moving(world: World, step: Step, rng: random.Random) -> set[str]:
    """The window slides for a while."""
    world.sliding = rng.choice((2, 5, 12, 400))
    return _own(step)


def words_changed_around(world: World, step: Step, rng: random.Random) -> set[str]:
    """Amounts and the status read otherwise; the target is as it was."""
    world.status = rng.choice(("Saved", "3 invoices are late", "Offline"))
    world.rows = [replace(row, amount=f"{rng.randint(1, 999)}.00") for row in world.rows]
    return _own(step)


def buttons_swapped(world: World, step: Step, rng: random.Random) -> set[str]:
    """Two buttons of the target's row, or of the tool bar, have changed places."""
    one, _, customer = step.hits.partition(":")
    if step.hits == "settings":
        world.swapped_signs = True
        return _own(step)
    other = {"save": "print", "print": "save", "pay": "delete", "delete": "pay"}[one]
    world.swapped = (step.hits, f"{other}:{customer}" if customer else other)
    return _own(step)


KINDS: Mapping[str, Drift] = {
    "window moved": window_moved,
    "theme changed": theme_changed,
    "label renamed": label_renamed,
    "two similar targets": twins_appeared,
    "dialog in front": dialog_covers,
    "rows reordered": rows_reordered,
    "row deleted": row_deleted,
    "list scrolled": scrolled,
    "half hidden": half_hidden,
    "writing resized": writing_resized,
    "disabled": disabled,
    "moving": moving,
    "words around changed": words_changed_around,
    "buttons swapped": buttons_swapped,
}
