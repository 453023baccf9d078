"""Secrets: given to the tool that declared them, and found in nothing that leaves the toolbox."""

from __future__ import annotations

import base64
import json
import logging
import random
import string
from collections.abc import Callable
from urllib.parse import quote

import pytest
from PIL import Image

from tapwright.agent.journal import Journal
from tapwright.errors import ToolError, UsageError
from tapwright.prompts import DIALECTS, dialect
from tapwright.tools import Context, Tool, Toolbox, tool
from tapwright.tools.redaction import Redactor
from tapwright.tools.secrets import Secrets
from tapwright.types import (
    Conversation,
    Decision,
    Delivery,
    Effect,
    ImagePart,
    ModelTurn,
    ParsedReply,
    TextPart,
    ToolCall,
    ToolResult,
    UserTurn,
    Verdict,
)

LETTERS = string.ascii_letters + string.digits + "-_+/=&%$ \"'\\éß密钥"


def canaries(count: int) -> list[str]:
    random_ = random.Random(3)
    made = []
    for _ in range(count):
        size = random_.randint(8, 48)
        made.append("k" + "".join(random_.choice(LETTERS) for _ in range(size)) + "9")
    return made


def bytes_in_base64(text: str) -> str:
    return base64.b64encode(text.encode("utf-8")).decode("ascii")


ENCODINGS: dict[str, Callable[[str], str]] = {
    "raw": lambda text: text,
    "base64": bytes_in_base64,
    "url": lambda text: quote(text, safe=""),
    "utf-16": lambda text: text.encode("utf-16-le").decode("latin-1"),
    "hex": lambda text: text.encode("utf-8").hex(),
    "json": lambda text: json.dumps(text)[1:-1],
}
MORE_ENCODINGS: dict[str, Callable[[str], str]] = {
    "base64 inside": lambda text: bytes_in_base64(f"key={text}; and more"),
    "base64 inside by one": lambda text: bytes_in_base64(f"a{text}b"),
    "base64 inside by two": lambda text: bytes_in_base64(f"ab{text}"),
    "base64 of utf-16": lambda text: base64.b64encode(text.encode("utf-16-le")).decode("ascii"),
    "base64 for urls": lambda text: base64.urlsafe_b64encode(text.encode()).decode("ascii"),
    "base64 in lines": lambda text: base64.encodebytes((text + "x" * 90).encode()).decode("ascii"),
    "url of base64": lambda text: quote(bytes_in_base64(text), safe=""),
    "every letter for urls": lambda text: "".join(f"%{byte:02X}" for byte in text.encode()),
    "twice for urls": lambda text: quote(quote(text, safe=""), safe=""),
    "hex in capitals": lambda text: text.encode().hex(" ").upper(),
    "hex of utf-16": lambda text: text.encode("utf-16-be").hex(),
    "bytes of python": lambda text: repr(text.encode("utf-16-le")),
    "json in json": lambda text: json.dumps(json.dumps({"key": text})),
    "json of utf-16": lambda text: json.dumps(text.encode("utf-16-le").decode("latin-1")),
    "html": lambda text: "".join(f"&#{ord(letter)};" for letter in text),
}


@pytest.mark.parametrize("name", [*ENCODINGS, *MORE_ENCODINGS])
def test_every_form_of_a_secret_is_taken_out(name: str) -> None:
    encode = {**ENCODINGS, **MORE_ENCODINGS}[name]
    for canary in canaries(60):
        text = Redactor({canary: "MY_KEY"}).text(f"before, {encode(canary)} after")
        assert "[secret MY_KEY]" in text, canary
        assert encode(canary) not in text
        if "html" not in name and "inside" not in name and "lines" not in name:
            assert text.startswith("before, ")
            assert text.endswith(" after")
        # Nothing of it is left that would be worth having.
        left = text.replace("[secret MY_KEY]", "")
        assert len(left) < 150
        for at in range(0, len(canary) - 6):
            assert canary[at : at + 6] not in left


def test_texts_without_a_secret_stay_as_they_are() -> None:
    redactor = Redactor({canary: "MY_KEY" for canary in canaries(20)})
    text = 'weather in 東京: 27 °C; "a+b" %20 \\u0041 \x00 &amp; c2VjcmV0 0xdeadbeef ' * 50
    assert redactor.text(text) == text
    assert Redactor({}).text(text) == text


