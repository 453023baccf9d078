"""Windows on X11: the window manager's own list where there is one, else the server's tree.

A window's place is asked of the server (its client area in root coordinates), never added up from
frames, whose sizes window managers report in ways of their own.
"""

from __future__ import annotations

import threading
import time
from typing import Any

from tapwright.actions import Box
from tapwright.devices.desktop_windows import FOCUS_SECONDS, LOOK_EVERY, Window
from tapwright.devices.desktop_x11 import close_quietly, connect, gone_as_ours
from tapwright.errors import ActionRefused, WindowNotFound

_PAGER = 2  # EWMH: the request comes from a tool of the person's, so it is not held back
_SHOWN = ("_NET_WM_WINDOW_TYPE_DESKTOP", "_NET_WM_WINDOW_TYPE_DOCK")  # furniture, not windows
_MOST_NESTED = 32  # windows between a focused field and the root


class X11Windows:
    """The windows of an X display, on a connection of its own; safe to use from several threads."""

    def __init__(self, display: str | None = None) -> None:
        """Connect; raise `NoDevice` where nobody answers."""
        self._display = connect(display)
        self.name: str = self._display.get_display_name()
        self._root = self._display.screen().root
        self._atoms: dict[str, int] = {}
        self._lock = threading.RLock()

    def __enter__(self) -> X11Windows:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; a second time is harmless."""
        with self._lock:
            close_quietly(self._display)

    def all(self) -> list[Window]:
        """Every program's windows, the topmost first."""
        with self._lock, gone_as_ours(self.name):
            front = self._front_id()
            found = [self._window(handle, front) for handle in self._handles()]
        return [window for window in found if window is not None]

    def front(self) -> Window | None:
        """The window that has the focus; None where none has."""
        with self._lock, gone_as_ours(self.name):
            front = self._front_id()
            return self._window(front, front) if front else None

    def focus(self, window: Window) -> None:
        """Bring a window to the front and wait until it is there."""
        deadline = time.monotonic() + FOCUS_SECONDS
        with self._lock, gone_as_ours(self.name):
            self._ask_for_focus(window)
        pause = threading.Event()
        while True:
            with self._lock, gone_as_ours(self.name):
                # First: a window manager may still name one that is gone.
                if self._window(window.handle, 0) is None:
                    raise WindowNotFound(f"the window '{window.title}' closed")
                if self._front_id() == window.handle:
                    return
            if time.monotonic() >= deadline:
                raise ActionRefused(
                    f"the window '{window.title}' did not come to the front within "
                    f"{FOCUS_SECONDS:g} s; close what keeps the focus, such as a dialog"
                )
            pause.wait(LOOK_EVERY)

    # --- what the server says -------------------------------------------------------------------

    def _handles(self) -> list[int]:
        """Programs' windows by their numbers, the topmost first."""
        for name in ("_NET_CLIENT_LIST_STACKING", "_NET_CLIENT_LIST"):
            listed = self._values(self._root, name)
            if listed is not None and self._values(self._root, "_NET_SUPPORTING_WM_CHECK"):
                return [int(handle) for handle in reversed(listed)]
        # Without a window manager the root's children are the programs' own windows.
        return [child.id for child in reversed(self._root.query_tree().children)]

    def _front_id(self) -> int:
        """The number of the window in front, 0 for none."""
        active = self._values(self._root, "_NET_ACTIVE_WINDOW")
        if active and self._values(self._root, "_NET_SUPPORTING_WM_CHECK"):
            return int(active[0])
        focus = self._display.get_input_focus().focus
        if hasattr(focus, "query_tree") and (top := self._top_of(focus)):
            return top
        # Nothing has taken the focus, so keys go to what is under the pointer.
        under = self._root.query_pointer().child
        return int(under.id) if hasattr(under, "id") else 0

    def _top_of(self, window: Any) -> int:
        """The root's child that `window` is inside of."""
        from Xlib.error import XError

        try:
            for _ in range(_MOST_NESTED):
                parent = window.query_tree().parent
                if not hasattr(parent, "id") or window.id == self._root.id:
                    return 0
                if parent.id == self._root.id:
                    return int(window.id)
                window = parent
        except XError:
            pass  # it closed meanwhile
        return 0

    def _window(self, handle: int, front: int) -> Window | None:
        """What a window is now; None for one that closed or that shows nothing of a program's."""
        from Xlib import X
        from Xlib.error import XError

        window = self._display.create_resource_object("window", handle)
        try:
            attributes = window.get_attributes()
            hidden = self._is_hidden(window)
            if attributes.win_class == X.InputOnly or (
                attributes.map_state != X.IsViewable and not hidden
            ):
                return None
            kinds = self._values(window, "_NET_WM_WINDOW_TYPE") or ()
            if any(kind in (self._atom(name) for name in _SHOWN) for kind in kinds):
                return None
            title, named = self._title(window), window.get_wm_class()
            if not title and not named:
                return None  # a window manager's frame or a toolkit's helper
            pid = self._pid(window)
            program = _program(pid) or (named[0] if named else "")
            box = self._box(window)
        except XError:
            return None  # it closed while we asked
        if box is None:
            return None
        return Window(title, program, pid, box, handle == front, hidden, handle)

    def _box(self, window: Any) -> Box | None:
        """The client area in root coordinates, without the shadow that GTK draws around it."""
        geometry = window.get_geometry()
        origin = self._root.translate_coords(window, 0, 0)
        left, right, top, bottom = (self._values(window, "_GTK_FRAME_EXTENTS") or (0,) * 4)[:4]
        box = Box(
            origin.x + int(left),
            origin.y + int(top),
            origin.x + geometry.width - int(right),
            origin.y + geometry.height - int(bottom),
        )
        return box if box.right - box.left > 1 and box.bottom - box.top > 1 else None

    def _is_hidden(self, window: Any) -> bool:
        states = self._values(window, "_NET_WM_STATE") or ()
        return self._atom("_NET_WM_STATE_HIDDEN") in states

    def _title(self, window: Any) -> str:
        raw = window.get_full_property(self._atom("_NET_WM_NAME"), 0)
        if raw is not None and raw.value:
            value = raw.value
            return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
        name = window.get_wm_name()
        return name.decode("latin-1") if isinstance(name, bytes) else (name or "")

    def _pid(self, window: Any) -> int | None:
        """Its process, where it says so and runs on this machine."""
        import platform

        values = self._values(window, "_NET_WM_PID")
        machine = window.get_wm_client_machine()
        here = platform.node()
        name = machine.decode("latin-1") if isinstance(machine, bytes) else machine
        return int(values[0]) if values and name in (None, "", here) else None

    def _values(self, window: Any, name: str) -> Any:
        """A property's numbers; None where the window has no such property."""
        found = window.get_full_property(self._atom(name), 0)
        return None if found is None else found.value

    def _atom(self, name: str) -> int:
        if name not in self._atoms:
            self._atoms[name] = self._display.intern_atom(name)
        return self._atoms[name]

    # --- asking for the focus -------------------------------------------------------------------

    def _ask_for_focus(self, window: Window) -> None:
        from Xlib import X
        from Xlib.error import CatchError
        from Xlib.protocol import event

        own = self._display.create_resource_object("window", window.handle)
        activate = self._atom("_NET_ACTIVE_WINDOW")
        caught = CatchError()
        if activate in (self._values(self._root, "_NET_SUPPORTED") or ()):
            data = (32, [_PAGER, X.CurrentTime, 0, 0, 0])
            message = event.ClientMessage(window=own, client_type=activate, data=data)
            mask = X.SubstructureRedirectMask | X.SubstructureNotifyMask
            self._root.send_event(message, event_mask=mask, onerror=caught)
        else:
            own.map(onerror=caught)
            own.configure(stack_mode=X.Above, onerror=caught)
            own.set_input_focus(X.RevertToPointerRoot, X.CurrentTime, onerror=caught)
        self._display.sync()


def _program(pid: int | None) -> str:
    """The name of a process; empty where it cannot be told."""
    import psutil

    if pid is None:
        return ""
    try:
        return str(psutil.Process(pid).name())
    except psutil.Error:
        return ""
