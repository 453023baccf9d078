"""Scripts as values, made up at random, and scripts compared without their lines."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from tapwright.agent.script.steps import (
    Ask,
    Assert,
    CallTool,
    Condition,
    DragTo,
    ForEach,
    If,
    Log,
    Open,
    Options,
    Place,
    Press,
    Repeat,
    RunTask,
    Screenshot,
    Script,
    ScrollBy,
    SetVariables,
    Step,
    TapOn,
    Target,
    Try,
    TypeIn,
    WaitFor,
)

FILE = Path("made-up.yaml")
# Characters that YAML and people stumble over.
_ODD = ["'", '"', ":", "#", "-", " ", "\n", "\t", "{", "}", "[", "]", ",", "&", "*", "!", "|", ">",
        "%", "@", "`", "\\", "~", "?", "0", "1", ".", "e", "no", "null", "\x00", "\x85", "\u2028",
        "\ufeff", "é", "漢", "😀", "\x7f", "\r", "=", "<<", "+"]  # fmt: skip
texts = (
    st.lists(st.sampled_from([*_ODD, "a", "word"]), max_size=8).map("".join)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
).filter(lambda text: "{{" not in text)
words = texts.filter(lambda text: bool(text.strip())) | st.just("Hello {{ given }}")
labels = texts.filter(lambda text: bool(text.strip()))
names = st.sampled_from(["alpha", "b2", "C_c", "total"])
numbers = st.integers(-(10**30), 10**30) | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
seconds = st.floats(0.01, 80_000)
shares = st.floats(0, 1)
targets = st.builds(
    Target,
    words,
    st.just(""),
    st.just("") | words,
    st.none() | st.integers(1, 1000),
    st.none() | st.tuples(shares, shares),
)
conditions = st.builds(
    Condition,
    st.just("") | words,
    st.just("") | words,
    st.sampled_from(["", "file a contains b"]),
    st.sampled_from(["", "given == 'a'", "{{ given }}"]),
    st.just("") | words,
    st.just("") | words,
).filter(lambda condition: condition != Condition())
keys = st.sampled_from(["ctrl", "s", "+", "f5", "5", "page down", "{{ given }}", "-"])
acting = (
    st.builds(Open, words, st.lists(texts, max_size=2).map(tuple))
    | st.builds(TapOn, targets, st.sampled_from(["left", "right"]), st.integers(1, 3), seconds.map(
        lambda value: min(value, 60.0)))
    | st.builds(TypeIn, texts, st.none() | targets, st.booleans())
    | st.builds(Press, st.lists(keys, min_size=1, max_size=4).map(tuple))
    | st.builds(ScrollBy, st.sampled_from(["up", "down", "left", "right"]), st.integers(1, 100),
                st.none() | targets, st.just("") | words)
    | st.builds(DragTo, targets, targets)
)  # fmt: skip
calling = (
    st.builds(CallTool, labels, st.dictionaries(texts, values, max_size=2), names)
    | st.builds(RunTask, words, st.just(("a b == c",)), st.integers(1, 1000))
)  # fmt: skip
looking = (
    st.builds(WaitFor, conditions)
    | st.builds(Assert, conditions, texts)
    | st.builds(Ask, words, names, st.sampled_from(["text", "float"]), st.just(""), st.just(""),
                st.sampled_from(["", r"\d+: \"(.*)\""]))
    | st.builds(Log, texts)
    | st.builds(Screenshot, words)
    | st.builds(SetVariables, st.dictionaries(names, values, min_size=1, max_size=2))
)  # fmt: skip
_plain_options = st.builds(
    Options, st.just("") | labels, st.sampled_from(["", "pc"]), st.none() | seconds, st.none(),
    st.just(False), st.booleans(),
)  # fmt: skip
_tried_options = st.builds(replace, _plain_options, retries=st.none() | st.integers(0, 100))


def _steps(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Step, ...]]:
    return st.lists(inner, min_size=1, max_size=3).map(tuple)


def _blocks(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Steps around steps."""
    some, maybe = _steps(inner), st.just(()) | _steps(inner)
    items = st.lists(values, max_size=3).map(tuple) | st.just("{{ given }}")
    acts = (
        st.builds(If, conditions, some, maybe)
        | st.builds(ForEach, items, some, names)
        | st.builds(Repeat, some, st.integers(0, 9), st.none(), st.just(100))
        | st.builds(Repeat, some, st.none(), conditions, st.integers(1, 99))
        | st.builds(Try, some, some, maybe)
    )
    return st.builds(Step, st.just(Place(FILE, 0, "")), acts, _plain_options)


_once = st.builds(Options, st.just(""), st.just(""), st.none(), conditions, st.just(True))
_leaves = st.builds(Step, st.just(Place(FILE, 0, "")), acting, _tried_options | _once) | st.builds(
    Step, st.just(Place(FILE, 0, "")), looking | calling, _plain_options
)
steps = _steps(st.recursive(_leaves, _blocks, max_leaves=5))
scripts = st.builds(
    Script,
    st.just(FILE),
    labels,
    steps,
    st.just({"pc": "desktop", "my-phone": "sim"}),
    st.dictionaries(names, values, max_size=2),
    st.just(("given",)),
    st.just(("SECRET",)),
    st.dictionaries(labels, st.dictionaries(names, values, min_size=1, max_size=1), max_size=2),
    seconds,
    st.integers(0, 100),
)


def bare(value: Any) -> Any:
    """A value without places, so that scripts can be compared wherever they stand."""
    if isinstance(value, Place):
        return None
    if isinstance(value, tuple | list):
        return [bare(inner) for inner in value]
    if isinstance(value, dict):
        return {key: bare(inner) for key, inner in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = [field.name for field in dataclasses.fields(value)]
        return type(value).__name__, [bare(getattr(value, name)) for name in fields]
    return value
