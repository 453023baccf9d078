"""BFCL's single-turn calls through every dialect: written, read, checked, judged by its checker.

    python benchmarks/bfcl.py [--fraction 5]

For each of the 2,351 questions with an answer, the first accepted answer is written as a model
should write it, read back by our parser, fitted to the question's tools by our Toolbox, and given
to BFCL's own `ast_checker`. Wherever that accepts the answer itself it must accept what we read,
and with a wrong name never. No model takes part: this measures writing, reading and checking.
The exit code is 1 where a figure is not what it should be.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from types import ModuleType
from typing import Any

import jsonschema

from tapwright.errors import ReplyError, ToolError
from tapwright.prompts import DIALECTS
from tapwright.protocols import Dialect
from tapwright.tools.registry import Tool, Toolbox
from tapwright.types import (
    Conversation,
    ModelTurn,
    ParsedReply,
    Reply,
    TextPart,
    ToolCall,
    ToolSpec,
    UserTurn,
)

CATEGORIES = (
    "simple_python",
    "multiple",
    "parallel",
    "parallel_multiple",
    "live_simple",
    "live_multiple",
    "live_parallel",
    "live_parallel_multiple",
)
SEVERAL = ("qwen_parallel", "hermes", "native")  # dialects with several calls in one reply
TYPES = {"dict": "object", "float": "number", "tuple": "array"}  # BFCL's names for JSON's types


class _AnyModel(dict[str, type]):
    """Stands in for BFCL's table of vendors: its module imports the packages of all of them."""

    underscore_to_dot = False

    def __missing__(self, name: str) -> type:
        return type(self)


def _checker() -> Any:
    name = "bfcl_eval.constants.model_config"
    if name not in sys.modules:
        module = ModuleType(name)
        module.__dict__["MODEL_CONFIG_MAPPING"] = _AnyModel()
        sys.modules[name] = module
    from bfcl_eval.eval_checker.ast_eval.ast_checker import ast_checker

    return ast_checker


@dataclass(frozen=True, slots=True)
class Item:
    """A question with its tools as BFCL writes them, its accepted answers, and the first one."""

    category: str
    question: str
    functions: Sequence[Mapping[str, Any]]
    truth: Sequence[Mapping[str, Any]]
    calls: tuple[ToolCall, ...]


@dataclass(slots=True)
class Tally:
    """What became of one category in one dialect; `misses` names what went wrong."""

    counts: Counter[str] = field(default_factory=Counter)
    misses: list[str] = field(default_factory=list)


def items(category: str) -> Iterator[Item]:
    """The questions of a category, in BFCL's order."""
    data = resources.files("bfcl_eval") / "data"
    file = f"BFCL_v4_{category}.json"
    questions = (data / file).read_text(encoding="utf-8").splitlines()
    answers = (data / "possible_answer" / file).read_text(encoding="utf-8").splitlines()
    for question, answer in zip(map(json.loads, questions), map(json.loads, answers), strict=True):
        calls = []
        for call in answer["ground_truth"]:
            for name, accepted in call.items():
                calls.append(ToolCall(name, _pick(accepted)))
        asked = question["question"][0][-1]["content"]
        truth = answer["ground_truth"]
        yield Item(category, asked, question["function"], truth, tuple(calls))


def _pick(accepted: Mapping[str, Any]) -> dict[str, Any]:
    """The first accepted value of every argument; where that is "" it is left out, as it may be."""
    picked = {}
    for key, values in accepted.items():
        first = values[:1] if isinstance(values, list) else [values]
        if first and first[0] != "":
            picked[key] = _first(first[0])
    return picked


def _first(value: Any) -> Any:
    if isinstance(value, dict):
        return _pick(value)
    if isinstance(value, list):
        return [_first(inner) for inner in value]
    return value


def schema_of(written: Mapping[str, Any]) -> dict[str, Any]:
    """BFCL's description of a value as JSON Schema."""
    schema = {
        key: value
        for key, value in written.items()
        if key not in ("type", "properties", "items", "optional")
    }
    kind = written.get("type", "any")
    if kind != "any":
        schema["type"] = TYPES.get(kind, kind)
    if "properties" in written:
        schema["properties"] = {k: schema_of(v) for k, v in written["properties"].items()}
    if "items" in written:
        schema["items"] = schema_of(written["items"])
    return schema


@lru_cache(maxsize=4096)
def _tool(written: str) -> Tool:
    function = json.loads(written)
    schema = schema_of(function["parameters"]) | {"additionalProperties": False}
    return Tool(ToolSpec(function["name"], function["description"], schema), function=dict)


def toolbox(item: Item) -> Toolbox:
    """The question's tools as ours; none of them does anything."""
    return Toolbox(_tool(json.dumps(function)) for function in item.functions)


def accepts(item: Item, calls: Sequence[ToolCall]) -> bool:
    """Whether BFCL's checker takes `calls` for an answer to the question."""
    from bfcl_eval.constants.enums import Language

    output = [{call.name: dict(call.arguments)} for call in calls]
    judged: dict[str, Any] = _checker()(
        item.functions, output, item.truth, Language.PYTHON, item.category, "any"
    )
    return bool(judged["valid"])


