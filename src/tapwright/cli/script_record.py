"""`tapwright script record` and `from-run`: what a person or an agent did becomes a script."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from tapwright.cli.phones import open_first
from tapwright.errors import UsageError

if TYPE_CHECKING:
    from tapwright.agent.script.draft import Draft
    from tapwright.agent.script.record import EventQueue
    from tapwright.agent.script.record_events import Event
    from tapwright.agent.script.steps import Step
    from tapwright.devices.desktop import DesktopDevice
    from tapwright.devices.desktop_events import Event as Heard

_force = click.option(
    "--force", is_flag=True, help="Take the place of a script that is already there."
)
_reader = click.option(
    "--reader", default="auto", show_default=True,
    type=click.Choice(["auto", "rapidocr", "tesseract"]), help="What reads the text on the screen.",
)  # fmt: skip


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--device", default="desktop", show_default=True, metavar="desktop|desktop:N|window:TITLE",
    help="What is recorded: the whole desktop, one monitor or one window.",
)  # fmt: skip
@click.option("--name", metavar="WORDS", help="What the script is called; its file's name if not.")
@click.option(
    "--open", "program", metavar="COMMAND",
    help="Open this program first, as the script's first step: 'mousepad notes.txt'.",
)  # fmt: skip
@click.option(
    "--secret", "secrets", multiple=True, metavar="NAME",
    help="An environment variable with a secret: where its value is typed, the script says "
    "{{ NAME }}. May be given several times.",
)  # fmt: skip
@_reader
@_force
def record(
    file: Path,
    device: str,
    name: str | None,
    program: str | None,
    secrets: tuple[str, ...],
    reader: str,
    force: bool,
) -> None:
    """Record what you do on the desktop as the script FILE.

    Clicks, drags, scrolls, typed text and hotkeys become steps; targets are named by the words
    that stand there, or by a picture beside the script where there are none. What was found is
    learned, so that the script runs again with no model.

    Ctrl+Shift+F12 ends the recording, Ctrl-C at the terminal too. Ctrl+Shift+F11 says that what
    you type next is a secret: the script gets a name for it, and it is kept nowhere. Phones are
    not recorded; do the task with `tapwright run` and use `from-run`.
    """
    from tapwright.agent.script.draft import Draft, must_be_free
    from tapwright.agent.script.pointed import Pointer
    from tapwright.agent.script.record import EventQueue, Looks, Recorder, RecordSettings
    from tapwright.agent.seeing.reading import text_reader

    must_be_free(file, replace_it=force)
    draft = Draft(file, name or file.stem, device, Pointer(text_reader(reader)))
    settings = RecordSettings(secrets={each: os.environ.get(each, "") for each in secrets})
    count = 0

    def told(step: Step) -> None:
        nonlocal count
        count += 1
        click.echo(f"{count:<4}{_title(step)}")

    with ExitStack() as stack:
        desktop = stack.enter_context(_desktop(device))
        events = EventQueue()
        if program is not None:
            told(_opened(draft, desktop, program))
        looks = stack.enter_context(Looks(desktop.observe))
        stack.enter_context(_heard(desktop, events, looks))
        stack.enter_context(_interrupt_ends(events))
        click.echo("recording; Ctrl+Shift+F12 ends it, Ctrl+Shift+F11 marks a secret", err=True)
        try:
            Recorder(draft, settings, told).record(events, looks)
        finally:
            if draft.steps:
                _save(draft)
    if not draft.steps:
        raise UsageError("nothing was done, so there is no script")


@click.command("from-run")
@click.argument("run", type=click.Path(path_type=Path))
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--device", metavar="WHERE",
    help="The device of the script; that of the run by default.",
)  # fmt: skip
@click.option("--name", metavar="WORDS", help="What the script is called; the task if not.")
@_reader
@_force
def from_run(
    run: Path, file: Path, device: str | None, name: str | None, reader: str, force: bool
) -> None:
    """Make the script FILE of the agent's run in the folder RUN.

    Each act becomes a step whose target is named by the words on it, the run's checks become
    assertions. Only a run that was solved (verified or claimed) is taken. The script needs no
    model: it reads its targets, and its first run learns what they look like.
    """
    from dataclasses import replace

    from tapwright.agent.runs import read_run
    from tapwright.agent.script.draft import Draft, must_be_free
    from tapwright.agent.script.from_run import must_be_solved, write_steps
    from tapwright.agent.script.pointed import FAR_REACH, REACH, Pointer
    from tapwright.agent.seeing.reading import text_reader
    from tapwright.desktops import desktop_named
    from tapwright.model.families import family_named
    from tapwright.model.sizes import shown_by

    must_be_free(file, replace_it=force)
    past = read_run(run)
    must_be_solved(past)
    notes = past.meta.get("notes") or {}
    family = family_named(str(past.meta["family"]))
    pixels = (notes.get("model") or {}).get("pixels")
    if pixels:
        family = replace(family, max_pixels=int(pixels))
    where = device or notes.get("device") or "android"
    phone = desktop_named(where) is None
    pointer = Pointer(text_reader(reader), FAR_REACH if phone else REACH, icons=phone)
    draft = Draft(file, name or past.task, where, pointer, learns=False)  # JPEG is not exact
    write_steps(past, draft, family, lambda size: shown_by(family, size))
    for number, step in enumerate(draft.steps, start=1):
        click.echo(f"{number:<4}{_title(step)}")
    _save(draft)


def _save(draft: Draft) -> None:
    path = draft.save()
    for note in draft.notes:
        click.echo(f"note: {note}", err=True)
    click.echo(f"\nwritten {path}; run it: tapwright script run {path}")


def _title(step: Step) -> str:
    from tapwright.agent.script.titles import title
    from tapwright.cli.views import one_line

    return one_line(title(step, lambda text: text), 100)


@contextmanager
def _desktop(device: str) -> Iterator[DesktopDevice]:
    """The desktop that is recorded; it only looks, so nothing has to be stopped."""
    from tapwright.devices.desktop import open_desktop

    kind, _, which = device.partition(":")
    if kind == "desktop" and (not which or which.isdecimal()):
        opened = open_desktop(monitor=int(which) if which else None, stop=False)
    elif kind == "window" and which:
        opened = open_desktop(window=which, stop=False)
    else:
        raise UsageError(f"'{device}' cannot be recorded; use desktop, desktop:N or window:TITLE")
    with opened as desktop:
        yield desktop


def _opened(draft: Draft, desktop: DesktopDevice, program: str) -> Step:
    """Open a program, as the script's first step."""
    from tapwright.agent.script.steps import Open

    opened = open_first(desktop, program)
    return draft.add(Open(opened.name, opened.arguments))


