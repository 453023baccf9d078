"""A player who looks at the table: blackjack driven by the same loop as a phone.

`Reader` is a model of one's own that decides from the picture alone. It finds the white cards on
the felt, compares the corner of each with drawn ranks, adds up, and hits below 17. Any Gymnasium
environment with pictures is driven so: `open_environment("...")` instead of this table.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import cache

import numpy as np
from PIL import Image, ImageDraw

from tapwright import Agent, ModelError, Size
from tapwright.agent.quiet import Patience
from tapwright.agent.settings import RunSettings
from tapwright.devices.gym import open_environment
from tapwright.devices.gym_worlds import CARD, RANK_SIZE, RANKS, font, hand_value
from tapwright.model.families import FAMILIES
from tapwright.prompts import dialect
from tapwright.types import ImagePart, ParsedReply, Reply, Request, ToolCall

CORNER = (46, 52)  # pixels of a card's corner that hold its rank
DEALERS = 180  # rows above it are the dealer's
# A table changes by acts alone, so it need not be waited for as a phone's screen is.
SETTINGS = RunSettings(max_steps=12, patience=Patience(interval=0.0, grace=0.0))


@cache
def ranks() -> list[np.ndarray]:
    """What the corner of each rank looks like, True where there is ink."""
    drawn = []
    for rank in RANKS:
        corner = Image.new("L", CORNER, 255)
        ImageDraw.Draw(corner).text((8, 4), rank, font=font(RANK_SIZE), fill=0)
        drawn.append(np.asarray(corner) < 128)
    return drawn


def cards(picture: np.ndarray) -> Iterator[tuple[int, int]]:
    """The top edge and the rank of every open card on a picture (H, W, 3)."""
    white = (picture > 235).all(axis=2)
    for rows in (slice(0, DEALERS), slice(DEALERS, 360)):
        columns = np.flatnonzero(white[rows].sum(axis=0) > 32)
        starts = [x for x in columns if x - 1 not in columns]
        for left in starts:
            # From below, since words stand above the cards. A card's edge is one dark pixel.
            top = rows.start + int(np.flatnonzero(white[rows, left + 2])[-1]) + 1 - CARD[1]
            corner = picture[top : top + CORNER[1], left - 1 : left - 1 + CORNER[0]]
            ink = corner.min(axis=2) < 128
            ink[0], ink[:, 0] = False, False
            misses = [int((ink ^ rank).sum()) for rank in ranks()]
            yield top, int(np.argmin(misses))


class Reader:
    """Reads the table and plays by one rule."""

    name = "reader"
    family = FAMILIES["qwen2-vl"]

    def generate(self, request: Request, on_text: Callable[[str], None] | None = None) -> Reply:
        """The next call; raise `ModelError` where no cards can be seen."""
        shown = [p.image for m in request.messages for p in m.parts if isinstance(p, ImagePart)]
        seen = list(cards(np.asarray(shown[-1])))
        hand = [rank for top, rank in seen if top > DEALERS]
        house = [rank for top, rank in seen if top < DEALERS]
        if len(hand) < 2 or not house:
            raise ModelError("no cards can be seen on the table")
        value, _ = hand_value(hand)
        said = f"I have {' '.join(RANKS[rank] for rank in hand)}: {value}."
        if len(house) > 1 or value > 21:
            call = ToolCall("Done", {"text": said})
        else:
            call = ToolCall("Choose", {"name": "hit" if value < 17 else "stick"})
        return Reply(dialect(self.family.dialect).render_reply(ParsedReply(said, (call,))))

    def count_tokens(self, request: Request) -> int:
        """Nothing is read but the picture, so nothing is counted."""
        return 0

    def shown_size(self, size: Size) -> Size:
        """It sees every picture as it is."""
        return size


def main(hands: int = 20) -> None:
    """Play some hands and say what they were worth."""
    rewards = []
    for seed in range(hands):
        with open_environment("blackjack", seed=seed) as table:
            agent = Agent(Reader(), table, settings=SETTINGS)
            agent.run("Play this hand of blackjack to its end", ["ended == terminated"])
            rewards.append(float(table.query(["reward"]).stdout))
    won, lost = rewards.count(1.0), rewards.count(-1.0)
    print(f"{hands} hands: {won} won, {lost} lost, {hands - won - lost} drawn")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
