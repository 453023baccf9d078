"""A script's YAML becomes the values that the runner works with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tapwright.agent.script.load import load_script, read_script
from tapwright.agent.script.steps import (
    Act,
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
    Press,
    Repeat,
    RunTask,
    Screenshot,
    ScrollBy,
    SetVariables,
    Subflow,
    TapOn,
    Target,
    Try,
    TypeIn,
    WaitFor,
)


def act(line: str, tmp_path: Path) -> Act:
    """The act of a script with that one step."""
    return read_script(f"steps:\n  - {line}\n", tmp_path / "a.yaml").steps[0].act


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("open: mousepad", Open("mousepad")),
        ("open: {app: mousepad, arguments: [a.txt, 5]}", Open("mousepad", ("a.txt", "5"))),
        ("tap: Save", TapOn(Target("Save"))),
        ("click: Save", TapOn(Target("Save"))),
        (
            "tap: {target: Save, near: Invoice 7, nth: 2, button: right, count: 2, hold: 0.8}",
            TapOn(Target("Save", near="Invoice 7", nth=2), "right", 2, 0.8),
        ),
        ("tap: {at: [0.5, 1]}", TapOn(Target(at=(0.5, 1.0)))),
        ("type: Hello Zürich", TypeIn("Hello Zürich")),
        ("type: 007", TypeIn("007")),
        ("type: 1.50", TypeIn("1.50")),
        ("type: on", TypeIn("on")),
        ("type: true", TypeIn("true")),
        ("type: ''", TypeIn("")),
        ('type: "a\\r\\n{% b %} {# c #}"', TypeIn("a\r\n{% b %} {# c #}")),
        ("type: {text: x, into: Name, clear: true}", TypeIn("x", Target("Name"), True)),
        ("type: {text: x, into: {picture: p.png}}", TypeIn("x", Target(picture="p.png"))),
        ("press: ctrl+s", Press(("ctrl", "s"))),
        ("press: ctrl + shift + f5", Press(("ctrl", "shift", "f5"))),
        ("press: ctrl++", Press(("ctrl", "+"))),
        ("press: +", Press(("+",))),
        ("press: 5", Press(("5",))),
        ("press: \"ctrl+{{ 'a' + 'b' }}\"", Press(("ctrl", "{{ 'a' + 'b' }}"))),
        ("scroll: up", ScrollBy("up")),
        (
            "scroll: {down: 5, at: List, until: Zurich}",
            ScrollBy("down", 5, Target("List"), "Zurich"),
        ),
        ("drag: {from: A, to: {target: B, nth: 1}}", DragTo(Target("A"), Target("B", nth=1))),
        ("wait_for: Done", WaitFor(Condition("Done"))),
        ("wait_for: {gone: A, that: 1 < 2}", WaitFor(Condition(gone="A", that="1 < 2"))),
        (
            "assert: {check: 'file a contains b', message: no}",
            Assert(Condition(check="file a contains b"), "no"),
        ),
        (
            "ask: {question: the total, save_as: t, kind: float, pattern: '\\d+'}",
            Ask("the total", "t", "float", pattern=r"\d+"),
        ),
        ("ask: {right_of: Total, save_as: t}", Ask("", "t", right_of="Total")),
        (
            "tool: {name: w, with: {c: [1, {d: e}]}, save_as: s}",
            CallTool("w", {"c": [1, {"d": "e"}]}, "s"),
        ),
        ("run: Turn it on", RunTask("Turn it on")),
        (
            "run: {task: t, verify: [a b == c], max_steps: 3}",
            RunTask("t", ("a b == c",), 3),
        ),
        ("log: 3", Log("3")),
        ("screenshot: after", Screenshot("after")),
        ("set: {a: 1, b: [x], c: 007, d: 1.5, e: true, f: ~}", SetVariables(
            {"a": 1, "b": ["x"], "c": "007", "d": 1.5, "e": True, "f": None})),
    ],
)  # fmt: skip
def test_every_act_is_read(line: str, expected: Act, tmp_path: Path) -> None:
    (tmp_path / "p.png").touch()
    assert act(line, tmp_path) == expected


def numbers(steps: Any) -> list[str]:
    return [step.place.step for step in steps]


def test_steps_inside_steps_are_numbered_by_where_they_stand(tmp_path: Path) -> None:
    script = read_script(
        """