@contextmanager
def _heard(desktop: DesktopDevice, events: EventQueue, looks: Any) -> Iterator[None]:
    """Hear what the person does, each press with the look from right before it."""
    from tapwright.agent.script.record import with_look
    from tapwright.devices.desktop_events import watch

    def hear(heard: Heard) -> None:
        event = _as_event(heard, desktop)
        if event is not None:
            events.put(with_look(event, looks))

    with watch(hear):
        yield


def _as_event(heard: Heard, desktop: DesktopDevice) -> Event | None:
    """A plain event in the picture's pixels; None for what is not recorded."""
    from tapwright.agent.script import record_events as plain
    from tapwright.devices.desktop_events import Struck, Turned, Wheeled

    if heard.ours:
        return None
    match heard:
        case Struck(down=True):
            return plain.KeyDown(heard.name, heard.text, heard.at)
        case Struck():
            return plain.KeyUp(heard.name, heard.at)
        case Turned() | Wheeled():
            point = desktop.pixel(heard.x, heard.y)
            if point is None:
                return None
            if isinstance(heard, Wheeled):
                return plain.WheelTurned(point, heard.down, heard.right, heard.at)
            kind = plain.PointerDown if heard.down else plain.PointerUp
            return kind(point, heard.button, heard.at)
    return None


@contextmanager
def _interrupt_ends(events: EventQueue) -> Iterator[None]:
    """Ctrl-C ends the recording, and what was done until then is kept; a second one cancels."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        events.end()

    before = signal.signal(signal.SIGINT, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
