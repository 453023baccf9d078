"""A tool called by a script: fitted to its schema, decided, carried out, its words kept."""

from __future__ import annotations

from tapwright.agent.policy import PolicyContext
from tapwright.agent.script.deed import Deed, Outcome
from tapwright.agent.script.filling import is_literal
from tapwright.agent.script.running import Denied
from tapwright.agent.script.steps import CallTool
from tapwright.errors import StepFailed, ToolError, Uncertain
from tapwright.tools.context import Context
from tapwright.tools.registry import CheckedCall
from tapwright.types import Delivery, TextPart, ToolCall, ToolResult, Verdict


def call_tool(deed: Deed, act: CallTool) -> Outcome:
    """Call the tool and keep what it says in `save_as`.

    Raise `StepFailed` where it refused or the call does not fit, `Denied` where the policy or a
    person says no, `Uncertain` where what it did is unknown and nothing can tell.
    """
    toolbox = deed.run.toolbox
    try:
        checked = toolbox.check(ToolCall(act.name, deed.frame.scope.fill(act.arguments)))
    except ToolError as error:
        raise StepFailed(str(error)) from error
    if checked.tool.function is None:
        raise StepFailed(f"'{act.name}' is an act on a screen; write it as a step of its own")
    _must_be_allowed(deed, act, checked)
    device = None
    if checked.tool.context_name is not None and deed.frame.script.devices:
        device = deed.run.stages.device(deed.step.options.on, deed.frame.script)[0]
    deed.look_ahead()
    begun = deed.intended  # by a try before
    deed.intend()
    result = toolbox.run(checked, Context(device))
    if result.effect.delivery is Delivery.REFUSED:
        deed.intended = begun  # nothing happened now
        raise StepFailed(result.effect.said)
    if result.effect.delivery is Delivery.UNKNOWN:
        return _unknown(deed, act, result)
    text = "\n".join(part.text for part in result.parts if isinstance(part, TextPart))
    if act.save_as:
        deed.frame.scope.set(act.save_as, text)
        deed.run.progress.set(deed.key, act.save_as, text, deed.run.curtain.values)
    return Outcome(text)


def _must_be_allowed(deed: Deed, act: CallTool, checked: CheckedCall) -> None:
    """A call whose every word its author wrote is the author's word. What was filled in may come
    from a screen or a tool, so then the policy decides, and may ask a person."""
    policy = deed.run.settings.policy
    decision = policy.decide(checked, PolicyContext(task=deed.title))
    if decision.verdict is Verdict.CONFIRM and is_literal(act.arguments):
        return
    decision = policy.ask(checked, decision)
    if decision.verdict is not Verdict.ALLOW:
        raise Denied(f"'{act.name}' was denied by {decision.rule}: {decision.reason}")


def _unknown(deed: Deed, act: CallTool, result: ToolResult) -> Outcome:
    expect, said = deed.step.options.expect, result.effect.said
    if expect is None or deed.held_before or act.save_as:
        raise Uncertain(said)
    held, why = deed.holds(expect, deed.timeout)
    if not held:
        raise Uncertain(f"{said}, and {why}")
    return Outcome(f"{said}; it did happen: {why}")
