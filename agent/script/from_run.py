"""An agent's solved task as a script: what it did once with a model, again without one.

Each act of the run's journal becomes a step, its target named from the picture that it was
decided from, and learned; the task's checks become assertions. Only a run that was solved is
taken: what did not work once will not work again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

from PIL import Image

from tapwright.actions import (
    Action,
    Choose,
    Click,
    Direction,
    Drag,
    FocusWindow,
    Hotkey,
    LongPress,
    MoveTo,
    OpenApp,
    Point,
    PressKey,
    Scroll,
    Swipe,
    Tap,
    TypeText,
    Wait,
    pointer_after,
)
from tapwright.agent.runs import Run
from tapwright.agent.script.draft import Draft, all_literal, literal
from tapwright.agent.script.steps import CallTool, Open, ScrollBy, TapOn, Target, WaitFor
from tapwright.errors import ToolError, UsageError
from tapwright.protocols import Kind
from tapwright.tools.context import Context
from tapwright.tools.phone import acts_for
from tapwright.tools.registry import Toolbox
from tapwright.types import Delivery, Family, Finish, Outcome, Size, Step, TextPart, ToolResult

SOLVED = (Outcome.VERIFIED, Outcome.CLAIMED)
SWIPE_NOTCHES = 3  # of a wheel, that show about as much as one swipe of a finger
Shown = Callable[[Size], Size]


@dataclass(frozen=True, slots=True)
class _Did:
    """One act of the run: what was asked for, and what it was on the device."""

    step: Step
    number: int
    action: Action
    result: ToolResult
    sharp: bool = True


def write_steps(run: Run, draft: Draft, family: Family, shown: Shown) -> None:
    """Put what a solved run did into the draft, as steps.

    `family` and `shown` (the size at which its model saw a picture) say what the run's points
    mean. Raise `UsageError`, with the reason, for a run that cannot become a script.
    """
    must_be_solved(run)
    said: dict[str, str] = {}
    blurred = _kept_small(run)
    kind: Kind = run.meta.get("device_kind", "phone")
    pointer: Point | None = None
    for step in run.steps():
        for did in _deeds(step, family, kind, shown, pointer):
            if isinstance(did, CallTool):
                draft.add(replace(did, arguments=all_literal(did.arguments)))
                said[did.save_as] = _said(step, did)
            else:
                _write(replace(did, sharp=did.number not in blurred), draft, said)
                pointer = pointer_after(did.action) or pointer
    if not draft.steps:
        raise UsageError(f"the run '{run.folder}' did nothing, so there is nothing to repeat")
    _until_the_next_target(draft)
    checks = list((run.meta.get("notes") or {}).get("checks") or ())
    for check in checks:
        draft.check(str(check))
    if not checks:
        draft.notes.append("the run had no check, so nothing tells the script that it worked")


def _kept_small(run: Run) -> frozenset[int]:
    """The numbers of the steps whose picture the journal kept smaller than the screen."""
    small = set()
    for record in run.records:
        if record["kind"] != "step":
            continue
        seen = record["observation"]
        with suppress(OSError), Image.open(run.folder / seen["image"]) as image:
            if list(image.size) != list(seen["size"]):
                small.add(int(record["number"]))
    return frozenset(small)


def must_be_solved(run: Run) -> None:
    """Raise `UsageError` for a run that was not solved."""
    run.must_be_resumable()
    outcome = run.outcome
    if outcome is None:
        raise UsageError(f"the run '{run.folder}' is not over; resume it first")
    if outcome not in SOLVED:
        raise UsageError(
            f"the run '{run.folder}' ended as {outcome.value}, so there is no solved task to "
            f"repeat: {run.message}"
        )


def _deeds(
    step: Step, family: Family, kind: Kind, shown: Shown, pointer: Point | None
) -> Iterator[_Did | CallTool]:
    """What a step did, in order, acts that were refused left out.

    `pointer` is where the steps before it left a desktop's pointer.
    """
    size = step.observation.size
    acts = acts_for(family, kind, size, shown(size))
    toolbox = Toolbox(acts)
    context = Context(None, step.observation, family.frame, shown(size), pointer)
    names = {name for tool in acts for name in (tool.spec.name, *tool.aliases)}
    for call, result in zip(step.calls, step.results, strict=False):
        if result.effect.delivery is Delivery.REFUSED:
            continue
        if result.effect.delivery is Delivery.UNKNOWN:
            raise UsageError(
                f"step {step.number} of the run was cut off, and nobody knows whether "
                f"'{call.name}' happened; do the task again"
            )
        if call.name not in names:
            yield CallTool(call.name, dict(call.arguments), f"{_word(call.name)}_{step.number}")
            continue
        try:
            planned = toolbox.plan(toolbox.check(call), context)
        except ToolError as error:
            raise UsageError(f"step {step.number} of the run cannot be read: {error}") from error
        context = context.after(planned)
        if planned is not None and not isinstance(planned, Finish):
            yield _Did(step, step.number, planned, result)


def _write(did: _Did, draft: Draft, said: dict[str, str]) -> None:
    """Put one act into the draft."""
    image, action = did.step.observation.image, did.action
    idle = did.step.screen_changed is False and len(did.step.calls) == 1
    if idle and isinstance(action, Tap | LongPress | Swipe | Click | Scroll | Wait | MoveTo):
        draft.notes.append(f"step {did.number} of the run changed nothing and is left out")
        return
    match action:
        case Tap(point=point):
            draft.tap(image, _place(did, point), sharp=did.sharp)
        case LongPress(point=point, seconds=seconds):
            how = TapOn(Target(), hold=seconds)
            draft.tap(image, _place(did, point), how, sharp=did.sharp)
        case Click(point=point, button=button, count=count, keys=()):
            how = TapOn(Target(), button, count)
            draft.tap(image, _place(did, point), how, sharp=did.sharp)
        case Swipe(start=start, end=end):
            draft.scroll(_scrolled(start, end), SWIPE_NOTCHES)
        case Scroll(down=down, right=right) if down or right:
            draft.scroll(_turned(down, right), max(abs(down), abs(right)))
        case Drag(path=path):
            draft.drag(image, path[0], path[-1])
        case TypeText(text=text):
            variable = next((name for name, words in said.items() if words == text.strip()), None)
            draft.type(f"{{{{ {variable} }}}}" if variable else literal(text))
        case PressKey(key=key):
            draft.press((key.lower(),))
        case Hotkey(keys=keys):
            draft.press(keys)
        case OpenApp(name=name, arguments=arguments):
            draft.add(Open(literal(name), tuple(map(literal, arguments))))
        case FocusWindow(title=title):
            draft.add(Open(literal(title)))
        case Wait() | MoveTo():
            pass  # every step of a script waits for what it needs
        case Choose() | Click() | Scroll():
            raise UsageError(f"step {did.number} of the run has an act that no script has")


def _place(did: _Did, point: Point) -> Point:
    """Where the device was touched, as the journal tells it."""
    return Point(*did.result.point) if did.result.point else point


def _scrolled(start: Point, end: Point) -> Direction:
    """Which way a finger's move shows more: up is further down."""
    across, along = end.x - start.x, end.y - start.y
    if abs(across) > abs(along):
        return "right" if across < 0 else "left"
    return "down" if along < 0 else "up"


def _turned(down: int, right: int) -> Direction:
    if abs(right) > abs(down):
        return "right" if right > 0 else "left"
    return "down" if down > 0 else "up"


def _until_the_next_target(draft: Draft) -> None:
    """A scroll ends where its next target is seen: lists are not as long tomorrow as today."""
    for at, (step, following) in enumerate(zip(draft.steps, draft.steps[1:], strict=False)):
        if isinstance(step.act, ScrollBy) and isinstance(following.act, TapOn | WaitFor):
            words = following.act.target.words if isinstance(following.act, TapOn) else ""
            if words:
                draft.steps[at] = replace(step, act=replace(step.act, until=words))


def _said(step: Step, call: CallTool) -> str:
    """What a tool answered, in words."""
    for made, result in zip(step.calls, step.results, strict=False):
        if made.name == call.name and dict(made.arguments) == dict(call.arguments):
            texts = [part.text for part in result.parts if isinstance(part, TextPart)]
            return "\n".join(texts).strip()
    return ""


def _word(name: str) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in name.casefold()).strip("_")
