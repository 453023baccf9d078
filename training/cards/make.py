"""`make_card`: facts, a look and a layout, all from one seed."""

from __future__ import annotations

import random
from collections.abc import Callable

from tapwright.training.cards import (
    forecasts,
    labels,
    mixed,
    passes,
    passes_screens,
    passes_wide,
)
from tapwright.training.cards.card import LANDSCAPE, PORTRAIT, Card, Kind
from tapwright.training.cards.invented import SHARE, invent
from tapwright.training.cards.sheet import Sheet, random_look
from tapwright.training.cards.values import draw_facts
from tapwright.training.cards.world import world_for

Layout = Callable[[Sheet, dict[str, str]], None]
_P, _L = PORTRAIT, LANDSCAPE

LAYOUTS: dict[Kind, dict[str, tuple[Layout, tuple[int, int]]]] = {
    "pass": {
        "wallet": (passes.wallet, _P),
        "list": (passes.rows_list, _P),
        "ticket": (passes.ticket, _P),
        "hero": (passes.hero, _P),
        "printed": (passes.printed, _P),
        "app": (passes_screens.app_screen, _P),
        "centred": (passes_screens.centred, _P),
        "grid": (passes_screens.grid, _P),
        "strip": (passes_wide.strip, _L),
        "stub": (passes_wide.stub_left, _L),
        "columns": (passes_wide.columns, _L),
        "thermal": (passes_wide.thermal, _L),
        "window": (passes_wide.window, _L),
        "mixed tall": (mixed.boarding, _P),
        "mixed wide": (mixed.boarding, _L),
    },
    "parcel": {
        "postal": (labels.postal, _P),
        "routing": (labels.routing, _P),
        "wide": (labels.wide_label, _L),
        "screen": (labels.tracking_screen, _P),
        "customs": (labels.customs, _P),
        "sticker": (labels.sticker, _L),
        "mixed tall": (mixed.parcel, _P),
        "mixed wide": (mixed.parcel, _L),
    },
    "weather": {
        "hero": (forecasts.hero, _P),
        "banded": (forecasts.banded, _P),
        "widget": (forecasts.widget, _L),
        "bulletin": (forecasts.bulletin, _P),
        "tiles": (forecasts.tiles, _P),
        "postcard": (forecasts.postcard, _L),
        "mixed tall": (mixed.weather, _P),
        "mixed wide": (mixed.weather, _L),
    },
}
MIXED = 0.5  # so many training cards at least have no fixed layout
HELD_LAYOUTS: dict[Kind, dict[str, tuple[Layout, tuple[int, int]]]] = {
    "pass": {
        "timeline": (passes_screens.timeline, _P),
        "banner": (passes_wide.banner, _L),
        "table": (passes_wide.table, _L),
    },
    "parcel": {"missed": (labels.missed, _P), "pouch": (labels.pouch, _L)},
    "weather": {"columns": (forecasts.columns, _L), "evening": (forecasts.evening, _P)},
}


def make_card(kind: Kind, seed: int, *, unseen: bool = False, layout: str = "") -> Card:
    """The card of a kind and a seed, always the same one.

    `unseen` draws layouts and values that training never shows; `layout` asks for one by name.
    """
    rng = random.Random(f"card {kind} {seed} {unseen}")
    known = HELD_LAYOUTS[kind] if unseen else LAYOUTS[kind]
    mixed_ones = [name for name in known if name.startswith("mixed")]
    chosen = rng.choice(sorted(known))
    if mixed_ones and rng.random() < MIXED:
        chosen = rng.choice(mixed_ones)
    chosen = layout or chosen
    facts = draw_facts(kind, rng, world_for(seed, unseen=unseen).practice, unseen=unseen)
    stands_for: dict[str, str] = {}
    if not unseen and rng.random() < SHARE:
        facts, stands_for = invent(facts, rng)
    draw, size = known[chosen]
    sheet = Sheet(size, random_look(rng), rng)
    draw(sheet, facts)
    fields = tuple(sheet.fields)
    return Card(kind, chosen, seed, unseen, sheet.canvas.image, facts, fields, stands_for)
