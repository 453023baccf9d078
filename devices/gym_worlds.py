"""Two small environments of our own, drawn with Pillow: a hand of blackjack and a grid to cross.

They are registered when they are first asked for: `tapwright/Blackjack-v0` and
`tapwright/GridWorld-v0`.
"""

from __future__ import annotations

from collections import deque
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import gymnasium
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

RANKS = ("A", "2", "3", "4", "5", "6", "7", "8", "9", "10", "J", "Q", "K")
SUITS = ("spade", "heart", "diamond", "club")
TABLE = (560, 420)  # pixels
CARD = (72, 104)
RANK_SIZE = 40
DEALER_TOP, PLAYER_TOP, LEFT, GAP = 56, 236, 28, 12
FELT, WHITE, INK, RED = (20, 96, 60), (250, 250, 246), (24, 24, 28), (196, 28, 40)
_Card = tuple[int, int]  # index into RANKS, index into SUITS

CELLS = 6  # along a side of the grid
CELL = 56  # pixels
FLOOR, WALL, GOAL, HERO = (238, 236, 228), (70, 74, 84), (40, 150, 70), (40, 90, 210)
MOVES = {"up": (0, -1), "down": (0, 1), "left": (-1, 0), "right": (1, 0)}


def register_worlds() -> None:
    """Tell Gymnasium of these environments; twice is harmless."""
    for name, entry, most in (
        ("tapwright/Blackjack-v0", BlackjackTable, 30),
        ("tapwright/GridWorld-v0", GridWorld, 60),
    ):
        if name not in gymnasium.registry:
            gymnasium.register(name, entry_point=entry, max_episode_steps=most)


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """The type on cards and tables."""
    import font_roboto

    file = Path(font_roboto.__file__).parent / "files" / "Roboto-Medium.ttf"
    return ImageFont.truetype(str(file), size)


def hand_value(ranks: list[int]) -> tuple[int, bool]:
    """What cards (indices into `RANKS`) count, and whether an ace in them counts 11."""
    total = sum(min(rank + 1, 10) for rank in ranks)
    soft = 0 in ranks and total + 10 <= 21
    return total + 10 * soft, soft


class BlackjackTable(gymnasium.Env[NDArray[np.int64], int]):  # type: ignore[misc]
    """One hand of blackjack against a dealer who stands on 17; cards come from endless decks.

    Acts: hit, stick. The reward is 1 for a win, 0 for a draw, -1 for a loss.
    """

    metadata: ClassVar[dict[str, Any]] = {
        "render_modes": ["rgb_array"],
        "render_fps": 4,
        "action_names": ["hit", "stick"],
    }

    def __init__(self, render_mode: str | None = None) -> None:
        self.render_mode = render_mode
        self.action_space = spaces.Discrete(2)
        self.observation_space = spaces.MultiDiscrete([32, 11, 2])  # player, dealer's card, soft
        self._player: list[_Card] = []
        self._dealer: list[_Card] = []
        self._said = ""

    def _draw(self) -> _Card:
        return int(self.np_random.integers(len(RANKS))), int(self.np_random.integers(len(SUITS)))

    def _seen(self) -> NDArray[np.int64]:
        value, soft = hand_value([rank for rank, _ in self._player])
        return np.array([value, min(self._dealer[0][0] + 1, 10), int(soft)])

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[NDArray[np.int64], dict[str, Any]]:
        """Deal two cards each; the dealer's second stays hidden."""
        super().reset(seed=seed)
        self._player = [self._draw(), self._draw()]
        self._dealer = [self._draw(), self._draw()]
        self._said = ""
        return self._seen(), {}

    def step(self, action: int) -> tuple[NDArray[np.int64], float, bool, bool, dict[str, Any]]:
        """Take a card, or let the dealer play."""
        if action == 0:
            self._player.append(self._draw())
            if hand_value([rank for rank, _ in self._player])[0] <= 21:
                return self._seen(), 0.0, False, False, {}
            return self._over(-1.0)
        while hand_value([rank for rank, _ in self._dealer])[0] < 17:
            self._dealer.append(self._draw())
        mine = hand_value([rank for rank, _ in self._player])[0]
        house = hand_value([rank for rank, _ in self._dealer])[0]
        return self._over(1.0 if house > 21 or mine > house else float(mine == house) - 1.0)

    def _over(self, reward: float) -> tuple[NDArray[np.int64], float, bool, bool, dict[str, Any]]:
        self._said = {1.0: "You win", 0.0: "Draw", -1.0: "You lose"}[reward]
        return self._seen(), reward, True, False, {"result": self._said}

    def render(self) -> NDArray[np.uint8]:
        """The table from above, (420, 560, 3)."""
        table = Image.new("RGB", TABLE, FELT)
        draw = ImageDraw.Draw(table)
        draw.text((LEFT, 16), "Dealer", font=font(24), fill=WHITE)
        draw.text((LEFT, 196), "You", font=font(24), fill=WHITE)
        for at, card in enumerate(self._dealer):
            _draw_card(draw, at, DEALER_TOP, card if at == 0 or self._said else None)
        for at, card in enumerate(self._player):
            _draw_card(draw, at, PLAYER_TOP, card)
        draw.text((LEFT, 368), self._said or "Hit or stick?", font=font(30), fill=WHITE)
        return np.asarray(table)


