"""Making text from screens and tools harmless before a model sees it.

Control tokens such as `<|im_end|>` would end a turn, and the marker words of the dialects are
ordinary text that no tokenizer switch catches. Both stay visible but are no longer themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from tapwright.types import Part, TextPart

# Both ends of a control token are broken, not whole tokens only: two parts put one after the
# other must not complete each other.
_FORGED = re.compile(
    r"<(?=\|)"
    r"|\|(?=>)"
    r"|\*(?=(?:FUNCTION|ARGS|RESULT|RETURN)\*)"
    r"|<(?=/?(?:tool_call|tool_response|tools|think|code)>)",
    re.IGNORECASE,
)
MAX_UNREAD = 2_000  # characters of an unreadable reply that are shown to the model again
_FLOWER, _OTHER_FLOWER = "✿", "❀"


def neutralise(text: str) -> str:
    """Break the control tokens and call markers in `text`; applying it twice changes nothing.

    Half a character (a lone surrogate), which no tokenizer takes, becomes a question mark.
    """
    text = text.encode("utf-8", "replace").decode("utf-8")
    return _FORGED.sub(r"\g<0> ", text).replace(_FLOWER, _OTHER_FLOWER)


def safe_parts(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Neutralise every untrusted text; neighbouring ones are joined first, so that a marker cut
    in two is still seen."""
    safe: list[Part] = []
    pending: list[str] = []

    def flush() -> None:
        if pending:
            safe.append(TextPart(neutralise("".join(pending))))
            pending.clear()

    for part in parts:
        if isinstance(part, TextPart) and not part.trusted:
            pending.append(part.text)
        else:
            flush()
            safe.append(part)
    flush()
    return tuple(safe)


def joined(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Join neighbouring texts into one part and drop empty ones."""
    result: list[Part] = []
    for part in parts:
        if not isinstance(part, TextPart):
            result.append(part)
        elif part.text:
            if result and isinstance(result[-1], TextPart):
                result[-1] = TextPart(result[-1].text + part.text)
            else:
                result.append(TextPart(part.text))
    return tuple(result)
