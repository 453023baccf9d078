"""Prompts and parsers beside those of the installed qwen-agent."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from typing import Any

import pytest
from PIL import Image
from qwen_agent.llm.fncall_prompts.nous_fncall_prompt import NousFnCallPrompt
from qwen_agent.llm.fncall_prompts.qwen_fncall_prompt import QwenFnCallPrompt
from qwen_agent.llm.schema import ContentItem, FunctionCall, Message as AgentMessage

from tapwright.prompts import dialect
from tapwright.types import (
    Conversation,
    ImagePart,
    Language,
    Message,
    ModelTurn,
    ParsedReply,
    Part,
    Reply,
    TextPart,
    ToolCall,
    ToolSpec,
    Turn,
    UserTurn,
)

SETS = 200
WORDS = ["city", "point", "天气", "flüge", "the {name}", "a [list]", '"quoted"', "50 %", "\\", "→"]
TYPES = ["string", "integer", "number", "boolean", "array"]


def words(random_: random.Random) -> str:
    return " ".join(random_.choices(WORDS, k=random_.randint(1, 6)))


def tool(random_: random.Random, number: int) -> ToolSpec:
    properties: dict[str, Any] = {}
    for field in range(random_.randint(0, 4)):
        schema: dict[str, Any] = {"type": random_.choice(TYPES), "description": words(random_)}
        if random_.random() < 0.3:
            schema["enum"] = [words(random_) for _ in range(2)]
        properties[f"{random_.choice(['city', 'x', '城市'])}_{field}"] = schema
    required = [name for name in properties if random_.random() < 0.5]
    name = "code_interpreter" if random_.random() < 0.05 else f"tool_{number}"
    return ToolSpec(
        name, words(random_), {"type": "object", "properties": properties, "required": required}
    )


def tool_set(seed: int) -> tuple[ToolSpec, ...]:
    random_ = random.Random(seed)
    return tuple(tool(random_, number) for number in range(random_.randint(1, 5)))


def as_function(spec: ToolSpec) -> dict[str, Any]:
    return {
        "name": spec.name,
        "description": spec.description,
        "parameters": dict(spec.parameters),
    }


def as_content(parts: Sequence[Part]) -> list[ContentItem]:
    return [
        ContentItem(text=part.text) if isinstance(part, TextPart) else ContentItem(image="picture")
        for part in parts
    ]


def as_agent_messages(conversation: Conversation) -> list[AgentMessage]:
    messages = []
    if conversation.system:
        messages.append(AgentMessage("system", [ContentItem(text=conversation.system)]))
    for turn in conversation.turns:
        if isinstance(turn, UserTurn):
            messages.append(AgentMessage("user", as_content(turn.parts)))
            continue
        assert isinstance(turn, ModelTurn)
        if turn.reply.thought:
            messages.append(AgentMessage("assistant", [ContentItem(text=turn.reply.thought)]))
        for call in turn.reply.calls:
            arguments = json.dumps(call.arguments, ensure_ascii=False)
            called = FunctionCall(call.name, arguments)
            messages.append(AgentMessage("assistant", [], function_call=called))
        for result in turn.results:
            messages.append(AgentMessage("function", as_content(result), name="f"))
    return messages


def flat(messages: Sequence[Message]) -> list[tuple[str, str]]:
    return [
        (
            message.role,
            "".join(part.text if isinstance(part, TextPart) else "<pic>" for part in message.parts),
        )
        for message in messages
    ]


def agent_flat(messages: Sequence[AgentMessage]) -> list[tuple[str, str]]:
    return [
        (message.role, "".join("<pic>" if item.image else item.text for item in message.content))
        for message in messages
    ]


def conversation(seed: int, language: Language, *, parallel: bool) -> Conversation:
    random_ = random.Random(seed)
    tools = tool_set(seed)
    picture = ImagePart(Image.new("RGB", (2, 2)))
    turns: list[Turn] = []
    for _ in range(random_.randint(1, 3)):
        turns.append(UserTurn((TextPart(words(random_)), picture)))
        for _ in range(random_.randint(0, 3)):
            calls = tuple(
                ToolCall(random_.choice(tools).name, {"x": words(random_), "n": [1, 2]})
                for _ in range(random_.randint(1, 3) if parallel else 1)
            )
            results = tuple(
                random_.choice([(TextPart(words(random_)),), (picture,), (TextPart("a"), picture)])
                for _ in calls
            )
            thought = words(random_) if random_.random() < 0.6 else ""
            turns.append(ModelTurn(ParsedReply(thought, calls), results))
    system = words(random_) if random_.random() < 0.8 else ""
    return Conversation(system, tools, tuple(turns), language)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("parallel", [False, True])
def test_flower_prompts_are_equal_byte_for_byte(language: Language, parallel: bool) -> None:
    ours = dialect("qwen_parallel" if parallel else "qwen")
    for seed in range(SETS):
        asked = conversation(seed, language, parallel=parallel)
        theirs = QwenFnCallPrompt.preprocess_fncall_messages(
            as_agent_messages(asked),
            [as_function(spec) for spec in asked.tools],
            language,
            parallel_function_calls=parallel,
        )
        assert flat(ours.render(asked)) == agent_flat(theirs), f"seed {seed}"


def test_tagged_prompts_are_equal_byte_for_byte() -> None:
    for seed in range(SETS):
        asked = conversation(seed, "en", parallel=True)
        theirs = NousFnCallPrompt().preprocess_fncall_messages(
            as_agent_messages(asked), [as_function(spec) for spec in asked.tools], "en"
        )
        assert flat(dialect("hermes").render(asked)) == agent_flat(theirs), f"seed {seed}"


@pytest.mark.parametrize("parallel", [False, True])
def test_an_open_turn_is_what_the_model_goes_on_from(parallel: bool) -> None:
    ours = dialect("qwen_parallel" if parallel else "qwen")
    for seed in range(SETS):
        asked = conversation(seed, "en", parallel=parallel)
        last = ours.render(asked)[-1]
        assert last.open == isinstance(asked.turns[-1], ModelTurn)
        if last.open:
            assert isinstance(last.parts[-1], TextPart)
            assert last.parts[-1].text.endswith("\n✿RETURN✿")


def read_by_agent(text: str, prompt: str) -> list[tuple[str, Any]]:
    reply = [AgentMessage("assistant", [ContentItem(text=text)])]
    read = (
        QwenFnCallPrompt.postprocess_fncall_messages(reply)
        if prompt == "qwen_parallel"
        else NousFnCallPrompt().postprocess_fncall_messages(reply)
    )
    return [
        (m.function_call.name, json.loads(m.function_call.arguments or "{}"))
        for m in read
        if m.function_call
    ]


# Replies that both parsers read, and read alike.
SHARED = {
    "qwen_parallel": [
        '✿FUNCTION✿: click\n✿ARGS✿: {"point": [1, 2]}',
        'I look.\n✿FUNCTION✿: click\n✿ARGS✿: {"point": [1, 2]}',
        ': \n✿FUNCTION✿: click\n✿ARGS✿: {"point": [1, 2]}',
        "✿FUNCTION✿: Home ✿ARGS✿: {}",
        '✿FUNCTION✿: a\n✿ARGS✿: {"x": 1}\n✿FUNCTION✿: b\n✿ARGS✿: {"y": "z"}',
        '✿FUNCTION✿: a\n✿ARGS✿: {"x": 1}\n✿ARGS✿: {"x": 2}',
        '✿FUNCTION✿: a\n✿ARGS✿: {"x": 1} <!-- a comment -->',
        "✿FUNCTION✿: home",
        '✿FUNCTION✿: a\n✿ARGS✿: {"x": 1}\n✿',
        '✿FUNCTION✿: 天气\n✿ARGS✿: {"城市": "北京"}',
    ],
    "hermes": [
        '<tool_call>\n{"name": "a", "arguments": {"x": 1}}\n</tool_call>',
        'First.\n<tool_call>\n{"name": "a", "arguments": {"x": "ü"}}\n</tool_call> and more',
        '<tool_call>{"name": "a", "arguments": {}}</tool_call>\n'
        '<tool_call>{"name": "b", "arguments": {"y": [1, 2]}}</tool_call>',
        "<tool_call>\n{'name': 'a', 'arguments': {x: 1,},}\n</tool_call>",
        '<think>use <tool_call>?</think>\n<tool_call>{"name": "a", "arguments": {}}</tool_call>',
    ],
}


@pytest.mark.parametrize(
    ("name", "text"), [(name, text) for name, texts in SHARED.items() for text in texts]
)
def test_both_parsers_read_the_same_calls(name: str, text: str) -> None:
    calls = dialect(name).parse(Reply(text)).calls
    assert [(call.name, call.arguments) for call in calls] == read_by_agent(text, name)
