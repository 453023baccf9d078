"""Everything wrong with a script is told at once, each with its file, line and step."""

from __future__ import annotations

from pathlib import Path

import pytest

from tapwright.agent.script.load import load_script, read_script
from tapwright.errors import ScriptError, UsageError


def faults(text: str, folder: Path) -> list[str]:
    """What is said of a script, without its file's name."""
    file = folder / "a.yaml"
    with pytest.raises(ScriptError) as caught:
        read_script(text, file)
    assert all(fault.startswith(f"{file}:") for fault in caught.value.faults)
    return [fault.removeprefix(f"{file}:") for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("clik: Save", "unknown step 'clik'; did you mean 'click'?"),
        ("frobnicate: Save", "unknown step 'frobnicate'; use one of: open, tap, click,"),
        ("tap: {taget: Save}", "unknown option 'taget' of 'tap'; did you mean 'target'?"),
        ("{tap: Save, timeuot: 3}", "unknown option 'timeuot'; did you mean 'timeout'?"),
        ("{tap: Save, type: x}", "two acts in one step: 'tap' and 'type'; make it two"),
        ("{timeout: 3}", "the step does nothing; give it one of: open, tap,"),
        ("screenshot", "a step is an act and what it acts on, not 'screenshot'"),
        ("tap:", "'target' of 'tap' must be a text, and nothing stands there"),
        ("tap: ''", "'target' of 'tap' must not be blank"),
        ("tap: [a]", "'tap' must be a text or a mapping, not a list"),
        ("tap: {near: Name}", "'tap' names no target; give it words, a picture or a place"),
        ("tap: {right_of: A, target: B}", "'right_of' finds a field by its label alone; leave "),
        ("type: {text: x, into: {right_of: A, below: B}}", "by its label alone; leave below out"),
        ("tap: {target: a, nth: 0}", "'nth' of 'tap' must be at least 1"),
        ("tap: {target: a, nth: two}", "'nth' of 'tap' must be a whole number, not 'two'"),
        ("tap: {target: a, button: top}", "'button' of 'tap' must be one of 'left', 'middle' or"),
        ("tap: {at: [0.5, 1.2]}", "'at' of 'tap' must be two shares of the picture's width and"),
        ("tap: {target: a, picture: no.png}", "no file 'no.png' in"),
        ("tap: {{ name }}", 'put a text that begins with {{ in quotes: tap: "{{ … }}"'),
        ("set: {a: {{ name }}}", "put a text that begins with {{ in quotes"),
        ("type: {into: Name}", "'text' of 'type' is missing"),
        ("type: ~", "'text' of 'type' must be a text, and nothing stands there; put '~' in quotes"),
        ("type: {text: a, clear: yes}", "'clear' of 'type' must be true or false, not 'yes'"),
        ("type: 'a {{ b'", "'{{ b' is never closed with '}}'"),
        ("type: '{{ 1 + }}'", "is no expression: unexpected"),
        ("type: '{{ total }}'", "unknown variable 'total' in '{{ total }}'"),
        ("press: ctrl+", "'ctrl+' is no key; write it as in enter, ctrl+s or ctrl++"),
        ("scroll: sideways", "'scroll' must be a mapping, not 'sideways'"),
        ("scroll: {at: List}", "'scroll' needs one direction: down, up, left or right"),
        ("scroll: {down: 1, up: 1}", "'scroll' needs one direction"),
        ("drag: {from: A}", "'to' of 'drag' is missing"),
        ("drag: {from: A, to: {near: B}}", "'to' names no target"),
        (
            "wait_for: {}",
            "'wait_for' asks nothing; give it text, contains, gone, check, that or seen",
        ),
        ("assert: {message: x}", "'assert' asks nothing"),
        ("assert: {check: nothing}", "a check is COMMAND"),
        ("assert: {that: a +}", "'{{ a + }}' is no expression"),
        ("ask: {question: x}", "'save_as' of 'ask' is missing"),
        ("ask: {save_as: x}", "'ask' does not say what to read"),
        ("ask: {right_of: a, below: b, save_as: x}", "right_of some words or below them, not both"),
        ("ask: {question: q, save_as: 1x}", "'1x' is no name of a variable; use letters"),
        ("ask: {question: q, save_as: today}", "'today' has a meaning in expressions"),
        ("ask: {question: q, save_as: x, kind: number}", "'kind' of 'ask' must be one of 'text'"),
        ("ask: {question: q, save_as: x, pattern: '(a+)+'}", "repeats a group that repeats"),
        ("tool: {with: {}}", "'name' of 'tool' is missing"),
        ("tool: {name: t, with: [1]}", "'with' of 'tool' must be a mapping such as"),
        ("run: {task: t, verify: [x y]}", "a check is COMMAND"),
        ("run: {task: t, max_steps: '{{ n }}'}", "an expression cannot stand here"),
        ("if: {text: a}", "'then' of 'if' is missing"),
        ("if: {then: [{log: a}]}", "'if' asks nothing"),
        ("{if: {text: a}, then: [{log: b}]}", "'then' belongs inside if; indent it further"),
        ("if: {text: a, then: {log: b}}", "'then' must be a list of steps, each behind a '-'"),
        ("if: {text: a, then: []}", "there is no step in it"),
        ("for_each: {do: [{log: a}]}", "'for_each' needs either 'in' (a list) or 'file'"),
        ("for_each: {in: [1], file: a.csv, do: [{log: a}]}", "needs either 'in'"),
        ("for_each: {file: no.csv, do: [{log: a}]}", "no file 'no.csv' in"),
        ("for_each: {in: a b, do: [{log: a}]}", "must be a list or one expression"),
        ("for_each: {in: [1], sheet: S, do: [{log: a}]}", "'sheet' belongs to 'file'"),
        ("repeat: {do: [{log: a}]}", "'repeat' needs either 'times' or 'while'"),
        ("repeat: {times: 1, most: 3, do: [{log: a}]}", "'most' bounds 'while'"),
        ("repeat: {times: -1, do: [{log: a}]}", "'times' of 'repeat' must be at least 0"),
        ("try: {do: [{log: a}]}", "'try' needs 'catch' or 'finally'"),
        ("subflow: no.yaml", "no file 'no.yaml' in"),
        ("subflow: '{{ x }}.yaml'", "must be the same in every run"),
        ("set: {}", "'set' sets nothing"),
        ("set: {len: 1}", "'len' has a meaning in expressions"),
        ("{tap: a, once: true, retries: 2}", "'once' and 'retries' contradict each other"),
        ("{log: a, once: true}", "'once' means nothing for 'log'; put it on the step that acts"),
        ("{wait_for: a, expect: b}", "'expect' means nothing for 'wait_for'"),
        *(
            (
                f"{{{act}, retries: 2}}",
                "'retries' means nothing for '" + act.split(":")[0] + "'; put",
            )
            for act in (
                "for_each: {in: [1], do: [{tap: a}]}",
                "repeat: {times: 2, do: [{tap: a}]}",
                "try: {do: [{tap: a}], finally: [{tap: a}]}",
                "if: {text: a, then: [{tap: a}]}",
                "subflow: a.yaml",
            )
        ),
        ("{wait_for: a, retries: 2}", "for 'wait_for'; it looks again until its 'timeout'"),
        ("{assert: a, retries: 2}", "for 'assert'; it looks again until its 'timeout'"),
        ("{tool: a, retries: 0}", "'retries' means nothing for 'tool'; it is done once"),
        ("{tap: a, expect: {}}", "'expect' asks nothing"),
        ("{tap: a, timeout: 0}", "'timeout' must be more than 0"),
        ("{tap: a, timeout: soon}", "'timeout' must be a number, not 'soon'"),
        ("{tap: a, on: phone}", "unknown device 'phone' in 'on'; name it in 'devices'"),
        ("tap: !!str a", "tags (words that begin with '!') are not understood"),
        ("tap: *none", "nothing above is called '&none'"),
        ("{tap: a, tap: b}", "'tap' stands twice; first in line 2"),
        ("{<<: {tap: a}}", "'<<' is not understood; write the keys out"),
    ],
)
def test_a_wrong_step_is_named_with_line_and_number(
    step: str, expected: str, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text("a\n1\n", encoding="utf-8")
    found = faults(f"steps:\n  - {step}\n", tmp_path)
    assert any(expected in fault for fault in found), found
    # What is no YAML has a line and no step.
    assert all(fault.startswith(("2: step 1", "2: ")) for fault in found), found


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("varables: {a: 1}", "unknown key 'varables'; did you mean 'variables'?"),
        ("tap: Save", "unknown key 'tap'; a step stands under 'steps', behind a '-'"),
        ("variables: [a]", "'variables' must be a mapping such as"),
        ("variables: {a-b: 1}", "'variables': 'a-b' is no name of a variable"),
        ("variables: {a: '{{ b }}', b: 1}", "unknown variable 'b' in '{{ b }}'"),
        ("needs: a", "'needs' must be a list such as [one, two], not 'a'"),
        ("needs: [a, a]", "'a' stands twice in 'needs'"),
        ("{needs: [a], variables: {a: 1}}", "'a' stands in 'needs' and in 'variables'"),
        ("secrets: [A B]", "'A B' is no name of a variable"),
        ("timeout: soon", "'timeout' must be a number, not 'soon'"),
        ("retries: 1.5", "'retries' must be a whole number, not '1.5'"),
        ("device: [desktop]", "'device' must be a text, not a list"),
        ("{device: desktop, devices: {a: sim}}", "'device' and 'devices' contradict each other"),
        ("devices: {}", "'devices' names none"),
        ("devices: {a b: sim}", "'a b' is no name of a device"),
        ("environments: {test: 1}", "environment 'test' must be a mapping"),
        ("environments: {}", "'environments' must be a mapping such as"),
        ("{secrets: [A], environments: {t: {A: 1}}}", "'A' stands in 'secrets' and in 'environ"),
    ],
)
def test_a_wrong_head_is_named_with_its_line(head: str, expected: str, tmp_path: Path) -> None:
    inner = head.removeprefix("{").removesuffix("}") if head.startswith("{") else ""
    text = f"{{{inner}, steps: [{{log: x}}]}}" if inner else f"{head}\nsteps:\n  - log: x\n"
    found = faults(text, tmp_path)
    assert any(fault.startswith("1: ") and expected in fault for fault in found), found


