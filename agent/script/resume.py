"""Going on with a script that was cut off: nothing that was done is done again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from tapwright.agent.script.events import OnEvent, nobody
from tapwright.agent.script.load import load_script
from tapwright.agent.script.past import Past, fingerprint, read_past
from tapwright.agent.script.results import Ended, ScriptResult
from tapwright.agent.script.runner import RunnerSettings, ScriptRunner
from tapwright.agent.script.stages import Opener, OpenStage, is_virtual
from tapwright.agent.script.steps import Script
from tapwright.agent.script.walk import all_scripts
from tapwright.errors import JournalError, UsageError
from tapwright.protocols import Device

_OVER = (Ended.PASSED.value, Ended.HEALED.value, Ended.UNVERIFIED.value)


def resume_script(
    folder: str | Path,
    devices: Mapping[str, Device] | Opener,
    *,
    settings: RunnerSettings | None = None,
    on_event: OnEvent = nobody,
    open_stage: OpenStage | None = None,
    script: Script | None = None,
) -> ScriptResult:
    """Go on with the script's run in `folder`, in that folder, and return how it ended.

    The script is loaded from the file that the run notes, unless given, and is on the devices on
    which it was begun. Its values and its environment are those that it was begun with, too;
    `settings` say the rest. Raise `JournalError` where there is nothing to go on with, or the
    script was changed since and `settings.accept_changes` does not say that this is meant, or its
    virtual display is gone and `settings.new_display` does not, `UsageError` for a word
    (`settings.decided`) about a step in flight where there is none.
    """
    past = read_past(folder)
    must_be_resumable(past)
    settings = settings or RunnerSettings()
    script = script or on_its_devices(past, load_script(past.head["file"]))
    must_be_the_same(past, script, accept_changes=settings.accept_changes)
    if not isinstance(devices, Mapping):
        must_have_its_display(past, script, new_display=settings.new_display)
    runner = ScriptRunner(
        script,
        devices,
        settings=begun_with(past, settings),
        on_event=on_event,
        open_stage=open_stage,
        past=past,
    )
    return runner.run()


def must_be_resumable(past: Past) -> None:
    """Raise `JournalError` where the run in `past` is over."""
    if past.ended is not None and past.ended["ended"] in _OVER:
        raise JournalError(
            f"the script's run in '{past.folder}' is over ({past.ended['ended']}); "
            "there is nothing to resume; to do it all again: tapwright script run"
        )


def on_its_devices(past: Past, script: Script) -> Script:
    """`script`, as its file says it, on the devices on which the run in `past` was begun.

    A run may be begun on others than the file names; what was half done there is not to be gone
    on with elsewhere.
    """
    begun = past.head.get("devices") or {}
    named = {name: begun.get(name, where) for name, where in script.devices.items()}
    return replace(script, devices=named or dict(begun))


def must_be_the_same(past: Past, script: Script, *, accept_changes: bool) -> None:
    """Raise `JournalError` where `script` was changed since, unless that is meant."""
    if past.head.get("fingerprint") != fingerprint(script) and not accept_changes:
        raise JournalError(
            f"'{script.file}' does something else than when the run in '{past.folder}' was cut "
            "off; put it back, run it anew, or accept the changes (--accept-changes)"
        )


def must_have_its_display(past: Past, script: Script, *, new_display: bool) -> None:
    """Raise `JournalError` where `script` would go on with an empty display, unless that is meant.

    A virtual display ends with the run that opened it, and so do the programs on it.
    """
    place = lost_display(past)
    devices = [where for each in all_scripts(script) for where in each.devices.values()]
    if place and any(is_virtual(where) for where in devices) and not new_display:
        raise JournalError(
            f"the virtual display ({place}) of the run in '{past.folder}' ended with it, and so "
            f"did the programs on it; run it anew (tapwright script run {script.file}), or, where "
            "its next steps open what they need, go on with an empty display (--new-display)"
        )


def lost_display(past: Past) -> str:
    """The virtual display of the run in `past`, where that did something; "" for none."""
    used = [place for place in past.opened if is_virtual(place)] if past.intended else []
    return used[-1] if used else ""


def begun_with(past: Past, settings: RunnerSettings) -> RunnerSettings:
    """`settings` with the values, the environment and the strictness that the run was begun with.

    A value that held a secret was not kept: raise `JournalError` unless it is given again. Raise
    `UsageError` for a word about a step in flight where there is none.
    """
    if settings.decided and past.step_in_flight() is None:
        raise UsageError(
            f"no step of the run in '{past.folder}' is in flight, so none can be said to be "
            f"{settings.decided.replace('_', ' ')}; resume it without a word about that"
        )
    head = past.head
    hidden = [name for name in head.get("hidden", ()) if name not in settings.values]
    if hidden:
        raise JournalError(
            f"'{hidden[0]}' held a secret, so the run did not keep it; give it again "
            f"(--set {hidden[0]}=...)"
        )
    kept = dict(head.get("values", {}))
    return replace(
        settings,
        values={**kept, **settings.values},
        environment=head.get("environment", ""),
        only_learned=settings.only_learned or bool(head.get("only_learned")),
        dry_run=False,
    )
