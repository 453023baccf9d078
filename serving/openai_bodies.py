"""The JSON of a chat request, as far as it means something here."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Body(BaseModel):
    """A part of a request; what we do not know is ignored, as OpenAI's own servers do."""

    model_config = ConfigDict(extra="ignore")


class ImageUrl(_Body):
    """Where a picture is: in the request itself."""

    url: str


class ContentPart(_Body):
    """One part of a message."""

    type: str
    text: str | None = None
    image_url: ImageUrl | str | None = None


class CalledFunction(_Body):
    """The function of a call and its arguments as JSON text."""

    name: str
    arguments: str = ""


class Call(_Body):
    """A call that the model made."""

    id: str
    type: Literal["function"] = "function"
    function: CalledFunction


class ChatMessage(_Body):
    """One message of the conversation."""

    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: str | list[ContentPart] | None = None
    tool_calls: list[Call] | None = None
    tool_call_id: str | None = None


class Function(_Body):
    """A function that the model may call."""

    name: str
    description: str | None = None
    parameters: dict[str, Any] | None = None


class OfferedTool(_Body):
    """A tool that the client offers."""

    type: Literal["function"]
    function: Function


class StreamOptions(_Body):
    """What a stream holds beside the text."""

    include_usage: bool = False


class ResponseFormat(_Body):
    """How the answer is to look."""

    type: str = "text"


class ChatBody(_Body):
    """The body of `POST /v1/chat/completions`, as far as it means something here."""

    model: str
    messages: list[ChatMessage] = Field(min_length=1)
    tools: list[OfferedTool] | None = None
    tool_choice: str | dict[str, Any] | None = None
    parallel_tool_calls: bool | None = None
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    stop: str | list[str] | None = None
    max_tokens: int | None = Field(default=None, ge=1)
    max_completion_tokens: int | None = Field(default=None, ge=1)
    n: int | None = Field(default=None, ge=1)
    logprobs: bool | None = None
    response_format: ResponseFormat | None = None
