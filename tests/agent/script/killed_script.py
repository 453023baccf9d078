"""A script run by a process of its own that stops at a given place, says so, and waits for its end.

    python killed_script.py FOLDER ACT PLACE [resume]

ACT counts the acts from 1; PLACE is "before the intent", "before the act" or "before done". What
reached the program stands in FOLDER/ledger.txt, which outlives the process. Nothing here ends by
itself: whoever started it reads one line and sends SIGKILL.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from standin import World, run, script_of, stand_in

from tapwright.agent.script.events import Event, StepBegan
from tapwright.agent.script.resume import resume_script
from tapwright.agent.script.runner import RunnerSettings
from tapwright.agent.script.steps import Script

PLACES = ("before the intent", "before the act", "before done")

SUBFLOW = """
needs: [name]
steps:
  - press: "sub {{ name }}"
    expect: {check: "acts contains [press sub {{ name }}]"}
  - press: f9
"""
SCRIPT = """
device: desktop
variables: {n: 0}
steps:
  - tap: Open
    expect: {check: "acts contains [tap Open]"}
  - tap: Unchecked
  - type: {text: Ana, into: Name, clear: true}
    expect: {check: "acts contains [type Ana]"}
  - for_each:
      file: people.csv
      do:
        - set: {n: "{{ n + 1 }}"}
        - type: {text: "{{ n }} {{ row.name }}", into: Name, clear: true}
          expect: {check: "acts contains [type {{ n }} {{ row.name }}]"}
        - press: "enter {{ n }}"
          expect: {check: "acts contains [press enter {{ n }}]"}
  - if:
      that: n == 4
      then:
        - tap: Then
          expect: {check: "acts contains [tap Then]"}
  - try:
      do: [{tap: Missing, timeout: 0.1}]
      catch:
        - tap: Caught
          expect: {check: "acts contains [tap Caught]"}
      finally:
        - tap: Finally
          expect: {check: "acts contains [tap Finally]"}
  - subflow: {file: sub.yaml, with: {name: "{{ n }}"}}
  - repeat:
      times: 2
      do:
        - set: {n: "{{ n + 1 }}"}
        - press: "again {{ n }}"
          expect: {check: "acts contains [press again {{ n }}]"}
  - tap: Pay
    once: true
  - tap: Close
    expect: {check: "acts contains [tap Close]"}
"""
ACTS = [
    "tap Open", "tap Unchecked", "type Ana",
    "type 1 Ana", "press enter 1", "type 2 Bo", "press enter 2",
    "type 3 Cy", "press enter 3", "type 4 Özgür", "press enter 4",
    "tap Then", "tap Caught", "tap Finally", "press sub 4", "press f9",
    "press again 5", "press again 6", "tap Pay", "tap Close",
]  # fmt: skip
UNCHECKED = ("tap Unchecked", "press f9", "tap Pay")
WORDS = ("Open", "Unchecked", "Name", "Then", "Caught", "Finally", "Pay", "Close")


def prepare(folder: Path) -> Script:
    """The script and its files in `folder`."""
    (folder / "people.csv").write_text("name\nAna\nBo\nCy\nÖzgür\n", encoding="utf-8")
    (folder / "sub.yaml").write_text(SUBFLOW, encoding="utf-8")
    (folder / "script.yaml").write_text(SCRIPT, encoding="utf-8")
    return script_of(SCRIPT, folder)


def program(folder: Path) -> World:
    """The program, with whatever reached it before."""
    return World(*WORDS, file=folder / "ledger.txt")


class Stopper:
    """Stops the process at one place of one act."""

    def __init__(self, act: str, place: str) -> None:
        self._act, self._place = act, place

    def told(self, event: Event) -> None:
        """The runner is about to begin a step."""
        if isinstance(event, StepBegan) and self._place == PLACES[0]:
            self._stop(event.title.replace("'", "").replace(" into Name", ""))

    def before(self, act: str) -> None:
        """The intent is on the disk, the act is not done."""
        if self._place == PLACES[1]:
            self._stop(act)

    def after(self, act: str) -> None:
        """The act is done, which is written down nowhere."""
        if self._place == PLACES[2]:
            self._stop(act)

    def _stop(self, act: str) -> None:
        if act == self._act:
            sys.stdout.write(act + "\n")
            sys.stdout.flush()
            while True:
                signal.pause()


if __name__ == "__main__":
    place = Path(sys.argv[1])
    stopper = Stopper(ACTS[int(sys.argv[2]) - 1], sys.argv[3])
    world = program(place)
    world.trouble, world.after = stopper.before, stopper.after
    if "resume" in sys.argv:
        resume_script(
            place / "run",
            {"device": world},
            settings=RunnerSettings(environ={}),
            on_event=stopper.told,
            open_stage=stand_in,
        )
    else:
        run(prepare(place), world, place, stopper.told)
