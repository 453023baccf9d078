"""What an MCP server answered, as a result for the model."""

from __future__ import annotations

from mcp import types as mcp_types
from pydantic_core import to_json

from tapwright.errors import MediaError, ToolError
from tapwright.tools.pictures import decode_base64
from tapwright.tools.results import MAX_RESULT
from tapwright.types import Delivery, Effect, ImagePart, Part, TextPart, ToolResult

MAX_PARTS = 64
MAX_PICTURES = 8
MAX_REFUSAL = 2_000  # characters
_NOTE = 200


def as_result(answer: mcp_types.CallToolResult) -> ToolResult:
    """The answer's parts; raise `ToolError` with its words where it says that it is an error."""
    parts = _parts(answer)
    if answer.is_error:
        said = " ".join(part.text for part in parts if isinstance(part, TextPart))
        raise ToolError(
            " ".join(said[:MAX_REFUSAL].split()) or "the tool failed and did not say why"
        )
    return ToolResult(Effect(Delivery.DELIVERED), tuple(parts) or (TextPart("done"),))


def _parts(answer: mcp_types.CallToolResult) -> list[Part]:
    parts: list[Part] = []
    left, pictures = MAX_RESULT - _NOTE, 0  # what is said about a cut fits behind it
    for block in answer.content[:MAX_PARTS]:
        part = _part(block, pictures)
        if isinstance(part, ImagePart):
            pictures += 1
        else:
            part = TextPart(_cut(part.text, left), trusted=False)
            left -= min(left, len(part.text))
        parts.append(part)
    if len(answer.content) > MAX_PARTS:
        parts.append(TextPart(f"({len(answer.content)} parts in all)", trusted=False))
    texts = any(isinstance(block, mcp_types.TextContent) for block in answer.content)
    if answer.structured_content is not None and not texts:
        written = to_json(answer.structured_content, inf_nan_mode="strings").decode("utf-8")
        parts.append(TextPart(_cut(written, left), trusted=False))
    return parts


def _part(block: mcp_types.ContentBlock, pictures: int) -> TextPart | ImagePart:
    match block:
        case mcp_types.TextContent():
            return TextPart(block.text)
        case mcp_types.ImageContent():
            return _picture(block.data, pictures)
        case mcp_types.AudioContent():
            return TextPart(f"(a sound of type {block.mime_type[:60]}, which cannot be heard here)")
        case mcp_types.ResourceLink():
            about = f" ({block.description[:300]})" if block.description else ""
            return TextPart(f"{block.title or block.name}: {block.uri}{about}")
        case mcp_types.EmbeddedResource(resource=mcp_types.TextResourceContents() as inside):
            return TextPart(f"{inside.uri}:\n{inside.text}")
        case mcp_types.EmbeddedResource(resource=mcp_types.BlobResourceContents() as inside):
            if (inside.mime_type or "").startswith("image/"):
                return _picture(inside.blob, pictures)
            return TextPart(f"({inside.uri}: bytes of type {inside.mime_type or 'unknown'})")
    return TextPart(f"(a part of the unknown type '{type(block).__name__}')")


def _picture(data: str, pictures: int) -> TextPart | ImagePart:
    if pictures >= MAX_PICTURES:
        return TextPart(f"(a picture, left out: at most {MAX_PICTURES} are shown)")
    try:
        return ImagePart(decode_base64(data, "the picture"))
    except MediaError as error:
        return TextPart(f"(a picture that cannot be shown: {error})")


def _cut(text: str, left: int) -> str:
    return text if len(text) <= left else f"{text[:left]}… ({len(text)} characters in all)"
