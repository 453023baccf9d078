"""Plans for films: inside the budget, evenly spread, first and last seen, sizes that fit."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings, strategies as st

from tapwright.agent.film_plan import FilmBudget, Sampling, budget_for, plan_film
from tapwright.errors import MediaError, UsageError
from tapwright.model.families import FAMILIES
from tapwright.model.scripted import ScriptedModel
from tapwright.types import Size

sides = st.integers(1, 8192)
budgets = st.builds(
    FilmBudget,
    tokens=st.integers(60, 200_000),
    factor=st.sampled_from([28, 32]),
    paired=st.booleans(),
    least=st.integers(1, 200_000),
    most=st.integers(200_000, 2_000_000),
)


@settings(deadline=None)
@given(st.floats(0, 1e6), sides, sides, budgets, st.floats(0.01, 60))
def test_a_plan_is_inside_its_budget(
    duration: float, width: int, height: int, budget: FilmBudget, fps: float
) -> None:
    assume(max(width, height) <= 200 * min(width, height))
    plan = plan_film(duration, Size(width, height), budget, Sampling(fps=fps))
    factor, count = budget.factor, len(plan.times)
    assert plan.tokens <= budget.tokens
    pictures = count / 2 if budget.paired else count
    assert pictures * (plan.size.width // factor) * (plan.size.height // factor) <= budget.tokens
    assert plan.size.width % factor == plan.size.height % factor == 0
    assert plan.size.width > 0 < plan.size.height
    assert count >= 1 and (count % 2 == 0 or not budget.paired)
    assert plan.times[0] == 0.0
    assert plan.times[-1] == pytest.approx(duration) or count == 1
    gaps = [later - earlier for earlier, later in zip(plan.times, plan.times[1:], strict=False)]
    assert not gaps or max(gaps) - min(gaps) <= 1e-6 * max(1.0, duration)


@settings(deadline=None)
@given(st.integers(1, 400), st.booleans(), sides, sides)
def test_a_number_of_frames_is_kept_or_refused(
    frames: int, paired: bool, width: int, height: int
) -> None:
    assume(max(width, height) <= 200 * min(width, height))
    budget = FilmBudget(tokens=2000, paired=paired)
    try:
        plan = plan_film(60.0, Size(width, height), budget, Sampling(frames=frames))
    except UsageError:
        assert frames > 150
        return
    assert plan.tokens <= 2000
    assert len(plan.times) in (frames, frames - 1, 2)


def test_twenty_minutes_fit_the_familys_context() -> None:
    plan = plan_film(1200.0, Size(1920, 1080), FilmBudget())
    assert len(plan.times) == 254
    assert plan.size == Size(420, 224)
    assert 15_000 < plan.tokens <= 16_384


def test_a_short_film_is_looked_at_twice_a_second_in_large_pictures() -> None:
    plan = plan_film(10.0, Size(1920, 1080), FilmBudget())
    assert len(plan.times) == 20
    assert 700 * 784 <= plan.size.width * plan.size.height <= 768 * 784


def test_the_shape_of_a_film_is_kept() -> None:
    for size in (Size(1080, 2400), Size(2400, 1080), Size(640, 480)):
        shown = plan_film(10.0, size, FilmBudget()).size
        assert shown.width / shown.height == pytest.approx(size.width / size.height, rel=0.1)


def test_still_pictures_are_counted_one_by_one_with_their_words() -> None:
    paired = plan_film(600.0, Size(640, 480), FilmBudget())
    single = plan_film(600.0, Size(640, 480), FilmBudget(paired=False))
    assert len(single.times) < len(paired.times) / 1.9


def test_what_does_not_fit_is_refused_with_what_would() -> None:
    with pytest.raises(UsageError, match="ask for 376 or fewer"):
        plan_film(60.0, Size(640, 480), FilmBudget(tokens=200), Sampling(frames=1000))
    plan_film(60.0, Size(640, 480), FilmBudget(tokens=200), Sampling(frames=376))
    with pytest.raises(UsageError, match="allow more"):
        plan_film(60.0, Size(640, 480), FilmBudget(tokens=5))
    with pytest.raises(MediaError, match="too narrow"):
        plan_film(60.0, Size(2000, 3), FilmBudget())


@pytest.mark.parametrize(
    "wrong",
    [Sampling(fps=0), Sampling(frames=0), Sampling(min_frames=9, max_frames=3), Sampling(fps=1e9)],
)
def test_samplings_that_mean_nothing_are_refused(wrong: Sampling) -> None:
    with pytest.raises(UsageError):
        plan_film(60.0, Size(640, 480), FilmBudget(), wrong)


@pytest.mark.parametrize("name", sorted(FAMILIES))
def test_every_familys_budget_leaves_room_for_a_film(name: str) -> None:
    family = FAMILIES[name]
    budget = budget_for(ScriptedModel([], family))
    assert not budget.paired  # a scripted model sees timed pictures
    assert budget.factor == family.patch_factor
    assert budget.least <= budget.most <= family.max_pixels
    plan = plan_film(1200.0, Size(1080, 2400), budget)
    assert len(plan.times) >= 4
    assert plan.tokens <= family.context_tokens // 2
