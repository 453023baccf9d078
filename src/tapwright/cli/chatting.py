"""Carrying a conversation out: model, tools, device and view, brought together."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass, field, fields
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from tapwright.cli.chat_views import ChatView, JsonChatView, LiveChatView
from tapwright.cli.chat_words import as_said, sort_words
from tapwright.cli.confirm import Confirm, confirmer
from tapwright.cli.load import ModelChoice, load_chosen
from tapwright.cli.phones import open_phone
from tapwright.cli.signals import drop_stdout, lost_reader_as_interrupt, terminate_as_interrupt
from tapwright.cli.toolset import ToolChoice, Toolset, open_tools
from tapwright.errors import DeviceError, MediaError, UsageError
from tapwright.types import Language

if TYPE_CHECKING:
    from tapwright.agent.assistant import Assistant
    from tapwright.agent.chat_transcript import Transcript
    from tapwright.agent.chat_values import Answer, ChatSettings
    from tapwright.cli.watching import Watch

_NOT_NOTED = ("as_json", "out", "shown", "question")
HELP = """\
/picture FILE  show a picture (a file or an address) with the next question
/screen        show the phone's screen with the next question, changed or not
/tools         list the tools
/quit          end"""


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a conversation was asked for."""

    shown: list[str]
    question: str
    model: ModelChoice = field(default_factory=ModelChoice)
    tools: ToolChoice = field(default_factory=ToolChoice)
    no_tools: bool = False
    confirm: Confirm = "ask"
    device: str | None = None
    watch: bool = False
    fps: float | None = None
    seed: int = 0
    language: Language | None = None
    system: Path | None = None
    max_rounds: int = 8
    max_seconds: float | None = None
    max_tokens: int | None = None
    max_new_tokens: int = 512
    as_json: bool = False
    out: Path | None = None

    @classmethod
    def from_options(cls, words: tuple[str, ...], chosen: dict[str, Any]) -> Plan:
        """A plan from the arguments and options of `tapwright chat`."""
        shown, question = sort_words(words)
        model = {each.name: chosen.pop(f"model_{each.name}") for each in fields(ModelChoice)}
        tools = ToolChoice.from_options(chosen)
        return cls(shown, question, ModelChoice(**model), tools, **chosen)

    def notes(self) -> dict[str, Any]:
        """What a transcript keeps, as JSON can hold it; no keys."""
        kept = {**asdict(self), "tools": asdict(self.tools.noted())}
        kept["system"] = str(self.system) if self.system else None
        for name in _NOT_NOTED:
            del kept[name]
        return kept

    def settings(self) -> ChatSettings:
        """The conversation's settings; raise `UsageError` where the instructions are unreadable."""
        from tapwright.agent.chat_values import ChatSettings

        try:
            system = self.system.read_text(encoding="utf-8") if self.system else ""
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"cannot read the instructions '{self.system}': {error}") from error
        return ChatSettings(
            max_rounds=self.max_rounds,
            max_seconds=self.max_seconds,
            max_tokens=self.max_tokens,
            max_new_tokens=self.max_new_tokens,
            language=self.language,
            system=system,
        )


def talk(plan: Plan) -> None:
    """Answer the plan's question, or one after the other, and leave with the exit code.

    What fails before the first question is an error of its own, and then nothing was started.
    """
    from tapwright.agent.chat_transcript import Transcript
    from tapwright.agent.forms import hear
    from tapwright.converse import approving, put_in_talk

    settings = plan.settings()
    # Pictures first: that one is broken is known at once, a model takes its time.
    said = [as_said(each, plan.fps) for each in plan.shown]
    heard = hear(said) if said else None  # type: ignore[arg-type]
    view: ChatView = JsonChatView() if plan.as_json else LiveChatView()
    with ExitStack() as stack:
        stack.enter_context(terminate_as_interrupt())
        stack.callback(view.close)
        tools = stack.enter_context(open_tools(plan.tools))
        watch = _watch(plan, stack)
        model = load_chosen(plan.model, quiet=plan.as_json)
        if not plan.no_tools and not plan.tools.names:
            tools.add_default(model.family)
        tools.allow(plan.tools.allowed)
        transcript = None
        if plan.out is not None:
            transcript = Transcript(plan.out, plan.notes())
            stack.callback(transcript.close)
        asked = confirmer(plan.confirm, view, simulated=False)
        assistant = put_in_talk(
            model, tools.tools,
            settings=settings, confirmer=approving(tools.approved, asked),
            secrets=tools.secrets, transcript=transcript,
        )  # fmt: skip
        session = Session(assistant, view, watch)
        if heard is not None:
            session.waiting += heard.parts
            for note in heard.notes:
                view.noted(note)
        with lost_reader_as_interrupt():
            view.began(_facts(plan, tools, model.name, transcript))
        code = session.answer_all(plan.question)
    sys.exit(code)


