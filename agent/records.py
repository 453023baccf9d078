"""A step as JSON and back: what the transcript's lines hold.

Pictures are not in the lines; a line names a file under `images/` and the picture's size. The
functions here are given a way to turn a picture into a name, and such a record into a picture.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from PIL import Image

from tapwright.types import (
    Decision,
    Delivery,
    Effect,
    Finish,
    ImagePart,
    Message,
    Observation,
    Part,
    Reply,
    Request,
    ScreenState,
    Step,
    TextPart,
    ToolCall,
    ToolResult,
    ToolSpec,
    Verdict,
    VideoPart,
)

Record: TypeAlias = Mapping[str, Any]
SavePicture: TypeAlias = Callable[[Image.Image], str]
LoadPicture: TypeAlias = Callable[[Mapping[str, Any]], Image.Image]


def write_observation(observation: Observation, save: SavePicture) -> dict[str, Any]:
    """Return an observation as JSON, its picture as a name."""
    return {
        "image": save(observation.image),
        "size": list(observation.image.size),
        "rotation": observation.rotation,
        "foreground": observation.foreground,
        "state": observation.state.value,
        "taken_at": observation.taken_at,
    }


def read_observation(record: Record, load: LoadPicture) -> Observation:
    """Return the observation that a record describes."""
    return Observation(
        image=load(record),
        rotation=record["rotation"],
        foreground=record["foreground"],
        state=ScreenState(record["state"]),
        taken_at=record["taken_at"],
    )


def write_part(part: Part, save: SavePicture) -> dict[str, Any]:
    """Return a part of a message as JSON, its pictures as names."""
    if isinstance(part, VideoPart):
        names = [save(frame) for frame in part.frames]
        return {"frames": names, "times": list(part.times), "size": list(part.frames[0].size)}
    if isinstance(part, ImagePart):
        return {"image": save(part.image), "size": list(part.image.size)}
    return {"text": part.text} if part.trusted else {"text": part.text, "trusted": False}


def _read_part(record: Record, load: LoadPicture) -> Part:
    if "frames" in record:
        frames = (load({**record, "image": name}) for name in record["frames"])
        return VideoPart(tuple(frames), tuple(record["times"]))
    if "image" in record:
        return ImagePart(load(record))
    return TextPart(record["text"], trusted=record.get("trusted", True))


def write_call(call: ToolCall) -> dict[str, Any]:
    """Return a call as JSON."""
    return {"name": call.name, "arguments": dict(call.arguments)}


def read_call(record: Record) -> ToolCall:
    """Return the call that a record describes."""
    return ToolCall(record["name"], record["arguments"])


def write_decision(decision: Decision) -> dict[str, Any]:
    """Return a decision as JSON."""
    return {
        "verdict": decision.verdict.value,
        "rule": decision.rule,
        "reason": decision.reason,
    }


def read_decision(record: Record) -> Decision:
    """Return the decision that a record describes."""
    return Decision(Verdict(record["verdict"]), record["rule"], record["reason"])


def write_result(result: ToolResult, save: SavePicture) -> dict[str, Any]:
    """Return what one call gave as JSON."""
    finish = result.finish
    return {
        "delivery": result.effect.delivery.value,
        "said": result.effect.said,
        "parts": [write_part(part, save) for part in result.parts],
        "point": list(result.point) if result.point else None,
        "finish": {"success": finish.success, "message": finish.message} if finish else None,
        **({"way": [list(place) for place in result.way]} if result.way else {}),
    }


def read_result(record: Record, load: LoadPicture) -> ToolResult:
    """Return the result that a record describes."""
    point, finish = record["point"], record["finish"]
    return ToolResult(
        effect=Effect(Delivery(record["delivery"]), record["said"]),
        parts=tuple(_read_part(part, load) for part in record["parts"]),
        point=(point[0], point[1]) if point else None,
        finish=Finish(**finish) if finish else None,
        way=tuple((place[0], place[1]) for place in record.get("way", ())),
    )


def write_request(request: Request, save: SavePicture) -> dict[str, Any]:
    """Return what a model was asked as JSON, its pictures as names."""
    return {
        "messages": [
            {
                "role": message.role,
                "parts": [write_part(part, save) for part in message.parts],
                "open": message.open,
                "calls": [write_call(call) for call in message.calls],
            }
            for message in request.messages
        ],
        "stop": list(request.stop),
        "max_new_tokens": request.max_new_tokens,
        "tools": [
            {
                "name": tool.name,
                "description": tool.description,
                "parameters": dict(tool.parameters),
            }
            for tool in request.tools
        ],
        "schema": None if request.schema is None else dict(request.schema),
    }


def _read_request(record: Record, load: LoadPicture) -> Request:
    return Request(
        messages=tuple(
            Message(
                message["role"],
                tuple(_read_part(part, load) for part in message["parts"]),
                message["open"],
                # Journals of earlier versions know neither native calls nor schemas.
                tuple(read_call(call) for call in message.get("calls", ())),
            )
            for message in record["messages"]
        ),
        stop=tuple(record["stop"]),
        max_new_tokens=record["max_new_tokens"],
        tools=tuple(ToolSpec(**tool) for tool in record["tools"]),
        schema=record.get("schema"),
    )


def write_reply(reply: Reply) -> dict[str, Any]:
    """Return what a model replied as JSON."""
    return {
        "text": reply.text,
        "finish": reply.finish,
        "prompt_tokens": reply.prompt_tokens,
        "new_tokens": reply.new_tokens,
        "seconds": reply.seconds,
        "calls": [write_call(call) for call in reply.calls],
    }


def _read_reply(record: Record) -> Reply:
    calls = tuple(read_call(call) for call in record["calls"])
    return Reply(**{**record, "calls": calls})


def write_step(step: Step, save: SavePicture) -> dict[str, Any]:
    """Return a step as JSON, its pictures as names."""
    return {
        "number": step.number,
        "observation": write_observation(step.observation, save),
        "request": write_request(step.request, save),
        "reply": write_reply(step.reply) if step.reply else None,
        "thought": step.thought,
        "calls": [write_call(call) for call in step.calls],
        "decisions": [write_decision(decision) for decision in step.decisions],
        "results": [write_result(result, save) for result in step.results],
        "screen_changed": step.screen_changed,
        "error": step.error,
        "seconds": dict(step.seconds),
    }


def read_step(record: Record, load: LoadPicture) -> Step:
    """Return the step that a record describes."""
    return Step(
        number=record["number"],
        observation=read_observation(record["observation"], load),
        request=_read_request(record["request"], load),
        reply=_read_reply(record["reply"]) if record["reply"] else None,
        thought=record["thought"],
        calls=tuple(read_call(call) for call in record["calls"]),
        decisions=tuple(read_decision(decision) for decision in record["decisions"]),
        results=tuple(read_result(result, load) for result in record["results"]),
        screen_changed=record["screen_changed"],
        error=record["error"],
        seconds=record["seconds"],
    )