def test_a_secret_across_a_limit_is_not_shown_in_part() -> None:
    secret = "s3cr3t-0123456789"
    redactor = Redactor({secret: "MY_KEY"})
    for encode in ENCODINGS.values():
        for limit in range(90, 180):
            shown = redactor.text("." * 100 + encode(secret) + "." * 100, limit)
            assert encode(secret)[:6] not in shown or limit < 106
            if limit > 100:
                assert shown.startswith("." * 100 + "[secret MY_KEY]")


def test_two_secrets_of_which_one_is_in_the_other_are_both_gone() -> None:
    redactor = Redactor({"abcd1234": "SHORT", "abcd1234efgh": "LONG"})
    assert "efgh" not in redactor.text("x abcd1234efgh y")
    assert redactor.text("abcd1234") == "[secret SHORT]"


@tool(secrets=("CANARY",))
def leak(context: Context, sink: str, encoding: str) -> object:
    """Say the secret, encoded, in one of the ways in which a tool can say things."""
    said = ENCODINGS[encoding](context.secret("CANARY"))
    logging.getLogger("some.library").warning("asking %s", said)
    if sink == "crash":
        raise ValueError(f"no answer from {said}")
    if sink == "refusal":
        raise ToolError(f"not with {said}")
    if sink == "caused crash":
        try:
            raise KeyError(said)
        except KeyError as error:
            raise ValueError("worse") from error
    if sink == "effect":
        return ToolResult(Effect(Delivery.REFUSED, f"no: {said}"))
    if sink == "object":
        return {"nested": [{said: 1}, said]}
    if sink == "parts":
        return [TextPart(f"it is {said}"), TextPart(f"{said} it is")]
    if sink == "picture":
        picture = Image.new("RGB", (8, 8))
        picture.info["comment"] = said
        return ImagePart(picture)
    return f"the key is {said}"


