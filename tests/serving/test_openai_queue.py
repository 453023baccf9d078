"""One reply at a time: the queue, clients that go away, and the end of the server."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import httpx
import openai
import pytest
from openai import OpenAI

from tapwright.model.scripted import ScriptedModel
from tapwright.serving.listening import serving
from tapwright.serving.openai_api import OpenAiApi
from tapwright.types import Reply, Request

from .openai_parts import ASK, Serve


class SlowModel(ScriptedModel):
    """Says "word" until `enough` is set; remembers how many write at once."""

    def __init__(self) -> None:
        super().__init__([], "qwen2-vl")
        self.enough = threading.Event()
        self.begun = threading.Semaphore(0)
        self.at_once = self.most_at_once = self.finished = 0

    def generate(self, request: Request, on_text: Any = None) -> Reply:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.begun.release()
        try:
            while not self.enough.wait(0.02):
                on_text("word ")
        finally:
            self.at_once -= 1
        self.finished += 1
        return Reply("word", prompt_tokens=1, new_tokens=1)


def test_requests_queue_and_where_the_queue_is_full_are_told_when_to_come_back(
    serve: Serve,
) -> None:
    model = SlowModel()
    served = serve(model, most_waiting=1)
    answers: list[Any] = []
    threads = [threading.Thread(target=lambda: answers.append(served.ask())) for _ in range(2)]
    threads[0].start()
    assert model.begun.acquire(timeout=10)
    threads[1].start()
    refused = None
    for _ in range(200):  # until the second one stands in the queue
        try:
            httpx.post(
                f"{served.url}/v1/chat/completions",
                json={"model": "scripted", "messages": ASK},
                timeout=0.2,
            ).raise_for_status()
        except httpx.TimeoutException:
            continue
        except httpx.HTTPStatusError as error:
            refused = error.response
            break
    assert refused is not None and refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0
    model.enough.set()
    for thread in threads:
        thread.join(20)
    assert len(answers) == 2 and model.most_at_once == 1


@pytest.mark.parametrize("stream", [False, True])
def test_a_client_that_goes_away_stops_the_writing(serve: Serve, stream: bool) -> None:
    model = SlowModel()
    served = serve(model)

    async def leave() -> None:
        client = openai.AsyncOpenAI(base_url=f"{served.url}/v1", api_key="any", max_retries=0)
        asking = asyncio.create_task(
            client.chat.completions.create(model="scripted", messages=ASK, stream=stream)
        )
        assert await asyncio.to_thread(model.begun.acquire, timeout=10)
        if stream:
            await (await asking).close()
        asking.cancel()
        await client.close()

    asyncio.run(leave())
    for _ in range(500):
        if model.at_once == 0:
            break
        threading.Event().wait(0.02)
    assert (model.at_once, model.finished) == (0, 0)
    model.enough.set()
    assert served.ask().choices[0].message.content == "word"  # the next one has its turn


def test_the_end_of_the_server_ends_what_is_being_written() -> None:
    model = SlowModel()
    api = OpenAiApi(model)
    caught: list[Exception] = []

    def ask(url: str) -> None:
        client = OpenAI(base_url=f"{url}/v1", api_key="any", max_retries=0)
        try:
            list(client.chat.completions.create(model="scripted", messages=ASK, stream=True))
        except openai.APIError as error:
            caught.append(error)

    with serving(api.app, on_end=api.end) as url:
        thread = threading.Thread(target=ask, args=(url,))
        thread.start()
        assert model.begun.acquire(timeout=10)
    thread.join(10)
    assert len(caught) == 1 and model.at_once == 0
