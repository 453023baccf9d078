"""What hides secrets does not grow with every subflow that is called, and still hides all."""

from __future__ import annotations

import gc
from pathlib import Path

from tapwright.agent.script.events import Event, Told
from tapwright.agent.script.results import Ended
from tapwright.agent.script.scope import Scope

from .standin import World, run

SECRET = "Wörd-7xQ!/p"


def test_a_subflow_that_is_over_is_asked_no_more_and_its_secrets_stay_hidden(
    tmp_path: Path,
) -> None:
    (tmp_path / "sub.yaml").write_text(
        "{device: desktop, secrets: [SHOP_PASSWORD], needs: [n], variables: {made: ''},\n"
        "steps: [{set: {made: '{{ SHOP_PASSWORD | upper }}{{ n }}'}}]}\n",
        encoding="utf-8",
    )
    text = """
        device: desktop
        variables: {mine: ""}
        steps:
          - for_each:
              in: "{{ range(100, 140) }}"
              as: n
              do: [{subflow: {file: sub.yaml, with: {n: "{{ n }}"}, save: {mine: made}}}]
          - log: "last {{ mine }}"
    """
    alive, said = list[int](), list[str]()

    def tell(event: Event) -> None:
        if isinstance(event, Told):
            alive.append(sum(isinstance(each, Scope) for each in gc.get_objects()))
            said.append(event.text)

    gc.collect()
    before = sum(isinstance(each, Scope) for each in gc.get_objects())
    result = run(text, World(), tmp_path, tell, environ={"SHOP_PASSWORD": SECRET})
    assert result.ended is Ended.PASSED, result.said
    assert alive[0] - before < 5, "one for each call that is over would be 40"
    assert said[0].startswith("last [secret ")
    kept = (result.folder / "progress.jsonl").read_text(encoding="utf-8")
    assert SECRET.upper() not in kept and SECRET.upper() not in str(result)
