"""Secrets of a script: used on the screen, and found nowhere in what a run leaves behind."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from tapwright.agent.script.events import Event
from tapwright.agent.script.html import write_html
from tapwright.agent.script.junit import write_junit
from tapwright.agent.script.results import Ended
from tapwright.agent.script.resume import resume_script
from tapwright.agent.script.runner import RunnerSettings
from tapwright.errors import JournalError
from tapwright.tools.plugin import tool

from ..drawn_device import DrawnDevice
from .standin import World, run, script_of, stand_in

SECRET = "Wörd-7xQ!/p"  # one that escapes, quotes and percent signs would change
ENVIRON = {"SHOP_PASSWORD": SECRET}
FORMS = (
    SECRET.encode(),
    json.dumps(SECRET)[1:-1].encode(),
    base64.b64encode(SECRET.encode()).rstrip(b"="),
    SECRET.encode().hex().encode(),
)

SCRIPT = """
    device: desktop
    variables: {mine: "", code: "", said: ""}
    secrets: [SHOP_PASSWORD]
    steps:
      - type: {text: "{{ SHOP_PASSWORD }}", into: Password}
      - set: {mine: "x{{ SHOP_PASSWORD }}y", code: "{{ SHOP_PASSWORD | upper }}"}
      - log: "it is {{ SHOP_PASSWORD }} and {{ mine }} and {{ code }}"
      - tool: {name: echo, with: {text: "{{ SHOP_PASSWORD }}"}, save_as: said}
      - type: "{{ mine }}/{{ code }}/{{ said }}"
      - try:
          do: [{tap: Missing}]
          catch: [{log: "{{ error }} {{ SHOP_PASSWORD }}"}]
      - screenshot: "{{ SHOP_PASSWORD }}"
      - if: {that: SHOP_PASSWORD == 'no', then: [{press: a}]}
      - assert: {that: mine == 'no', message: "it was {{ mine }}"}
"""


@tool
def echo(text: str) -> str:
    """Say it again.

    Args:
        text: what
    """
    return f"<{text}>"


def files(folder: Path) -> dict[Path, bytes]:
    """Every file below a folder."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_secret_is_used_and_shown_nowhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world, told = World("Password"), []

    def tell(event: Event) -> None:
        told.append(str(event))

    result = run(SCRIPT, world, tmp_path, tell, environ=ENVIRON, tools=[echo])
    assert result.ended is Ended.FAILED and "it was" in result.said
    assert world.acts[0] == f"type {SECRET}", "it reached the program"
    assert f"x{SECRET}y/{SECRET.upper()}/" in world.acts[1]
    write_html(result.folder, tmp_path / "report.html")
    write_junit(result.folder, tmp_path / "report.xml")
    left = files(tmp_path)
    assert len(left) > 5
    shown = "\n".join([*told, str(result), *capsys.readouterr()]).encode()
    for name, content in {**left, Path("shown"): shown}.items():
        for form in (*FORMS, SECRET.upper().encode()):
            assert form not in content and form.decode() not in name.name, (name, form)
    assert "type '{{ SHOP_PASSWORD }}' into Password" in told[1]


def test_what_a_secret_went_into_is_there_again_after_a_resume(tmp_path: Path) -> None:
    text = """
        device: desktop
        variables: {mine: "", code: ""}
        secrets: [SHOP_PASSWORD]
        steps:
          - set: {mine: "x{{ SHOP_PASSWORD }}y", code: "{{ SHOP_PASSWORD | upper }}"}
          - tap: Later
          - type: "{{ mine }} {{ code }}"
    """
    script = script_of(text, tmp_path)
    assert run(script, World(), tmp_path, environ=ENVIRON).ended is Ended.FAILED
    world = World("Later")
    result = resume_script(
        tmp_path / "run",
        {"device": world},
        settings=RunnerSettings(environ=ENVIRON),
        open_stage=stand_in,
        script=script,
    )
    assert result.ended is Ended.PASSED, result.said
    assert world.acts == ["tap Later", f"type x{SECRET}y {SECRET.upper()}"]


