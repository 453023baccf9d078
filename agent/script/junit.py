"""A script's run as JUnit XML, for the systems that collect test results.

It keeps to the schema that Jenkins publishes (junit-10): one suite for the script, one case for
each step. A step that healed or only warned counts as passed there, as one whose failure the script
caught does, and a task of which only a model says that it is done as skipped, so the suite's
properties and the case's `system-out` say so.
"""

from __future__ import annotations

import re
import time
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from tapwright.agent.script.results import Ended, Status
from tapwright.agent.script.told import Tale, Told, read_tale, write_whole

# What XML 1.0 cannot hold, not even escaped.
_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_GOOD = (Ended.PASSED, Ended.HEALED, Ended.UNVERIFIED)


def write_junit(folder: str | Path, out: str | Path) -> Path:
    """Write the run in `folder` as JUnit XML to the file `out`; return its path.

    Raise `JournalError` where the folder cannot be read, or the file cannot be written or is a part
    of the run's record.
    """
    tale = read_tale(folder)
    data = ElementTree.tostring(
        suites(tale), encoding="utf-8", xml_declaration=True, short_empty_elements=True
    )
    return write_whole(tale, out, [data])


def suites(tale: Tale) -> Element:
    """The run as a `testsuites` element with one suite."""
    cases = [_case(tale, step) for step in tale.steps]
    if tale.ended not in _GOOD and not any(case.find("failure") is not None for case in cases):
        cases.append(_end(tale))  # a run that did not pass must not look as if it had
    failures = sum(1 for case in cases if case.find("failure") is not None)
    skipped = sum(1 for case in cases if case.find("skipped") is not None)
    numbers = {"tests": str(len(cases)), "failures": str(failures), "errors": "0"}
    known = {"name": _clean(tale.name), "time": _seconds(tale.seconds), **numbers}
    root = Element("testsuites", known)
    more = {
        "timestamp": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(tale.started)),
        "skipped": str(skipped),
        "file": _clean(tale.file),
    }
    suite = SubElement(root, "testsuite", {**known, **more})
    properties = SubElement(suite, "properties")
    for name, value in _facts(tale):
        SubElement(properties, "property", name=_clean(name), value=_clean(value))
    suite.extend(cases)
    said = SubElement(suite, "system-out")
    said.text = _clean(tale.said)
    return root


def _facts(tale: Tale) -> list[tuple[str, str]]:
    facts = [
        ("ended", tale.ended.value if tale.ended else "not over"),
        ("model_calls", str(tale.model_calls)),
        ("healed", str(tale.count(Status.HEALED))),
        ("unverified", str(tale.count(Status.UNVERIFIED))),
        ("warned", str(tale.count(Status.WARNED))),
        ("caught", str(tale.forgiven)),
    ]
    for step in tale.steps:
        if step.status in (Status.HEALED, Status.UNVERIFIED, Status.WARNED):
            facts.append((f"{step.status.value}:{step.key}", f"{step.title}: {step.said}"))
        elif step.forgiven:
            facts.append((f"caught:{step.key}", f"{step.title}: {step.said}"))
    return facts


def _case(tale: Tale, step: Told) -> Element:
    case = Element(
        "testcase",
        name=_clean(f"{step.key} {step.title}".strip()),
        classname=_clean(Path(step.file or tale.file).stem),
        time=_seconds(step.seconds),
    )
    if step.status is None:
        _failure(case, "in flight", "the run was cut off in this step")
    elif step.status in (Status.FAILED, Status.UNCERTAIN) and not step.forgiven:
        _failure(case, step.status.value, step.said)
    elif step.status in (Status.SKIPPED, Status.UNVERIFIED):
        kind = step.status.value
        SubElement(case, "skipped", type=kind, message=_clean(step.said))
    lines = [f"{step.file or tale.file}:{step.line}", step.outcome if step.status else ""]
    if step.rung:
        lines.append(f"found by: {step.rung}")
    if step.model_calls:
        lines.append(f"model calls: {step.model_calls}")
    if step.picture:
        lines.append(f"picture: {step.picture.relative_to(tale.folder.resolve())}")
    out = SubElement(case, "system-out")
    out.text = _clean("\n".join(line for line in [*lines, step.said] if line))
    return case


def _end(tale: Tale) -> Element:
    """A case for a run that failed beside its steps: a lost device, Ctrl-C, a cut."""
    case = Element("testcase", name="the run", classname=_clean(Path(tale.file).stem), time="0.000")
    kind = tale.ended.value if tale.ended else "not over"
    _failure(case, kind, tale.said or "the run was cut off")
    return case


def _failure(case: Element, kind: str, said: str) -> None:
    failure = SubElement(case, "failure", type=_clean(kind), message=_clean(said))
    failure.text = _clean(said)


def _seconds(value: float) -> str:
    return f"{max(0.0, value):.3f}"


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("?", text)
