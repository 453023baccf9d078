"""The two worlds that ship, played by the loop: from pixels, and not without them."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from PIL import Image

from tapwright import Agent
from tapwright.agent.quiet import Patience
from tapwright.agent.settings import RunSettings
from tapwright.devices.gym import GymDevice, open_environment
from tapwright.devices.gym_worlds import (
    CELL,
    CELLS,
    MOVES,
    RANKS,
    BlackjackTable,
    GridWorld,
    hand_value,
    reachable,
)
from tapwright.model.scripted import ScriptedModel
from tapwright.types import Observation, Outcome

EXAMPLE = Path(__file__).parents[2] / "examples/blackjack.py"
AT_ONCE = RunSettings(max_steps=30, patience=Patience(interval=0.0, grace=0.0))


@pytest.fixture(scope="module")
def blackjack() -> ModuleType:
    spec = importlib.util.spec_from_file_location("blackjack", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["blackjack"] = module
    spec.loader.exec_module(module)
    return module


def choose(name: str) -> str:
    return f'✿FUNCTION✿: Choose\n✿ARGS✿: {{"name": "{name}"}}'


DONE = '✿FUNCTION✿: Done\n✿ARGS✿: {"text": ""}'


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("world", [BlackjackTable, GridWorld])
def test_our_worlds_pass_gymnasiums_own_check(world: type) -> None:
    check_env(world(render_mode="rgb_array"), skip_render_check=False)


def test_an_ace_counts_eleven_while_it_can() -> None:
    assert hand_value([0, 12]) == (21, True)
    assert hand_value([0, 12, 5]) == (17, False)
    assert hand_value([0, 0]) == (12, True)


def test_a_scripted_model_plays_a_hand_and_checks_see_its_end(tmp_path: Path) -> None:
    with open_environment("blackjack", seed=3) as table:
        model = ScriptedModel([choose("hit"), choose("hit"), choose("hit"), DONE])
        agent = Agent(model, table, settings=AT_ONCE, runs=tmp_path)
        result = agent.run("Play", ["ended == terminated", "reward == -1"])
    assert (result.outcome, result.steps) == (Outcome.VERIFIED, 4)
    assert not any("-1" in part.text for part in _told(model)), "a model was told the reward"


def _told(model: ScriptedModel) -> list[object]:
    messages = [message for request in model.requests for message in request.messages]
    return [part for message in messages for part in message.parts if hasattr(part, "text")]


def test_a_loss_is_no_success_whatever_the_model_says(tmp_path: Path) -> None:
    with open_environment("blackjack", seed=3) as table:
        agent = Agent(
            ScriptedModel([choose("stick"), DONE]), table, settings=AT_ONCE, runs=tmp_path
        )
        result = agent.run("Win", ["reward == 1"])
        reward = table.query(["reward"]).stdout.strip()
    assert (result.outcome is Outcome.VERIFIED) == (reward == "1")


def test_the_reader_sees_every_card_that_is_dealt(blackjack: ModuleType) -> None:
    table = BlackjackTable("rgb_array")
    for seed in range(40):
        table.reset(seed=seed)
        table.step(0)
        seen = [rank for _, rank in blackjack.cards(table.render())]
        face_up = [*table._player, *(table._dealer if table._said else table._dealer[:1])]
        assert sorted(seen) == sorted(rank for rank, _ in face_up), seed
    assert len(blackjack.ranks()) == len(RANKS)


def test_the_reader_plays_by_its_rule_to_the_end(blackjack: ModuleType, tmp_path: Path) -> None:
    for seed in range(4):
        with open_environment("blackjack", seed=seed) as table:
            agent = Agent(blackjack.Reader(), table, settings=AT_ONCE, runs=tmp_path)
            result = agent.run("Play this hand to its end", ["ended == terminated"])
        assert result.outcome is Outcome.VERIFIED, result.message


class Blindfolded(GymDevice):
    """A table on which the light is out, but for one pixel."""

    def observe(self) -> Observation:
        seen = super().observe()
        dark = Image.new("RGB", seen.image.size)
        dark.putpixel((0, 0), (255, 255, 255))
        return Observation(dark, taken_at=seen.taken_at)


def test_the_reader_fails_on_a_blacked_out_table(blackjack: ModuleType, tmp_path: Path) -> None:
    with Blindfolded(BlackjackTable("rgb_array"), seed=1) as table:
        agent = Agent(blackjack.Reader(), table, settings=AT_ONCE, runs=tmp_path)
        result = agent.run("Play this hand to its end", ["ended == terminated"])
    assert result.outcome is Outcome.MODEL_FAILED
    assert result.message == "no cards can be seen on the table"


def test_a_grid_is_crossed_from_its_picture_alone(tmp_path: Path) -> None:
    with open_environment("gridworld", seed=5) as world:
        for _ in range(40):
            move = next_move(np.asarray(world.observe().image))
            if not move:
                break
            model = ScriptedModel([choose(move), DONE])
            Agent(model, world, settings=AT_ONCE, runs=tmp_path).run("One step")
        assert world.query(["ended"]).stdout == "terminated\n"
        assert world.query(["reward"]).stdout == "1\n"


def next_move(picture: np.ndarray) -> str:
    """The first move on the way to the goal, read off the picture; "" on it."""
    middles = picture[CELL // 2 :: CELL, CELL // 2 :: CELL].astype(int)
    edges = picture[4::CELL, 4::CELL].astype(int)
    at = {name: np.argwhere(found).tolist() for name, found in (
        ("hero", middles[..., 2] - middles[..., 0] > 100),
        ("goal", edges[..., 1] - edges[..., 0] > 60),
        ("wall", edges.sum(axis=2) < 240),
    )}  # fmt: skip
    (hero_y, hero_x), (goal_y, goal_x) = at["hero"][0], at["goal"][0]
    walls = {(x, y) for y, x in at["wall"]}
    assert middles.shape[:2] == (CELLS, CELLS)
    return reachable((hero_x, hero_y), walls)[goal_x, goal_y]


def test_walls_and_edges_stop_the_disc() -> None:
    world = GridWorld("rgb_array")
    world.reset(seed=2)
    for _ in range(60):
        seen, *_ = world.step(list(MOVES).index("left"))
    x, y = int(seen[0]), int(seen[1])
    assert x == 0 or (x - 1, y) in world._walls
