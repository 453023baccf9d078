"""Texts filled in with a running script's values, and secrets that are shown nowhere."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tapwright.agent.script.load import read_script
from tapwright.agent.script.scope import Scope, open_scope
from tapwright.agent.script.steps import Script, Subflow
from tapwright.errors import ExpressionError, UsageError

SECRET = "s3cr3t/päss word"


def script(head: str, folder: Path = Path()) -> Script:
    return read_script(f"{head}\nsteps:\n- log: x\n", folder / "a.yaml")


def test_one_expression_keeps_its_kind_and_a_text_around_it_makes_a_text() -> None:
    scope = Scope({"total": 3, "flag": True, "names": ["a"]})
    assert scope.fill("{{ total + 1 }}") == 4
    assert scope.fill("{{ flag }}") is True
    assert scope.fill(" {{ total }}") == " 3"
    assert scope.fill("{{ total }}{{ flag }}") == "3true"
    assert scope.fill("no expression") == "no expression"
    assert scope.text("{{ names }}") == '["a"]'


def test_lists_and_mappings_are_filled_all_through() -> None:
    scope = Scope({"a": 1})
    assert scope.fill({"x": ["{{ a }}", {"y": "{{ a }}!"}], "z": 2.5}) == {
        "x": [1, {"y": "1!"}],
        "z": 2.5,
    }


@pytest.mark.parametrize(
    "data", ["{{ 7 * 7 }}", "{{ PASSWORD }}", "{% raw %}", "{{ secret", "{# x #}"]
)
def test_what_comes_from_outside_is_never_read_as_an_expression(data: str) -> None:
    scope = Scope(secrets={"PASSWORD": SECRET})
    scope.set("seen", data)
    assert scope.fill("{{ seen }}") == data
    assert scope.fill("on the screen: {{ seen }}") == f"on the screen: {data}"
    scope.set("copy", scope.fill("{{ seen }}"))
    assert scope.fill("{{ copy ~ '' }}") == data


def test_a_condition_is_true_or_false() -> None:
    scope = Scope({"total": 3, "name": ""})
    assert scope.truth("total > 2") is True
    assert scope.truth("{{ name }}") is False
    assert scope.truth("name or total") is True


def test_a_variable_is_set_and_forgotten() -> None:
    scope = Scope()
    scope.set("a", 1)
    assert (scope.get("a"), "a" in scope.names) == (1, True)
    scope.unset("a")
    scope.unset("a")
    with pytest.raises(ExpressionError, match="no variable 'a' here"):
        scope.get("a")


def everywhere(scope: Scope) -> str:
    """All that a scope shows of itself."""
    return f"{scope!r} {scope.shown()!r} {scope!s}"


def test_a_secret_is_used_and_shown_nowhere() -> None:
    scope = Scope({"a": 1}, {"PASSWORD": SECRET})
    assert scope.fill("{{ PASSWORD }}") == SECRET
    scope.set("copy", scope.fill("<{{ PASSWORD }}>"))
    scope.set("deep", [{"k": scope.fill("{{ PASSWORD }}")}])
    assert SECRET not in everywhere(scope)
    assert scope.shown() == {
        "a": 1,
        "copy": "<[secret PASSWORD]>",
        "deep": [{"k": "[secret PASSWORD]"}],
    }


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        quote(SECRET),
        base64.b64encode(SECRET.encode()).decode().rstrip("="),
        SECRET.encode().hex(),
        SECRET.encode("unicode_escape").decode(),
    ],
)
def test_a_secret_is_found_in_every_plain_form(form: str) -> None:
    assert Scope(secrets={"PW": SECRET}).redact(f"got {form}.") == "got [secret PW]."


@pytest.mark.parametrize(
    "source", ["PW | upper", "PW | reverse", "PW.split('/')", "copy | upper", "[PW | reverse]"]
)
def test_what_is_made_of_a_secret_is_a_secret_too(source: str) -> None:
    scope = Scope(secrets={"PW": SECRET})
    scope.set("copy", scope.fill("{{ PW }}"))
    made = scope.fill(f"{{{{ {source} }}}}")
    for piece in [made] if isinstance(made, str) else made:
        assert piece not in scope.redact(f"<{piece}>")


def test_an_error_does_not_tell_a_secret() -> None:
    scope = Scope(secrets={"PW": SECRET})
    with pytest.raises(ExpressionError) as caught:
        scope.fill("{{ PW | int }}")
    assert SECRET not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_a_script_begins_with_its_own_values_its_environment_and_what_is_given() -> None:
    made = script(
        "needs: [customer]\nvariables: {greeting: 'Dear {{ customer }}', url: none, count: 2}\n"
        "environments: {test: {url: 'http://{{ customer }}'}, live: {url: y}}\nsecrets: [PW]"
    )
    scope = open_scope(
        made, environment="test", values={"customer": "Ana", "count": "7"}, environ={"PW": SECRET}
    )
    assert scope.shown() == {
        "customer": "Ana", "greeting": "Dear Ana", "url": "http://Ana", "count": 7
    }  # fmt: skip
    assert scope.fill("{{ env }}") == "test"


def test_a_given_value_is_data() -> None:
    made = script("needs: [a]\nvariables: {b: x}\nsecrets: [PW]")
    values = {"a": "{{ PW }}", "b": "{{ PW }}"}
    scope = open_scope(made, values=values, environ={"PW": SECRET})
    assert scope.fill("{{ a }}{{ b }}") == "{{ PW }}{{ PW }}"


@pytest.mark.parametrize(
    ("head", "options", "said"),
    [
        ("needs: [a]", {}, "'a' is needed; give it with --set a=VALUE"),
        ("variables: {total: 1}", {"values": {"totl": 1}}, "no variable 'totl'; did you mean 'to"),
        ("variables: {total: 1}", {"values": {"total": "x"}}, "'total' must be a number, not 'x'"),
        ("variables: {on: true}", {"values": {"on": "1"}}, "'on' must be true or false, not '1'"),
        ("environments: {test: {a: 1}}", {}, "choose an environment with --env: test"),
        (
            "environments: {test: {a: 1}}",
            {"environment": "tst"},
            "no environment 'tst'; did you mean 'test'?",
        ),
        ("secrets: [PW]", {}, "the secret PW is not set; set it in the environment"),
        ("secrets: [PW]", {"environ": {"PW": "abc"}}, "the secret PW has 3 characters"),
    ],
)
def test_a_script_does_not_begin_without_what_it_needs(
    head: str, options: dict[str, Any], said: str
) -> None:
    with pytest.raises(UsageError) as caught:
        open_scope(script(head), **{"environ": {}, **options})
    assert said in str(caught.value)
    assert "abc" not in str(caught.value)


def test_everything_that_is_missing_is_told_at_once() -> None:
    with pytest.raises(UsageError) as caught:
        open_scope(script("needs: [a, b]\nsecrets: [C]"), environ={})
    assert all(f"{name}" in str(caught.value) for name in ("'a'", "'b'", "C"))


def test_an_environment_need_not_be_chosen_where_every_value_has_another(tmp_path: Path) -> None:
    made = script("variables: {url: x}\nenvironments: {test: {url: y}}", tmp_path)
    assert open_scope(made).shown() == {"url": "x"}


def test_a_subflow_sees_its_own_variables_and_its_callers_secrets_stay_hidden(
    tmp_path: Path,
) -> None:
    (tmp_path / "b.yaml").write_text(
        "needs: [user, key]\nvariables: {count: 1}\nsecrets: [PW]\nsteps:\n- log: x\n",
        encoding="utf-8",
    )
    outer = read_script(
        "variables: {name: Ana}\nsecrets: [PW, KEY]\nsteps:\n"
        "- subflow: {file: b.yaml, with: {user: '{{ name }}', key: '{{ KEY }}'}}\n",
        tmp_path / "a.yaml",
    )
    scope = open_scope(outer, environ={"PW": SECRET, "KEY": "another one"})
    act = outer.steps[0].act
    assert isinstance(act, Subflow)
    child = scope.child(act.script, act.arguments)
    assert child.shown() == {"user": "Ana", "key": "[secret KEY]", "count": 1}
    assert child.fill("{{ PW }}{{ key }}") == f"{SECRET}another one"
    assert child.names == {"env", "user", "key", "count", "PW"}
    child.set("name", "Bo")
    assert scope.get("name") == "Ana"
