"""What a conversation remembers, written as a request that fits the model's context.

Where it does not fit, the oldest pictures go first, then the oldest questions with their answers,
and only then something of the question that is being answered. Each leaves words in its place.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from tapwright.agent.chat_values import LeftOut
from tapwright.agent.telling import words
from tapwright.errors import ModelError
from tapwright.protocols import Dialect, Model
from tapwright.types import (
    Conversation,
    ImagePart,
    Language,
    ModelTurn,
    ParsedReply,
    Part,
    Request,
    TextPart,
    ToolSpec,
    Turn,
    UserTurn,
    VideoPart,
)

SHORTEST = 200  # characters that stay of a result, however little fits
NATIVE = "native"  # the dialect in which a server writes tools and calls by itself


@dataclass(slots=True)
class _Question:
    """A question, and what followed from it: rounds, then the answer."""

    asked: UserTurn
    turns: list[Turn] = field(default_factory=list)
    rounds_gone: int = 0

    def pictures(self) -> list[tuple[int, int, int]]:
        """Where pictures and films stand: turn (-1: the question itself), result, part."""
        found = [(-1, 0, at) for at, part in enumerate(self.asked.parts) if _seen(part)]
        for number, turn in enumerate(self.turns):
            if isinstance(turn, ModelTurn):
                for result, parts in enumerate(turn.results):
                    found += [(number, result, at) for at, part in enumerate(parts) if _seen(part)]
        return found

    def texts(self) -> list[tuple[int, int, int, int]]:
        """How long the texts that tools gave are, and where they stand."""
        return [
            (len(part.text), number, result, at)
            for number, turn in enumerate(self.turns)
            if isinstance(turn, ModelTurn)
            for result, parts in enumerate(turn.results)
            for at, part in enumerate(parts)
            if isinstance(part, TextPart) and not part.trusted
        ]

    def put(self, place: tuple[int, int, int], part: Part) -> None:
        """Put `part` in the place of another."""
        number, result, at = place
        if number < 0:
            self.asked = UserTurn(_with(self.asked.parts, at, part))
            return
        turn = self.turns[number]
        if isinstance(turn, ModelTurn):
            parts = _with(turn.results[result], at, part)
            results = (*turn.results[:result], parts, *turn.results[result + 1 :])
            self.turns[number] = replace(turn, results=results)


class Memory:
    """The turns of a conversation, and what had to be left out of them."""

    def __init__(self) -> None:
        self.left_out = LeftOut()
        self._questions: list[_Question] = []

    def ask(self, parts: Iterable[Part]) -> None:
        """Begin a question."""
        self._questions.append(_Question(UserTurn(tuple(parts))))

    def add(self, turn: Turn) -> None:
        """Take what followed from the newest question; a `UserTurn` begins another."""
        if isinstance(turn, UserTurn):
            self.ask(turn.parts)
        elif self._questions:
            self._questions[-1].turns.append(turn)

    def say(self, text: str) -> None:
        """Take an answer to the newest question."""
        self.add(ModelTurn(ParsedReply(text, ())))

    @property
    def turns(self) -> tuple[Turn, ...]:
        """All turns that are left, oldest first."""
        return tuple(turn for each in self._questions for turn in (each.asked, *each.turns))

    def request(
        self, model: Model, dialect: Dialect, base: Conversation, max_new_tokens: int
    ) -> Request:
        """Write the conversation as a request that leaves room for the reply.

        `base` holds the instructions, the tools and the language. Raise `ModelError` where not
        even the newest question and its last results fit.
        """
        room = model.family.context_tokens - max_new_tokens
        tools: tuple[ToolSpec, ...] = base.tools if dialect.name == NATIVE else ()
        while True:
            turns = self._written(base.language, model.family.reading_pixels)
            messages = dialect.render(replace(base, turns=turns))
            request = Request(messages, dialect.stop, max_new_tokens, tools)
            tokens = model.count_tokens(request)
            if tokens <= room:
                return request
            if not self._shrink(base.language):
                raise ModelError(
                    f"the question takes {tokens} tokens and '{model.name}' has room for {room} "
                    "beside its answer; ask shorter, show less, offer fewer tools or lower the "
                    "pixel budget"
                )

    def _written(self, language: Language, pixels: int | None) -> tuple[Turn, ...]:
        turns: list[Turn] = []
        for question in self._questions:
            asked = UserTurn(tuple(_sized(part, pixels) for part in question.asked.parts))
            if question.rounds_gone:
                gone = words("no_rounds", language, count=question.rounds_gone)
                asked = UserTurn((*asked.parts, TextPart(f"\n{gone}")))
            turns += [asked, *question.turns]
        if self.left_out.exchanges and isinstance(turns[0], UserTurn):
            gone = words("no_exchanges", language, count=self.left_out.exchanges)
            turns[0] = UserTurn((TextPart(f"{gone}\n"), *turns[0].parts))
        return tuple(turns)

    def _shrink(self, language: Language) -> bool:
        """Leave one old thing out; False where all is needed."""
        *earlier, newest = self._questions
        left = self.left_out
        for question in earlier:
            if places := question.pictures():
                question.put(places[0], TextPart(words("no_image", language)))
                self.left_out = replace(left, pictures=left.pictures + 1)
                return True
        if earlier:
            self._questions.pop(0)
            self.left_out = replace(left, exchanges=left.exchanges + 1)
        elif len(places := newest.pictures()) > 1:
            newest.put(places[0], TextPart(words("no_image", language)))
            self.left_out = replace(left, pictures=left.pictures + 1)
        elif len(newest.turns) > 1:
            newest.turns.pop(0)
            newest.rounds_gone += 1
            self.left_out = replace(left, rounds=left.rounds + 1)
        else:
            return self._shorten(newest, language)
        return True

    def _shorten(self, question: _Question, language: Language) -> bool:
        """Halve the longest text that a tool gave; False where none is worth it."""
        length, *place = max(question.texts(), default=(0, 0, 0, 0))
        if length <= SHORTEST:
            return False
        number, result, at = place
        turn = question.turns[number]
        part = turn.results[result][at] if isinstance(turn, ModelTurn) else None
        if not isinstance(part, TextPart):
            return False
        mark = words("cut", language)
        kept = part.text.removesuffix(mark)
        if kept == part.text:  # each result counts once
            self.left_out = replace(self.left_out, shortened=self.left_out.shortened + 1)
        shorter = kept[: max(SHORTEST - len(mark), len(kept) // 2)] + mark
        question.put((number, result, at), replace(part, text=shorter))
        return True


def _seen(part: Part) -> bool:
    return isinstance(part, ImagePart | VideoPart)


def _with(parts: tuple[Part, ...], at: int, part: Part) -> tuple[Part, ...]:
    return (*parts[:at], part, *parts[at + 1 :])


def _sized(part: Part, pixels: int | None) -> Part:
    """`part`, shown with `pixels` in all where it is a picture without a size of its own."""
    if pixels is None or not isinstance(part, ImagePart) or part.pixels is not None:
        return part
    return replace(part, pixels=pixels)
