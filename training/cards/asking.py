"""What is asked about cards, and in which words; the last phrasings of each are never trained."""

from __future__ import annotations

from tapwright.training.cards.card import Kind

HELD = 2  # so many phrasings of each topic are kept for the evaluation

PHRASES: dict[Kind, dict[str, tuple[str, ...]]] = {
    "pass": {
        "lands": (
            "When does it land?",
            "When does my flight land?",
            "What time do I land?",
            "When do we land?",
            "At what time does this flight land?",
            "When does this plane land?",
            "What is the landing time?",
            "When will my flight land?",
            "What time does it land?",
        ),
        "lands_weather": (
            "When does it land, and what is the weather there?",
            "When do I land and what is the weather there?",
            "What time does my flight land, and how is the weather there?",
            "Landing time and weather there?",
            "When do we land, and how warm is it there?",
            "When does this flight land, and what is the weather at the destination?",
            "When will it land, and what is the weather there?",
            "What time does it land and how is the weather there?",
        ),
        "weather": (
            "What is the weather at my destination?",
            "How is the weather where I am going?",
            "What is the weather there?",
            "How warm is it at the destination?",
            "What is the weather where this flight goes?",
            "Tell me the weather at the destination.",
            "How is the weather at my destination?",
            "What is the weather where I am going?",
        ),
        "status": (
            "Is my flight on time?",
            "What is the status of this flight?",
            "What is the status of my flight?",
            "Is this flight delayed?",
            "Flight status?",
            "Is my flight delayed?",
            "Is this flight on time?",
        ),
        "gate": (
            "Which gate?",
            "What is my gate?",
            "Which gate do I go to?",
            "Where do I board?",
            "What gate does it leave from?",
            "Which gate is it?",
            "What is the gate?",
        ),
        "seat": (
            "Which seat?",
            "What is my seat?",
            "Where do I sit?",
            "Which seat do I have?",
            "What seat is mine?",
            "Which seat is mine?",
            "What is my seat number?",
        ),
        "boards": (
            "When does boarding start?",
            "When do I board?",
            "What is the boarding time?",
            "What time is boarding?",
            "When is boarding?",
            "At what time do I board?",
        ),
        "destination": (
            "Where does it go?",
            "Where am I flying to?",
            "What is my destination?",
            "Which city do I fly to?",
            "Where does this flight go?",
            "Where do I fly to?",
        ),
        "number": (
            "What is my flight number?",
            "Which flight is this?",
            "What is the flight number?",
            "Which flight am I on?",
            "Flight number?",
            "What flight is this?",
        ),
    },
    "parcel": {
        "where": (
            "Where is my parcel?",
            "Where is this parcel?",
            "Where is it now?",
            "Where is my parcel now?",
            "Track this parcel.",
            "What is the status of my parcel?",
            "Has my parcel arrived?",
            "Track my parcel.",
            "Where is this parcel now?",
            "What is the status of this parcel?",
        ),
        "carrier": (
            "Who carries it?",
            "Which carrier is it?",
            "Who carries this parcel?",
            "Who delivers it?",
            "Which carrier is this?",
            "Who delivers this parcel?",
        ),
        "sender": (
            "Where does it come from?",
            "Which city was it sent from?",
            "Where was this parcel sent from?",
            "Where was it sent from?",
            "Where does this parcel come from?",
        ),
        "number": (
            "What is the tracking number?",
            "What is my tracking number?",
            "Tracking number?",
            "Read me the tracking number.",
            "Which tracking number is it?",
            "What is the number of this parcel?",
        ),
    },
    "weather": {
        "now": (
            "What is the weather there now?",
            "How is the weather there right now?",
            "How warm is it there now?",
            "What is it like there now?",
            "Check the weather there again.",
            "How is the weather there now?",
            "What is the weather there right now?",
        ),
        "tomorrow": (
            "Will it rain there tomorrow?",
            "Does it rain there tomorrow?",
            "Is there rain tomorrow?",
            "What is the chance of rain tomorrow?",
            "Will there be rain tomorrow?",
            "Will it rain tomorrow?",
        ),
        "compare": (
            "Is it warmer in {other} now?",
            "Is it warmer in {other}?",
            "Is {other} warmer?",
            "Is it warmer now in {other}?",
            "Is {other} warmer than this?",
            "Is {other} warmer now?",
            "Is it warmer than this in {other}?",
        ),
        "elsewhere": (
            "What is the weather in {other}?",
            "How is the weather in {other}?",
            "And in {other}?",
            "How warm is it in {other}?",
            "What about {other}?",
            "What is the weather in {other} now?",
            "How is the weather in {other} now?",
        ),
        "city": (
            "Which city is it?",
            "Which city is this?",
            "What city is this for?",
            "Where is this?",
            "What city is it?",
            "Which city is this for?",
        ),
        "temperature": (
            "How warm is it here?",
            "What is the temperature here?",
            "What temperature does it show?",
            "What temperature is shown?",
            "How warm is it on this card?",
            "Which temperature is shown?",
        ),
    },
}


def phrasings(kind: Kind, topic: str, *, unseen: bool) -> tuple[str, ...]:
    """The ways to ask: those of training, or those kept for the evaluation."""
    known = PHRASES[kind][topic]
    return known[-HELD:] if unseen else known[:-HELD]
