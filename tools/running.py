"""Running plugins in threads of their own, so that one that hangs or breaks stops nothing else."""

from __future__ import annotations

import asyncio
import contextvars
import inspect
import logging
import threading
import time
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from tapwright.errors import DeviceError, ToolError
from tapwright.tools.lending import LentDevice
from tapwright.tools.log_guard import LONGEST_RECORD, guard_logs, guarded_by
from tapwright.tools.print_guard import begin_printing, end_printing, guard_prints
from tapwright.tools.redaction import Redactor
from tapwright.tools.results import MAX_ITEMS, MAX_SAID, as_result, crash_result, one_line
from tapwright.types import Delivery, Effect, ToolResult

logger = logging.getLogger(__name__)

MOST_LEFT = 8  # calls that did not answer and still run; each of them costs a thread


@dataclass(frozen=True, slots=True)
class Job:
    """One call of a plugin: `work` does it, within `timeout` seconds."""

    name: str
    work: Callable[[], object]
    timeout: float
    redactor: Callable[[], Redactor]  # asked when the call is over, so it knows what was granted
    device: LentDevice | None = None


class Workers:
    """Starts calls, and counts those that were left behind."""

    def __init__(self, most_left: int = MOST_LEFT) -> None:
        self._most_left = most_left
        self._left: list[threading.Thread] = []

    def start(self, job: Job) -> Running:
        """Begin a call; where too many hang already it is refused and nothing is done."""
        running = Running(job)
        self._left = [thread for thread in self._left if thread.is_alive()]
        if len(self._left) >= self._most_left:
            said = f"{len(self._left)} earlier calls still hang, so nothing was done"
            running.result = ToolResult(Effect(Delivery.REFUSED, f"{job.name}: {said}"))
        else:
            running.start()
        return running

    def wait(self, running: Running) -> ToolResult:
        """What the call gave, or that it did not answer in time.

        Raise the `DeviceError` that the plugin met, where the device itself raised it.
        """
        left = running.wait()
        if left is not None:
            self._left.append(left)
        if running.lost is not None:
            raise running.lost
        if running.result is None:
            said = f"{running.job.name} did not answer in {running.job.timeout:g} s"
            return ToolResult(Effect(Delivery.UNKNOWN, f"{said}; what it did is unknown"))
        return running.result


class Running:
    """A call that was begun."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.result: ToolResult | None = None
        self.lost: DeviceError | None = None
        self._over = threading.Event()
        self._deadline = time.monotonic() + job.timeout
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin in a thread that cannot keep the process alive."""
        guard_logs()
        guard_prints()
        context = contextvars.copy_context()
        context.run(guarded_by.set, self.job.redactor)
        self._thread = threading.Thread(
            target=context.run, args=(self._work,), name=f"tool {self.job.name}", daemon=True
        )
        try:
            self._thread.start()
        except RuntimeError as error:  # the machine gives no more threads
            said = f"{self.job.name} could not be begun: {error}"
            self.result, self._thread = ToolResult(Effect(Delivery.REFUSED, said)), None

    def wait(self) -> threading.Thread | None:
        """Wait for the end or the deadline; return the thread where it still runs."""
        if self._thread is None:
            return None
        try:
            over = self._over.wait(max(0.0, self._deadline - time.monotonic()))
        except BaseException:  # Ctrl-C while it runs: it must not press anything any more
            self._take_back()
            raise
        if over:
            return None
        self._take_back()
        return self._thread

    def _take_back(self) -> None:
        if self.job.device is not None:
            self.job.device.take_back()

    def _work(self) -> None:
        begin_printing()
        try:
            self.result = self._outcome()
            end_printing()
        except BaseException:  # even what the error says can be broken, or without end
            said = f"{self.job.name} failed, and so did telling why"
            self.result = ToolResult(Effect(Delivery.UNKNOWN, said))
        finally:
            self._take_back()
            self._over.set()

    def _outcome(self) -> ToolResult | None:
        job = self.job
        try:
            value = _finished(job.work(), job.timeout)
            return as_result(value, job.redactor())
        except ToolError as error:
            return ToolResult(Effect(Delivery.REFUSED, one_line(error, job.redactor(), MAX_SAID)))
        except DeviceError as error:
            if job.device is not None and job.device.raised(error):
                self.lost = error
                return None
            return self._crash(error)
        except BaseException as error:  # the one broad net: a plugin is not ours
            return self._crash(error)

    def _crash(self, error: BaseException) -> ToolResult:
        redactor = self.job.redactor()
        lines = traceback.format_exception(error, limit=-8)
        told = redactor.text("".join(lines), LONGEST_RECORD)
        logger.error("tool %r failed\n%s", self.job.name, told)
        return crash_result(self.job.name, error, redactor)


def _finished(value: object, timeout: float) -> object:
    """The value itself; what is awaited or comes bit by bit is run to its end first."""
    if inspect.isawaitable(value):
        return asyncio.run(_awaited(value, timeout))
    if isinstance(value, AsyncIterator):
        return asyncio.run(_awaited(_collected(value), timeout))
    return value


async def _awaited(value: Awaitable[object], timeout: float) -> object:
    # So that it is cancelled, and its thread ends, where the waiting is given up.
    async with asyncio.timeout(timeout):
        return await value


async def _collected(values: AsyncIterator[object]) -> list[object]:
    found: list[object] = []
    async for value in values:
        found.append(value)
        if len(found) >= MAX_ITEMS:
            break
    return found
