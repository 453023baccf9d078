"""The shapes of a journal's records: a run folder may come from anyone, so it is read with care.

Every value that `runs`, `records` and `report` use has its type and range here. What is written
beside them is left alone, so that a later version may write more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, Strict, ValidationError, model_validator

from tapwright.types import Delivery, Outcome, Role, ScreenState, Verdict

MOST_SIDE = 16_384  # pixels; of a picture
LAST_SECOND = 253_402_300_799.0  # since the epoch: the end of the year 9999

_Count: TypeAlias = Annotated[int, Field(ge=0, le=2**53)]
_Pixel: TypeAlias = Annotated[int, Field(ge=-MOST_SIDE, le=MOST_SIDE)]
_Side: TypeAlias = Annotated[int, Field(ge=1, le=MOST_SIDE)]
_Seconds: TypeAlias = Annotated[float, Field(ge=0, le=LAST_SECOND, allow_inf_nan=False)]
_FileName: TypeAlias = Annotated[str, Field(pattern=r"^images/\w[\w.-]*$")]


class _Shape(BaseModel):
    model_config = ConfigDict(strict=True)


class _Picture(_Shape):
    image: _FileName
    size: Annotated[tuple[_Side, _Side], Strict(False)]


class _Observation(_Picture):
    rotation: Annotated[int, Field(ge=0, le=3)]
    foreground: str | None
    state: Annotated[ScreenState, Strict(False)]
    taken_at: _Seconds


class _Text(_Shape):
    text: str
    trusted: bool = True


class _Film(_Shape):
    frames: Annotated[list[_FileName], Field(min_length=1)]
    times: list[_Seconds]
    size: Annotated[tuple[_Side, _Side], Strict(False)]

    @model_validator(mode="after")
    def _each_frame_has_its_time(self) -> Self:
        if len(self.frames) != len(self.times):
            raise ValueError(f"{len(self.frames)} frames and {len(self.times)} times")
        return self


_Part: TypeAlias = _Picture | _Film | _Text


class _Call(_Shape):
    name: str
    arguments: dict[str, Any]


class _Decision(_Shape):
    verdict: Annotated[Verdict, Strict(False)]
    rule: str
    reason: str


class _Finish(_Shape):
    model_config = ConfigDict(extra="forbid")
    success: bool
    message: str


class _Result(_Shape):
    delivery: Annotated[Delivery, Strict(False)]
    said: str
    parts: list[_Part]
    point: Annotated[tuple[_Pixel, _Pixel], Strict(False)] | None
    finish: _Finish | None


class _Message(_Shape):
    role: Role
    parts: list[_Part]
    open: bool
    calls: list[_Call] = []


class _Tool(_Shape):
    model_config = ConfigDict(extra="forbid")
    name: str
    description: str
    parameters: dict[str, Any]


class _Request(_Shape):
    messages: list[_Message]
    stop: list[str]
    max_new_tokens: _Count
    tools: list[_Tool]
    schema_: dict[str, Any] | None = Field(None, alias="schema")


class _Reply(_Shape):
    model_config = ConfigDict(extra="forbid")
    text: str
    finish: str
    prompt_tokens: _Count
    new_tokens: _Count
    seconds: _Seconds
    calls: list[_Call]


class _Check(_Shape):
    model_config = ConfigDict(extra="forbid")
    passed: bool
    said: str


class _Meta(_Shape):
    task: str
    began_at: _Seconds
    model: str = ""
    device: str = ""
    notes: dict[str, Any] = {}


class _Intent(_Shape):
    step: _Count
    index: _Count
    call: _Call
    decision: _Decision


class _Effect(_Shape):
    step: _Count
    index: _Count
    result: _Result


class _Step(_Shape):
    number: _Count
    observation: _Observation
    request: _Request
    reply: _Reply | None
    thought: str
    calls: list[_Call]
    decisions: list[_Decision]
    results: list[_Result]
    screen_changed: bool | None
    error: str
    seconds: dict[str, _Seconds]


class _End(_Shape):
    outcome: Annotated[Outcome, Strict(False)]
    message: str
    checks: list[_Check]
    last: _Picture | None


_KINDS: Mapping[str, type[_Shape]] = {
    "intent": _Intent,
    "effect": _Effect,
    "step": _Step,
    "end": _End,
}


def must_be_meta(value: object) -> None:
    """Raise `ValueError`, in words, where `value` is not what `meta.json` holds."""
    _fit(_Meta, value)


def must_be_record(value: object) -> None:
    """Raise `ValueError`, in words, where `value` is no record; unknown kinds are let through."""
    if not isinstance(value, dict) or not isinstance(value.get("kind"), str):
        raise ValueError("no record")
    shape = _KINDS.get(value["kind"])
    if shape is not None:
        _fit(shape, value)


def _fit(shape: type[_Shape], value: object) -> None:
    try:
        shape.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(each) for each in first["loc"])
        raise ValueError(f"{where or 'it'}: {first['msg'].lower()}") from error
