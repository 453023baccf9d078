"""Some of the drifts on a real program: Tk under Xvfb, real reading, a real mouse.

    python benchmarks/drift_tk.py [--count 20] [--seed 1]

The program writes down every button that was pressed, and that file is the judge.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from drift import NO_EFFECT, REFUSED, WRONG, judged

from tapwright.agent.quiet import QuietScreen
from tapwright.agent.script.acting import Stage
from tapwright.agent.script.learned import Learned
from tapwright.agent.script.steps import TapOn, Target
from tapwright.devices.desktop import DesktopDevice, open_desktop
from tapwright.devices.virtual_display import VirtualDisplay
from tapwright.errors import StepFailed
from tapwright.types import Size

Spec = dict[str, Any]
BASE: Mapping[str, Any] = {
    "place": "+80+60", "ground": "#ececec", "ink": "#101010", "size": 11, "disabled": [],
    "rows": [["Olsen", "120.00"], ["Meier", "87.50"], ["Novak", "410.25"], ["Rossi", "15.00"]],
    "labels": {}, "dialog": "", "twin": False,
}  # fmt: skip
TARGETS = ((Target("Save"), "save"), (Target("Delete", near="Novak"), "delete Novak"))
TIMEOUT = 3.0  # seconds that a drifted target is waited for


def program(spec: Spec, log: Path) -> None:
    """The program: a tool bar, rows with buttons, a status line, and what the spec adds."""
    import tkinter as tk

    root = tk.Tk()
    root.title("Invoices")
    root.geometry(f"470x300{spec['place']}")
    for name, value in (("background", spec["ground"]), ("foreground", spec["ink"])):
        root.option_add(f"*{name}", value)
    root.option_add("*font", ("DejaVu Sans", spec["size"]))
    root.configure(background=spec["ground"])
    status = tk.Label(root, text="Ready")

    def pressed(name: str) -> None:
        with log.open("a", encoding="utf-8") as out:
            out.write(name + "\n")
        status.configure(text=f"{name} done")

    def button(parent: Any, name: str) -> Any:
        text = spec["labels"].get(name, name.split()[0].capitalize())
        state = "disabled" if name in spec["disabled"] else "normal"
        return tk.Button(parent, text=text, state=state, command=lambda: pressed(name))

    bar = tk.Frame(root)
    for name in ("new", "save", "print"):
        button(bar, name).pack(side="left", padx=8, pady=6)
    bar.pack(anchor="w")
    for customer, amount in spec["rows"]:
        row = tk.Frame(root)
        tk.Label(row, text=customer, width=12, anchor="w").pack(side="left", padx=10)
        tk.Label(row, text=amount, width=10, anchor="e").pack(side="left")
        button(row, f"delete {customer}").pack(side="right", padx=14, pady=3)
        row.pack(fill="x")
    status.pack(anchor="w", padx=10, pady=8)
    if spec["dialog"]:
        top = tk.Toplevel(root)
        top.title("Question")
        top.geometry(f"300x120{spec['dialog']}")
        tk.Label(top, text="Keep the changes?").pack(pady=12)
        button(top, "yes").pack()
        top.transient(root)
        top.wait_visibility()
        top.grab_set()
    if spec["twin"]:
        other = tk.Toplevel(root)
        other.title("Letter")
        other.geometry("200x90+560+420")
        tk.Button(other, text="Save", command=lambda: pressed("other save")).pack(pady=20)
    root.mainloop()


def _moved(spec: Spec, hits: str, rng: random.Random) -> set[str]:
    spec["place"] = f"+{rng.randint(0, 300)}+{rng.randint(30, 250)}"
    return {hits}


def _dark(spec: Spec, hits: str, rng: random.Random) -> set[str]:
    spec["ground"], spec["ink"] = rng.choice((("#22262c", "#f0f0f0"), ("#fdf6e3", "#073642")))
    return {hits}


def _renamed(spec: Spec, hits: str, rng: random.Random) -> set[str]:
    if hits == "save":
        spec["labels"]["save"] = rng.choice(("Send", "Save as", "Share"))
    else:
        spec["rows"] = [[{"Novak": "Nowak"}.get(name, name), sum_] for name, sum_ in spec["rows"]]
    return set()


def _reordered(spec: Spec, hits: str, rng: random.Random) -> set[str]:
    rng.shuffle(spec["rows"])
    return {hits}


def _deleted(spec: Spec, hits: str, rng: random.Random) -> set[str]:
    gone = "Novak" if rng.random() < 0.5 else "Olsen"
    spec["rows"] = [row for row in spec["rows"] if row[0] != gone]
    return set() if hits == f"delete {gone}" else {hits}


def _resized(spec: Spec, hits: str, rng: random.Random) -> set[str]:
    spec["size"] = rng.choice((9, 10, 13))
    return {hits}


def _disabled(spec: Spec, hits: str, rng: random.Random) -> set[str]:
    spec["disabled"] = [hits]
    return set()


def _dialog(spec: Spec, hits: str, rng: random.Random) -> set[str]:
    spec["dialog"] = f"+{rng.randint(60, 300)}+{rng.randint(60, 300)}"
    return set()


def _twin(spec: Spec, hits: str, rng: random.Random) -> set[str]:
    spec["twin"] = True
    return {hits}


KINDS: Mapping[str, Callable[[Spec, str, random.Random], set[str]]] = {
    "window moved": _moved, "theme changed": _dark, "label renamed": _renamed,
    "rows reordered": _reordered, "row deleted": _deleted, "writing resized": _resized,
    "disabled": _disabled, "dialog in front": _dialog, "two similar targets": _twin,
}  # fmt: skip


@contextmanager
def running(spec: Spec, display: VirtualDisplay, desktop: DesktopDevice) -> Iterator[Path]:
    """The program on the display, drawn and still; what was pressed stands in the file."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "pressed.txt"
        command = [sys.executable, __file__, "--program", json.dumps(spec), "--log", str(log)]
        process = subprocess.Popen(command, env=display.env)
        try:
            desktop.wait_for_window("Invoices", 30)
            if spec["dialog"]:
                desktop.wait_for_window("Question", 30)
            QuietScreen(desktop).wait()
            yield log
        finally:
            process.terminate()
            process.wait()


