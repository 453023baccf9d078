"""500 drifts of a program under a script that has learned it: healed, refused, or silently wrong?

    python benchmarks/drift.py [--count 500] [--seed 1] [--reader drawn]

A drawn office program is changed in a way that programs change (its window moved, a label
renamed, a second "Save" appeared), and the script's step is done again, with what it learned
before. The program's own ledger says which control was hit. A wrong one, or none at all where the
step calls itself verified, is a silent wrong act: there must be none, and the exit code is 1
where there is one. Beside it stands the rate of false refusals: the target was there, could be
used, and was not. All of it without a model, and again with one that points at the control that
is meant wherever it can be seen.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from drift_world import (
    DrawnReader,
    ModelThatKnows,
    NoTime,
    Step,
    World,
    new_world,
    steps_of,
)
from drifts import KINDS

from tapwright.agent.script.acting import Stage
from tapwright.agent.script.learned import Learned
from tapwright.agent.script.steps import TapOn
from tapwright.agent.seeing.reading import text_reader
from tapwright.agent.seeing.values import Reader
from tapwright.devices.drawn_desktop import DrawnDesktop
from tapwright.errors import DeviceError, StepFailed

TIMEOUT = 2.0  # seconds of the drawn program's own time, which costs none of ours
EACH = 28  # drifts of one program
RIGHT, REFUSED, NO_EFFECT, WRONG = "right", "refused", "said unverified", "SILENT WRONG ACT"


@dataclass(frozen=True)
class Case:
    """One drift: what was changed under which step, and what came of it."""

    kind: str
    seed: int
    step: Step
    possible: bool  # the target was there and could be used
    ended: str
    healed: bool
    said: str
    model: bool


class Program:
    """A world on a drawn desktop that a click changes visibly."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.desktop = DrawnDesktop(world.scene(), self._hit, self._look)

    def _hit(self, name: str) -> None:
        if name not in ("nothing", "blocked"):
            self.world.status = f"{name.partition(':')[0].capitalize()} done"
            self.desktop.scene = self.world.scene()

    def _look(self) -> None:
        if self.world.sliding > 0:
            self.world.sliding -= 1
            self.world.left += 5 if self.world.sliding % 40 < 20 else -5
            self.desktop.scene = self.world.scene()


