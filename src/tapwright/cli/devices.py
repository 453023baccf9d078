"""`tapwright devices`: what can be driven, and what to do about what cannot."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass

import click

from tapwright.cli.options import json_option
from tapwright.errors import DeviceError, SetupError


@dataclass(frozen=True, slots=True)
class _Row:
    name: str  # what --device takes
    state: str
    why: str | None = None  # it cannot be used


@click.command()
@json_option
def devices(as_json: bool) -> None:
    """List the phones that adb sees, ready or not, and this desktop with its monitors and windows.

    With --json, one object each: serial (what --device takes), state, and why it cannot be used
    (or null).
    """
    phones, desktop = list(_phones()), list(_desktop())
    if as_json:
        for row in (*phones, *desktop):
            click.echo(json.dumps({"serial": row.name, "state": row.state, "why": row.why}))
        return
    if not phones:
        click.echo("no phone is attached; plug one in with USB debugging on, or use --device sim")
    width = max((len(row.name) for row in (*phones, *desktop)), default=0)
    for row in (*phones, *desktop):
        why = f"\n{'':<{width}}  {row.why}" if row.why else ""
        click.echo(f"{row.name:<{width}}  {row.state}{why}")


def _phones() -> Iterator[_Row]:
    from tapwright.devices.adb_host import AdbHost

    host = AdbHost()
    host.ensure_running()
    for phone in host.attached():
        reason = None if phone.state == "device" else host.why_not(phone.serial)
        yield _Row(phone.serial, phone.state, str(reason) if reason else None)


def _desktop() -> Iterator[_Row]:
    """The desktop, its monitors and windows; nothing on a machine without one."""
    from tapwright.devices.desktop_session import session

    if session() == "none":
        return
    try:
        yield from _parts()
    except (DeviceError, SetupError) as error:
        yield _Row("desktop", "not usable", str(error))


def _parts() -> list[_Row]:
    from tapwright.devices.desktop_capture import Capture
    from tapwright.devices.desktop_session import must_be_drivable
    from tapwright.devices.desktop_windows import open_windows

    must_be_drivable()
    capture = Capture()
    try:
        monitors = capture.monitors()
    finally:
        capture.close()
    with open_windows() as windows:
        titles = [window.title for window in windows.all() if window.title]
    rows = [_Row("desktop", os.environ.get("DISPLAY") or "this session's")]
    rows += [
        _Row(f"desktop:{number}", f"{monitor.pixels.width}x{monitor.pixels.height}")
        for number, monitor in enumerate(monitors, start=1)
    ]
    return rows + [_Row(f"window:{title}", "open") for title in titles]
