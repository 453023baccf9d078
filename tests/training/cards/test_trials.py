from pathlib import Path

from click.testing import CliRunner

from tapwright.model.scripted import ScriptedModel
from tapwright.training.cards.score import command, practice_toolbox
from tapwright.training.cards.trials import Trial, summary, table, trials


def test_what_was_asked_before_is_not_asked_again(tmp_path: Path) -> None:
    record = tmp_path / "record.jsonl"
    with practice_toolbox() as toolbox:
        first = list(
            trials(ScriptedModel(["Gate 1."] * 99, "tapwright-embedded"), toolbox, 1, record)
        )
        silent = ScriptedModel([], "tapwright-embedded")
        assert list(trials(silent, toolbox, 1, record)) == first
        assert silent.requests == []
        assert len(list(trials(silent, toolbox, 2, record))) > len(first)
        assert silent.requests != []
    assert {trial.condition for trial in first} == {"seeing", "black"}


def test_a_model_that_fails_is_wrong_and_no_crash(tmp_path: Path) -> None:
    with practice_toolbox() as toolbox:
        silent = ScriptedModel([], "tapwright-embedded")
        found = list(trials(silent, toolbox, 1, tmp_path / "r.jsonl", ("seeing",)))
    assert {trial.ended for trial in found} == {"model_failed"}
    assert not any(trial.answer_right for trial in found)


def test_the_summary_counts_calls_and_answers_apart() -> None:
    def trial(condition: str, calls: bool, answer: bool, wanted: list[str]) -> Trial:
        words = ("pass", "table", 1, "lands", condition, "When?", wanted, [], "", "answered")
        return Trial(*words, calls, answer)

    found = [
        trial("seeing", True, True, ["flight"]),
        trial("seeing", True, False, ["flight"]),
        trial("black", False, False, ["flight"]),
        trial("seeing", True, True, []),
    ]
    rows = {row["name"]: row for row in summary(found)}
    assert rows["all with calls"]["n"] == 2
    assert rows["all with calls"]["calls"][0] == 1.0
    assert rows["all with calls"]["answers"][0] == 0.5
    assert rows["all with calls"]["blind"] == 0.0
    assert rows["all without calls"]["blind"] is None
    assert "| pass: lands | 3 |" in table(list(rows.values()))


def test_the_command_names_a_model_that_is_not_there(tmp_path: Path) -> None:
    done = CliRunner().invoke(command, ["--model", str(tmp_path / "none"), "--count", "1"])
    assert done.exit_code != 0
