"""A script's run as one HTML file that opens anywhere, offline.

All text in it may come from a screen: everything is escaped, there is no script, and a content
policy forbids the page to load anything. It reads `progress.jsonl` and its pictures only.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from html import escape
from pathlib import Path

from tapwright.agent.pictures import encode_jpeg
from tapwright.agent.report_style import STYLE
from tapwright.agent.script.results import Ended, Status
from tapwright.agent.script.told import Tale, Told, load_thumbnail, read_tale, write_whole

SIDES = ((40, 900), (120, 640), (100_000, 420))  # up to so many steps, so many pixels a side
BUDGET = 18_000_000  # bytes of pictures in one file; 200 steps stay under 20 MB
QUALITY = 70

_POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
    "form-action 'none'; base-uri 'none'"
)
_MORE = """
article.flat { display: block; padding: 10px 20px; }
@media (min-width: 681px) {
  article:has(img.land) { grid-template-columns: 480px minmax(0, 1fr); }
}
article.healed { border-left: 5px solid var(--warn); }
article.failed { border-left: 5px solid var(--bad); }
.title { font-size: 17px; margin: 0 0 6px; overflow-wrap: anywhere; unicode-bidi: plaintext; }
.step-said { margin: 6px 0 0; overflow-wrap: anywhere; white-space: pre-wrap; }
table.sum { border-collapse: collapse; margin: 0 0 28px; width: 100%; background: var(--card); }
table.sum td { padding: 4px 10px; border-bottom: 1px solid var(--line); vertical-align: top;
  overflow-wrap: anywhere; }
table.sum a { color: inherit; }
"""
_BADGE = {
    Status.PASSED: "good",
    Status.HEALED: "warn",
    Status.UNVERIFIED: "warn",
    Status.WARNED: "warn",
    Status.SKIPPED: "plain",
    Status.FAILED: "bad",
    Status.UNCERTAIN: "bad",
    None: "bad",
}
_ENDS = {Ended.PASSED: "good", Ended.HEALED: "warn", Ended.UNVERIFIED: "warn"}


def write_html(folder: str | Path, out: str | Path) -> Path:
    """Write the report of the run in `folder` to the file `out`; return its path.

    Works for runs that are cut off or still going on. Raise `JournalError` where the folder
    cannot be read, or the file cannot be written or is a part of the run's record.
    """
    tale = read_tale(folder)
    return write_whole(tale, out, (p.encode("utf-8", "backslashreplace") for p in _page(tale)))


def _page(tale: Tale) -> Iterator[str]:
    title = escape(tale.name or tale.file)
    yield (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{STYLE}{_MORE}</style></head><body><main>\n"
    )
    yield f"<h1>{title}</h1>\n{_outcome(tale)}{_facts(tale)}{_summary(tale)}"
    pictures = _Pictures(sum(1 for step in tale.steps if step.picture))
    for number, step in enumerate(tale.steps, start=1):
        yield _step(tale, step, number, pictures)
    yield "<footer>written by tapwright from the run's progress.jsonl</footer>"
    yield "</main></body></html>\n"


def _outcome(tale: Tale) -> str:
    if tale.ended is None:
        return '<p class="outcome"><span class="badge warn">not over</span></p>\n'
    return (
        f'<p class="outcome"><span class="badge {_ENDS.get(tale.ended, "bad")}">'
        f'{tale.ended.value}</span><span class="said">{escape(tale.said)}</span></p>\n'
    )


def _facts(tale: Tale) -> str:
    facts = {
        "script": tale.file,
        "began": time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(tale.started)),
        "took": f"{tale.seconds:.1f} s",
        "steps": str(len(tale.steps)),
        "healed": str(tale.count(Status.HEALED)),
        "unverified": str(tale.count(Status.UNVERIFIED)),
        "warned": str(tale.count(Status.WARNED)),
        "caught": str(tale.forgiven),
        "failed": str(tale.count(Status.FAILED, Status.UNCERTAIN, None)),
        "model calls": str(tale.model_calls),
    }
    rows = "".join(f"<div><dt>{k}</dt><dd>{escape(v)}</dd></div>" for k, v in facts.items())
    return f'<dl class="facts">{rows}</dl>\n'


def _summary(tale: Tale) -> str:
    """The steps that a person looks for first."""
    usual = (Status.PASSED, Status.SKIPPED)
    rows = "".join(
        f'<tr><td>{_badge(step)}</td><td><a href="#step-{number}">{escape(step.key)} '
        f"{escape(step.title)}</a></td><td>{escape(step.said)}</td></tr>"
        for number, step in enumerate(tale.steps, start=1)
        if step.status not in usual
    )
    return f'<table class="sum">{rows}</table>\n' if rows else ""


def _badge(step: Told) -> str:
    return f'<span class="badge {_look(step)}">{step.outcome}</span>'


def _look(step: Told) -> str:
    return "warn" if step.forgiven else _BADGE[step.status]


def _step(tale: Tale, step: Told, number: int, pictures: _Pictures) -> str:
    figure = pictures.figure(step) if step.picture else ""
    kind = {"warn": "healed", "bad": "failed"}.get(_look(step), "")
    facts = [f"{step.seconds:.2f} s"]
    if step.rung:
        facts.insert(0, f"found by: {step.rung}")
    if step.model_calls:
        facts.append(f"model calls: {step.model_calls}")
    facts.append(f"{Path(step.file or tale.file).name}:{step.line}")
    said = f'<p class="step-said">{escape(step.said)}</p>' if step.said else ""
    flat = "" if figure else "flat"
    return (
        f'<article id="step-{number}" class="{kind} {flat}">{figure}<div>'
        f"<h2>Step {escape(step.key)}</h2>"
        f'<p class="title">{escape(step.title)}</p>{_badge(step)}{said}'
        f'<p class="legend">{escape(" · ".join(facts))}</p></div></article>\n'
    )


def _when(step: Told) -> str:
    """Under a picture: whether it was taken before the step or when it ended."""
    if step.status in (Status.PASSED, Status.HEALED):
        return "<figcaption>before this step</figcaption>"
    return "<figcaption>when it failed</figcaption>" if step.status is Status.FAILED else ""


class _Pictures:
    """Thumbnails for one file, which must stay small enough to be sent."""

    def __init__(self, count: int) -> None:
        self._side = next(side for most, side in SIDES if count <= most or most == SIDES[-1][0])
        self._left = BUDGET

    def figure(self, step: Told) -> str:
        """The step's picture, or why there is none."""
        image = load_thumbnail(step.picture, self._side) if step.picture else None
        if image is None:
            name = step.picture.name if step.picture else ""
            return f"<figure><figcaption>{escape(name)} is missing</figcaption></figure>"
        data = base64.b64encode(encode_jpeg(image, QUALITY)).decode("ascii")
        if len(data) > self._left:
            return "<figure><figcaption>left out, the file is large enough</figcaption></figure>"
        self._left -= len(data)
        land = 'class="land" ' if image.width > image.height else ""
        return (
            f'<figure><img {land}alt="the screen" width="{image.width}" height="{image.height}" '
            f'src="data:image/jpeg;base64,{data}">{_when(step)}</figure>'
        )
