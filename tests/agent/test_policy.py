"""The whole table of the policy: what is asked about, what is not, and that signals only raise."""

from __future__ import annotations

import itertools

import pytest

from tapwright.actions import (
    Action,
    LongPress,
    OpenApp,
    Point,
    PressKey,
    Swipe,
    Tap,
    TypeText,
    Wait,
)
from tapwright.agent.policy import Always, NoOne, Policy, PolicyContext
from tapwright.tools.registry import CheckedCall, Tool
from tapwright.types import Decision, Finish, ToolCall, ToolSpec, Verdict

HERE = Point(10, 10)
TAP = Tap(HERE)
PRESSES: list[Action | None] = [TAP, LongPress(HERE), PressKey("ENTER"), None]
TOUCHES: list[Action | None] = [*PRESSES, Swipe(HERE, HERE), TypeText("hello")]
LOOKS: list[Action | Finish] = [
    PressKey("BACK"),
    PressKey("HOME"),
    OpenApp("Clock"),
    Wait(1.0),
    Finish(True),
]
SEVERITY = [Verdict.ALLOW, Verdict.CONFIRM, Verdict.DENY]


def a_call(name: str = "Click", **arguments: object) -> CheckedCall:
    """A call of a tool that does its own work; what it plans stands in the context."""
    tool = Tool(ToolSpec(name, "", {"type": "object"}), function=lambda: None)
    return CheckedCall(ToolCall(name, arguments), tool, arguments)


def decide(call: CheckedCall, **context: object) -> Decision:
    return Policy().decide(call, PolicyContext(**context))


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Pay now", "pay"),
        ("tap Buy", "pay"),
        ("the payment", "pay"),
        ("Check out", "pay"),
        ("transfer 5 euros", "pay"),
        ("立即支付", "pay"),
        ("转账给小明", "pay"),
        ("Send it", "send"),
        ("SENDING", "send"),
        ("Reply", "send"),
        ("发送", "send"),
        ("发给妈妈", "send"),
        ("delete the alarm", "delete"),
        ("Uninstall", "delete"),
        ("Factory reset", "delete"),
        ("删除闹钟", "delete"),
        ("恢复出厂设置", "delete"),
        ("Install", "install"),
        ("安装", "install"),
        ("Allow", "grant"),
        ("grant access", "grant"),
        ("允许", "grant"),
        ("\uff30\uff41\uff59", "pay"),  # wide letters
        ("d\u200bel\u00adete", "delete"),  # invisible characters between
    ],
)
@pytest.mark.parametrize("source", ["thought", "task", "label", "argument"])
def test_costly_words_are_asked_about_wherever_they_stand(
    words: str, kind: str, source: str
) -> None:
    call = a_call(text=words) if source == "argument" else a_call()
    where = {"thought": "thought", "task": "task", "label": "label_under"}.get(source)
    decision = decide(call, planned=TAP, **({where: words} if where else {}))
    assert (decision.verdict, decision.rule) == (Verdict.CONFIRM, f"{source}.{kind}")


@pytest.mark.parametrize(
    "words",
    [
        "Turn on Wi-Fi",
        "Open the display settings.",
        "The display is paid for",
        "Start the stopwatch and reset it",
        "Show the installed apps",
        "a sender",
        "open the postbox",
        "allowance",
        "已安装的应用",
        "打开蓝牙",
    ],
)
def test_plain_words_are_not_asked_about(words: str) -> None:
    decision = decide(a_call(text=words), planned=TAP, thought=words, task=words, label_under=words)
    assert decision.verdict is Verdict.ALLOW


@pytest.mark.parametrize("planned", TOUCHES)
def test_a_declared_intention_matters_for_every_touch(planned: Action | None) -> None:
    assert decide(a_call(), planned=planned, thought="Delete it").verdict is Verdict.CONFIRM


@pytest.mark.parametrize("planned", PRESSES)
def test_a_costly_task_matters_for_every_press(planned: Action | None) -> None:
    assert decide(a_call(), planned=planned, task="Delete it").verdict is Verdict.CONFIRM


@pytest.mark.parametrize("planned", [Swipe(HERE, HERE), TypeText("hello")])
def test_scrolling_and_typing_complete_nothing_of_a_costly_task(planned: Action) -> None:
    assert decide(a_call(), planned=planned, task="Delete it").verdict is Verdict.ALLOW


@pytest.mark.parametrize("planned", LOOKS)
def test_looking_elsewhere_is_free_whatever_is_said(planned: Action | Finish) -> None:
    signals = {"thought": "Pay", "task": "Pay", "label_under": "Pay", "foreground": "com.bank"}
    assert decide(a_call(), planned=planned, **signals).verdict is Verdict.ALLOW


def test_what_the_model_says_at_the_end_is_free() -> None:
    decision = decide(a_call("Done", text="I deleted it; send ok"), planned=Finish(True))
    assert decision.verdict is Verdict.ALLOW


def test_opening_a_costly_app_by_name_is_asked_about() -> None:
    decision = decide(a_call("open", text="Google Pay"), planned=OpenApp("Google Pay"))
    assert decision.rule == "argument.pay"


@pytest.mark.parametrize("nested", [{"a": {"text": "pay"}}, {"a": ["x", ["pay"]]}, {"a": ("pay",)}])
def test_words_are_found_inside_nested_arguments(nested: dict[str, object]) -> None:
    assert decide(a_call(**nested), planned=None).rule == "argument.pay"


@pytest.mark.parametrize("value", [3, 4.5, None, True, [1, 2]])
def test_arguments_without_words_say_nothing(value: object) -> None:
    assert decide(a_call(point=value), planned=TAP).verdict is Verdict.ALLOW


