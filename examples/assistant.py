"""An assistant in a few lines: a picture, a tool of your own, a question.

The model here recites its replies, so that the example runs anywhere; put
`load_model("Qwen/Qwen2-VL-7B-Instruct")` in its place to have one that sees.
"""

from PIL import Image, ImageDraw

from tapwright import Assistant, tool
from tapwright.model.scripted import ScriptedModel

SEATS = {"12A": "window", "12B": "middle", "12C": "aisle"}
REPLIES = (
    'The pass says 12A.\n✿FUNCTION✿: seat\n✿ARGS✿: {"number": "12A"}',
    ": Seat 12A is at the window.",
)


@tool
def seat(number: str) -> str:
    """Tell where a seat is: window, middle or aisle."""
    return SEATS.get(number, "no such seat")


def boarding_pass() -> Image.Image:
    """A boarding pass; yours would be `Path("boarding-pass.png")`."""
    image = Image.new("RGB", (560, 280), "white")
    ImageDraw.Draw(image).text((40, 120), "CA1723   SEAT 12A", "black", font_size=36)
    return image


assistant = Assistant(ScriptedModel(REPLIES), [seat])
print(assistant.ask("Is my seat at the window?", boarding_pass()))
