"""Qwen2-VL and its successors on this machine, through Transformers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any, Literal

import torch
from transformers import StoppingCriteriaList

from tapwright.errors import ModelError, OutOfMemory
from tapwright.model.processor import PictureProcessor
from tapwright.model.watch import ReplyWatcher
from tapwright.types import Family, Reply, Request, Size

_SMALL = 50_000_000  # parameters


class Qwen2VL:
    """A loaded checkpoint; made by `load_model`.

    Decoding is greedy. Calls from several threads wait for each other, because the network
    keeps the positions of the conversation it is working on.
    """

    def __init__(
        self, name: str, family: Family, network: Any, processor: PictureProcessor
    ) -> None:
        self.name = name
        self.family = family
        self._network = network
        self._processor = processor
        self._lock = threading.Lock()
        self._settings = _greedy(network.generation_config, processor)
        small = sum(weights.numel() for weights in network.parameters()) < _SMALL
        self._threads = 1 if small and network.device.type == "cpu" else None

    def generate(self, request: Request, on_text: Callable[[str], None] | None = None) -> Reply:
        """Write one reply; `on_text` is given the text in pieces as it appears.

        Raise `ModelError` where the prompt leaves no room in the model's context or the network
        fails, `OutOfMemory` where the device's memory ends.
        """
        started = time.monotonic()
        prompt = self._processor.encode(request.messages)
        room = self.family.context_tokens - prompt.length
        if room <= 0:
            raise ModelError(
                f"the prompt takes {prompt.length} tokens and '{self.name}' has room for "
                f"{self.family.context_tokens}; show fewer pictures or a smaller --pixels"
            )
        watcher = ReplyWatcher(
            self._processor.tokenizer,
            prompt.length,
            stop=request.stop,
            end_tokens=_token_ids(self._settings.eos_token_id),
            on_text=on_text,
        )
        settings = deepcopy(self._settings)
        settings.max_new_tokens = max(1, min(request.max_new_tokens, room))
        try:
            with self._lock, _threads(self._threads), torch.inference_mode():
                self._network.generate(
                    **prompt.tensors(self._network.device),
                    generation_config=settings,
                    stopping_criteria=StoppingCriteriaList([watcher]),
                )
        except torch.OutOfMemoryError as error:
            raise OutOfMemory(
                f"the memory of {self._network.device} ended at a prompt of {prompt.length} "
                "tokens; use a smaller --pixels, quantization, or a smaller model"
            ) from error
        except (RuntimeError, ValueError) as error:
            if watcher.in_callback:
                raise
            raise ModelError(f"'{self.name}' failed at a reply: {_one_line(error)}") from error
        watcher.close()
        return Reply(
            text=watcher.text,
            finish=_finish(watcher),
            prompt_tokens=prompt.length,
            new_tokens=watcher.new_tokens,
            seconds=time.monotonic() - started,
        )

    def count_tokens(self, request: Request) -> int:
        """How many tokens the request's messages take, pictures included."""
        return self._processor.count(request.messages)

    def shown_size(self, size: Size) -> Size:
        """The size at which the model sees a picture of `size`."""
        return self._processor.shown_size(size)


@contextmanager
def _threads(wanted: int | None) -> Iterator[None]:
    """Compute with so many threads; None leaves the process's own number.

    The parts of a small network are too short to share out: on a machine with other work, threads
    that spin for each other took forty times as long as one.
    """
    before = torch.get_num_threads()
    if wanted is None or wanted == before:
        yield
        return
    torch.set_num_threads(wanted)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _greedy(given: Any, processor: PictureProcessor) -> Any:
    """The checkpoint's own generation settings, made greedy and kept from writing pictures."""
    settings = deepcopy(given)
    settings.do_sample = False
    settings.num_beams = 1
    settings.temperature = settings.top_p = settings.top_k = None  # else greedy decoding warns
    settings.max_length = None
    settings.suppress_tokens = processor.suppressed
    if settings.eos_token_id is None:
        settings.eos_token_id = processor.tokenizer.eos_token_id
    if settings.pad_token_id is None:
        settings.pad_token_id = processor.tokenizer.pad_token_id
    return settings


def _token_ids(value: int | list[int] | None) -> list[int]:
    if value is None:
        return []
    return [value] if isinstance(value, int) else list(value)


def _finish(watcher: ReplyWatcher) -> Literal["end", "stop_word", "length"]:
    if watcher.stopped:
        return "stop_word"
    return "end" if watcher.ended else "length"


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__
