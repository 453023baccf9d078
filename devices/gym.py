"""A Gymnasium environment with pictures as a device: its frame in, the name of an act out.

    with open_environment("gridworld", seed=7) as world:
        world.perform(Choose("right"))

Card games, simulated robots and whatever else Gymnasium knows are so driven by the same loop as a
phone. The reward is kept for checks (`query(["reward"])`) and shown to no model.
"""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any

from tapwright.actions import Action, Choose, Wait
from tapwright.devices.screencap import is_uniform
from tapwright.errors import CorruptFrame, DeviceError, SetupError, UsageError
from tapwright.types import AppInfo, Delivery, Effect, Observation, QueryResult, ScreenState

if TYPE_CHECKING:
    import gymnasium

MOST_CHOICES = 100  # names that can be offered as a list
QUESTIONS = ("reward", "last_reward", "ended", "steps", "seed", "info")
OURS: Mapping[str, str] = {
    "blackjack": "tapwright/Blackjack-v0",
    "gridworld": "tapwright/GridWorld-v0",
}


def open_environment(
    name: str, *, seed: int | None = None, names: Sequence[str] = (), **options: Any
) -> GymDevice:
    """The environment that Gymnasium knows as `name`, or one of ours ("blackjack", "gridworld").

    `names` are what its acts are called, in order, where it does not name them itself; `options`
    are the environment's own. Raise `SetupError` without Gymnasium or what the environment needs,
    `UsageError` for an unknown one and for one without pictures or without countable acts.
    """
    try:
        import gymnasium
    except ImportError as error:
        raise SetupError(
            "environments need Gymnasium: python -m pip install 'tapwright[gym]'"
        ) from error
    wanted = OURS.get(name, name)
    if wanted in OURS.values():
        from tapwright.devices.gym_worlds import register_worlds

        register_worlds()
    try:
        environment = gymnasium.make(wanted, render_mode="rgb_array", **options)
    except gymnasium.error.DependencyNotInstalled as error:
        raise SetupError(f"the environment '{name}' lacks something: {error}") from error
    except (gymnasium.error.Error, ModuleNotFoundError) as error:
        raise UsageError(f"no environment '{name}': {error}") from error
    except TypeError as error:
        raise UsageError(f"the environment '{name}' cannot be made so: {error}") from error
    try:
        device = GymDevice(environment, name=f"gym:{name}", names=names, seed=seed)
        device.observe()  # what it lacks for drawing is better known now than in a run
    except BaseException:
        environment.close()
        raise
    return device


class GymDevice:
    """One environment and its episode; a `Device`, and a context manager.

    `choices` are the names of its acts, for `Choose`. `simulated` is False for an environment
    that moves something real: standing confirmers are then not accepted.
    """

    kind = "environment"

    def __init__(
        self,
        environment: gymnasium.Env[Any, Any],
        *,
        name: str = "gym",
        names: Sequence[str] = (),
        seed: int | None = None,
        simulated: bool = True,
    ) -> None:
        """Begin an episode with `seed`; raise `UsageError` for pictureless and countless ones."""
        if environment.render_mode != "rgb_array":
            raise UsageError(
                f"'{name}' gives no pictures: make it with render_mode='rgb_array', "
                f"not {environment.render_mode!r}"
            )
        self.name = name
        self.simulated = simulated
        self._environment = environment
        self._acts = named_acts(environment, names, name)
        self.choices = tuple(self._acts)
        self._closed = False
        self.reset(seed)

    def __enter__(self) -> GymDevice:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def reset(self, seed: int | None = None) -> None:
        """Begin a new episode, always the same one for the same seed."""
        self._must_be_open()
        self.seed = seed
        self.reward, self.last_reward = 0.0, 0.0
        self.steps = 0
        self.ended = ""  # "terminated" by its own rules, "truncated" from outside; "" while it runs
        try:
            _, self.info = self._environment.reset(seed=seed)
        except Exception as error:  # an environment is someone else's code
            raise DeviceError(f"'{self.name}' cannot begin an episode: {error}") from error

    def observe(self) -> Observation:
        """The environment's picture now; raise `CorruptFrame` where it gives none."""
        import numpy as np
        from gymnasium.error import DependencyNotInstalled
        from PIL import Image

        self._must_be_open()
        try:
            frame = self._environment.render()
        except DependencyNotInstalled as error:
            raise SetupError(f"'{self.name}' cannot draw itself: {error}") from error
        except Exception as error:
            raise DeviceError(f"'{self.name}' cannot draw itself: {error}") from error
        if not isinstance(frame, np.ndarray) or frame.dtype != np.uint8:
            raise CorruptFrame(f"'{self.name}' drew a {type(frame).__name__}, not a picture")
        if frame.ndim != 3 or frame.shape[2] != 3 or 0 in frame.shape:
            raise CorruptFrame(
                f"'{self.name}' drew a picture of shape {frame.shape}, not (H, W, 3)"
            )
        image = Image.fromarray(frame.copy())
        return Observation(
            image=image,
            state=ScreenState.BLANK if is_uniform(image) else ScreenState.LIT,
            taken_at=time.time(),
        )

    def perform(self, action: Action) -> Effect:
        """Do one of the environment's acts; time passes in it with acts alone."""
        self._must_be_open()
        match action:
            case Choose(name) if name in self._acts:
                return self._step(self._acts[name])
            case Choose(name):
                return _refused(f'no act "{name[:40]}"; use one of: {", ".join(self.choices)}')
            case Wait(seconds) if math.isfinite(seconds) and seconds >= 0:
                return Effect(Delivery.DELIVERED, "nothing moves here while nothing is done")
            case Wait(seconds):
                return _refused(f"{seconds} seconds cannot be waited: use 0 or more")
        return _refused(
            f'an environment has no "{type(action).__name__}"; its acts: {", ".join(self.choices)}'
        )

    def _step(self, act: Any) -> Effect:
        if self.ended:
            return _refused("the episode is over, so nothing more can be done in it")
        try:
            _, reward, terminated, truncated, self.info = self._environment.step(act)
        except Exception as error:
            raise DeviceError(f"'{self.name}' failed in the middle of an act: {error}") from error
        self.last_reward = float(reward)
        self.reward += self.last_reward
        self.steps += 1
        self.ended = "terminated" if terminated else "truncated" if truncated else ""
        return Effect(Delivery.DELIVERED)

    def apps(self) -> Sequence[AppInfo]:
        """None: an environment has no programs."""
        return ()

    def query(self, argv: Sequence[str]) -> QueryResult:
        """Answer `reward`, `last_reward`, `ended` (no, terminated, truncated), `steps`, `seed` or
        `info NAME`; no model is ever told."""
        self._must_be_open()
        if not argv or any("\0" in word for word in argv):
            raise UsageError("a question is one word or more, without NUL")
        answers: dict[str, Any] = {
            "reward": f"{self.reward:g}",
            "last_reward": f"{self.last_reward:g}",
            "ended": self.ended or "no",
            "steps": self.steps,
            "seed": "" if self.seed is None else self.seed,
        }
        match list(argv):
            case ["info", key] if key in self.info:
                return QueryResult(f"{self.info[key]}\n")
            case ["info", key]:
                return QueryResult("", f'no info "{key}"; there is: {", ".join(self.info)}', 1)
            case [word] if word in answers:
                return QueryResult(f"{answers[word]}\n")
        return QueryResult("", f'no question "{argv[0]}"; ask one of: {", ".join(QUESTIONS)}', 127)

    def close(self) -> None:
        """Let go of the environment; closing twice is harmless."""
        if not self._closed:
            self._closed = True
            self._environment.close()

    def _must_be_open(self) -> None:
        if self._closed:
            raise DeviceError(f"'{self.name}' was closed; open it again")


