"""Variables that a script's expressions find: known, possible, unknown."""

from __future__ import annotations

from pathlib import Path

import pytest

from tapwright.agent.script.load import read_script
from tapwright.agent.script.names import NameWalk
from tapwright.errors import ScriptError

USE = "- log: '{{ x }}'\n"


def walked(steps: str, head: str = "") -> NameWalk:
    return NameWalk.through(read_script(f"{head}steps:\n{steps}", Path("a.yaml")))


SURE = [
    f"- set: {{x: 1}}\n{USE}",
    f"- ask: {{question: q, save_as: x}}\n{USE}",
    f"- tool: {{name: t, save_as: x}}\n{USE}",
    "- for_each: {in: [1], as: x, do: [{log: '{{ x }}'}]}\n",
    "- repeat: {times: 2, do: [{if: {that: x is defined, then: [{log: '{{ x }}'}]}}, "
    "{set: {x: 1}}]}\n",
    f"- if: {{text: a, then: [{{set: {{x: 1}}}}], else: [{{set: {{x: 2}}}}]}}\n{USE}",
    f"- repeat: {{times: 2, do: [{{set: {{x: 1}}}}]}}\n{USE}",
    f"- try: {{do: [{{set: {{x: 1}}}}], catch: [{{set: {{x: 2}}}}]}}\n{USE}",
    f"- try: {{do: [{{set: {{x: 1}}}}], finally: [{{log: a}}]}}\n{USE}",
    f"- try: {{do: [{{log: a}}], finally: [{{set: {{x: 1}}}}]}}\n{USE}",
    "- log: \"{{ x | default('a') }}\"\n",
    "- if: {that: 'x is defined', then: [{log: a}]}\n",
    "- log: '{{ env }} {{ today() }} {{ len([1]) }}'\n",
    "- try: {do: [{tap: a}], catch: [{log: '{{ error }}'}]}\n",
    "- log: a\n- tool: {name: t, save_as: x}\n  expect: {that: x == 'a'}\n",
]
MAYBE = [
    f"- if: {{text: a, then: [{{set: {{x: 1}}}}]}}\n{USE}",
    f"- for_each: {{in: [1], as: x, do: [{{log: '{{{{ x }}}}'}}]}}\n{USE}",
    f"- for_each: {{in: [1], do: [{{set: {{x: 1}}}}]}}\n{USE}",
    f"- repeat: {{while: a, do: [{{set: {{x: 1}}}}]}}\n{USE}",
    f"- repeat: {{times: 0, do: [{{set: {{x: 1}}}}]}}\n{USE}",
    f"- try: {{do: [{{set: {{x: 1}}}}], catch: [{{log: a}}]}}\n{USE}",
    "- try: {do: [{set: {x: 1}}], catch: [{log: '{{ x }}'}]}\n",
    f"- tool: {{name: t, save_as: x}}\n  optional: true\n{USE}",
    "- repeat: {times: 2, do: [{log: '{{ x }}'}, {set: {x: 1}}]}\n",
]
UNKNOWN = [
    "- repeat: {while: {that: x}, do: [{set: {x: 1}}]}\n",
    f"{USE}- set: {{x: 1}}\n",
    "- set: {x: '{{ x }}'}\n",
    "- if: {text: a, then: [{set: {x: 1}}], else: [{log: '{{ x }}'}]}\n",
    "- for_each: {in: '{{ x }}', as: x, do: [{log: a}]}\n",
    "- tap: {target: a, near: '{{ x }}'}\n",
    "- type: {text: a, into: {target: '{{ x }}'}}\n",
    "- assert: {check: 'file {{ x }} contains a'}\n",
    "- assert: {that: x > 1}\n",
    "- tool: {name: t, with: {a: [{b: '{{ x }}'}]}}\n",
    "- run: {task: a, verify: ['file {{ x }} contains a']}\n",
    "- tap: a\n  expect: '{{ x }}'\n",
    "- screenshot: '{{ x }}'\n",
    "- press: 'ctrl+{{ x }}'\n",
    "- scroll: {down: 1, until: '{{ x }}'}\n",
    "- drag: {from: '{{ x }}', to: a}\n",
    "- open: {app: a, arguments: ['{{ x }}']}\n",
    "- ask: {save_as: y, right_of: '{{ x }}'}\n",
    "- try: {do: [{tap: a}], catch: [{log: a}], finally: [{log: '{{ x }}'}]}\n",
]


@pytest.mark.parametrize("steps", SURE)
def test_a_name_that_every_way_sets_is_known(steps: str) -> None:
    walk = walked(steps)
    assert (walk.unknown, walk.maybe) == ([], [])


@pytest.mark.parametrize("steps", MAYBE)
def test_a_name_that_some_ways_set_is_possible(steps: str) -> None:
    walk = walked(steps)
    assert [name for _, name, _ in walk.maybe] == ["x"]


@pytest.mark.parametrize("steps", UNKNOWN)
def test_a_name_that_no_way_sets_is_a_fault(steps: str) -> None:
    with pytest.raises(ScriptError, match="unknown variable 'x'"):
        walked(steps)


def test_what_went_wrong_is_only_known_where_it_is_caught() -> None:
    with pytest.raises(ScriptError, match="unknown variable 'error'"):
        walked("- try: {do: [{tap: a}], catch: [{log: a}]}\n- log: '{{ error }}'\n")


def test_the_head_gives_names() -> None:
    head = (
        "variables: {a: 1, x: '{{ a }}{{ c }}'}\nneeds: [b]\nsecrets: [C]\n"
        "environments: {test: {c: 1, d: 2}, live: {c: '{{ b }}'}}\n"
    )
    walk = walked("- log: '{{ x }}{{ a }}{{ b }}{{ C }}{{ c }}'\n- log: '{{ d }}'\n", head)
    assert [name for _, name, _ in walk.maybe] == ["d"]
    assert walk.used == {"x", "a", "b", "C", "c", "d"}
