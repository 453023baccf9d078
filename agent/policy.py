"""What may be done: one pure chokepoint in front of every act and every tool call.

Every rule can only raise a decision (allow, confirm, deny); the strictest one stands. What the
model writes is among the signals, so that it can raise a decision and never lower one. Where a
decision asks for a person and none is there, the answer is no.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeAlias, get_args

from tapwright.actions import (
    Action,
    FocusWindow,
    Hotkey,
    MoveTo,
    OpenApp,
    PressKey,
    Scroll,
    Swipe,
    TypeText,
    Wait,
)
from tapwright.agent import policy_desktop
from tapwright.agent.policy_words import SENSITIVE_WORDS
from tapwright.tools.registry import CheckedCall
from tapwright.types import Decision, Finish, Verdict

logger = logging.getLogger(__name__)

# Apps in which every touch can cost something, told from the package in front.
SENSITIVE_APPS: Mapping[str, re.Pattern[str]] = {
    "bank": re.compile(r"bank|finance|broker|(^|\.)(icbc|cmb|ccb|abchina)(\.|$)"),
    "pay": re.compile(r"alipay|paypal|venmo|wallet|cashapp|(^|\.)pay(ments?)?(\.|$)|walletnfcrel"),
    "installer": re.compile(r"packageinstaller|permissioncontroller|com\.android\.vending"),
}
MESSENGERS = re.compile(
    r"\.mms(\.|$)|messaging|whatsapp|telegram|tencent\.mm$|tencent\.mobileqq|signal|messenger"
    r"|(^|\.)(gm|email|mail|sms|line)(\.|$)|\bgmail\b|thunderbird|outlook|slack|discord|skype"
    r"|(^|\W)(teams|element|evolution)(\W|$)|wechat|微信|钉钉|飞书"
)
# Keys that only look elsewhere; every other key can press a button.
LOOKING_KEYS = frozenset({"BACK", "HOME", "APP_SWITCH", "MENU", "WAKEUP", "PAGE_UP", "PAGE_DOWN"})
_NAME_PARTS = re.compile(r"[_\W]|(?<=[a-z])(?=[A-Z])")  # between the words of a tool's name
_KNOWN = (*get_args(Action), Finish)
_IDLE = (OpenApp, FocusWindow, MoveTo, Scroll, Wait, Finish)  # they press nothing
NOTHING_AGAINST = Decision(Verdict.ALLOW, "default", "no rule speaks against it")
_SEVERITY = {Verdict.ALLOW: 0, Verdict.CONFIRM: 1, Verdict.DENY: 2}


@dataclass(frozen=True, slots=True)
class PolicyContext:
    """What a decision may rest on beside the call; texts may be hostile, they only raise."""

    task: str = ""
    thought: str = ""
    planned: Action | Finish | None = None  # what the call would do; None for a plugin
    foreground: str | None = None  # package in front; on a desktop "PROGRAM: TITLE"
    label_under: str | None = None  # text under the touch, from a device that can tell


Rule: TypeAlias = Callable[[CheckedCall, PolicyContext], "Decision | None"]


class Confirmer(Protocol):
    """Whoever can say yes to a call that needs a person."""

    simulated_only: bool  # accepted with simulated devices only

    def confirm(self, call: CheckedCall, decision: Decision) -> bool:
        """Say whether the call may be carried out."""


class NoOne:
    """Nobody is there to ask: no."""

    simulated_only = False

    def confirm(self, call: CheckedCall, decision: Decision) -> bool:
        """Refuse."""
        return False


class Always:
    """Says yes to everything and logs it; for scorecards on simulated devices."""

    simulated_only = True

    def confirm(self, call: CheckedCall, decision: Decision) -> bool:
        """Agree, and say so in the log."""
        logger.info("confirmed without a person: %s (%s)", call.call.name, decision.rule)
        return True


class Policy:
    """The rules, and whom to ask where they say `confirm`."""

    def __init__(self, confirmer: Confirmer | None = None) -> None:
        self.confirmer: Confirmer = confirmer or NoOne()

    def decide(self, call: CheckedCall, context: PolicyContext) -> Decision:
        """Return the strictest decision of all rules; a pure function of its arguments."""
        found = [decision for rule in RULES if (decision := rule(call, context)) is not None]
        return max([NOTHING_AGAINST, *found], key=lambda decision: _SEVERITY[decision.verdict])

    def ask(self, call: CheckedCall, decision: Decision) -> Decision:
        """Turn a decision that asks for a person into theirs; others stay as they are."""
        if decision.verdict is not Verdict.CONFIRM:
            return decision
        if self.confirmer.confirm(call, decision):
            return replace(decision, verdict=Verdict.ALLOW, reason=f"confirmed: {decision.reason}")
        return replace(decision, verdict=Verdict.DENY, reason=f"not confirmed: {decision.reason}")


def unknown_action(call: CheckedCall, context: PolicyContext) -> Decision | None:
    """Deny what is neither a known action nor a tool that does its own work."""
    if isinstance(context.planned, _KNOWN):
        return None
    if context.planned is None and call.tool.function is not None:
        return None
    kind = type(context.planned).__name__
    return Decision(Verdict.DENY, "unknown-action", f"'{kind}' is no action of this policy")


def tool_asks(call: CheckedCall, context: PolicyContext) -> Decision | None:
    """Ask before every call of a tool whose author wants a person to be asked."""
    if not call.tool.asks:
        return None
    return Decision(Verdict.CONFIRM, "tool_asks", f"'{call.call.name}' wants a person's yes")


def argument_words(call: CheckedCall, context: PolicyContext) -> Decision | None:
    """Ask before calls whose arguments, typed text included, speak of a costly act; and before
    tools that do their own work and are named after one, such as `send_mail`."""
    if isinstance(context.planned, Finish | Hotkey):
        return None  # keys are not words: `delete` is a key of every editor
    named = _NAME_PARTS.sub(" ", call.call.name) if context.planned is None else ""
    return _about("argument", " ".join((named, *_texts(call.call.arguments))))


def thought_words(call: CheckedCall, context: PolicyContext) -> Decision | None:
    """Ask before touches and tool calls that the model itself declares to be costly."""
    return _about("thought", context.thought) if _touches(context.planned) else None


def task_words(call: CheckedCall, context: PolicyContext) -> Decision | None:
    """Ask before presses while the task is a costly one: any of them may be the last."""
    return _about("task", context.task) if _presses(context.planned) else None


def label_words(call: CheckedCall, context: PolicyContext) -> Decision | None:
    """Ask before touching something whose label speaks of a costly act."""
    return _about("label", context.label_under or "") if _touches(context.planned) else None


def sensitive_app(call: CheckedCall, context: PolicyContext) -> Decision | None:
    """Ask before every touch in a bank, a wallet, an installer or a permission dialog."""
    if not _touches(context.planned) or context.planned is None:
        return None
    package = (context.foreground or "").casefold()
    for kind, pattern in SENSITIVE_APPS.items():
        if pattern.search(package):
            return Decision(Verdict.CONFIRM, f"app.{kind}", f"'{package}' is in front")
    return None


def messenger_enter(call: CheckedCall, context: PolicyContext) -> Decision | None:
    """Ask before Enter in a messenger, which sends."""
    if not policy_desktop.enters(context.planned):
        return None
    package = (context.foreground or "").casefold()
    if MESSENGERS.search(package):
        return Decision(Verdict.CONFIRM, "app.messenger-enter", f"Enter sends in '{package}'")
    return None


def desktop_program(call: CheckedCall, context: PolicyContext) -> Decision | None:
    """Ask before acting in, or opening, a terminal, a password manager and their like."""
    return policy_desktop.costly_opening(context.planned) or policy_desktop.costly_program(
        context.planned, context.foreground
    )


def desktop_keys(call: CheckedCall, context: PolicyContext) -> Decision | None:
    """Ask before keys that close, lock, delete for good or open a place for commands."""
    return policy_desktop.costly_keys(context.planned, context.foreground)


RULES: tuple[Rule, ...] = (
    unknown_action,
    tool_asks,
    argument_words,
    label_words,
    thought_words,
    task_words,
    sensitive_app,
    messenger_enter,
    desktop_program,
    desktop_keys,
)


def _touches(planned: Action | Finish | None) -> bool:
    """Whether the act can press something, or is a tool's own work."""
    if isinstance(planned, PressKey | Hotkey):
        looks = isinstance(planned, PressKey) and planned.key in LOOKING_KEYS
        return not (looks or policy_desktop.only_looks(planned))
    return not isinstance(planned, _IDLE)


def _presses(planned: Action | Finish | None) -> bool:
    """Whether the act can complete something: a touch that is neither typing nor scrolling."""
    if isinstance(planned, TypeText):
        return policy_desktop.enters(planned)
    return _touches(planned) and not isinstance(planned, Swipe)


def _about(source: str, text: str) -> Decision | None:
    folded = _fold(text)
    for kind, pattern in SENSITIVE_WORDS.items():
        if match := pattern.search(folded):
            return Decision(Verdict.CONFIRM, f"{source}.{kind}", f"the {source} says '{match[0]}'")
    return None


def _fold(text: str) -> str:
    """Lower case, without the wide forms and invisible characters that hide a word."""
    wide = unicodedata.normalize("NFKC", text)
    return "".join(c for c in wide if unicodedata.category(c) != "Cf").casefold()


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)
