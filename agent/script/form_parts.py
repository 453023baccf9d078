"""What stands in many forms of a script: a mapping's form itself, targets, conditions."""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from tapwright.agent.script.form_values import Check, Place, That, Whole, Words


class Form(BaseModel):
    """A mapping of known keys; `shorthand` is the one that is meant where only a text stands."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)
    shorthand: ClassVar[str] = ""


class TargetForm(Form):
    """What to act on: its words on the screen, a picture of it, a field by its label, a place."""

    shorthand = "target"
    target: Words | None = Field(None, description="its words, as they stand on the screen")
    near: Words | None = Field(
        None, description="words in the same row or right beside it, where several look alike"
    )
    picture: Words | None = Field(None, description="a picture file of it, beside the script")
    nth: Whole | None = Field(
        None, ge=1, le=1000, description="which of several alike, from 1 in reading order"
    )
    right_of: Words | None = Field(
        None, description="the label of a field that stands right of it, in a frame"
    )
    below: Words | None = Field(
        None, description="the label of a field that stands below it, in a frame"
    )
    at: Place | None = Field(
        None,
        description="a place as shares of the width and height, such as [0.5, 0.2]; last resort",
    )


class ConditionForm(Form):
    """What must hold; every part that is given must."""

    shorthand = "text"
    text: Words | None = Field(
        None, description="a label that can be read on the screen; not words within a longer one"
    )
    contains: Words | None = Field(
        None, description="words that can be read on the screen, alone or within a longer label"
    )
    gone: Words | None = Field(
        None, description="words that cannot be read on the screen, not even within a longer label"
    )
    check: Check | None = Field(
        None,
        description="a question to the device and the answer hoped for, such as "
        "'file out.txt contains Oslo' (==, !=, contains, matches)",
    )
    that: That | None = Field(None, description="an expression over variables, such as 'total > 3'")
    seen: Words | None = Field(None, description="a statement that a model judges from the picture")