SINKS = ("text", "crash", "refusal", "caused crash", "effect", "object", "parts", "picture")


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_hundred_canaries_come_out_of_no_sink(
    encoding: str,
    tmp_path_factory: pytest.TempPathFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    encode = ENCODINGS[encoding]
    caplog.set_level(logging.DEBUG)
    for number, canary in enumerate(canaries(100)):
        caplog.clear()
        said: list[str] = []
        box = Toolbox([leak], Secrets({"CANARY": canary}))
        for sink in SINKS:
            call = ToolCall("leak", {"sink": sink, "encoding": encoding})
            result = box.run(box.check(call), Context())
            said.append(repr(result))
            if number % 4 == 0:
                said += prompts(result)
            if number % 20 == 0:  # a journal waits for the disk
                folder = tmp_path_factory.mktemp("run")
                said.append(journal(result, folder))
        said += [caplog.text, *(repr(vars(record)) for record in caplog.records)]
        for text in said:
            for form in {canary, encode(canary), json.dumps(encode(canary))[1:-1]}:
                assert form not in text
        assert sum("[secret CANARY]" in text for text in said) > 4
        assert "asking [secret CANARY]" in caplog.text


def prompts(result: ToolResult) -> list[str]:
    """What a model would read of a result, in every dialect."""
    call = ToolCall("leak", {})
    parts = (*result.parts, TextPart(result.effect.said, trusted=False))
    texts = []
    for name in DIALECTS:
        turns = (
            UserTurn((TextPart("hello"),)),
            ModelTurn(ParsedReply("", (call,)), (parts,)),
        )
        messages = dialect(name).render(Conversation("", (leak.spec,), turns))
        texts += [
            part.text for message in messages for part in message.parts
            if isinstance(part, TextPart)
        ]  # fmt: skip
    return texts


def journal(result: ToolResult, folder) -> str:
    """All that a journal writes of a result, pictures included."""
    book = Journal.open(folder)
    book.begin("a task")
    book.intend(1, 0, ToolCall("leak", {}), Decision(Verdict.ALLOW, "default"))
    book.effect(1, 0, result)
    return "".join(
        file.read_bytes().decode("utf-8", "replace") for file in folder.rglob("*")
        if file.is_file()
    )  # fmt: skip


def run(wrapped: Tool, secrets: Secrets, *others: Tool) -> ToolResult:
    box = Toolbox([wrapped, *others], secrets)
    return box.run(box.check(ToolCall(wrapped.spec.name, {})), Context())


def asking_for(name: str, *declared: str) -> Tool:
    @tool(secrets=declared)
    def ask(context: Context) -> str:
        """Ask."""
        return f"got {len(context.secret(name))}"

    return ask


def test_a_tool_gets_what_it_declared() -> None:
    result = run(asking_for("MY_KEY", "MY_KEY"), Secrets({"MY_KEY": " 12345678 \n"}))
    assert result.parts == (TextPart("got 8", trusted=False),)


def test_what_a_tool_did_not_declare_is_refused() -> None:
    secrets = Secrets({"MY_KEY": "12345678", "OTHER_KEY": "87654321"})
    result = run(asking_for("OTHER_KEY", "MY_KEY"), secrets)
    assert result.effect == Effect(
        Delivery.REFUSED, "ask may not have the secret 'OTHER_KEY'; it declared: MY_KEY"
    )


@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_missing_secret_is_named_with_the_cure(value: str | None) -> None:
    secrets = Secrets({} if value is None else {"MY_KEY": value})
    result = run(asking_for("MY_KEY", "MY_KEY"), secrets)
    said = "ask needs MY_KEY, which is not set; set it in the environment"
    assert result.effect == Effect(Delivery.REFUSED, said)
    assert not secrets.is_set("MY_KEY")


@pytest.mark.parametrize("value", ["abc", "x" * 8_001])
def test_a_value_that_could_not_be_kept_out_of_a_text_is_refused(value: str) -> None:
    result = run(asking_for("MY_KEY", "MY_KEY"), Secrets({"MY_KEY": value}))
    assert result.effect.delivery is Delivery.REFUSED
    assert "MY_KEY" in result.effect.said
    assert value not in result.effect.said


def test_a_secret_set_after_the_toolbox_was_made_is_found() -> None:
    environment: dict[str, str] = {}
    box = Toolbox([asking_for("MY_KEY", "MY_KEY")], Secrets(environment))
    call = box.check(ToolCall("ask", {}))
    assert box.run(call, Context()).effect.delivery is Delivery.REFUSED
    environment["MY_KEY"] = "12345678"
    assert box.run(call, Context()).effect.delivery is Delivery.DELIVERED


def test_outside_of_a_tool_there_are_no_secrets() -> None:
    with pytest.raises(ToolError, match="no tool is running"):
        Context().secret("MY_KEY")


def test_secrets_of_other_tools_are_taken_out_too() -> None:
    environment = {"MINE": "mine-1234", "YOURS": "yours-1234", "DASHSCOPE_API_KEY": "sk-abcdef12"}

    @tool
    def thief() -> str:
        """Steal."""
        return " ".join(environment.values())

    other = asking_for("YOURS", "YOURS", "MINE")
    (part,) = run(thief, Secrets(environment), other).parts
    assert part.text == "[secret MINE] [secret YOURS] [secret DASHSCOPE_API_KEY]"


def test_a_secret_stays_one_when_its_variable_is_gone() -> None:
    environment = {"MY_KEY": "12345678"}

    @tool(secrets=("MY_KEY",))
    def sly(context: Context) -> str:
        """Hide the trace."""
        value = context.secret("MY_KEY")
        environment.clear()
        return value

    (part,) = run(sly, Secrets(environment)).parts
    assert part.text == "[secret MY_KEY]"


def test_nothing_that_holds_secrets_prints_them() -> None:
    secrets = Secrets({"MY_KEY": "12345678"})
    context = Context(grant=lambda name: secrets.grant(name, "x"))
    context.secret("MY_KEY")
    assert "12345678" not in repr((secrets, secrets.redactor(["MY_KEY"]), context))


@pytest.mark.parametrize("name", ["", "1KEY", "MY KEY", "KEY=1"])
def test_a_name_that_no_variable_can_have_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="no name of an environment variable"):
        asking_for("x", name)
