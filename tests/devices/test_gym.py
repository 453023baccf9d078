"""Gymnasium environments as devices: pictures out, names of acts in, rewards for checks alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium import spaces

from tapwright.actions import Choose, Point, Tap, TypeText, Wait
from tapwright.agent.verify import parse_check
from tapwright.devices.conformance import check_device
from tapwright.devices.gym import GymDevice, open_environment
from tapwright.errors import CorruptFrame, DeviceError, SetupError, UsageError
from tapwright.protocols import kind_of
from tapwright.types import Delivery, ScreenState


class Toy(gymnasium.Env[int, Any]):
    """Counts acts; ended from outside after three."""

    metadata: dict[str, Any] = {"render_modes": ["rgb_array"]}  # noqa: RUF012

    def __init__(self, space: spaces.Space[Any], drawn: Any = None) -> None:
        self.render_mode = "rgb_array"
        self.observation_space = spaces.Discrete(10)
        self.action_space = space
        self.drawn = drawn
        self.done: list[Any] = []

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[int, dict[str, Any]]:
        super().reset(seed=seed)
        self.done = []
        return 0, {"level": 3}

    def step(self, action: Any) -> tuple[int, float, bool, bool, dict[str, Any]]:
        if len(self.done) == 2 and self.drawn == "broken":
            raise ValueError("the motor is stuck")
        self.done.append(action)
        return len(self.done), 0.5, False, len(self.done) == 3, {"level": 4}

    def render(self) -> Any:
        if isinstance(self.drawn, np.ndarray):
            return self.drawn
        picture = np.zeros((20, 30, 3), np.uint8)
        picture[: len(self.done) + 1] = 200
        return picture


@pytest.fixture
def table() -> Iterator[GymDevice]:
    with open_environment("blackjack", seed=3) as device:
        yield device


@pytest.mark.parametrize("name", ["blackjack", "gridworld"])
def test_our_worlds_keep_the_devices_protocol(name: str) -> None:
    with open_environment(name, seed=1) as device:
        assert check_device(device) == []


def test_acts_go_in_by_name_and_the_picture_follows(table: GymDevice) -> None:
    before = table.observe()
    assert table.choices == ("hit", "stick")
    assert table.perform(Choose("hit")).delivery is Delivery.DELIVERED
    after = table.observe()
    assert before.image.mode == "RGB"
    assert before.image.tobytes() != after.image.tobytes()


def test_the_reward_is_told_to_checks_and_to_nobody_else(table: GymDevice) -> None:
    effect = table.perform(Choose("stick"))
    assert effect.said == ""
    assert parse_check("ended == terminated")(table).passed
    assert table.query(["reward"]).stdout.strip() in ("-1", "0", "1")
    assert table.query(["steps"]).stdout == "1\n"
    assert table.query(["wealth"]).exit_code == 127


def test_nothing_is_done_behind_the_end(table: GymDevice) -> None:
    table.perform(Choose("stick"))
    effect = table.perform(Choose("hit"))
    assert effect.delivery is Delivery.REFUSED
    assert effect.said == "the episode is over, so nothing more can be done in it"
    assert table.query(["steps"]).stdout == "1\n"


def test_a_seed_deals_the_same_hand_again(table: GymDevice) -> None:
    first = table.observe().image.tobytes()
    table.perform(Choose("hit"))
    table.reset(3)
    assert table.observe().image.tobytes() == first
    assert (table.reward, table.steps, table.ended) == (0.0, 0, "")
    table.reset(4)
    assert table.observe().image.tobytes() != first


def test_what_no_environment_can_do_is_refused_with_its_acts(table: GymDevice) -> None:
    for act in (Choose("fold"), Tap(Point(3, 3)), TypeText("hit"), Wait(float("nan"))):
        assert table.perform(act).delivery is Delivery.REFUSED
    assert "hit, stick" in table.perform(Choose("fold")).said
    assert table.query(["steps"]).stdout == "0\n"


def test_an_end_from_outside_is_told_apart_from_one_by_the_rules() -> None:
    with GymDevice(Toy(spaces.Discrete(2))) as device:
        for _ in range(3):
            device.perform(Choose("1"))
        assert device.query(["ended"]).stdout == "truncated\n"
        assert device.query(["reward"]).stdout == "1.5\n"
        assert device.query(["info", "level"]).stdout == "4\n"
        assert device.query(["info", "mood"]).exit_code == 1


def test_acts_are_named_by_whoever_names_them_first() -> None:
    toy = Toy(spaces.Discrete(2, start=5))
    assert GymDevice(toy).choices == ("5", "6")
    toy.metadata = {"action_names": ["OPEN_DOOR", "wait"]}
    assert GymDevice(toy).choices == ("open door", "wait")
    device = GymDevice(toy, names=("in", "out"))
    assert device.choices == ("in", "out")
    device.perform(Choose("out"))
    assert toy.done == [6]


def test_a_few_wheels_are_turned_together() -> None:
    toy = Toy(spaces.MultiDiscrete([2, 3]))
    device = GymDevice(toy)
    assert device.choices == ("0 0", "0 1", "0 2", "1 0", "1 1", "1 2")
    device.perform(Choose("1 2"))
    assert [act.tolist() for act in toy.done] == [[1, 2]]


@pytest.mark.parametrize(
    ("space", "names", "said"),
    [
        (spaces.Box(-1, 1, (2,)), (), "are Box, which cannot be listed by name"),
        (spaces.MultiDiscrete([20, 20]), (), "are MultiDiscrete, which cannot be listed"),
        (spaces.Discrete(200), (), "has 200 acts; at most 100"),
        (spaces.Discrete(2), ("one",), "has 2 acts, and 1 names were given"),
        (spaces.Discrete(2), ("go", "GO"), "need names that differ"),
    ],
)
def test_acts_that_cannot_be_listed_are_refused_in_words(
    space: spaces.Space[Any], names: tuple[str, ...], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        GymDevice(Toy(space), names=names)


def test_a_picture_that_is_none_is_no_picture() -> None:
    with pytest.raises(CorruptFrame, match=r"of shape \(20, 30\)"):
        GymDevice(Toy(spaces.Discrete(2), np.zeros((20, 30), np.uint8))).observe()
    with pytest.raises(CorruptFrame, match="not a picture"):
        GymDevice(Toy(spaces.Discrete(2), np.zeros((20, 30, 3)))).observe()
    plain = GymDevice(Toy(spaces.Discrete(2), np.zeros((20, 30, 3), np.uint8)))
    assert plain.observe().state is ScreenState.BLANK


def test_an_environment_that_fails_loses_the_device_and_not_the_program() -> None:
    device = GymDevice(Toy(spaces.Discrete(2), "broken"))
    device.perform(Choose("0"))
    device.perform(Choose("0"))
    with pytest.raises(DeviceError, match="the motor is stuck"):
        device.perform(Choose("0"))
    device.close()
    with pytest.raises(DeviceError, match="was closed"):
        device.observe()


def test_what_is_missing_is_named() -> None:
    with pytest.raises(UsageError, match="no environment 'NoSuch-v0'"):
        open_environment("NoSuch-v0")
    with pytest.raises(UsageError, match="cannot be made so"):
        open_environment("blackjack", colour="green")
    toy = Toy(spaces.Discrete(2))
    toy.render_mode = None
    with pytest.raises(UsageError, match="gives no pictures"):
        GymDevice(toy)
    if "pygame" not in _importable():
        with pytest.raises(SetupError, match="cannot draw itself"):
            open_environment("FrozenLake-v1")


def _importable() -> set[str]:
    from importlib.util import find_spec

    return {name for name in ("pygame",) if find_spec(name) is not None}


def test_an_environment_is_connected_to_by_its_name_and_seed() -> None:
    from tapwright import connect

    with connect("gym:gridworld", seed=7) as device:
        assert kind_of(device) == "environment"
        assert device.query(["seed"]).stdout.strip() == "7"
    with pytest.raises(UsageError, match="no-such-world"):
        connect("gym:no-such-world")
