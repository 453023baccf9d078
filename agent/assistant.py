"""A conversation: a question, calls of tools until enough is known, an answer in words."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from tapwright.agent.chat_calls import Caller
from tapwright.agent.chat_language import language_of
from tapwright.agent.chat_memory import Memory
from tapwright.agent.chat_state import ChatState, ignore
from tapwright.agent.chat_transcript import Transcript
from tapwright.agent.chat_values import (
    Answer,
    ChatSettings,
    Ended,
    Event,
    Exchange,
    Noted,
    OnEvent,
)
from tapwright.agent.film_fit import fit_films
from tapwright.agent.forms import hear
from tapwright.agent.policy import Policy, PolicyContext
from tapwright.agent.telling import told_parts, words
from tapwright.errors import DeviceError, ModelError, NoCall, ReplyError
from tapwright.prompts.texts import system_prompt
from tapwright.prompts.untrusted import neutralise
from tapwright.protocols import Dialect, Model
from tapwright.tools.context import Context
from tapwright.tools.registry import Toolbox
from tapwright.types import (
    Conversation,
    Language,
    ModelTurn,
    ParsedReply,
    Part,
    Reply,
    TextPart,
    Turn,
    UnreadTurn,
)

if TYPE_CHECKING:
    from tapwright.agent.forms import Said

Turns = Generator[Exchange, None, Answer]


class Assistant:
    """Answers questions, one after the other, and remembers the conversation.

    `context` is what its tools are given: a device and a screen where one is watched. What it is
    asked and answers goes into `transcript`, where there is one.
    """

    def __init__(
        self,
        model: Model,
        toolbox: Toolbox,
        dialect: Dialect,
        settings: ChatSettings,
        policy: Policy,
        transcript: Transcript | None = None,
    ) -> None:
        self.model = model
        self.toolbox = toolbox
        self.dialect = dialect
        self.settings = settings
        self.transcript = transcript
        self.context = Context()
        self.memory = Memory()
        self._caller = Caller(toolbox, policy)
        self._cancelled = threading.Event()
        self._language: Language = settings.language or "en"
        self._system = settings.system

    def ask(
        self,
        *said: Said,
        on_text: Callable[[str], None] | None = None,
        on_event: OnEvent | None = None,
    ) -> Answer:
        """Ask something and return the answer; see `turns`."""
        turns = self.turns(*said, on_text=on_text, on_event=on_event)
        while True:
            try:
                next(turns)
            except StopIteration as end:
                answer: Answer = end.value
                return answer

    def turns(
        self,
        *said: Said,
        on_text: Callable[[str], None] | None = None,
        on_event: OnEvent | None = None,
    ) -> Turns:
        """Ask something, giving each round as it ends; the generator's value is the answer.

        `said` is words (a string), pictures (a PIL image, a `Path`), items and messages in
        qwen-vl-utils' form, or `Part`s. `on_text` is given the model's text as it appears, calls
        included; `on_event` what happens meanwhile. Raise `UsageError` where nothing is asked and
        `MediaError` for a picture that cannot be shown; what goes wrong later is how it ended.
        """
        heard = hear(said, image_first=self.model.family.image_first)
        state = ChatState(heard.words, on_text, on_event or ignore)
        for note in heard.notes:
            state.on_event(Noted(note))
        parts = fit_films(heard.parts, self.model)
        return self._answer(heard.system, heard.earlier, parts, state)

    def cancel(self) -> None:
        """End the question before its next round; may be called from another thread."""
        self._cancelled.set()

    def _answer(
        self, system: str, earlier: Sequence[Turn], parts: Sequence[Part], state: ChatState
    ) -> Turns:
        self._cancelled.clear()
        self._system = system or self._system
        for turn in earlier:
            self.memory.add(turn)
        self.memory.ask(parts)
        self._language = self.settings.language or language_of(state.task) or self._language
        if self.transcript is not None:
            self.transcript.question(parts)
        try:
            while not state.over(self.settings, cancelled=self._cancelled.is_set()):
                yield self._round(state)
        except ModelError as error:
            state.end(Ended.MODEL_FAILED, str(error))
        except DeviceError as error:
            state.end(Ended.DEVICE_LOST, str(error))
        except KeyboardInterrupt:
            state.end(Ended.CANCELLED, "cancelled; nothing more was done")
        except GeneratorExit:
            state.end(Ended.CANCELLED, "the question was let go of before its answer")
            self._close(state)
            raise
        return self._close(state)

    def _round(self, state: ChatState) -> Exchange:
        """Ask the model, read its reply and carry its calls out."""
        began, left_out = time.monotonic(), self.memory.left_out
        request = self.memory.request(
            self.model, self.dialect, self._base(), self.settings.max_new_tokens
        )
        if self.memory.left_out != left_out:
            self._tell(state, self.memory.left_out)
        state.rounds += 1
        reply = self.model.generate(request, state.on_text)
        exchange = Exchange(state.rounds, request, reply)
        state.tokens += exchange.tokens
        exchange = self._read(exchange, reply, state)
        exchange = replace(exchange, seconds=time.monotonic() - began)
        self._tell(state, exchange)
        return exchange

    def _base(self) -> Conversation:
        name = "chat_compact" if self.dialect.name == "compact" else "chat"
        system = self._system or system_prompt(name, self._language)
        return Conversation(system, self.toolbox.specs, (), self._language)

    def _read(self, exchange: Exchange, reply: Reply, state: ChatState) -> Exchange:
        try:
            parsed = self.dialect.parse(reply)
        except NoCall as words_only:
            state.text, most = words_only.answer, self.settings.max_new_tokens
            if words_only.cut:
                state.end(Ended.CUT_OFF, f"longer than {most} tokens; allow more (max_new_tokens)")
            state.end(Ended.ANSWERED, "")
            return replace(exchange, thought=words_only.thought, answer=words_only.answer)
        except ReplyError as error:
            told = neutralise(str(error))
            self.memory.add(UnreadTurn(reply.text or " ", told))
            state.fail(self.settings.repair_limit, str(error))
            return replace(exchange, error=str(error))
        return self._carry_out(replace(exchange, thought=parsed.thought), parsed, state)

    def _carry_out(self, exchange: Exchange, parsed: ParsedReply, state: ChatState) -> Exchange:
        """Carry the calls of a reply out and take what came of them into the memory."""
        screen = self.context.observation
        signals = PolicyContext(
            task=state.task,
            thought=parsed.thought,
            foreground=screen.foreground if screen else None,
        )
        most = max(state.same_as_before(call) for call in parsed.calls)
        limit = self.settings.same_call_limit
        if most > limit:
            state.end(Ended.STUCK, f"the model made the same call {most} times, after a hint")
            self.memory.add(UnreadTurn(self.dialect.render_reply(parsed), state.said))
            return replace(exchange, error=state.said)
        done = self._caller.carry_out(
            parsed.calls, self.context, signals, lambda event: self._tell(state, event)
        )
        parts = [told_parts(each.result, None, self._language) for each in done.called]
        if most == limit:
            hint = TextPart("\n" + words("repeated", self._language, count=most))
            parts[-1] = (*parts[-1], hint)
        calls = tuple(each.call for each in done.called)
        self.memory.add(ModelTurn(ParsedReply(parsed.thought, calls), tuple(parts)))
        state.judge(done.called, self.settings.repair_limit)
        if done.interrupted:
            raise KeyboardInterrupt
        if done.lost:
            raise done.lost
        error = "; ".join(each.result.effect.said for each in done.called if not each.decision)
        return replace(exchange, called=done.called, error=error)

    def _tell(self, state: ChatState, event: Event) -> None:
        if self.transcript is not None:
            self.transcript.event(event)
        state.on_event(event)

    def _close(self, state: ChatState) -> Answer:
        """Take the answer, or that there is none, into the memory and the transcript."""
        ended = state.ended or Ended.CANCELLED
        why = words("no_answer", self._language, why=ended.value)
        self.memory.say(state.text or why)
        answer = Answer(
            text=state.text,
            ended=ended,
            said=state.said,
            rounds=state.rounds,
            calls=tuple(state.called),
            tokens=state.tokens,
            seconds=time.monotonic() - state.began,
        )
        if self.transcript is not None:
            self.transcript.answer(answer)
        return answer