def through(known: Dialect, calls: Sequence[ToolCall]) -> tuple[ToolCall, ...]:
    """`calls` written by a dialect and read back: in one reply, or in one for each of them."""
    if known.name == "native":
        plain = json.loads(json.dumps([[call.name, dict(call.arguments)] for call in calls]))
        native = tuple(ToolCall(name, arguments) for name, arguments in plain)
        return known.parse(Reply("", calls=native)).calls
    replies = [tuple(calls)] if known.name in SEVERAL else [(call,) for call in calls]
    read: list[ToolCall] = []
    for written in replies:
        read += known.parse(Reply(known.render_reply(ParsedReply("I call.", written)))).calls
    return tuple(read)


def _checked(box: Toolbox, calls: Sequence[ToolCall]) -> list[ToolCall] | None:
    """The calls as the Toolbox fits them; None where one does not fit."""
    try:
        return [box.check(call).call for call in calls]
    except ToolError:
        return None


def judge(item: Item, known: Dialect, tally: Tally) -> None:
    """Put a question through a dialect, right and with a wrong name."""
    tally.counts["items"] += 1
    gold = accepts(item, item.calls)
    tally.counts["gold"] += gold
    box = toolbox(item)
    turns = (UserTurn((TextPart(item.question),)), ModelTurn(ParsedReply("", item.calls)))
    known.render(Conversation("", box.specs, turns))
    try:
        read = through(known, item.calls)
    except ReplyError as error:
        tally.misses.append(f"{known.name} {item.category}: unread: {error}: {item.calls}")
        return
    if accepts(item, read):
        tally.counts["accepted"] += 1
    elif gold:
        tally.misses.append(f"{known.name} {item.category}: {item.calls} was read as {read}")
    _judge_fit(item, box, read, tally, gold=gold)
    wrong = [ToolCall(f"{call.name[:50]}_other", call.arguments) for call in item.calls]
    read = through(known, wrong)
    if not accepts(item, read) and _checked(box, read) is None:
        tally.counts["rejected"] += 1
    else:
        tally.misses.append(f"{known.name} {item.category}: a wrong name passes: {read}")


def _judge_fit(
    item: Item, box: Toolbox, read: Sequence[ToolCall], tally: Tally, *, gold: bool
) -> None:
    """Our Toolbox must keep to the tools' schemas, as the package jsonschema reads them."""
    fitted = _checked(box, read)
    if fitted is None:
        if all(_is_valid(box, call) for call in item.calls):
            tally.misses.append(f"{item.category}: refused, though it fits: {item.calls}")
        return
    tally.counts["fits"] += 1
    if not all(_is_valid(box, call) for call in fitted):
        tally.misses.append(f"{item.category}: passed against its schema: {fitted}")
    # Many models write null for what they leave out; ours is left out, which BFCL minds.
    nulls = any(value is None for call in read for value in call.arguments.values())
    if gold and not nulls and not accepts(item, fitted):
        tally.misses.append(f"{item.category}: {item.calls} was changed to {fitted}")


def _is_valid(box: Toolbox, call: ToolCall) -> bool:
    schema = next(spec.parameters for spec in box.specs if spec.name == call.name)
    return jsonschema.Draft202012Validator(dict(schema)).is_valid(dict(call.arguments))


def measure(every: int = 1, seed: int = 0) -> dict[tuple[str, str], Tally]:
    """The tally of each category in each dialect, over every `every`-th question from `seed` on."""
    tallies: dict[tuple[str, str], Tally] = defaultdict(Tally)
    for category in CATEGORIES:
        for number, item in enumerate(items(category)):
            if number % every == seed % every:
                for name, known in DIALECTS.items():
                    judge(item, known, tallies[category, name])
    return dict(tallies)


def table(tallies: Mapping[tuple[str, str], Tally]) -> str:
    """The figures as one table: a row for each category, a column for each dialect."""
    heads = ["items", "gold", "fits", *DIALECTS, "wrong names"]
    rows = []
    total: Counter[str] = Counter()
    for category in CATEGORIES:
        each = {name: tallies[category, name].counts for name in DIALECTS}
        some = next(iter(each.values()))
        row = {key: some[key] for key in ("items", "gold", "fits")}
        row |= {name: counts["accepted"] for name, counts in each.items()}
        row["wrong names"] = min(counts["rejected"] for counts in each.values())
        total.update(row)
        rows.append((category, row))
    lines = [" ".join([f"{'category':22}", *(f"{head:>{max(6, len(head))}}" for head in heads)])]
    for category, row in [*rows, ("all", dict(total))]:
        cells = (f"{row[head]:>{max(6, len(head))}}" for head in heads)
        lines.append(" ".join([f"{category:22}", *cells]))
    return "\n".join(lines)


def main() -> int:
    """Print the table and what went wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--fraction", type=int, default=1, help="take every N-th question (1)")
    tallies = measure(parser.parse_args().fraction)
    print(table(tallies))
    print("\ngold: the checker accepts the first answer itself; fits: so does our Toolbox;")
    print("wrong names: refused by both, in the dialect where that happens least often")
    misses = [miss for tally in tallies.values() for miss in tally.misses]
    for miss in misses[:20]:
        print("MISS", miss[:400])
    print(f"{len(misses)} misses")
    return 1 if misses else 0


if __name__ == "__main__":
    sys.exit(main())
