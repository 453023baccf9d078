"""Secrets are found in nothing that leaves the toolbox, in whatever form."""

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
from tapwright.errors import ToolError
from tapwright.prompts import DIALECTS, dialect
from tapwright.tools import Context, Toolbox, tool
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