def card_corner(place: int) -> int:
    """The left edge of the card at `place`; those that come late overlap."""
    return LEFT + place * (CARD[0] + GAP) if place < 6 else LEFT + 420 + (place - 5) * 8


def _draw_card(draw: ImageDraw.ImageDraw, place: int, top: int, card: _Card | None) -> None:
    left = card_corner(place)
    box = (left, top, left + CARD[0], top + CARD[1])
    draw.rectangle(box, fill=WHITE if card else (60, 60, 140), outline=INK)
    if card is None:
        return
    rank, suit = card
    colour = RED if SUITS[suit] in ("heart", "diamond") else INK
    draw.text((left + 8, top + 4), RANKS[rank], font=font(RANK_SIZE), fill=colour)
    _draw_suit(draw, SUITS[suit], left + 48, top + 78, colour)


def _draw_suit(
    draw: ImageDraw.ImageDraw, suit: str, x: int, y: int, colour: tuple[int, int, int]
) -> None:
    """A suit's sign around (x, y)."""
    if suit == "diamond":
        draw.polygon([(x, y - 16), (x + 12, y), (x, y + 16), (x - 12, y)], fill=colour)
        return
    if suit == "heart":
        draw.polygon([(x - 14, y - 3), (x + 14, y - 3), (x, y + 16)], fill=colour)
        lobes = [(-7, -6), (7, -6)]
    else:
        draw.polygon([(x, y), (x + 7, y + 16), (x - 7, y + 16)], fill=colour)
        lobes = [(-7, 3), (7, 3)]
        if suit == "club":
            lobes.append((0, -7))
        else:
            draw.polygon([(x - 14, y + 1), (x + 14, y + 1), (x, y - 16)], fill=colour)
    for right, down in lobes:
        draw.ellipse((x + right - 8, y + down - 8, x + right + 8, y + down + 8), fill=colour)


class GridWorld(gymnasium.Env[NDArray[np.int64], int]):  # type: ignore[misc]
    """A blue disc is to be brought to the green square; grey squares are walls.

    Acts: up, down, left, right. The reward is 1 at the goal, 0 before it.
    """

    metadata: ClassVar[dict[str, Any]] = {
        "render_modes": ["rgb_array"],
        "render_fps": 4,
        "action_names": list(MOVES),
    }

    def __init__(self, render_mode: str | None = None) -> None:
        self.render_mode = render_mode
        self.action_space = spaces.Discrete(len(MOVES))
        self.observation_space = spaces.MultiDiscrete([CELLS] * 4)  # hero, goal
        self._walls: set[tuple[int, int]] = set()
        self._hero = self._goal = (0, 0)

    def _seen(self) -> NDArray[np.int64]:
        return np.array([*self._hero, *self._goal])

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[NDArray[np.int64], dict[str, Any]]:
        """Draw walls, a beginning and a goal that can be reached from it."""
        super().reset(seed=seed)
        cells = [(x, y) for x in range(CELLS) for y in range(CELLS)]
        while True:
            order = [cells[at] for at in self.np_random.permutation(len(cells))]
            self._hero, self._goal, *rest = order
            self._walls = set(rest[: CELLS + 2])
            if self._goal in reachable(self._hero, self._walls):
                return self._seen(), {}

    def step(self, action: int) -> tuple[NDArray[np.int64], float, bool, bool, dict[str, Any]]:
        """Move by one square where none stands in the way."""
        right, down = list(MOVES.values())[action]
        there = (self._hero[0] + right, self._hero[1] + down)
        if there not in self._walls and all(0 <= along < CELLS for along in there):
            self._hero = there
        done = self._hero == self._goal
        return self._seen(), float(done), done, False, {}

    def render(self) -> NDArray[np.uint8]:
        """The grid from above, (336, 336, 3)."""
        grid = Image.new("RGB", (CELLS * CELL, CELLS * CELL), FLOOR)
        draw = ImageDraw.Draw(grid)
        for x in range(CELLS):
            for y in range(CELLS):
                box = (x * CELL, y * CELL, (x + 1) * CELL - 1, (y + 1) * CELL - 1)
                fill = WALL if (x, y) in self._walls else GOAL if (x, y) == self._goal else FLOOR
                draw.rectangle(box, fill=fill, outline=(200, 198, 190))
        x, y = self._hero
        draw.ellipse(
            (x * CELL + 12, y * CELL + 12, (x + 1) * CELL - 12, (y + 1) * CELL - 12), fill=HERO
        )
        return np.asarray(grid)


def reachable(start: tuple[int, int], walls: set[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """Every square that can be reached from `start`, with the first move towards it."""
    found = {start: ""}
    waiting = deque([start])
    while waiting:
        here = waiting.popleft()
        for name, (right, down) in MOVES.items():
            there = (here[0] + right, here[1] + down)
            if there in walls or there in found or not all(0 <= at < CELLS for at in there):
                continue
            found[there] = found[here] or name
            waiting.append(there)
    return found
