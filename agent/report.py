"""A run as one HTML file that opens anywhere, offline: what was seen, meant, done and what came.

All text in it may come from a screen, a model or a tool: everything is escaped, there is no
script, and a content policy forbids the page to load anything.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any

from PIL import Image

from tapwright.agent.journal import IMAGES, LOCK, META, TRANSCRIPT
from tapwright.agent.on_disk import write_whole
from tapwright.agent.pictures import encode_jpeg
from tapwright.agent.policy import NOTHING_AGAINST
from tapwright.agent.report_style import STYLE
from tapwright.agent.runs import Run, read_run
from tapwright.errors import JournalError
from tapwright.types import (
    Decision,
    Delivery,
    ImagePart,
    Outcome,
    Request,
    Step,
    ToolCall,
    ToolResult,
    Verdict,
    still_parts,
)

LONG_SIDE = 900  # pixels of a picture in the report
SHORTER_SIDE = 640  # where there are many steps, so that 200 of them stay under 20 MB
MANY_STEPS = 100
JPEG_QUALITY = 70
MOST_PROMPT = 8_000  # characters of a prompt; the whole is in the transcript

Place = tuple[int, int]  # device pixels

_GOOD = frozenset({Outcome.VERIFIED})
_WARN = frozenset({Outcome.CLAIMED, Outcome.CANCELLED, Outcome.NEEDS_HUMAN})
_CLASS = {
    Delivery.DELIVERED: "good",
    Delivery.REFUSED: "bad",
    Delivery.UNKNOWN: "warn",
    Verdict.ALLOW: "plain",
    Verdict.CONFIRM: "warn",
    Verdict.DENY: "bad",
}
_POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
    "form-action 'none'; base-uri 'none'"
)


def write_report(run_folder: str | Path, out: str | Path) -> Path:
    """Write the report of a run folder to the file `out` and return its path.

    Works for runs that are cut off or still going on. An older report stays as it is until the
    new one is whole. Raise `JournalError` where the folder cannot be read, or the file cannot be
    written or is a part of a journal.
    """
    must_not_be_journal(run_folder, out)
    run = read_run(run_folder)
    return write_whole(out, (piece.encode("utf-8", "backslashreplace") for piece in _page(run)))


def must_not_be_journal(run_folder: str | Path, out: str | Path) -> None:
    """Raise `JournalError` where a report at `out` would take the place of a part of a journal."""
    path = Path(out).resolve()
    images = Path(run_folder).resolve() / IMAGES
    if path.name in (META, TRANSCRIPT, LOCK) or path == images or images in path.parents:
        raise JournalError(
            f"a report at '{out}' would take the place of a part of the run's journal; "
            "choose another file, such as report.html"
        )


def _page(run: Run) -> Iterator[str]:
    title = escape(run.task)
    yield (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{STYLE}</style></head><body><main>\n"
    )
    count = sum(1 for record in run.records if record["kind"] == "step")
    yield f"<h1>{title}</h1>\n{_outcome(run)}{_facts(run, count)}"
    side = LONG_SIDE if count <= MANY_STEPS else SHORTER_SIDE
    for step in run.steps():
        yield _step(step, side)
    yield from _last_look(run, side)
    yield "<footer>written by tapwright from the run's journal</footer></main></body></html>\n"


def _outcome(run: Run) -> str:
    outcome = run.outcome
    if outcome is None:
        return '<p class="outcome"><span class="badge warn">not over</span></p>\n'
    kind = "good" if outcome in _GOOD else "warn" if outcome in _WARN else "bad"
    said = escape(run.message)
    return (
        f'<p class="outcome"><span class="badge {kind}">{outcome.value}</span>'
        f'<span class="said">{said}</span></p>\n'
    )


def _facts(run: Run, count: int) -> str:
    began = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(run.meta["began_at"]))
    facts: dict[str, Any] = {
        "model": run.meta.get("model", ""),
        "device": run.meta.get("device", ""),
        "steps": count,
        "began": began,
    }
    rows = [f"<div><dt>{escape(k)}</dt><dd>{escape(str(v))}</dd></div>" for k, v in facts.items()]
    for check in run.checks:
        passed = "passed" if check.passed else "failed"
        said = escape(check.said)
        rows.append(f'<div class="wide"><dt>check {passed}</dt><dd>{said}</dd></div>')
    return f'<dl class="facts">{"".join(rows)}</dl>\n'


def _step(step: Step, side: int) -> str:
    observation = step.observation
    points = [result.point for result in step.results if result.point]
    ways = [result.way for result in step.results if result.way]
    seen = observation.foreground or ""
    if observation.state.value != "lit":
        seen = f"{seen} ({observation.state.value})"
    error = f'<p class="error">{escape(step.error)}</p>' if step.error else ""
    calls = "".join(_calls(step))
    reply = step.reply.text if step.reply else "no reply"
    return (
        f"<article>{_figure(observation.image, seen, side, points, ways)}<div>"
        f"<h2>Step {step.number}</h2>"
        f'<p class="thought">{escape(step.thought)}</p>{error}{calls}{_changed(step)}'
        f"{_times(step)}"
        f"<details><summary>Prompt</summary><pre>{_prompt(step.request)}</pre></details>"
        f"<details><summary>Reply{_tokens(step)}</summary><pre>{escape(reply)}</pre></details>"
        "</div></article>\n"
    )


def _figure(
    image: Image.Image,
    caption: str,
    side: int,
    points: Sequence[Place] = (),
    ways: Sequence[Sequence[Place]] = (),
) -> str:
    width, height = image.size
    small = image.convert("RGB")
    small.thumbnail((side, side))
    data = base64.b64encode(encode_jpeg(small, JPEG_QUALITY)).decode("ascii")
    radius = min(width, height) / 14
    marks = "".join(
        f'<circle cx="{x}" cy="{y}" r="{radius:.0f}" stroke-width="{radius / 5:.1f}"/>'
        f'<circle class="dot" cx="{x}" cy="{y}" r="{radius / 4:.1f}" '
        f'stroke-width="{radius / 12:.1f}"/>'
        for x, y in points
    )
    marks += "".join(
        f'<polyline points="{" ".join(f"{x},{y}" for x, y in way)}" '
        f'stroke-width="{radius / 5:.1f}"/>'
        for way in ways
    )
    drawn = f'<svg viewBox="0 0 {width} {height}" aria-hidden="true">{marks}</svg>' if marks else ""
    return (
        f'<figure><div style="position:relative"><img alt="the screen" width="{small.width}" '
        f'height="{small.height}" src="data:image/jpeg;base64,{data}">{drawn}</div>'
        f"<figcaption>{escape(caption)}</figcaption></figure>"
    )


def _calls(step: Step) -> Iterator[str]:
    for index, call in enumerate(step.calls):
        decision = step.decisions[index] if index < len(step.decisions) else None
        result = step.results[index] if index < len(step.results) else None
        yield f'<div class="call">{_call(call)}{_decision(decision)}{_result(result)}</div>'


def _call(call: ToolCall) -> str:
    arguments = ", ".join(
        f"{escape(str(name))}={escape(json.dumps(value, ensure_ascii=False, default=str))}"
        for name, value in call.arguments.items()
    )
    return f'<code><span class="name">{escape(call.name)}</span>({arguments})</code>'


def _decision(decision: Decision | None) -> str:
    if decision is None:
        return ""
    kind = _CLASS[decision.verdict]
    words = f"{decision.verdict.value} by rule '{decision.rule}': {decision.reason}"
    if decision == NOTHING_AGAINST:
        words = "allowed"
    return f'<p class="{kind}">{escape(words)}</p>'


def _result(result: ToolResult | None) -> str:
    if result is None:
        return '<p class="warn">not carried out</p>'
    effect = result.effect
    words = effect.delivery.value + (f": {effect.said}" if effect.said else "")
    if result.finish is not None:
        end = "done" if result.finish.success else "given up"
        words = f"the model says: {end} {result.finish.message}"
    return f'<p class="{_CLASS[effect.delivery]}">{escape(words)}</p>'


def _changed(step: Step) -> str:
    if step.screen_changed is None:
        return ""
    words = "screen changed" if step.screen_changed else "screen did not change"
    return f'<span class="badge {"good" if step.screen_changed else "plain"}">{words}</span>'


def _times(step: Step) -> str:
    total = sum(step.seconds.values())
    if total <= 0:
        return ""
    bars = "".join(
        f'<span class="{escape(name)}" style="width:{100 * seconds / total:.1f}%"></span>'
        for name, seconds in step.seconds.items()
    )
    words = " · ".join(f"{escape(name)} {seconds:.2f} s" for name, seconds in step.seconds.items())
    return f'<div class="times">{bars}</div><p class="legend">{words} · in all {total:.2f} s</p>'


def _tokens(step: Step) -> str:
    if step.reply is None:
        return ""
    return f" ({step.reply.prompt_tokens} tokens read, {step.reply.new_tokens} written)"


def _prompt(request: Request) -> str:
    written, room = [], MOST_PROMPT
    # The newest messages say most, so the oldest are the ones that are cut.
    for message in reversed(request.messages):
        text = "".join(
            f"[picture {part.image.width}x{part.image.height}]"
            if isinstance(part, ImagePart)
            else part.text
            for part in still_parts(message.parts)
        )
        if len(text) > room:
            text = f"… {len(text) - room} characters, see transcript.jsonl …\n{text[-room:]}"
        written.append(f'<span class="role">{escape(message.role)}</span>\n{escape(text)}\n')
        room -= len(text)
        if room <= 0:
            break
    return "\n".join(reversed(written))


def _last_look(run: Run, side: int) -> Iterator[str]:
    image = run.last_look()
    if image is not None:
        figure = _figure(image, "", side)
        yield f"<article>{figure}<div><h2>The screen at the end</h2></div></article>\n"
