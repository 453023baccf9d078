"""Films that were read already fit the model that they are shown to."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings, strategies as st
from PIL import Image

from tapwright.agent.film_fit import fit_film, fit_films
from tapwright.agent.film_plan import FilmBudget
from tapwright.model.families import FAMILIES
from tapwright.model.scripted import ScriptedModel
from tapwright.types import Message, Request, TextPart, VideoPart

from .chat_parts import talk


def film(frames: int, width: int = 280, height: int = 280) -> VideoPart:
    return VideoPart(
        tuple(Image.new("RGB", (width, height), (n % 256,) * 3) for n in range(frames)),
        tuple(float(n) for n in range(frames)),
    )


def test_a_film_that_fits_is_left_as_it_is() -> None:
    whole = film(20)
    assert fit_film(whole, FilmBudget()) is whole


@settings(deadline=None, max_examples=60)  # pictures take as long as the machine is busy
@given(st.integers(1, 300), st.integers(200, 4000), st.booleans())
def test_a_film_is_thinned_evenly_with_its_first_and_last_frame(
    frames: int, tokens: int, paired: bool
) -> None:
    fitted = fit_film(film(frames, 56, 56), FilmBudget(tokens=tokens, paired=paired))
    width, height = fitted.frames[0].size
    each = width * height // 784
    if paired:
        assert -(-len(fitted.frames) // 2) * each <= tokens
    else:
        assert len(fitted.frames) * each <= tokens
    assert fitted.times[-1] == frames - 1
    assert fitted.times[0] == 0.0 or len(fitted.frames) == 1
    gaps = {b - a for a, b in zip(fitted.times, fitted.times[1:], strict=False)}
    assert not gaps or max(gaps) - min(gaps) <= 1


@pytest.mark.parametrize("name", sorted(FAMILIES))
def test_films_share_half_of_the_context(name: str) -> None:
    model = ScriptedModel([], replace(FAMILIES[name]))
    fitted = fit_films([film(200), TextPart("or"), film(300)], model)
    request = Request((Message("user", fitted),))
    assert model.count_tokens(request) <= model.family.context_tokens
    assert isinstance(fitted[0], VideoPart) and isinstance(fitted[2], VideoPart)
    assert fitted[1] == TextPart("or")


def test_a_film_in_a_conversation_is_made_to_fit_its_model() -> None:
    assistant = talk(["It shows a grey wall."])
    answer = assistant.ask(film(900), "What is to be seen?")
    assert answer.text == "It shows a grey wall."
    model = assistant.model
    assert isinstance(model, ScriptedModel)
    seen = [p for m in model.requests[0].messages for p in m.parts if isinstance(p, VideoPart)]
    assert len(seen) == 1 and 4 < len(seen[0].frames) < 900
