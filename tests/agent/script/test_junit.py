"""Results for test systems: their schema, and that nothing which failed looks well."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from tapwright.agent.script.html import write_html
from tapwright.agent.script.junit import write_junit
from tapwright.agent.script.results import Ended
from tapwright.errors import JournalError

from .standin import World, run
from .told_parts import done, end, intend, write_progress

# What the published schema lets stand in what, and what each must and may carry.
CHILDREN = {
    "testsuites": {"testsuite"},
    "testsuite": {"properties", "testcase", "system-out", "system-err"},
    "properties": {"property"},
    "testcase": {"skipped", "failure", "system-out", "system-err"},
}
MUST = {
    "testsuite": {"name", "tests", "failures", "errors"},
    "testcase": {"name"},
    "property": {"name", "value"},
}
MAY = {
    "testsuites": {"name", "time", "tests", "failures", "errors"},
    "testsuite": {"time", "skipped", "timestamp", "file"},
    "testcase": {"time", "classname"},
    "failure": {"type", "message"},
    "skipped": {"type", "message"},
}


def faults(element: Element) -> list[str]:
    """What the schema forbids in `element`."""
    found = [
        f"<{child.tag}> in <{element.tag}>"
        for child in element
        if child.tag not in CHILDREN.get(element.tag, set())
    ]
    missing = MUST.get(element.tag, set()) - set(element.attrib)
    found += [f"<{element.tag}> without {name}" for name in sorted(missing)]
    known = MUST.get(element.tag, set()) | MAY.get(element.tag, set())
    found += [f"{name} at <{element.tag}>" for name in set(element.attrib) - known]
    return found + [fault for child in element for fault in faults(child)]


def junit(folder: Path) -> Element:
    return ElementTree.parse(write_junit(folder, folder / "out" / "junit.xml")).getroot()


def test_every_way_that_a_step_ends_is_in_the_results(tmp_path: Path) -> None:
    write_progress(
        tmp_path,
        intend("1", "tap Save"),
        done("1", "tap Save", status="healed", rung="text", said="no longer as learned"),
        done("2", "tap Later", status="warned", said="no 'Later' \x07 in sight"),
        done("3", "log hello", status="skipped", said="an earlier step failed"),
        done("4[2].1", "assert <sum> & more", status="failed", said="'3' should be '4'"),
        end("failed", "step 4 failed"),
    )
    root = junit(tmp_path)
    assert faults(root) == []
    suite = root[0]
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("4", "1", "1")
    assert suite.get("time") == "4.250"
    properties = {each.get("name"): each.get("value") for each in suite.iter("property")}
    assert properties["healed"] == properties["warned"] == "1"
    assert properties["healed:1"] == "tap Save: no longer as learned"
    case = suite.findall("testcase")[3]
    assert (case.get("name"), case.get("classname")) == (
        "4[2].1 assert <sum> & more", "invoice",
    )  # fmt: skip
    failure = case.find("failure")
    assert failure is not None
    assert (failure.get("type"), failure.get("message")) == ("failed", "'3' should be '4'")
    assert "found by: text" in suite.findall("testcase")[0].findtext("system-out", "")


@pytest.mark.parametrize(
    ("records", "kind"),
    [
        ([done("1", "tap Save")], "not over"),
        ([done("1", "tap Save"), intend("2", "tap Send")], "in flight"),
        ([done("1", "tap Save"), end("device_lost", "the display is gone")], "device_lost"),
        ([done("1", "tap Save"), end("cancelled", "Ctrl-C")], "cancelled"),
        ([done("1", "pay", status="uncertain", said="?"), end("needs_human")], "uncertain"),
    ],
)
def test_a_run_that_did_not_pass_has_a_failure(
    tmp_path: Path, records: list[dict[str, object]], kind: str
) -> None:
    root = junit(write_progress(tmp_path, *records))
    assert faults(root) == []
    assert [failure.get("type") for failure in root.iter("failure")] == [kind]


def test_a_run_that_passed_has_none_and_a_torn_line_is_left_out(tmp_path: Path) -> None:
    write_progress(tmp_path, done("1", "tap Save"), end(), torn='{"kind": "do')
    root = junit(tmp_path)
    assert list(root.iter("failure")) == []
    assert root[0].get("tests") == "1"


def test_a_resumed_step_counts_as_it_ended_last(tmp_path: Path) -> None:
    write_progress(
        tmp_path,
        done("1", "open mousepad"),
        done("2", "tap Save", status="failed", said="not found"),
        end("failed"),
        {"kind": "script", "file": "/x/invoice.yaml", "name": "again", "started": 1.0},
        done("2", "tap Save"),
        end(),
    )
    root = junit(tmp_path)
    assert list(root.iter("failure")) == []
    assert [case.get("name") for case in root.iter("testcase")] == ["1 open mousepad", "2 tap Save"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("not json\n", "line 1 of "),
        ('{"kind": "end", "ended": "fine"}\n', "line 1 of "),
        ("", "tells of no script"),
        ("[]\n", "it is no object"),
    ],
)
def test_a_broken_folder_is_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "progress.jsonl").write_text(text, encoding="utf-8")
    with pytest.raises(JournalError, match=said):
        write_junit(tmp_path, tmp_path / "junit.xml")
    assert not (tmp_path / "junit.xml").exists()


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="is not the folder of a script's run"):
        write_junit(tmp_path, tmp_path / "junit.xml")


def run_and_report(text: str, folder: Path) -> tuple[Ended, Element, str]:
    result = run(text, World("Save"), folder)
    page = write_html(result.folder, folder / "report.html").read_text(encoding="utf-8")
    return result.ended, junit(result.folder), page


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("try: {do: [{tap: Nowhere}], catch: [{tap: Save}]}", "1.do.1"),
        ("repeat: {times: 1, do: [{tap: Nowhere}]}\n    optional: true", "1[1].1"),
        (
            "try: {do: [{try: {do: [{tap: Nowhere}], finally: [{log: b}]}}], catch: [{log: c}]}",
            "1.do.1.do.1",
        ),
    ],
)
def test_a_failure_that_was_caught_is_none(tmp_path: Path, text: str, key: str) -> None:
    ended, root, page = run_and_report(f"device: desktop\nsteps:\n  - {text}\n", tmp_path)
    assert ended is Ended.PASSED
    assert faults(root) == [] and list(root.iter("failure")) == []
    assert root[0].get("failures") == "0"
    caught = next(c for c in root.iter("testcase") if str(c.get("name")).startswith(f"{key} "))
    assert "failed, caught" in caught.findtext("system-out", "")
    assert any(each.get("name") == f"caught:{key}" for each in root.iter("property"))
    assert "<dt>failed</dt><dd>0</dd>" in page and "<dt>caught</dt><dd>1</dd>" in page
    assert 'class="failed ' not in page


def test_what_fails_in_the_catching_or_is_only_cleaned_up_after_is_a_failure(
    tmp_path: Path,
) -> None:
    text = """
        device: desktop
        steps:
          - try: {do: [{tap: One}], catch: [{tap: Two}]}
        """
    ended, root, _ = run_and_report(text, tmp_path / "catch")
    failed = [
        case.get("name") for case in root.iter("testcase") if case.find("failure") is not None
    ]
    assert (ended, failed) == (Ended.FAILED, ["1.catch.1 tap Two"])
    text = """
        device: desktop
        steps:
          - try: {do: [{tap: One}], finally: [{tap: Save}]}
        """
    ended, root, page = run_and_report(text, tmp_path / "finally")
    failed = [
        case.get("name") for case in root.iter("testcase") if case.find("failure") is not None
    ]
    assert (ended, failed) == (Ended.FAILED, ["1.do.1 tap One"])
    assert "<dt>failed</dt><dd>1</dd>" in page
