"""Telling an answer in words from what is left of a call that could not be read.

The rule leans to one side: a reply with anything like a call in it is never an answer, for a
person would be shown half a call as if it were words. Prose that only mentions braces, code,
tables and JSON which calls nothing stay answers.
"""

from __future__ import annotations

import re

from tapwright.errors import NoCall, ReplyError

_MARKERS = ("*FUNCTION*", "*ARGS*", "<tool_call>", "</tool_call>")
_OPENED = tuple(sorted({m[:end] for m in _MARKERS for end in range(3, len(m))}))

_QUOTE = "[\"']"
_STRING = rf"{_QUOTE}[^\"'\n]{{1,64}}{_QUOTE}"
# Whatever a model writes around a call, well or badly, in our dialects or in those of others.
_TRACE = re.compile(
    r"✿"
    r"|\*(?:FUNCTION|ARGS|RESULT|RETURN)\b|\b(?:FUNCTION|ARGS|RESULT|RETURN)\*"
    r"|^[^\w\n]{0,8}(?:FUNCTION|ARGS)[^\w\n]{0,8}[:\uff1a]"
    r"|(?i:\*function\*.{0,200}\*args\*)"
    r"|(?i:<[|/\s]{0,3}(?:tool[ _-]?calls?|tool_response|function_calls?|function=|invoke\b))"
    r"|\[TOOL_CALLS\]|<\|python_tag\|>"
    # JSON: the key that only calls have, in its place and misspelt, and its relatives
    rf"|{_QUOTE}arguments{_QUOTE}?\s{{0,20}}[:\uff1a=]"
    rf"|{_QUOTE}(?:tool_calls?|function_call|tool_name|function_name|tool_input){_QUOTE}\s{{0,20}}:"
    rf"|\{{(?:\s{{0,20}}{_QUOTE}\w{{1,20}}{_QUOTE}\s{{0,20}}:\s{{0,20}}{_STRING}\s{{0,20}},){{1,3}}"
    rf"\s{{0,20}}{_QUOTE}arg\w{{0,12}}{_QUOTE}?\s{{0,20}}:\s{{0,20}}\{{"
    rf"|{_QUOTE}(?:name|tool|function|action){_QUOTE}\s{{0,20}}:\s{{0,20}}{_STRING}\s{{0,20}},"
    rf"\s{{0,20}}{_QUOTE}(?:param|kwarg|input)\w{{0,12}}{_QUOTE}\s{{0,20}}:\s{{0,20}}\{{"
    r"|\{\s{0,20}name\s{0,20}:[^{}\n]{1,100}\barguments\s{0,20}:",
    re.MULTILINE,
)
# A whole reply that is one call as programs write it: `do(action="Tap", element=[5, 5])`.
_PROGRAM = re.compile(r"\s*\[?[A-Za-z_][\w.]{0,63}\(\s*\w{1,64}\s*=[^\n]{0,2000}\)\S{0,20}\s*")
# A cut or ended reply whose JSON had only begun: `{"name": "fli`.
_BEGUN = re.compile(rf"\{{\s{{0,20}}{_QUOTE}name{_QUOTE}?\s{{0,20}}(?::[^{{}}\n]{{0,200}})?\Z")
# What is left of `✿RETURN✿: ` when a model goes on behind an open turn; a smiley is not.
_AFTER_RETURN = re.compile(r"\A\s*[:\uff1a](?=\s|\w\w|[^\x00-\x7f]|\Z)")
_EDGE = re.compile(r"(?P<start><think>)|^[ \t]{0,20}</think>", re.MULTILINE)
_THOUGHT_END = "</think>"


def has_trace(text: str) -> bool:
    """Whether anything in `text` looks like a call, however broken."""
    return (
        _TRACE.search(text) is not None
        or _PROGRAM.fullmatch(text) is not None
        or _BEGUN.search(text[-300:]) is not None
        or text.rstrip().endswith(_OPENED)
    )


def without_return(text: str) -> str:
    """`text` without the colon with which a model goes on behind an open RETURN marker."""
    return _AFTER_RETURN.sub("", text, count=1).strip()


def refuse_call(text: str, told: str, *, cut: bool = False) -> ReplyError:
    """What to raise for a reply in which no reader found a call.

    `NoCall` for an answer, else a plain `ReplyError`; `told` is what the model is told in both
    cases, and `cut` says that the reply ran into its length limit.
    """
    words, thought = _split(text)
    answer = without_return(words)
    if not answer or has_trace(answer):
        return ReplyError(told)
    return NoCall(told, answer=answer, thought=thought, cut=cut)


def _split(text: str) -> tuple[str, str]:
    """Return the words of a reply and, apart, its thoughts; every thought must be closed.

    Some models' prompts end with an open `<think>`: the reply then holds its end only.
    """
    words: list[str] = []
    thoughts: list[str] = []
    at = 0
    for mark in _EDGE.finditer(text):
        if mark.start() < at:  # inside a thought
            continue
        before = text[at : mark.start()]
        if mark["start"] is None:
            thoughts += [*words, before]
            words = []
            at = mark.end()
            continue
        end = text.find(_THOUGHT_END, mark.end())
        if end < 0:
            break
        words.append(before)
        thoughts.append(text[mark.end() : end])
        at = end + len(_THOUGHT_END)
    return "".join([*words, text[at:]]), "\n".join(filter(None, map(str.strip, thoughts)))
