import random

import pytest

from tapwright.errors import ToolError
from tapwright.model.scripted import ScriptedModel
from tapwright.training.cards.card import KINDS, Kind
from tapwright.training.cards.chunks import described
from tapwright.training.cards.lessons import Step
from tapwright.training.cards.make import make_card
from tapwright.training.cards.prompts import DIALECT, FAMILY, prompt_messages, reply_text, text_of
from tapwright.training.cards.refusals import TOPIC, misread, refusals
from tapwright.training.cards.score import practice_toolbox
from tapwright.training.cards.trials import run_trial
from tapwright.training.cards.world import world_for


@pytest.mark.parametrize("kind", KINDS)
def test_the_tool_refuses_in_these_words_and_the_answer_says_what_was_read(kind: Kind) -> None:
    taught = 0
    with practice_toolbox(FAMILY.chat_tools) as toolbox:
        for seed in range(3):
            card = make_card(kind, seed)
            for lesson in refusals(card):
                (step,) = lesson.steps
                ((call, error),) = step.done
                with pytest.raises(ToolError) as said:
                    world_for(seed, unseen=False)(call)
                assert str(said.value) == str(error)
                replies = [reply_text(Step((), call)), reply_text(step)]
                model = ScriptedModel(replies, "tapwright-embedded")
                trial = run_trial(model, toolbox, card, lesson)
                assert trial.answer == step.answer and trial.ended == "answered"
                (value,) = call.arguments.values()
                assert f"I read {value}, but no such" in trial.answer
                # What the model is shown is what training shows, to the letter.
                shown = DIALECT.render(prompt_messages(card.picture, trial.question, step))
                asked = model.requests[-1].messages
                assert [text_of(m.parts) for m in asked] == [text_of(m.parts) for m in shown]
                taught += 1
    assert taught >= 3


def test_cards_of_the_evaluation_are_asked_what_has_a_right_call() -> None:
    for kind in KINDS:
        assert refusals(make_card(kind, 5, unseen=True)) == []
        assert TOPIC not in {
            e["topic"] for e in described(make_card(kind, 5, unseen=True))["lessons"]
        }
        assert TOPIC in {e["topic"] for e in described(make_card(kind, 5))["lessons"]}


def test_a_misread_name_is_nearly_that_name() -> None:
    rng = random.Random(4)
    read = [misread("Kuwait City", rng) for _ in range(200)]
    assert len(set(read)) > 100
    assert all(text == text.strip() and 7 <= len(text) <= 14 for text in read)
    assert all(misread("7", rng) for _ in range(50))
