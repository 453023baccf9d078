"""What a model is shown of the past: pictures of recent steps, or one line for each step.

The wording of the summary is part of the embedded model's training: change it only together
with the weights.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from PIL import Image

from tapwright.agent.telling import first_line, told_briefly, told_parts, words
from tapwright.errors import ModelError
from tapwright.prompts.untrusted import neutralise
from tapwright.protocols import Dialect, Model
from tapwright.types import (
    Conversation,
    Delivery,
    Family,
    ImagePart,
    Language,
    ModelTurn,
    ParsedReply,
    Part,
    Request,
    Step,
    TextPart,
    ToolCall,
    ToolResult,
    ToolSpec,
    Turn,
    UnreadTurn,
    UserTurn,
)

SUMMARY_LINES = 4  # steps that the summary keeps


def brief_call(call: ToolCall) -> str:
    """Write a call in a few words: its name, then its argument values as JSON."""
    values = (json.dumps(value, ensure_ascii=False) for value in call.arguments.values())
    return " ".join((call.name, *values))


def summary_line(thought: str, calls: Sequence[ToolCall], told: str) -> str:
    """Write one step as one line: what was meant (or done, without words) and what came of it.

    `told` is one of `Changed.`, `No change.`, `Refused: {why}`, `Unknown: {why}`,
    `Unreadable: {why}`; `Answered.` for a tool that does not touch the screen.
    """
    meant = first_line(thought) or first_line("; ".join(brief_call(call) for call in calls))
    return " ".join(word for word in ("-", meant, told) if word)


def summary_parts(task: str, lines: Sequence[str]) -> tuple[TextPart, ...]:
    """Return the text of a summary turn; the lines are untrusted, for devices speak in them."""
    past = "".join(f"{line}\n" for line in lines[-SUMMARY_LINES:])
    told = (TextPart(past, trusted=False),) if past else ()
    return (TextPart(f"Task: {task}\n"), *told, TextPart("Next?"))


def summary_text(task: str, lines: Sequence[str]) -> str:
    """Return the words of a summary turn as one string: what the embedded model is trained on."""
    return "".join(part.text for part in summary_parts(task, lines))


@dataclass(frozen=True, slots=True)
class Past:
    """One step as history keeps it.

    With `reply` None it is an unread reply (`text`) or, with no text either, something that the
    loop itself has to say (`told`).
    """

    line: str  # for the summary
    reply: ParsedReply | None = None
    results: tuple[tuple[Part, ...], ...] = ()  # one for each call of the reply
    text: str = ""
    told: str = ""
    image: Image.Image | None = None  # the screen afterwards, where it was looked at
    answered: bool = False  # a result holds what a tool found out, not only what was done


def past_of(step: Step, after: Image.Image | None, language: Language) -> Past:
    """Return a step as history keeps it; `after` is the screen that followed from its acts."""
    text = step.reply.text if step.reply else ""
    if not step.calls:
        line = summary_line(step.thought, (), f"Unreadable: {first_line(step.error)}")
        return Past(line, text=text or " ", told=neutralise(step.error))
    reply = ParsedReply(step.thought, step.calls)
    if not step.results:
        line = summary_line(step.thought, step.calls, f"Refused: {first_line(step.error)}")
        refused = (TextPart(words("refused", language)), TextPart(step.error, trusted=False))
        return Past(line, reply, (refused,) * len(step.calls))
    last = next((r for r in step.results if not _delivered(r)), step.results[-1])
    return Past(
        line=summary_line(step.thought, step.calls, told_briefly(last, step.screen_changed)),
        reply=reply,
        results=tuple(told_parts(result, step.screen_changed, language) for result in step.results),
        image=after,
        answered=step.screen_changed is None and any(result.parts for result in step.results),
    )


def _delivered(result: ToolResult) -> bool:
    return result.effect.delivery is Delivery.DELIVERED


class History:
    """The past of one task, written as a conversation that fits the model's context.

    The window of pictures grows to twice `images_kept` and is then cut to `images_kept`, so that
    the beginning of the prompt stays the same for several steps and need not be read again.
    """

    def __init__(
        self,
        task: str,
        system: str,
        tools: Sequence[ToolSpec],
        language: Language = "en",
        images_kept: int = 3,
    ) -> None:
        self.task = task
        self._base = Conversation(system, tuple(tools), (), language)
        self._kept = images_kept
        self._first: Image.Image | None = None  # the screen at the start, until it is left out
        self._screen: Image.Image | None = None  # the screen now
        self._past: list[Past] = []
        self._left_out = 0  # how many of the oldest steps no longer fit
        self._note: tuple[TextPart, ...] = ()  # beside the last result

    def begin(self, image: Image.Image) -> None:
        """Take the first look at the screen."""
        self._first = self._screen = image

    def add(self, past: Past, *note: TextPart) -> None:
        """Take a step, the newest, and something to tell the model beside its result."""
        self._past.append(past)
        self._screen = past.image or self._screen
        self._note = note

    def add_word(self, told: str, image: Image.Image | None = None) -> None:
        """Take something that the loop itself has to say, and the screen that goes with it."""
        self.add(Past(summary_line(told, (), ""), told=told, image=image))

    def request(self, model: Model, dialect: Dialect, max_new_tokens: int) -> Request:
        """Write the past as a request that leaves room for the reply.

        Raise `ModelError` where not even one picture and the last step fit.
        """
        family = model.family
        room = family.context_tokens - max_new_tokens
        while len(self._pictures()) > 2 * self._kept:
            for _ in range(self._kept):
                self._drop_picture()
        while True:
            by_turns = family.history == "turns"
            turns = self._turns(family.image_first) if by_turns else self._summary(family)
            messages = dialect.render(replace(self._base, turns=turns))
            request = Request(messages, dialect.stop, max_new_tokens, self._base.tools)
            tokens = model.count_tokens(request)
            if tokens <= room:
                return request
            if not (by_turns and self._shrink()):
                raise ModelError(
                    f"the prompt takes {tokens} tokens and '{model.name}' has room for {room} "
                    "beside its reply; lower the pixel budget or max_new_tokens"
                )

    def _summary(self, family: Family) -> tuple[Turn, ...]:
        *head, tail = summary_parts(self.task, [past.line for past in self._past])
        last = self._past[-1] if self._past else None
        found: tuple[Part, ...] = ()
        if last is not None and last.answered:
            found = (*(part for parts in last.results for part in parts), TextPart("\n"))
        note = (*self._note, TextPart("\n")) if self._note else ()
        return (_user_turn((*head, *found, *note, tail), self._screen, family.image_first),)

    def _turns(self, image_first: bool) -> tuple[Turn, ...]:
        language = self._base.language
        task = self.task
        if self._first is None:
            task = f"{task}\n{words('no_picture', language)}"
        if self._left_out:
            task = f"{task}\n{words('no_steps', language, count=self._left_out)}"
        turns: list[Turn] = [_user_turn((TextPart(task),), self._first, image_first)]
        turns += [self._turn(past, image_first) for past in self._past[self._left_out :]]
        if self._note and len(turns) > 1:
            turns[-1] = _with_note(turns[-1], self._note)
        return tuple(turns)

    def _turn(self, past: Past, image_first: bool) -> Turn:
        if past.reply is None and past.text:
            return UnreadTurn(past.text, past.told)
        if past.reply is None:
            return _user_turn((TextPart(past.told, trusted=False),), past.image, image_first)
        if past.image is None:
            return ModelTurn(past.reply, past.results)
        now = (TextPart(f" {words('now', self._base.language)}\n"), ImagePart(past.image))
        return ModelTurn(past.reply, (*past.results[:-1], (*past.results[-1], *now)))

    def _pictures(self) -> list[int]:
        """Which steps still show their picture, oldest first; -1 is the first look."""
        first = [-1] if self._first is not None else []
        return first + [at for at, past in enumerate(self._past) if past.image is not None]

    def _drop_picture(self) -> None:
        """Leave the oldest picture out and say so in its place."""
        at = self._pictures()[0]
        if at < 0:
            self._first = None
            return
        past = self._past[at]
        gone = TextPart(" " + words("no_picture", self._base.language))
        results = (*past.results[:-1], (*past.results[-1], gone)) if past.results else ()
        self._past[at] = replace(past, image=None, results=results)

    def _shrink(self) -> bool:
        """Leave something old out: pictures first, then whole steps. False where all is needed."""
        pictures = self._pictures()
        if len(pictures) > 1:
            self._drop_picture()
            return True
        needed = min(pictures[0] if pictures else 0, len(self._past) - 1)
        if self._left_out < needed:
            self._left_out += max(1, (needed - self._left_out) // 2)
            return True
        return False


def _user_turn(parts: Sequence[Part], image: Image.Image | None, image_first: bool) -> UserTurn:
    picture = (ImagePart(image),) if image is not None else ()
    return UserTurn((*picture, *parts) if image_first else (*parts, *picture))


def _with_note(turn: Turn, note: Sequence[TextPart]) -> Turn:
    """Put `note` behind what a turn already says."""
    if isinstance(turn, UnreadTurn):
        return replace(turn, told=" ".join((turn.told, *(part.text for part in note))))
    if isinstance(turn, UserTurn):
        return UserTurn((*turn.parts, TextPart(" "), *note))
    return ModelTurn(turn.reply, (*turn.results[:-1], (*turn.results[-1], TextPart(" "), *note)))
