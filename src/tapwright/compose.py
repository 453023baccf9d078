"""Where the concrete parts are put together: the front doors of a Python program."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tapwright.desktops import connected, desktop_named
from tapwright.errors import UsageError
from tapwright.model.load import load_model
from tapwright.protocols import kind_of

if TYPE_CHECKING:
    from tapwright.agent import loop
    from tapwright.agent.policy import Confirmer
    from tapwright.agent.seeing.pair import Finder
    from tapwright.agent.settings import RunResult, RunSettings
    from tapwright.devices.android import AndroidDevice
    from tapwright.devices.desktop import DesktopDevice
    from tapwright.devices.gym import GymDevice
    from tapwright.protocols import Check, Device, Model
    from tapwright.tools.registry import Tool
    from tapwright.tools.secrets import Secrets
    from tapwright.types import Step

__all__ = ["Agent", "connect", "load_model", "new_folder", "put_together"]

ANDROID, SIMULATED, ENVIRONMENT = "android", "sim", "gym:"
RUNS = Path("runs")


def connect(
    where: str = ANDROID, *, seed: int = 0, timeout: float = 20.0, exclusive: bool = False
) -> AbstractContextManager[AndroidDevice | DesktopDevice | GymDevice]:
    """Connect to a phone, a desktop or an environment, in a `with` block, which lets go of it.

    `where` is "android" for the one phone that is attached (or ANDROID_SERIAL), a serial, an
    address "HOST:PORT", or "sim" for a simulated phone (which one: `seed`) behind an adb server
    of its own; "desktop" for this machine's desktop, "desktop:2" for a monitor of it,
    "window:TITLE" for one window, "xvfb" or "xvfb:1280x800" for a virtual display;
    "gym:NAME" for a Gymnasium environment (reset with `seed`). `timeout` in seconds bounds each
    command to a phone. An `exclusive` device is refused while another process
    has it so. Raise a `DeviceError` that names the cure.
    """
    if where == SIMULATED:
        return _simulated(seed, timeout)
    desktop = desktop_named(where)
    if desktop is not None:
        return connected(desktop, exclusive=exclusive)
    if where.startswith(ENVIRONMENT):
        from tapwright.devices.gym import open_environment

        return open_environment(where.removeprefix(ENVIRONMENT), seed=seed)
    from tapwright.devices import android

    serial = None if where == ANDROID else where
    return android.connect(serial, timeout=timeout, exclusive=exclusive)


@contextmanager
def _simulated(seed: int, timeout: float) -> Iterator[AndroidDevice]:
    """A simulated phone for as long as the block runs, driven like any other phone."""
    from tapwright.devices import android
    from tapwright.devices.simphone.session import SimulatedPhone

    with (
        SimulatedPhone(seed) as sim,
        android.connect(sim.serial, port=sim.adb_port, timeout=timeout) as phone,
    ):
        phone.simulated = True
        yield phone


class Agent:
    """Does tasks on a device with a model; prompt, actions and policy suit the model's family.

    `settings` are budgets and habits, `confirmer` is whoever is asked before costly acts (no one
    unless given, and no one means no), `runs` the folder in which every run gets its own folder,
    `tools` what it can call beside the device's actions: tools, or names of known ones. With a
    `finder` (see `tapwright.agent.seeing`) the model names what it means in words, and the finder
    says where that is.
    """

    def __init__(
        self,
        model: Model,
        device: Device,
        *,
        settings: RunSettings | None = None,
        confirmer: Confirmer | None = None,
        runs: str | Path = RUNS,
        tools: Iterable[Tool | str] = (),
        finder: Finder | None = None,
    ) -> None:
        self.model = model
        self.device = device
        self.tools = tuple(tools)
        self.settings = settings
        self.confirmer = confirmer
        self.runs = Path(runs)
        self.finder = finder

    def run(
        self,
        task: str,
        checks: Sequence[Check | str] = (),
        on_text: Callable[[str], None] | None = None,
    ) -> RunResult:
        """Do `task` and return how it ended.

        `checks` are asked of the device when the model says that it is done; a string is one such
        as "settings get global wifi_on == 1". `on_text` is given the model's text as it appears.
        Raise `UsageError` for an empty task; what goes wrong in a run is its outcome.
        """
        from tapwright.agent.loop import to_the_end

        return to_the_end(self.steps(task, checks, on_text))

    def steps(
        self,
        task: str,
        checks: Sequence[Check | str] = (),
        on_text: Callable[[str], None] | None = None,
    ) -> Generator[Step, None, RunResult]:
        """As `run`, giving each step as it ends; the generator's value is the result."""
        from tapwright.converse import approving, found_tools

        must_be_task(task)
        asked = read_checks(checks)
        tools, approved = found_tools(self.tools)
        agent = put_together(
            self.model,
            self.device,
            new_folder(task, self.runs),
            settings=self.settings,
            confirmer=approving(approved, self.confirmer),
            tools=tools,
            finder=self.finder,
        )
        return agent.steps(task, asked, on_text)


def put_together(
    model: Model,
    device: Device,
    folder: Path,
    *,
    settings: RunSettings | None = None,
    confirmer: Confirmer | None = None,
    notes: Mapping[str, Any] | None = None,
    tools: Sequence[Tool] = (),
    secrets: Secrets | None = None,
    finder: Finder | None = None,
) -> loop.Agent:
    """The parts that suit the model's family, around a journal in `folder`.

    `notes` go into the journal, `tools` are offered beside the actions, `secrets` is where
    theirs come from, `finder` says where the things are that the model then names in words.
    Raise `DeviceError` where the device shows nothing to begin with.
    """
    from tapwright.agent.journal import Journal
    from tapwright.agent.loop import Agent as Loop
    from tapwright.agent.policy import Policy
    from tapwright.agent.settings import RunSettings
    from tapwright.prompts import dialect
    from tapwright.tools.phone import acts_for
    from tapwright.tools.registry import Toolbox

    family = model.family
    # Descriptions name the range of coordinates, which some families take from the picture.
    screen = device.observe().size
    choices = getattr(device, "choices", ())
    actions = acts_for(family, kind_of(device), screen, model.shown_size(screen), choices)
    if finder is not None:
        from tapwright.agent.seeing.pair import grounded

        actions = grounded(actions, finder)
    return Loop(
        model,
        device,
        Toolbox([*actions, *tools], secrets),
        dialect(family.dialect),
        settings or RunSettings(),
        Policy(confirmer),
        Journal.open(folder, notes),
    )


def must_be_task(task: str) -> None:
    """Raise `UsageError` for an empty task."""
    if not task.strip():
        raise UsageError('the task is empty; say what is to be done, such as "Turn on Wi-Fi"')


def read_checks(checks: Sequence[Check | str]) -> list[Check]:
    """The checks, those stated in words read; raise `UsageError` for one that cannot be read."""
    from tapwright.agent.verify import parse_check

    return [parse_check(check) if isinstance(check, str) else check for check in checks]


def new_folder(task: str, runs: Path = RUNS) -> Path:
    """The name of a folder that is not there yet, with the time and the first words of `task`."""
    from tapwright.agent.on_disk import free_folder

    words = "".join(letter if letter.isalnum() else " " for letter in task.casefold()).split()
    name = "-".join([time.strftime("%Y%m%d-%H%M%S"), *words])[:60]
    return free_folder(runs, name)
