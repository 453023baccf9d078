"""What a careful reader says of a script before it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tapwright.agent.script.lint import Finding, lint


def findings(text: str, folder: Path, **options: Any) -> list[Finding]:
    file = folder / "a.yaml"
    file.write_text(text, encoding="utf-8")
    return lint(file, **options)


@pytest.mark.parametrize(
    ("step", "severity", "said"),
    [
        ("tap: Send", "warning", "'Send' may send something, which cannot be taken back"),
        ("tap: Pay now", "warning", "may pay something"),
        ("tap: Delete", "warning", "may delete something"),
        ("tap: Submit order", "warning", "cannot be taken back"),
        ("tap: 删除", "warning", "may delete something"),
        ("tap: {at: [0.1, 0.2]}", "warning", "'at' is a bare place"),
        ("type: {text: a, into: {at: [0, 0]}}", "warning", "'at' is a bare place"),
        ("wait_for: Download complete", "warning", "may take long; give the step a `timeout`"),
        ("type: '{{ PW }}'", "warning", "a secret is typed wherever the cursor is"),
        ("log: '{{ PW }}'", "warning", "a secret is logged"),
        ("run: 'log in with {{ PW }}'", "error", "a secret would be told to a model"),
        ("wait_for: {seen: 'it says {{ PW }}'}", "error", "a secret would be told to a model"),
        ("ask: {question: '{{ PW }}', save_as: a}", "error", "a secret would be told to a model"),
        ("{tap: Save, expect: Save}", "warning", "expecting it proves nothing"),
        ("{assert: a, optional: true}", "warning", "an `assert` that is optional never fails"),
        ("if: {that: 1 > 2, then: [{log: a}]}", "warning", "so `then` is never done"),
        ("if: {that: 'true', then: [{log: a}], else: [{log: b}]}", "warning", "`else` is never"),
        ("assert: {that: 1 > 2}", "warning", "so what stands behind it is never done"),
        ("assert: {that: 1 < 2}", "warning", "it proves nothing"),
        ("for_each: {in: [], do: [{log: a}]}", "warning", "the list is empty"),
        ("repeat: {times: 0, do: [{log: a}]}", "warning", "no round is asked for"),
        ("repeat: {while: {that: 'false'}, do: [{log: a}]}", "warning", "`do` is never done"),
        ("repeat: {while: {that: n < 3}, do: [{log: a}]}", "warning", "never end by themselves"),
        ("if: {text: a, then: [{set: {m: 1}}, {log: x}]}\n  - log: '{{ m }}'", "warning",
         "'m' may have no value here"),
        ("for_each: {file: a.csv, do: [{log: '{{ row.nam }}'}]}", "error",
         "no column 'nam' in '{{ row.nam }}'; did you mean 'name'?"),
        ("for_each: {file: a.csv, do: [{tap: a, expect: \"{{ row['x y'] }}\"}]}", "error",
         "no column 'x y'"),
        ("for_each: {file: bad.csv, do: [{log: a}]}", "error", "row 1 has two columns 'a'"),
        ("tool: wether", "warning", "no tool 'wether' is known; did you mean 'weather'?"),
    ],
)  # fmt: skip
def test_a_doubt_is_told_with_its_step(step: str, severity: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("name,city\nAna,Oslo\n", encoding="utf-8")
    (tmp_path / "bad.csv").write_text("a,a\n", encoding="utf-8")
    text = (
        f"variables: {{n: 1}}\nsecrets: [PW]\nsteps:\n  - set: {{n: '{{{{ n }}}}'}}\n  - {step}\n"
    )
    found = findings(text, tmp_path, tools=["weather"])
    told = [finding for finding in found if said in finding.text]
    assert [finding.severity for finding in told] == [severity], found
    assert told[0].place.step.startswith(("2", "3"))
    assert str(told[0]).startswith(f"{tmp_path / 'a.yaml'}:{told[0].place.line}: step ")


@pytest.mark.parametrize(
    "steps",
    [
        "- tap: Send\n  once: true\n",
        "- tap: Send\n  expect: Sent\n",
        "- tap: Save\n- tap: Sender\n- tap: Payments\n  expect: History\n",
        "- tap: {target: Save, at: [0.1, 0.2]}\n",
        "- wait_for: Download complete\n  timeout: 60\n- wait_for: Done\n",
        "- type: {text: '{{ PW }}', into: Password}\n",
        "- tap: Save\n  expect: {gone: Save}\n",
        "- for_each: {file: a.csv, do: [{log: \"{{ row.name }}{{ row['city'] }}\"}]}\n",
        "- for_each: {file: a.csv, do: [{log: \"{{ row.x | default('') }}\"}]}\n",
        "- for_each: {file: a.csv, do: [{set: {row: {x: 1}}}, {log: '{{ row.x }}'}]}\n",
        "- for_each: {file: a.csv, do: [{for_each: {in: [{x: 1}], do: [{log: '{{ row.x }}'}]}}]}\n",
        "- for_each: {file: '{{ n }}.csv', do: [{log: '{{ row.x }}'}]}\n",
        "- repeat: {while: {that: n < 3}, do: [{set: {n: '{{ n + 1 }}'}}]}\n",
        "- repeat: {while: {text: Next, that: n < 3}, do: [{tap: Next}]}\n",
        "- if: {that: n > 2, then: [{log: a}], else: [{log: b}]}\n",
    ],
)
def test_what_is_right_is_not_doubted(steps: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("name,city\nAna,Oslo\n", encoding="utf-8")
    used = "- if: {that: PW and n, then: [{log: used}]}\n"
    assert findings(f"variables: {{n: 1}}\nsecrets: [PW]\nsteps:\n{used}{steps}", tmp_path) == []


def test_a_device_that_looks_misspelt_is_told(tmp_path: Path) -> None:
    found = findings("device: xfvb:800x600\nsteps:\n- press: tab\n", tmp_path)
    assert [(finding.text, finding.severity) for finding in found] == [
        ("the device 'xfvb:800x600' is taken for a phone's serial; did you mean 'xvfb'?", "warning")
    ]
    for good in ("window:Xfvb", "xvfb:800x600", "127.0.0.1:5555", "emulator-5554"):
        assert findings(f"device: '{good}'\nsteps:\n- press: tab\n", tmp_path) == []


@pytest.mark.parametrize(
    "step",
    [
        "- assert: {check: fle x contains y}",
        "- wait_for: {check: fle x contains y}",
        "- press: tab\n  expect: {check: fle x contains y}",
        "- if: {check: fle x contains y, then: [{log: x}]}",
        "- repeat: {while: {check: fle x contains y}, do: [{log: x}]}",
        "- run: {task: a, verify: [fle x contains y]}",
    ],
)
def test_a_check_that_no_desktop_knows_is_told(step: str, tmp_path: Path) -> None:
    found = findings(f"device: xvfb:800x600\nsteps:\n{step}\n", tmp_path)
    assert [(each.severity, each.text) for each in found] == [
        (
            "error",
            "a desktop knows no check 'fle'; ask one of: windows, window TITLE, file PATH, "
            "clipboard, process NAME, output PROGRAM ...",
        )
    ]
    assert findings(f"device: android\nsteps:\n{step}\n", tmp_path) == []
    right = step.replace("fle", "file")
    assert findings(f"device: xvfb:800x600\nsteps:\n{right}\n", tmp_path) == []


def test_what_nothing_uses_is_told(tmp_path: Path) -> None:
    found = findings(
        "variables: {a: 1, b: 2}\nneeds: [c]\nsecrets: [D]\nsteps:\n- set: {b: 3}\n", tmp_path
    )
    assert [finding.text for finding in found] == [
        "nothing uses 'a' of 'variables'",
        "nothing uses 'c' of 'needs'",
        "nothing uses 'D' of 'secrets'",
    ]


def test_secrets_that_are_not_set_are_errors_where_the_environment_is_asked(tmp_path: Path) -> None:
    text = "secrets: [PW]\nsteps:\n- type: {text: '{{ PW }}', into: Password}\n"
    assert findings(text, tmp_path) == []
    assert findings(text, tmp_path, environ={"PW": "long enough"}) == []
    (found,) = findings(text, tmp_path, environ={})
    assert (found.severity, found.text) == (
        "error", "the secret PW is not set; set it in the environment"
    )  # fmt: skip


def test_what_cannot_be_loaded_is_told_as_loading_tells_it(tmp_path: Path) -> None:
    found = findings("steps:\n- clik: a\n- tap: Send\n- tpe: b\n", tmp_path)
    assert [str(finding) for finding in found] == [
        f"{tmp_path / 'a.yaml'}:2: step 1: error: unknown step 'clik'; did you mean 'click'?",
        f"{tmp_path / 'a.yaml'}:4: step 3: error: unknown step 'tpe'; did you mean 'type'?",
    ]
    (missing,) = lint(tmp_path / "none.yaml")
    assert (missing.severity, missing.text) == ("error", "there is no such file")


def test_subflows_are_read_too_each_once(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text("steps:\n- tap: Send\n", encoding="utf-8")
    found = findings("steps:\n- subflow: b.yaml\n- subflow: b.yaml\n", tmp_path)
    assert [finding.place.file.name for finding in found] == ["b.yaml"]
