"""What a stage asks a model: where something is, what something says, whether something is so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from PIL import Image

from tapwright.agent.seeing.values import Found
from tapwright.protocols import Dialect, Kind, Model
from tapwright.types import Reply, Request, Size


class Eyes(Protocol):
    """Looks at pictures with a model. Every method raises `ModelError` where the model fails."""

    @property
    def calls(self) -> int:
        """How many replies the model has been asked for."""

    def find(self, image: Image.Image, words: str) -> Found | None:
        """The place that `words` describe; None where the model sees none."""

    def ask(self, image: Image.Image, question: str, kind: str) -> Any:
        """The answer as a value of `kind`; raise `ReplyError` where it is none."""

    def judge(self, image: Image.Image, statement: str) -> bool:
        """Whether `statement` is true of the picture; raise `ReplyError` for no clear answer."""


class CountedModel:
    """A model that counts what it is asked."""

    def __init__(self, model: Model) -> None:
        self.name = model.name
        self.family = model.family
        self.calls = 0
        self._model = model

    def generate(self, request: Request, on_text: Callable[[str], None] | None = None) -> Reply:
        """Write one reply, counted whether or not it comes."""
        self.calls += 1
        return self._model.generate(request, on_text)

    def count_tokens(self, request: Request) -> int:
        """How many tokens the request's messages take."""
        return self._model.count_tokens(request)

    def shown_size(self, size: Size) -> Size:
        """The size at which the model sees a picture of `size`."""
        return self._model.shown_size(size)


class ModelEyes:
    """Asks one model for everything, or `grounder` where it is about places.

    A model is asked for places as in a run on a device of `kind`.
    """

    def __init__(
        self,
        model: Model,
        dialect: Dialect,
        *,
        zoom: bool = True,
        grounder: Model | None = None,
        kind: Kind = "phone",
    ) -> None:
        from tapwright.agent.seeing.finder import ModelFinder
        from tapwright.prompts import dialect as dialect_called

        self._model = CountedModel(model)
        self._dialect = dialect
        self._grounder = CountedModel(grounder) if grounder is not None else self._model
        pointing = dialect_called(grounder.family.dialect) if grounder is not None else dialect
        self._finder = ModelFinder(self._grounder, pointing, zoom=zoom, kind=kind)

    @property
    def calls(self) -> int:
        """How many replies the models have been asked for."""
        more = self._grounder.calls if self._grounder is not self._model else 0
        return self._model.calls + more

    def find(self, image: Image.Image, words: str) -> Found | None:
        """The place that `words` describe; None where the model sees none."""
        return self._finder.find(image, words)

    def ask(self, image: Image.Image, question: str, kind: str) -> Any:
        """The answer as a value of `kind`."""
        from tapwright.agent.seeing.asking import ask_screen

        return ask_screen(self._model, self._dialect, image, question, kind)

    def judge(self, image: Image.Image, statement: str) -> bool:
        """Whether `statement` is true of the picture."""
        from tapwright.agent.seeing.asking import judge_screen

        return judge_screen(self._model, self._dialect, image, statement)


class LateEyes:
    """Eyes whose models are fetched when something is first asked of them; see `ModelEyes`."""

    def __init__(
        self,
        fetch: Callable[[], Model],
        *,
        zoom: bool = True,
        grounder: Callable[[], Model] | None = None,
        kind: Kind = "phone",
    ) -> None:
        self._fetch = fetch
        self._kind: Kind = kind
        self._zoom = zoom
        self._grounder = grounder
        self._eyes: ModelEyes | None = None

    @property
    def calls(self) -> int:
        """How many replies the model has been asked for."""
        return self._eyes.calls if self._eyes is not None else 0

    def find(self, image: Image.Image, words: str) -> Found | None:
        """The place that `words` describe; None where the model sees none."""
        return self._open().find(image, words)

    def ask(self, image: Image.Image, question: str, kind: str) -> Any:
        """The answer as a value of `kind`."""
        return self._open().ask(image, question, kind)

    def judge(self, image: Image.Image, statement: str) -> bool:
        """Whether `statement` is true of the picture."""
        return self._open().judge(image, statement)

    def _open(self) -> ModelEyes:
        if self._eyes is None:
            from tapwright.prompts import dialect

            model = self._fetch()
            self._eyes = ModelEyes(
                model,
                dialect(model.family.dialect),
                zoom=self._zoom,
                grounder=self._grounder() if self._grounder is not None else None,
                kind=self._kind,
            )
        return self._eyes