def cases(count: int, seed: int, reader: Reader | None, *, model: bool) -> Iterator[Case]:
    """So many drifts, the kinds in turn; `reader` None reads what was drawn."""
    kinds = list(KINDS)
    for number in range(count):
        base = number // EACH
        if number % EACH == 0:
            rng = random.Random(f"{seed} {base}")
            pattern = new_world(rng)
            steps = steps_of(pattern, rng)
            learned = _learn(pattern, steps, reader)
        kind = kinds[number % len(kinds)]
        step = steps[(number % len(kinds) + number // len(kinds)) % len(steps)]
        yield _case(kind, f"{seed} {number}", pattern, step, learned, reader, model)


def _learn(world: World, steps: Sequence[Step], reader: Reader | None) -> Learned:
    """What the script has learned when it has run once, with a model that points right."""
    learned = Learned()
    for step in steps:
        program = Program(replace(world))
        stage = _stage(program, step, learned, reader, True)
        stage.do(TapOn(step.target), timeout=TIMEOUT)
        if program.desktop.ledger != [step.hits]:
            raise SystemExit(f"the first run hit {program.desktop.ledger}, not {step.hits}")
    return learned


def _stage(
    program: Program, step: Step, learned: Learned, reader: Reader | None, model: bool
) -> Stage:
    return Stage(
        program.desktop,
        learned=learned,
        reader=reader or DrawnReader(program.desktop),
        eyes=ModelThatKnows(program.desktop, lambda: step.hits) if model else None,
        clock=NoTime(),
    )


def _case(
    kind: str, seed: str, pattern: World, step: Step, learned: Learned, reader: Reader | None,
    model: bool,
) -> Case:  # fmt: skip
    rng = random.Random(seed)
    world = replace(
        pattern, rows=list(pattern.rows), disabled=set(), more=[], over=[], hidden=set(),
    )  # fmt: skip
    right = KINDS[kind](world, step, rng)
    program = Program(world)
    own = learned.apart()
    stage = _stage(program, step, own, reader, model)
    still = world.sliding * 0.04 < TIMEOUT
    possible = bool(right) and still and _can_be_used(program, step.hits)
    healed = False
    try:
        done = stage.do(TapOn(step.target), timeout=TIMEOUT)
        said, verified = done.said, done.verified
        healed, ended = done.healed, ""
    except (StepFailed, DeviceError) as error:
        said, verified, ended = f"{type(error).__name__}: {error}", False, REFUSED
    hits = program.desktop.ledger
    ended = judged(hits, right, verified=verified, refused=ended == REFUSED)
    number = int(seed.split()[1])
    return Case(kind, number, step, possible, ended, healed, f"{hits} {said}", model)


def judged(hits: Sequence[str], right: Collection[str], *, verified: bool, refused: bool) -> str:
    """What a step came to by the program's ledger: `hits` were clicked, `right` was meant.

    A wrong control is a wrong act whatever the step says of itself, and so is calling itself
    verified when nothing that was meant was hit.
    """
    wrong = [hit for hit in hits if hit not in (*right, "nothing", "blocked")]
    meant = bool(hits) and hits[-1] in right
    if wrong or (verified and not meant):
        return WRONG
    if refused:
        return REFUSED
    return RIGHT if meant else NO_EFFECT


def _can_be_used(program: Program, name: str) -> bool:
    """Whether a click in the middle of the control that is meant would reach it now."""
    scene = program.desktop.scene
    return any(
        scene.hit(drawn.full.middle) == name
        for window in scene.windows
        for drawn in scene.placed(window)
        if drawn.part.name == name
    )


def report(found: Sequence[Case], seconds: float) -> int:
    """Print the table; the number of silent wrong acts."""
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    for case in found:
        row = kinds[case.kind]
        row[case.ended] += 1
        row["possible"] += case.possible
        row["false refusals"] += case.possible and case.ended in (REFUSED, NO_EFFECT)
        row["healed"] += case.ended == RIGHT and case.healed
    head = f"{'drift':<22}{'right':>7}{'healed':>8}{'refused':>9}{'unverified':>12}{'WRONG':>7}"
    print(head + f"{'false refusals':>20}")
    total: Counter[str] = Counter()
    for kind, row in kinds.items():
        total += row
        print(_line(kind, row))
    print(_line("all", total))
    print(f"{len(found)} drifts in {seconds:.0f} s")
    return total[WRONG]


def _line(kind: str, row: Counter[str]) -> str:
    share = f"{row['false refusals']} of {row['possible']}"
    rate = f" ({row['false refusals'] / row['possible']:.0%})" if row["possible"] else ""
    return (
        f"{kind:<22}{row[RIGHT]:>7}{row['healed']:>8}{row[REFUSED]:>9}{row[NO_EFFECT]:>12}"
        f"{row[WRONG]:>7}{share + rate:>20}"
    )


def main() -> int:
    """Run both halves; 1 where there was a silent wrong act."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--reader", default="auto", help="auto, rapidocr, tesseract, or drawn")
    parser.add_argument("--show", action="store_true", help="say what came of each")
    options = parser.parse_args()
    reader = None if options.reader == "drawn" else text_reader(options.reader)
    wrong = 0
    for model in (False, True):
        began = time.monotonic()
        found = []
        for case in cases(options.count, options.seed, reader, model=model):
            found.append(case)
            if options.show or case.ended == WRONG:
                print(case.kind, case.seed, case.step.target, case.ended, case.said, flush=True)
        print("with a model that points right" if model else "without a model")
        wrong += report(found, time.monotonic() - began)
    print(f"{wrong} silent wrong acts")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
