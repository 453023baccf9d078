"""A model of your own: whatever has a name, a family and these three methods can drive a phone.

This one reads its replies from a file. Yours may ask a server, a rule engine or a person; what it
writes is parsed, checked, decided on and journalled like any other model's.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tapwright import Agent, ModelError, Size, connect
from tapwright.model.families import FAMILIES
from tapwright.types import Reply, Request

REPLIES = Path(__file__).with_name("turn_on_wifi.replies.json")


class Recited:
    """Recites the replies in a file, one for each screen that it is shown."""

    name = "recited"
    family = FAMILIES["qwen2-vl"]  # how prompts are written for it and how it writes points

    def __init__(self, file: Path) -> None:
        self.left = json.loads(file.read_text(encoding="utf-8"))

    def generate(self, request: Request, on_text: Callable[[str], None] | None = None) -> Reply:
        """The next reply in the file; `request.messages` holds the screen and the history."""
        if not self.left:
            raise ModelError(f"'{REPLIES}' holds no further reply")
        return Reply(self.left.pop(0))

    def count_tokens(self, request: Request) -> int:
        """Nothing is read, so nothing is counted."""
        return 0

    def shown_size(self, size: Size) -> Size:
        """It would see every picture as it is."""
        return size


def main() -> None:
    """Turn on Wi-Fi, step by step, and say how it ended."""
    with connect("sim", seed=7) as phone:
        agent = Agent(Recited(REPLIES), phone)
        steps = agent.steps("Turn on Wi-Fi", ["settings get global wifi_on == 1"])
        while True:
            try:
                step = next(steps)
            except StopIteration as end:
                print(f"{end.value.outcome.value}: {end.value.message}")
                return
            print(f"{step.number}. {step.thought}")


if __name__ == "__main__":
    main()
