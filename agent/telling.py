"""What the model is told about its acts, in its language; what others said stays untrusted."""

# ruff: noqa: RUF001 - Chinese has punctuation of its own.
from __future__ import annotations

from collections.abc import Mapping

from tapwright.types import Delivery, Language, Part, TextPart, ToolResult

LINE_CHARS = 80  # of a thought, and of what a device said, in a summary line
_ENGLISH: Mapping[str, str] = {
    "changed": "Done. The screen changed.",
    "unchanged": "Done, but the screen did not change.",
    "refused": "Refused, nothing was done: ",
    "unknown": "It is not known whether this was done; look before you repeat it: ",
    "done": "Done.",
    "finished": "The task is ended.",
    "now": "The screen now:",
    "woken": "The screen was off and has been switched on.",
    "interrupted": "The run was interrupted here and goes on now.",
    "in_flight": "It is not known whether this was done before the interruption: ",
    "hint": (
        "You are going in circles: the same act on the same screen. Do something else, "
        "or end the task and say why it cannot be done."
    ),
    "no_picture": "(an older picture, left out)",
    "no_steps": "(earlier steps, left out: {count})",
    "not_reached": "not done, because {why}; look again first",
    "screen_moved": "the act before it changed the screen",
    "failed_before": "the act before it was not carried out",
    "other_app": "the screen is another now: '{now}' is in front, not '{before}'",
    "turned": "the screen was turned since it was looked at",
    "no_call": "there is no call in your reply; answer with one call of a tool",
    "no_image": "(an older picture, left out)",
    "no_exchanges": "(earlier questions and answers, left out: {count})",
    "no_rounds": "(earlier calls and results, left out: {count})",
    "repeated": (
        "You have made this call with these arguments {count} times. Its result is above; answer "
        "from it, or say what you do not know."
    ),
    "no_answer": "(no answer: {why})",
    "cancelled_call": "the person interrupted it",
    "cut": "… (shortened to fit)",
}
_CHINESE: Mapping[str, str] = {
    "changed": "已执行，屏幕有变化。",
    "unchanged": "已执行，但屏幕没有变化。",
    "refused": "被拒绝，未执行：",
    "unknown": "不确定是否已执行，重复之前请先查看屏幕：",
    "done": "已完成。",
    "finished": "任务已结束。",
    "now": "当前屏幕：",
    "woken": "屏幕原先关闭，现已点亮。",
    "interrupted": "任务在此中断，现在继续。",
    "in_flight": "不确定中断前是否已执行：",
    "hint": (
        "你在原地打转：在同一屏幕上重复同样的操作。请换一种做法，或结束任务并说明无法完成的原因。"
    ),
    "no_picture": "（较早的截图已省略）",
    "no_steps": "（较早的步骤已省略：{count}）",
    "not_reached": "未执行，因为{why}；请先重新查看屏幕",
    "screen_moved": "前一个操作改变了屏幕",
    "failed_before": "前一个操作没有执行",
    "other_app": "屏幕已改变：现在前台是'{now}'，不再是'{before}'",
    "turned": "屏幕在查看之后已旋转",
    "no_call": "回复中没有调用；请用一次工具调用作答",
    "no_image": "（较早的图片已省略）",
    "no_exchanges": "（较早的问答已省略：{count}）",
    "no_rounds": "（较早的调用和结果已省略：{count}）",
    "repeated": "你已用同样的参数调用了{count}次，结果见上文。请据此回答，或说明你不知道什么。",
    "no_answer": "（没有回答：{why}）",
    "cancelled_call": "用户中断了调用",
    "cut": "……（已截短）",
}
_WORDS: Mapping[Language, Mapping[str, str]] = {"en": _ENGLISH, "zh": _CHINESE}


def words(key: str, language: Language, **values: object) -> str:
    """Return a sentence by its key, with `values` filled in."""
    return _WORDS[language][key].format(**values) if values else _WORDS[language][key]


def told_parts(
    result: ToolResult, changed: bool | None, language: Language = "en"
) -> tuple[Part, ...]:
    """Say what came of one call: delivered or not, and whether the screen changed.

    `changed` is None for a call that could not change the screen.
    """
    said = TextPart(result.effect.said, trusted=False)
    if result.effect.delivery is Delivery.REFUSED:
        return (TextPart(words("refused", language)), said)
    if result.effect.delivery is Delivery.UNKNOWN:
        return (TextPart(words("unknown", language)), said)
    if result.finish is not None:
        return (TextPart(words("finished", language)),)
    if changed is None:
        return result.parts or (TextPart(words("done", language)),)
    told = TextPart(words("changed" if changed else "unchanged", language))
    return (*result.parts, told)


def told_briefly(result: ToolResult, changed: bool | None) -> str:
    """Say the same in the few words of a summary line; its language is the embedded model's."""
    if result.effect.delivery is Delivery.REFUSED:
        return f"Refused: {first_line(result.effect.said)}"
    if result.effect.delivery is Delivery.UNKNOWN:
        return f"Unknown: {first_line(result.effect.said)}"
    if changed is None:
        return "Answered."
    return "Changed." if changed else "No change."


def first_line(text: str) -> str:
    """Return the first line of `text` that has words, at most 80 characters of it."""
    lines = text.strip().splitlines()
    return lines[0].strip()[:LINE_CHARS] if lines else ""
