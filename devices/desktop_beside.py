"""What a desktop knows beside its picture: windows, programs, answers to checks, its state."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial

from tapwright.devices import desktop_apps, desktop_session
from tapwright.devices.desktop_queries import Queries
from tapwright.devices.desktop_selection import clipboard_text
from tapwright.devices.desktop_windows import Window, Windows, open_windows, wait_for_window
from tapwright.types import AppInfo, Effect, QueryResult, ScreenState


class Beside:
    """The parts of one desktop that no picture shows; on X11 those of `display`."""

    def __init__(self, display: str | None = None, wait: Callable[[float], None] | None = None):
        """Connect; `wait(seconds)` is how it waits for windows, and may raise to stop that."""
        desktop_session.must_be_drivable(display)
        self.windows: Windows = open_windows(display)
        self._display = display
        self._wait = wait
        self._state = desktop_session.Watched(display)

    @cached_property
    def env(self) -> Mapping[str, str] | None:
        """The environment of programs that are started here; None for ours."""
        return desktop_apps.environment(self._display)

    @cached_property
    def _queries(self) -> Queries:
        return Queries(self.windows, partial(clipboard_text, self._display), self.env)

    def front(self) -> str | None:
        """What is in front, as `PROGRAM: TITLE`; None where nothing is."""
        window = self.windows.front()
        return window.front if window is not None else None

    def state(self) -> ScreenState:
        """Lit, locked or asleep."""
        return self._state.now()

    def wake(self) -> None:
        """Light the screen where that can be done; what is locked stays locked."""
        self._state.wake()

    def wait_for_window(self, title: str, timeout: float = 10.0) -> Window:
        """The one window whose title has `title` in it, as soon as it is there."""
        return wait_for_window(self.windows, title, timeout, self._wait)

    def apps(self) -> list[AppInfo]:
        """The programs that the desktop's menu offers."""
        return desktop_apps.app_infos(desktop_apps.installed())

    def open(self, name: str, arguments: Sequence[str] = ()) -> Effect:
        """Open a program and wait for its window; raise `AppNotFound` for an unknown one."""
        program = desktop_apps.find(name, desktop_apps.installed())
        wait = {} if self._wait is None else {"wait": self._wait}
        return desktop_apps.open_program(
            program, self.windows, arguments=arguments, env=self.env, **wait
        )

    def query(self, argv: Sequence[str]) -> QueryResult:
        """Answer a question beside the picture; see `desktop_queries`."""
        return self._queries.answer(argv)

    def close(self) -> None:
        """Let go of the desktop; a second time is harmless."""
        self.windows.close()
        self._state.close()