def _watch(plan: Plan, stack: ExitStack) -> Watch | None:
    if plan.device is None:
        if plan.watch:
            raise UsageError("--watch needs a phone to watch; add --device")
        return None
    from tapwright.agent.watching import Watched, WatchSettings
    from tapwright.cli.watching import Watch

    settings = WatchSettings() if plan.fps is None else WatchSettings(plan.fps)
    phone = stack.enter_context(open_phone(plan.device, plan.seed))
    return Watch(phone, stack.enter_context(Watched(phone, settings)) if plan.watch else None)


def _facts(plan: Plan, tools: Toolset, model: str, transcript: Transcript | None) -> dict[str, Any]:
    return {
        "model": model,
        "tools": [tool.spec.name for tool in tools.tools],
        "practice": plan.tools.practice,
        "device": plan.device,
        "out": str(transcript.folder) if transcript else None,
    }


class Session:
    """One question after the other, until the person ends it; `waiting` goes with the next."""

    def __init__(self, assistant: Assistant, view: ChatView, watch: Watch | None) -> None:
        self.waiting: list[Any] = []
        self._assistant = assistant
        self._view = view
        self._watch = watch

    def answer_all(self, question: str) -> int:
        """Answer `question`, or all that are read where it is empty; return the exit code."""
        if question:
            return self._answer(question)
        terminal = sys.stdin.isatty()
        code, any_asked = 0, False
        for line in _lines_of_terminal() if terminal else _lines_of_stdin():
            if not line.strip():
                continue
            if line.startswith("/"):
                if line.split()[0] == "/quit":
                    return code
                failed = self._obey(line)
                code = code or failed
                continue
            any_asked = True
            ended = self._answer(line)
            if not terminal:
                code = code or ended
                if ended == 130:
                    return ended
        if not any_asked and not terminal and not code:
            raise UsageError('nothing was asked; give a question, such as "When does it land?"')
        return code

    def _answer(self, question: str) -> int:
        """Answer one question and return the exit code that it alone would have."""
        said = [*self.waiting]
        try:
            if self._watch is not None:
                said += self._watch.look(self._assistant)
        except DeviceError as error:
            click.echo(f"error: {error}", err=True)
            return 6
        answer = self._follow([*said, question])
        self.waiting.clear()
        try:
            self._view.answered(answer)
        except BrokenPipeError:
            drop_stdout()  # the answer is there: its exit code stands, read or not
        return answer.ended.exit_code

    def _follow(self, said: list[Any]) -> Answer:
        """Take the rounds; Ctrl-C, or a reader that goes away, ends them."""

        def seen(event: Any) -> None:
            with lost_reader_as_interrupt():
                self._view.event(event)

        turns = self._assistant.turns(*said, on_text=self._view.text, on_event=seen)
        with self._view.thinking():
            while True:
                try:
                    next(turns)
                except StopIteration as end:
                    return cast("Answer", end.value)
                except KeyboardInterrupt:
                    # It came between two rounds, so the conversation has not seen it: tell it.
                    try:
                        turns.throw(KeyboardInterrupt)
                    except StopIteration as end:
                        return cast("Answer", end.value)

    def _obey(self, line: str) -> int:
        """Carry a command out; 2 where it cannot be, for what is read from a file."""
        command, _, rest = line.strip().partition(" ")
        try:
            if command == "/picture":
                self._show(rest.strip().strip("'\""))
            elif command == "/screen":
                if self._watch is None:
                    raise UsageError("no phone is watched; begin with --device")
                self._watch.forget()
            elif command == "/tools":
                for tool in self._assistant.toolbox.tools:
                    about = tool.spec.description.strip().splitlines()[0]
                    self._view.noted(f"{tool.spec.name}: {about}")
            elif command == "/help":
                click.echo(HELP)
            else:
                raise UsageError(f"no command '{command}'; /help lists them")
        except (MediaError, UsageError) as error:
            click.echo(f"error: {error}", err=True)
            return 2
        return 0

    def _show(self, name: str) -> None:
        from tapwright.agent.forms import hear

        if not name:
            raise UsageError("/picture wants the name of a file")
        heard = hear([as_said(name)])  # type: ignore[list-item]
        self.waiting += heard.parts
        for note in heard.notes:
            self._view.noted(note)


def _lines_of_stdin() -> Iterator[str]:
    """Lines, without waiting for the end of the file."""
    try:
        yield from (line.rstrip("\r\n") for line in iter(sys.stdin.readline, ""))
    except UnicodeDecodeError as error:
        raise UsageError(f"the questions on stdin are not UTF-8: {error}") from error


def _lines_of_terminal() -> Iterator[str]:
    """What a person types; Ctrl-C forgets the line, Ctrl-D ends."""
    with suppress(ImportError):  # lines can be edited where the system has it
        import_module("readline")
    click.echo("/help lists commands, Ctrl-D ends", err=True)
    while True:
        try:
            yield input("> ")
        except EOFError:
            click.echo()
            return
        except KeyboardInterrupt:
            click.echo("\n(Ctrl-D ends)", err=True)
