"""`tapwright devices`: what adb sees, and what to do about a phone that cannot be used."""

from __future__ import annotations

import json

import click

from tapwright.cli.options import json_option


@click.command()
@json_option
def devices(as_json: bool) -> None:
    """List the phones that adb sees, ready or not.

    With --json, one object per phone: serial, state, and why it cannot be used (or null).
    """
    from tapwright.devices.adb_host import AdbHost

    host = AdbHost()
    host.ensure_running()
    rows = []
    for phone in host.attached():
        reason = None if phone.state == "device" else host.why_not(phone.serial)
        rows.append((phone.serial, phone.state, str(reason) if reason else None))
    if as_json:
        for serial, state, why in rows:
            click.echo(json.dumps({"serial": serial, "state": state, "why": why}))
        return
    if not rows:
        click.echo("no phone is attached; plug one in with USB debugging on, or use --device sim")
        return
    width = max(len(serial) for serial, _, _ in rows)
    for serial, state, why in rows:
        click.echo(f"{serial:<{width}}  {state}" + (f"\n{'':<{width}}  {why}" if why else ""))