def pressed_in(log: Path) -> list[str]:
    """What was pressed so far."""
    return log.read_text(encoding="utf-8").split("\n")[:-1] if log.exists() else []


def sample(count: int, seed: int) -> Iterator[tuple[str, str, str, str]]:
    """So many drifts: kind, what was meant, how it ended, what the step said."""
    kinds = list(KINDS)
    with (
        VirtualDisplay(Size(800, 600)) as display,
        open_desktop(display=display.display, stop=False) as desktop,
    ):
        learned = Learned()
        with running(dict(BASE), display, desktop) as log:
            for target, _ in TARGETS:
                Stage(desktop, learned=learned).do(TapOn(target), timeout=20)
            if pressed_in(log) != [hits for _, hits in TARGETS]:
                raise SystemExit(f"the first run pressed {pressed_in(log)}")
        for number in range(count):
            rng = random.Random(f"{seed} {number}")
            spec: Spec = json.loads(json.dumps(BASE))
            kind = kinds[number % len(kinds)]
            target, hits = TARGETS[(number + number // len(kinds)) % len(TARGETS)]
            right = KINDS[kind](spec, hits, rng)
            with running(spec, display, desktop) as log:
                stage, verified, refused = Stage(desktop, learned=learned.apart()), False, False
                try:
                    done = stage.do(TapOn(target), timeout=TIMEOUT)
                    verified, said = done.verified, f"{done.rung}: {done.said}"
                except StepFailed as error:
                    refused, said = True, str(error)
                pressed = pressed_in(log)
            yield kind, hits, judged(pressed, right, verified=verified, refused=refused), said


def main() -> int:
    """Run the sample and print it; 1 where there was a silent wrong act."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--program", help=argparse.SUPPRESS)
    parser.add_argument("--log", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.program:
        program(json.loads(options.program), options.log)
        return 0
    ends: Counter[str] = Counter()
    for kind, hits, ended, said in sample(options.count, options.seed):
        ends[ended] += 1
        print(f"{kind:<20} {hits:<14} {ended:<16} {said}", flush=True)
    refused = ends[REFUSED] + ends[NO_EFFECT]
    print(
        f"{ends.total()} drifts: {ends[WRONG]} silent wrong acts, {refused} refused or unverified"
    )
    return 1 if ends[WRONG] else 0


if __name__ == "__main__":
    sys.exit(main())