def test_every_fault_is_told_at_once_in_the_order_of_lines(tmp_path: Path) -> None:
    found = faults(
        "steps:\n  - clik: a\n  - repeat:\n      do:\n        - log: a\n        - tpe: b\n"
        "  - log: '{{ nowhere }}'\ntimeout: x\n",
        tmp_path,
    )
    assert [fault.split(":")[0] for fault in found] == ["2", "3", "6", "7", "8"]
    assert found[2] == "6: step 2.do.2: unknown step 'tpe'; did you mean 'type'?"


def test_what_a_broken_step_would_have_set_is_not_called_unknown(tmp_path: Path) -> None:
    found = faults(
        "steps:\n  - ask: {question: q, save_as: total, kind: x}\n  - log: '{{ total }}'\n",
        tmp_path,
    )
    assert len(found) == 1, found


def test_a_circle_of_subflows_is_named_whole(tmp_path: Path) -> None:
    for name, after in (("a", "b"), ("b", "c"), ("c", "b")):
        (tmp_path / f"{name}.yaml").write_text(f"steps:\n- subflow: {after}.yaml\n")
    with pytest.raises(ScriptError) as caught:
        load_script(tmp_path / "a.yaml")
    said = f"{tmp_path / 'c.yaml'}:2: step 1: circular subflow: b.yaml -> c.yaml -> b.yaml"
    said += "; take one of these calls out"
    assert caught.value.faults == (said,)


