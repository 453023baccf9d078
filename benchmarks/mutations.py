"""Valid replies, broken in a million ways: what do the parsers and the Toolbox make of them?

    python benchmarks/mutations.py [--count 1000000] [--seed 0] [--processes N]

Replies in every dialect, of phone acts and of tools, are mutated by characters, by tokens and by
schema, and read by every dialect. It must hold that nothing but `ReplyError` is raised, that no
call passes `Toolbox.check` against its tool's JSON Schema (asked of the package jsonschema), that
no answer in words is empty, and that no reply takes 50 ms of processor time to read. The exit code
is 1 where something does not hold; `--seed` and the number of a case bring it back.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from multiprocessing import get_context
from typing import Any

import jsonschema
from mutants import FLIGHT, corpus, mutate, toolboxes

from tapwright.errors import NoCall, ReplyError, ToolError
from tapwright.prompts import DIALECTS
from tapwright.tools.registry import Toolbox
from tapwright.types import ParsedReply, Reply, ToolCall

LIMIT = 0.05  # seconds of processor time for one reply
TRIES = 3  # a garbage collection may fall into one
CHUNK = 2_000


@dataclass(slots=True)
class Result:
    """What became of some mutations; `broken` names each that should not have happened."""

    counts: Counter[str] = field(default_factory=Counter)
    worst: float = 0.0
    worst_case: int = -1
    broken: list[str] = field(default_factory=list)

    def add(self, other: Result) -> None:
        """Take in what became of some more."""
        self.counts.update(other.counts)
        self.broken += other.broken
        if other.worst > self.worst:
            self.worst, self.worst_case = other.worst, other.worst_case


@lru_cache(maxsize=1)
def _everything() -> tuple[list[Reply], tuple[Toolbox, ...]]:
    return corpus(), toolboxes()


def make(seed: int, case: int) -> tuple[str, Reply]:
    """The dialect and the broken reply of a case: always the same for the same numbers."""
    random_ = random.Random(f"{seed}/{case}")
    replies, _ = _everything()
    reply = mutate(random_, random_.choice(replies), replies)
    return random_.choice(list(DIALECTS)), reply


def judge(name: str, reply: Reply, result: Result, case: int = -1) -> None:
    """Read a reply in a dialect and hold what came of it against the rules."""
    known = DIALECTS[name]
    at = f"case {case} ({name})"
    took = []
    error: Exception | None = None
    parsed = ParsedReply("", ())
    for _ in range(TRIES):
        error = None
        start = time.thread_time()
        try:
            parsed = known.parse(reply)
        except Exception as raised:  # whatever it is: that is the question
            error = raised
        took.append(time.thread_time() - start)
        if took[-1] < LIMIT / 5:
            break
    if min(took) > result.worst:
        result.worst, result.worst_case = min(took), case
    if min(took) >= LIMIT:
        result.broken.append(f"{at}: {min(took):.3f} s for {len(reply.text)} characters")
    if isinstance(error, NoCall):
        result.counts["answers"] += 1
        if (
            error.answer != _whole(error.answer).strip()
            or not error.answer
            or error.cut != (reply.finish == "length")
        ):
            result.broken.append(f"{at}: an empty or wrongly cut answer to {reply!r:.300}")
    elif isinstance(error, ReplyError):
        result.counts["told to the model"] += 1
        if len(str(error)) > 500 or "\n" in str(error):
            result.broken.append(f"{at}: tells {str(error)[:300]!r}")
    elif error is not None:
        result.broken.append(f"{at}: {type(error).__name__}: {error} at {reply!r:.300}")
    else:
        result.counts["calls"] += len(parsed.calls)
        words = parsed.thought + "".join(call.name for call in parsed.calls)
        if not parsed.calls or words != _whole(words):
            result.broken.append(f"{at}: no calls, or half a character, at {reply!r:.300}")
        for call in parsed.calls:
            _judge_call(call, result, at)


def _whole(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _judge_call(call: ToolCall, result: Result, at: str) -> None:
    passed = False
    for box in _everything()[1]:
        try:
            checked = box.check(call)
        except ToolError:
            continue
        except Exception as error:
            result.broken.append(f"{at}: check: {type(error).__name__}: {error} at {call!r:.300}")
            continue
        passed = True
        fault = _fault(checked.tool.spec.parameters, checked.call.arguments)
        if fault is not None:
            result.broken.append(f"{at}: passed though {fault}: {checked.call!r:.300}")
    result.counts["passed the check" if passed else "refused by the check"] += 1


def _fault(schema: Mapping[str, Any], arguments: Mapping[str, Any]) -> str | None:
    """What in `arguments` breaks `schema`, or could not be written down; None where all is well."""
    error = next(_validator(json.dumps(schema)).iter_errors(dict(arguments)), None)
    if error is not None:
        return error.message[:200]
    unknown = set(arguments) - set(schema["properties"])
    if unknown:
        return f"no such fields: {unknown}"
    try:
        json.dumps(arguments, allow_nan=False, ensure_ascii=False).encode("utf-8")
    except ValueError as problem:
        return str(problem)
    return None


@lru_cache(maxsize=256)
def _validator(schema: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json.loads(schema))


def run_cases(seed: int, cases: Iterable[int]) -> Result:
    """Make and judge some cases."""
    result = Result()
    for case in cases:
        name, reply = make(seed, case)
        judge(name, reply, result, case)
    return result


def selftest() -> None:
    """The rules can be broken: a wrong call against a schema is seen."""
    if _fault(FLIGHT.parameters, {"number": 3}) is None:
        raise SystemExit("error: a call against its schema is not seen; the figures mean nothing")


def _results(count: int, seed: int, processes: int) -> Iterator[Result]:
    chunks = [range(start, min(start + CHUNK, count)) for start in range(0, count, CHUNK)]
    with get_context("spawn").Pool(processes) as pool:
        yield from pool.imap_unordered(partial(run_cases, seed), chunks)


def main() -> int:
    """Run the mutations over all cores and print what became of them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--count", type=int, default=1_000_000, help="mutations (1000000)")
    parser.add_argument("--seed", type=int, default=0, help="of the generator (0)")
    parser.add_argument("--processes", type=int, default=os.cpu_count(), help="(one for each core)")
    options = parser.parse_args()
    selftest()
    start, done, result = time.monotonic(), 0, Result()
    try:
        for one in _results(options.count, options.seed, options.processes):
            result.add(one)
            done = min(done + CHUNK, options.count)
            pace = done / (time.monotonic() - start)
            told = (
                f"\r{done:>9} of {options.count}, {pace:.0f} a second, {len(result.broken)} broken"
            )
            print(told, end="", file=sys.stderr, flush=True)
    except KeyboardInterrupt:  # what has been run still counts, but it is not the whole
        result.broken.append(f"stopped behind {done} of {options.count}")
    print(file=sys.stderr)
    print(f"{done} mutations, seed {options.seed}, {time.monotonic() - start:.0f} s")
    for name, number in sorted(result.counts.items()):
        print(f"{name:>22} {number}")
    print(f"{'slowest reading':>22} {result.worst * 1000:.1f} ms (case {result.worst_case})")
    for broken in result.broken[:20]:
        print("BROKEN", broken)
    print(f"{len(result.broken)} broken rules")
    return 1 if result.broken else 0


if __name__ == "__main__":
    sys.exit(main())