def named_acts(
    environment: gymnasium.Env[Any, Any], names: Sequence[str], called: str
) -> dict[str, Any]:
    """The environment's acts by name; raise `UsageError` where they cannot be listed.

    Names are those given, else the environment's metadata ("action_names"), its
    `get_action_meanings()`, an enum called `actions`, and at last numbers.
    """
    from gymnasium import spaces

    space = environment.action_space
    if isinstance(space, spaces.Discrete):
        acts: list[Any] = [space.start + number for number in range(int(space.n))]
    elif isinstance(space, spaces.MultiDiscrete) and math.prod(space.nvec.flat) <= MOST_CHOICES:
        import numpy as np

        axes = [range(int(size)) for size in space.nvec.flat]
        acts = [
            np.array(one, dtype=space.dtype).reshape(space.shape) + space.start
            for one in itertools.product(*axes)
        ]
    else:
        raise UsageError(
            f"the acts of '{called}' are {type(space).__name__}, which cannot be listed by name: "
            "wrap it so that its action space is Discrete"
        )
    if len(acts) > MOST_CHOICES:
        raise UsageError(f"'{called}' has {len(acts)} acts; at most {MOST_CHOICES} can be named")
    known = list(names) or _own_names(environment, len(acts))
    known = known or [" ".join(map(str, getattr(act, "flat", [act]))) for act in acts]
    if len(known) != len(acts):
        raise UsageError(f"'{called}' has {len(acts)} acts, and {len(known)} names were given")
    if len({name.casefold() for name in known}) != len(known) or not all(known):
        raise UsageError(f"the acts of '{called}' need names that differ: {', '.join(known)}")
    return dict(zip(known, acts, strict=True))


def _own_names(environment: gymnasium.Env[Any, Any], count: int) -> list[str]:
    """What the environment itself calls its acts; nothing where it does not, or not all."""
    inner: Any = environment.unwrapped
    meanings = getattr(inner, "get_action_meanings", None)
    for found in (
        inner.metadata.get("action_names"),
        meanings() if callable(meanings) else None,
        [getattr(act, "name", "") for act in _enum(getattr(inner, "actions", None))],
    ):
        if found and len(found) == count and all(isinstance(name, str) for name in found):
            return [name.lower().replace("_", " ") for name in found]
    return []


def _enum(found: Any) -> list[Any]:
    import enum

    return list(found) if isinstance(found, type) and issubclass(found, enum.Enum) else []


def _refused(said: str) -> Effect:
    return Effect(Delivery.REFUSED, said)