def test_a_subflow_is_given_what_it_needs_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text(
        "needs: [user]\nvariables: {x: 1}\nsteps:\n- log: '{{ user }}'\n", encoding="utf-8"
    )
    found = faults(
        "steps:\n- subflow: b.yaml\n"
        "- subflow: {file: b.yaml, with: {user: a, y: 1}, save: {t: z}}\n"
        "- subflow: {file: b.yaml, with: {user: a}, save: {t: v}}\n- log: '{{ w }}'\n",
        tmp_path,
    )
    assert found == [
        "2: step 1: 'b.yaml' needs 'user'; give it in 'with'",
        "3: step 2: 'b.yaml' has no variable 'y'; it takes: user, x",
        "5: step 4: unknown variable 'w' in '{{ w }}'; use one of: env, t"
        "; or name it under 'variables' or 'needs'",
    ]


def test_only_what_a_subflow_sets_can_be_saved(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text("steps:\n- set: {total: 1}\n", encoding="utf-8")
    found = faults("steps:\n- subflow: {file: b.yaml, save: {t: totl}}\n", tmp_path)
    assert found == ["2: step 1: 'b.yaml' never sets 'totl'; did you mean 'total'?"]


def test_faults_of_a_subflow_name_the_subflows_file(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text("steps:\n- clik: a\n", encoding="utf-8")
    (tmp_path / "a.yaml").write_text("steps:\n- subflow: b.yaml\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"b\.yaml:2: step 1: unknown step 'clik'"):
        load_script(tmp_path / "a.yaml")


def test_a_subflow_without_devices_has_those_of_its_caller(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text("steps:\n- tap: a\n  on: phone\n", encoding="utf-8")
    head = "devices: {pc: desktop, phone: sim}\n"
    read_script(f"{head}steps:\n- subflow: b.yaml\n", tmp_path / "a.yaml")
    with pytest.raises(ScriptError, match=r"b\.yaml:2: step 1: unknown device 'phone' in 'on'"):
        read_script("device: desktop\nsteps:\n- subflow: b.yaml\n", tmp_path / "a.yaml")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "a script is a mapping with 'steps'"),
        (b"- tap: a\n", "a script is a mapping with 'steps'"),
        (b"name: x\n", "'steps' is missing"),
        (b"steps: tap\n", "'steps' must be a list of steps"),
        (b"steps: []\n", "there is no step in it"),
        (b"steps:\n- log: \xff\n", ":2: is not text in UTF-8"),
        (b"steps:\n- log: a: b\n", ":2: no YAML: mapping values are not allowed here"),
        (b"steps:\n\t- log: a\n", "; indent with blanks, not with tabs"),
        (b"steps:\n- log: a: b\n", "; a text with ': ', '{' or '#' in it stands in quotes"),
        (b"steps:\n- log: \x00\n", ":2: the character U+0000 cannot stand here"),
        (b'steps:\n- log: "\\ud800"\n', ":2: half a character cannot stand here"),
        (b"steps:\n- log: a\n---\nsteps: []\n", ":3: a second document begins"),
        (b"[" * 200, ":1: nested more than 60 deep"),
        (b"a: &a [1,1,1,1,1,1,1,1]\n" + b"".join(
            b"%c: &%c [*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c]\n" % (n, n, *[n - 1] * 8)
            for n in range(98, 110)), "more than 50000 values"),
    ],
    ids=lambda value: repr(value)[:30],
)  # fmt: skip
def test_a_file_that_is_no_script_is_refused_with_its_line(
    data: bytes, expected: str, tmp_path: Path
) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(data)
    with pytest.raises(ScriptError) as caught:
        load_script(file)
    assert expected in str(caught.value)
    assert str(file) in str(caught.value)


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(ScriptError, match="there is no such file"):
        load_script(tmp_path / "none.yaml")
    with pytest.raises(ScriptError, match="is a folder"):
        load_script(tmp_path)