steps:
  - if: {text: a, then: [{log: b}], else: [{log: c}, {log: d}]}
  - for_each: {in: [1, 2], as: x, do: [{log: "{{ x }}"}]}
  - repeat: {times: 3, do: [{log: e}]}
  - repeat:
      while: Next
      most: 5
      do:
        - repeat:
            times: 1
            do:
              - log: f
  - try: {do: [{log: g}], catch: [{log: "{{ error }}"}], finally: [{log: h}]}
""",
        tmp_path / "a.yaml",
    )
    first, second, third, fourth, fifth = (step.act for step in script.steps)
    assert isinstance(first, If)
    assert (numbers(first.then), numbers(first.otherwise)) == (
        ["1.then.1"],
        ["1.else.1", "1.else.2"],
    )
    assert isinstance(second, ForEach)
    assert (second.items, second.name, numbers(second.do)) == ((1, 2), "x", ["2.do.1"])
    assert isinstance(third, Repeat)
    assert third.times == 3
    assert isinstance(fourth, Repeat)
    assert (fourth.while_, fourth.most) == (Condition("Next"), 5)
    inner = fourth.do[0].act
    assert isinstance(inner, Repeat)
    assert (inner.do[0].place.step, inner.do[0].place.line) == ("4.do.1.do.1", 13)
    assert isinstance(fifth, Try)
    assert numbers(fifth.finally_) == ["5.finally.1"]


def test_what_every_step_can_say_beside_its_act_is_read(tmp_path: Path) -> None:
    script = read_script(
        "devices: {pc: desktop, my-phone: sim}\nsteps:\n  - tap: Pay\n    name: pay\n"
        "    on: my-phone\n    timeout: 3\n    expect: Thanks\n    once: true\n    optional: true\n"
        "    retries: 0\n",
        tmp_path / "a.yaml",
    )
    expected = Options("pay", "my-phone", 3.0, Condition("Thanks"), True, True, 0)
    assert script.steps[0].options == expected


def test_the_head_is_read(tmp_path: Path) -> None:
    script = read_script(
        "name: N\ndevice: desktop:2\nvariables: {a: 1}\nneeds: [b]\nsecrets: [C]\n"
        "environments: {test: {u: 1}}\ntimeout: 2.5\nretries: 0\nsteps:\n  - log: x\n",
        tmp_path / "a.yaml",
    )
    assert script.name == "N"
    assert script.devices == {"device": "desktop:2"}
    assert (script.variables, script.needs, script.secrets) == ({"a": 1}, ("b",), ("C",))
    assert (script.environments, script.timeout, script.retries) == ({"test": {"u": 1}}, 2.5, 0)


def test_a_script_without_a_name_is_called_as_its_file(tmp_path: Path) -> None:
    file = tmp_path / "invoice.yaml"
    file.write_text("\ufeffsteps:\n- log: x\n", encoding="utf-8")
    script = load_script(file)
    assert (script.name, script.learned) == ("invoice", tmp_path / "invoice.learned")


def test_a_subflow_is_loaded_from_beside_its_caller(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts/login.yaml").write_text(
        "needs: [user]\nvariables: {token: ''}\nsteps:\n- type: '{{ user }}'\n", encoding="utf-8"
    )
    (tmp_path / "main.yaml").write_text(
        "steps:\n- subflow: {file: parts/login.yaml, with: {user: ana}, save: {t: token}}\n"
        "- log: '{{ t }}'\n",
        encoding="utf-8",
    )
    found = load_script(tmp_path / "main.yaml").steps[0].act
    assert isinstance(found, Subflow)
    assert (found.script.file, found.arguments) == (tmp_path / "parts/login.yaml", {"user": "ana"})
    assert found.save == {"t": "token"}


def test_a_subflow_called_from_many_places_is_loaded_once(tmp_path: Path) -> None:
    # Twice each, forty deep: a million million loads if each were loaded anew.
    for depth in range(40):
        text = f"steps:\n- subflow: s{depth + 1}.yaml\n- subflow: s{depth + 1}.yaml\n"
        (tmp_path / f"s{depth}.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "s40.yaml").write_text("steps:\n- log: x\n", encoding="utf-8")
    first, second = (step.act for step in load_script(tmp_path / "s0.yaml").steps)
    assert isinstance(first, Subflow)
    assert isinstance(second, Subflow)
    assert first.script is second.script


def test_an_anchor_stands_for_what_it_names(tmp_path: Path) -> None:
    script = read_script(
        "steps:\n  - tap: &save {target: Save, near: Name}\n  - tap: *save\n", tmp_path / "a.yaml"
    )
    assert script.steps[0].act == script.steps[1].act