def test_a_given_value_that_holds_a_secret_is_given_again(tmp_path: Path) -> None:
    text = """
        device: desktop
        needs: [url]
        secrets: [SHOP_PASSWORD]
        steps: [{type: "{{ url }}"}, {tap: Later}]
    """
    script = script_of(text, tmp_path)
    values = {"url": f"http://u:{SECRET}@shop"}
    run(script, World(), tmp_path, environ=ENVIRON, values=values)
    assert all(SECRET.encode() not in content for content in files(tmp_path / "run").values())

    def resume(**settings: object) -> Ended:
        return resume_script(
            tmp_path / "run",
            {"device": World("Later")},
            settings=RunnerSettings(environ=ENVIRON, **settings),  # type: ignore[arg-type]
            open_stage=stand_in,
            script=script,
        ).ended

    with pytest.raises(JournalError, match="--set url="):
        resume()
    assert resume(values=values) is Ended.PASSED


def test_a_target_named_by_a_secret_is_refused(tmp_path: Path) -> None:
    text = '{device: desktop, secrets: [SHOP_PASSWORD], steps: [{tap: "{{ SHOP_PASSWORD }}"}]}'
    world = World(SECRET)
    result = run(text, world, tmp_path, environ=ENVIRON)
    assert result.ended is Ended.FAILED and "named by a secret" in result.said
    assert world.acts == []


def test_what_a_subflow_makes_of_a_secret_stays_one_in_its_caller(tmp_path: Path) -> None:
    (tmp_path / "sub.yaml").write_text(
        "{device: desktop, secrets: [SHOP_PASSWORD], variables: {token: ''},\n"
        "steps: [{set: {token: '{{ SHOP_PASSWORD }}'}}]}\n",
        encoding="utf-8",
    )
    (tmp_path / "use.yaml").write_text(
        "{device: desktop, needs: [word], variables: {loud: ''},\n"
        "steps: [{set: {loud: '{{ word | upper }}'}}, {log: '{{ loud }}'}]}\n",
        encoding="utf-8",
    )
    text = """
        device: desktop
        variables: {mine: "", other: "", loud: ""}
        steps:
          - subflow: {file: sub.yaml, save: {mine: token}}
          - set: {other: "{{ mine | upper }}"}
          - subflow: {file: use.yaml, with: {word: "{{ mine }}"}, save: {loud: loud}}
          - type: "{{ mine }}"
    """
    world, told = World(), list[str]()
    result = run(text, world, tmp_path, lambda event: told.append(str(event)), environ=ENVIRON)
    assert result.ended is Ended.PASSED and world.acts == [f"type {SECRET}"]
    left = [
        str(result),
        *told,
        *(content.decode("utf-8", "replace") for content in files(result.folder).values()),
    ]
    assert not [text for text in left if SECRET in text or SECRET.upper() in text]


@pytest.mark.parametrize(
    "step",
    [
        'run: {task: "log in with {{ mine }}", verify: [switch 2 == 1]}',
        'run: {task: log in, verify: ["switch {{ mine }} == 1"]}',
        'ask: {question: "is it {{ mine }}", save_as: mine}',
        'assert: {seen: "{{ mine }} is shown"}',
        'press: a\n            expect: {seen: "{{ mine }} is shown"}',
    ],
)
def test_a_model_is_not_told_a_secret(tmp_path: Path, step: str) -> None:
    text = f"""
        device: desktop
        secrets: [SHOP_PASSWORD]
        variables: {{mine: ""}}
        steps:
          - set: {{mine: "{{{{ SHOP_PASSWORD }}}}"}}
          - {step}
    """
    asked: list[str] = []

    def model() -> object:
        asked.append("the model")
        raise AssertionError

    world = DrawnDevice()
    result = run(text, world, tmp_path, environ=ENVIRON, model=model)  # type: ignore[arg-type]
    assert result.ended is Ended.FAILED and "told to a model" in result.said
    assert not asked and not world.acts
    assert all(SECRET.encode() not in content for content in files(result.folder).values())