@pytest.mark.parametrize("name", ["send_mail", "deleteFile", "buy-ticket"])
def test_a_tool_named_after_a_costly_act_is_asked_about(name: str) -> None:
    assert decide(a_call(name), planned=None).verdict is Verdict.CONFIRM


def test_a_tool_that_only_finds_out_is_allowed() -> None:
    assert decide(a_call("weather", city="Oslo"), planned=None).verdict is Verdict.ALLOW


@pytest.mark.parametrize(
    ("package", "kind"),
    [
        ("com.example.bank", "bank"),
        ("com.icbc", "bank"),
        ("com.eg.android.AlipayGphone", "pay"),
        ("com.google.android.apps.walletnfcrel", "pay"),
        ("com.samsung.android.spay.pay", "pay"),
        ("com.android.packageinstaller", "installer"),
        ("com.google.android.permissioncontroller", "installer"),
        ("com.android.vending", "installer"),
    ],
)
def test_touches_in_costly_apps_are_asked_about(package: str, kind: str) -> None:
    decision = decide(a_call(), planned=TAP, foreground=package)
    assert (decision.verdict, decision.rule) == (Verdict.CONFIRM, f"app.{kind}")


@pytest.mark.parametrize("package", [None, "com.android.settings", "com.android.deskclock"])
def test_touches_in_plain_apps_are_allowed(package: str | None) -> None:
    assert decide(a_call(), planned=TAP, foreground=package).verdict is Verdict.ALLOW


def test_a_tool_of_its_own_does_not_touch_the_app_in_front() -> None:
    decision = decide(a_call("weather"), planned=None, foreground="com.example.bank")
    assert decision.verdict is Verdict.ALLOW


@pytest.mark.parametrize(
    ("key", "package", "verdict"),
    [
        ("ENTER", "com.whatsapp", Verdict.CONFIRM),
        ("ENTER", "com.android.mms", Verdict.CONFIRM),
        ("ENTER", "com.android.settings", Verdict.ALLOW),
        ("ENTER", None, Verdict.ALLOW),
        ("BACK", "com.whatsapp", Verdict.ALLOW),
    ],
)
def test_enter_in_a_messenger_is_asked_about(
    key: str, package: str | None, verdict: Verdict
) -> None:
    assert decide(a_call(), planned=PressKey(key), foreground=package).verdict is verdict


ASKING = Tool(ToolSpec("book", "", {"type": "object"}), function=lambda: None, asks=True)


def test_a_tool_that_wants_a_person_asks_before_every_call() -> None:
    decision = decide(CheckedCall(ToolCall("book", {}), ASKING), planned=None)
    assert (decision.verdict, decision.rule) == (Verdict.CONFIRM, "tool_asks")
    assert Policy().ask(CheckedCall(ToolCall("book", {}), ASKING), decision).verdict is Verdict.DENY


def test_that_a_tool_asks_never_lowers_a_decision() -> None:
    for planned in [*TOUCHES, *LOOKS, "unknown"]:
        for words in ("", "Delete it"):
            signals = {"planned": planned, "thought": words, "task": words, "foreground": "x.bank"}
            plain = decide(a_call("book"), **signals)
            asking = decide(CheckedCall(ToolCall("book", {}), ASKING), **signals)
            assert SEVERITY.index(asking.verdict) >= SEVERITY.index(plain.verdict)
            assert asking.verdict is not Verdict.ALLOW


def test_an_action_that_the_policy_does_not_know_is_denied() -> None:
    decision = decide(a_call(), planned="a new kind of action")
    assert (decision.verdict, decision.rule) == (Verdict.DENY, "unknown-action")


def test_a_tool_without_plan_or_work_is_denied() -> None:
    tool = Tool(ToolSpec("odd", "", {"type": "object"}), plan=lambda context, arguments: TAP)
    call = CheckedCall(ToolCall("odd", {}), tool)
    assert decide(call, planned=None).verdict is Verdict.DENY


def test_adding_a_signal_never_loosens_a_decision() -> None:
    signals = {
        "thought": "Delete it",
        "task": "Pay the bill",
        "foreground": "com.example.bank",
        "label_under": "Send",
        "planned": "unknown",
    }
    call = a_call()
    checked = 0
    for planned in [*TOUCHES, *LOOKS]:
        found = {
            chosen: decide(call, **{"planned": planned, **{name: signals[name] for name in chosen}})
            for count in range(len(signals) + 1)
            for chosen in itertools.combinations(signals, count)
        }
        for chosen, before in found.items():
            for more, after in found.items():
                if set(chosen) < set(more):
                    assert SEVERITY.index(after.verdict) >= SEVERITY.index(before.verdict)
                    checked += 1
    assert checked > 1000


CONFIRM = Decision(Verdict.CONFIRM, "task.pay", "the task says 'pay'")


@pytest.mark.parametrize(
    ("confirmer", "verdict"), [(NoOne(), Verdict.DENY), (Always(), Verdict.ALLOW)]
)
def test_the_confirmer_has_the_word_where_one_is_asked(
    confirmer: NoOne | Always, verdict: Verdict
) -> None:
    decision = Policy(confirmer).ask(a_call(), CONFIRM)
    assert (decision.verdict, decision.rule) == (verdict, "task.pay")


@pytest.mark.parametrize("verdict", [Verdict.ALLOW, Verdict.DENY])
def test_the_confirmer_cannot_change_a_decision_that_asks_nobody(verdict: Verdict) -> None:
    decision = Decision(verdict, "rule")
    assert Policy(Always()).ask(a_call(), decision) == decision


def test_without_a_confirmer_nobody_is_there() -> None:
    assert Policy().ask(a_call(), CONFIRM).verdict is Verdict.DENY
