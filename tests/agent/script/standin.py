"""A stage without a screen, for tests of what runs scripts: words that are there or not, and a
ledger of every act that reached it."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from tapwright.actions import Action, Box
from tapwright.agent.script.conditions import Filling
from tapwright.agent.script.events import Event, nobody
from tapwright.agent.script.filling import filled_check
from tapwright.agent.script.load import read_script
from tapwright.agent.script.results import ScriptResult
from tapwright.agent.script.runner import RunnerSettings, ScriptRunner
from tapwright.agent.script.stage_values import Begin, Done
from tapwright.agent.script.stages import StageLike
from tapwright.agent.script.steps import Act, Ask, Condition, Press, Script, TapOn, TypeIn
from tapwright.agent.seeing.values import Found, Rung
from tapwright.agent.verify import parse_check
from tapwright.errors import NotFound, Unexpected
from tapwright.types import AppInfo, Delivery, Effect, Observation, QueryResult

Trouble = Callable[[str], None]


class World:
    """What a program would be: `words` on its screen, `acts` that reached it.

    `trouble` is called with each act right before it is done, `after` right behind it; what they
    raise comes through.
    """

    name = "world"
    kind = "desktop"

    def __init__(self, *words: str, file: Path | None = None) -> None:
        self.words = set(words)
        self.acts: list[str] = []
        self.answers: dict[str, Any] = {}
        self.file = file
        self.trouble: Trouble = lambda act: None
        self.after: Trouble = lambda act: None
        self.healed: set[str] = set()
        self.looks = 0

    def take(self, act: str) -> None:
        """An act reaches the program."""
        self.trouble(act)
        self.acts.append(act)
        if self.file is not None:
            with self.file.open("a", encoding="utf-8") as file:
                file.write(act + "\n")
        self.words.add(f"did {act}")
        self.after(act)

    def observe(self) -> Observation:
        self.looks += 1
        return Observation(Image.new("RGB", (64, 48), "white"))

    def perform(self, action: Action) -> Effect:
        return Effect(Delivery.DELIVERED)

    def apps(self) -> Sequence[AppInfo]:
        return ()

    def query(self, argv: Sequence[str]) -> QueryResult:
        if argv[0] == "acts":
            lines = self.acts
            if self.file is not None and self.file.exists():
                lines = self.file.read_text(encoding="utf-8").splitlines()
            return QueryResult("".join(f"[{line}]" for line in lines))
        return QueryResult("", f"{argv[0]}: not found", 127)

    def close(self) -> None:
        pass


class StandInStage:
    """A stage on a `World`: a target is there where its words are."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.model_calls = 0

    def do(
        self,
        act: Act,
        *,
        timeout: float,
        expect: Condition | None,
        scope: Filling | None,
        begin: Begin | None,
    ) -> Done:
        found = None
        match act:
            case TapOn(target):
                found = self._find(target.words)
                does = f"tap {target.words}"
            case TypeIn(text, into):
                found = self._find(into.words) if into else None
                does = f"type {text}"
            case Press(keys):
                does = f"press {'+'.join(keys)}"
            case _:
                does = type(act).__name__.lower()
        before = self.world.observe()
        if begin is not None:
            begin(found)
        self.world.take(does)
        healed = does in self.world.healed
        if expect is not None:
            held, why = self.holds(expect, scope, timeout)
            if not held:
                raise Unexpected(f"it was done, but {why}")
            return Done(why, True, found, healed, before)
        return Done("nothing can be told", False, found, healed, before)

    def _find(self, words: str) -> Found:
        if words not in self.world.words:
            raise NotFound(f"'{words}' is not on the screen")
        return Found(Box(0, 0, 8, 8).middle, Box(0, 0, 8, 8), 1.0, Rung.TEXT)

    def ask(self, act: Ask, timeout: float) -> Any:
        if act.question not in self.world.answers:
            raise NotFound(f"nothing answers to '{act.question}'")
        self.model_calls += 1
        return self.world.answers[act.question]

    def holds(
        self, condition: Condition, scope: Filling | None, timeout: float
    ) -> tuple[bool, str]:
        def fill(text: str) -> str:
            return str(scope.fill(text)) if scope is not None else text

        if condition.text and fill(condition.text) not in self.world.words:
            return False, f"'{fill(condition.text)}' is not on the screen"
        if condition.gone and fill(condition.gone) in self.world.words:
            return False, f"'{fill(condition.gone)}' is on the screen"
        if condition.seen:
            self.model_calls += 1
            if fill(condition.seen) not in self.world.words:
                return False, f"the model says that '{fill(condition.seen)}' is false"
        if condition.that and scope is not None and not scope.truth(condition.that):
            return False, f"'{condition.that}' is false"
        if condition.check:
            result = parse_check(filled_check(condition.check, fill))(self.world)
            return result.passed, result.said
        return True, "it is so"

    def look(self) -> Observation:
        return self.world.observe()


def stand_in(device: Any, script: Script, alias: str) -> StageLike:
    """Opens stages on worlds."""
    return StandInStage(device)


def script_of(text: str, folder: Path) -> Script:
    """A script from its YAML, as if it lay in `folder`."""
    return read_script(textwrap.dedent(text), folder / "script.yaml")


class Events(list[Event]):
    """Keeps what it is told."""

    def __call__(self, event: Event) -> None:
        self.append(event)

    def of(self, kind: type) -> list[Any]:
        """Those of one kind."""
        return [event for event in self if isinstance(event, kind)]


def run(
    text: str | Script,
    world: World,
    folder: Path,
    on_event: Callable[[Event], None] | None = None,
    **settings: Any,
) -> ScriptResult:
    """Run a script on a world; its run is written below `folder`."""
    script = text if isinstance(text, Script) else script_of(text, folder)
    chosen = RunnerSettings(**{"folder": folder / "run", "environ": {}, **settings})
    runner = ScriptRunner(
        script,
        {"pc": world},
        settings=chosen,
        on_event=on_event if on_event is not None else nobody,
        open_stage=stand_in,
    )
    return runner.run()
