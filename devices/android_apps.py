"""Installed apps, found by the name a person uses, and brought to the front."""

from __future__ import annotations

import difflib
import re
import threading
from collections.abc import Sequence

from tapwright.devices.adb_shell import AdbLink
from tapwright.devices.android_display import probe
from tapwright.devices.android_input import check_answer
from tapwright.devices.android_labels import names_of
from tapwright.errors import AppNotFound, CommandFailed
from tapwright.types import AppInfo, Delivery, Effect

_PACKAGE = re.compile(r"^[A-Za-z]\w*(?:\.\w+)+$")
_COMPONENT = re.compile(r"^\s*([A-Za-z]\w*(?:\.\w+)+)/[\w.$]+\s*$", re.MULTILINE)
_LAUNCHABLE = (
    "cmd package query-activities --brief -a android.intent.action.MAIN "
    "-c android.intent.category.LAUNCHER"
)
_IN_FRONT_LOOKS = 10  # looks at what is in front after a launch, 0.2 s apart


def installed(link: AdbLink) -> list[AppInfo]:
    """The apps that can be opened, by package; on old phones all that are installed."""
    answer = link.shell(_LAUNCHABLE)
    packages = set(_COMPONENT.findall(answer.text)) if answer.exit_code == 0 else set()
    if not packages:
        answer = link.shell("pm list packages")
        if answer.exit_code != 0:
            raise CommandFailed(
                f'"pm list packages" failed with exit code {answer.exit_code}: '
                f'"{answer.words.strip()[:200]}"',
                exit_code=answer.exit_code,
                stdout=answer.text,
            )
        lines = (line.strip().removeprefix("package:") for line in answer.text.splitlines())
        packages = {line for line in lines if _PACKAGE.match(line)}
    return [AppInfo(package, names_of(package)[0]) for package in sorted(packages)]


def find(name: str, apps: Sequence[AppInfo]) -> AppInfo:
    """The one app called `name`: exactly, else by how it begins, else by a part of it.

    Upper and lower case are the same. Raise `AppNotFound`, naming the nearest, where no app or
    more than one answers to the name.
    """
    wanted = name.strip().casefold()
    if not wanted:
        raise AppNotFound('the app\'s name is empty: give a label such as "Settings"')
    called = [(app, _names(app)) for app in apps]
    for answers in (str.__eq__, str.startswith, str.__contains__):
        found = [app for app, names in called if any(answers(each, wanted) for each in names)]
        if len(found) == 1:
            return found[0]
        if found:
            listed = ", ".join(f'"{app.label}" ({app.package})' for app in found[:6])
            raise AppNotFound(f'"{name}" may mean {listed}: give the package name')
    nearest = _nearest(wanted, called)
    raise AppNotFound(f'no installed app is called "{name}": {nearest}')


def launch(link: AdbLink, app: AppInfo) -> Effect:
    """Bring `app` to the front as its icon does, and say whether it came."""
    output = link.shell(f"monkey -p {app.package} -c android.intent.category.LAUNCHER 1")
    if "No activities found" in output.words:
        raise AppNotFound(f'"{app.label}" ({app.package}) has no screen to open: open another app')
    check_answer(output, f'opening "{app.package}"')
    if "Events injected: 1" not in output.words:
        raise CommandFailed(
            f'the phone did not say that it opened "{app.package}": "{output.words.strip()[:200]}"',
            exit_code=output.exit_code,
            stdout=output.text,
        )
    pause = threading.Event()
    in_front = None
    for _ in range(_IN_FRONT_LOOKS):
        in_front = probe(link).foreground
        if in_front == app.package:
            return Effect(Delivery.DELIVERED, f'opened "{app.label}" ({app.package})')
        pause.wait(0.2)
    return Effect(
        Delivery.DELIVERED,
        f'launched "{app.label}" ({app.package}), but "{in_front}" is in front',
    )


def _names(app: AppInfo) -> list[str]:
    return [each.casefold() for each in (app.label, *names_of(app.package), app.package)]


def _nearest(wanted: str, called: list[tuple[AppInfo, list[str]]]) -> str:
    labels = {name: app.label for app, names in called for name in names}
    near = difflib.get_close_matches(wanted, labels, n=3, cutoff=0.5)
    chosen = list(dict.fromkeys(labels[each] for each in near))
    if chosen:
        return "the nearest are " + ", ".join(f'"{each}"' for each in chosen)
    shown = ", ".join(f'"{app.label}"' for app, _ in called[:12])
    return f"installed are {shown}" if shown else "the phone lists no apps"
