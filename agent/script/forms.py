"""What may be written in a script, key by key: checked here, described here, published from here.

A form takes the nodes of one mapping. Steps, targets and conditions inside are nodes still; each
is read by a form of its own, so that a message names the very line that is wrong.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from tapwright.actions import Button
from tapwright.agent.script.form_parts import (
    ConditionForm as ConditionForm,
    Form as Form,
    TargetForm as TargetForm,
)
from tapwright.agent.script.form_values import (
    Aim,
    Arguments,
    Checks,
    Devices,
    Environments,
    Flag,
    Holds,
    Label,
    Listed,
    Names,
    Number,
    One,
    Pattern,
    Saved,
    Seconds,
    Steps,
    Text,
    Texts,
    Variable,
    Variables,
    Whole,
    Words,
)


class TapForm(TargetForm):
    """Tap or click a target."""

    button: Annotated[Button, One] = Field("left", description="the mouse button")
    count: Whole = Field(1, ge=1, le=3, description="2 for a double click")
    hold: Number = Field(0.0, ge=0, le=60, description="seconds to hold; for a long press")


class OpenForm(Form):
    """Open an app or a program by its name, or a window by its title."""

    shorthand = "app"
    app: Words = Field(description="name of the app or program, or title of the window")
    arguments: Texts = Field((), description="what the program is started with")


class TypeForm(Form):
    """Type text."""

    shorthand = "text"
    text: Text = Field(description="what is typed, character by character as written")
    into: Aim = Field(None, description="the field that is tapped first")
    clear: Flag = Field(False, description="empty the field before")


class PressForm(Form):
    """Press a key, or several together."""

    shorthand = "keys"
    keys: Words = Field(description="such as enter, ctrl+s, back")


class ScrollForm(Form):
    """Scroll, in one direction."""

    down: Whole | None = Field(None, ge=1, le=100, description="notches towards the end")
    up: Whole | None = Field(None, ge=1, le=100, description="notches towards the beginning")
    left: Whole | None = Field(None, ge=1, le=100, description="notches to the left")
    right: Whole | None = Field(None, ge=1, le=100, description="notches to the right")
    at: Aim = Field(None, description="where to scroll; the middle unless given")
    until: Words | None = Field(None, description="stop when these words are seen; else it fails")


class DragForm(Form):
    """Drag one target to another."""

    from_: Aim = Field(alias="from", description="where the drag begins")
    to: Aim = Field(description="where it ends")


class WaitForForm(ConditionForm):
    """Wait until a condition holds, as long as the step's timeout."""


class AssertForm(ConditionForm):
    """Fail where a condition does not hold by the step's timeout."""

    message: Text | None = Field(None, description="what is said when it fails")


class AskForm(Form):
    """Read a value off the screen into a variable."""

    question: Words | None = Field(None, description="what to read, such as 'the total'")
    save_as: Variable = Field(description="the variable that gets it")
    kind: Annotated[Literal["text", "int", "float", "bool", "date"], One] = Field(
        "text", description="what the value must be"
    )
    right_of: Words | None = Field(
        None, description="read the text right of these words, without a model"
    )
    below: Words | None = Field(
        None, description="read the text below these words, without a model"
    )
    pattern: Pattern | None = Field(
        None, description="a regular expression; its first group, or all of it, is the value"
    )


class ToolForm(Form):
    """Call a tool."""

    shorthand = "name"
    name: Label = Field(description="the tool, as `tapwright tools` lists it")
    with_: Arguments = Field(default_factory=dict, alias="with", description="its arguments")
    save_as: Variable | None = Field(None, description="the variable that gets its answer")


class RunForm(Form):
    """Give a task to the agent."""

    shorthand = "task"
    task: Words = Field(description="the task in words")
    verify: Checks = Field((), description="checks that must hold when it says that it is done")
    max_steps: Whole = Field(25, ge=1, le=1000, description="steps that it may take")


class IfForm(ConditionForm):
    """Do steps where a condition holds now, others where it does not."""

    then: Steps = Field(description="what is done where it holds")
    else_: Steps = Field(None, alias="else", description="what is done where it does not")


class ForEachForm(Form):
    """Do steps for every item of a list, or every row of a file."""

    in_: Listed = Field(None, alias="in", description="a list, or an expression that gives one")
    file: Words | None = Field(None, description="a CSV or Excel file; its first row are names")
    sheet: Words | None = Field(None, description="the sheet of an Excel file; else its first")
    as_: Variable = Field("row", alias="as", description="the variable that holds the item")
    do: Steps = Field(description="what is done for each")


class RepeatForm(Form):
    """Do steps so many times, or while a condition holds."""

    shorthand = ""
    times: Whole | None = Field(None, ge=0, le=100_000, description="how often")
    while_: Holds = Field(None, alias="while", description="asked before every round")
    most: Whole | None = Field(
        None, ge=1, le=100_000, description="rounds after which `while` is a failure"
    )
    do: Steps = Field(description="what is done in each round")


class TryForm(Form):
    """Do steps; what to do where they fail, and in any case."""

    do: Steps = Field(description="what is tried")
    catch: Steps = Field(None, description="done where it fails; {{ error }} says why")
    finally_: Steps = Field(None, alias="finally", description="done in any case")


class SubflowForm(Form):
    """Run another script."""

    shorthand = "file"
    file: Label = Field(description="the script, seen from this one's folder")
    with_: Variables = Field(
        default_factory=dict, alias="with", description="values for what it needs"
    )
    save: Saved = Field(
        default_factory=dict, description="our variables: its own, as they stand at its end"
    )


class LogForm(Form):
    """Say something in the report and on the terminal."""

    shorthand = "message"
    message: Text = Field(description="what is said")


class ScreenshotForm(Form):
    """Keep a picture of the screen in the run's folder."""

    shorthand = "name"
    name: Words = Field(description="the picture's name, without its ending")


class OptionsForm(Form):
    """What every step can say beside its act."""

    name: Label | None = Field(None, description="what reports call this step")
    on: Label | None = Field(None, description="the device, of those in `devices`")
    timeout: Annotated[Number, Seconds] | None = Field(
        None, description="seconds to wait for what the step needs"
    )
    expect: Holds = Field(None, description="what must hold afterwards; or words to be seen")
    once: Flag = Field(False, description="it must never happen twice, not even after a fault")
    optional: Flag = Field(False, description="its failure is a warning")
    retries: Whole | None = Field(
        None, ge=0, le=100, description="further tries after a fault of the application"
    )


class ScriptForm(Form):
    """A script of Tapwright."""

    name: Label | None = Field(None, description="what reports call it; else the file's name")
    device: Label | None = Field(
        None, description="what it drives: desktop, desktop:2, window:TITLE, xvfb, android, sim"
    )
    devices: Devices | None = Field(
        None, description="several devices by name, such as {pc: desktop, phone: android}"
    )
    variables: Variables = Field(default_factory=dict, description="variables and their values")
    needs: Names = Field((), description="variables that whoever runs it must give")
    secrets: Names = Field(
        (), description="names of environment variables whose values are shown nowhere"
    )
    environments: Environments | None = Field(
        None, description="values by environment, chosen with --env"
    )
    timeout: Annotated[Number, Seconds] = Field(
        10.0, description="seconds that a step waits for what it needs"
    )
    retries: Whole = Field(
        2, ge=0, le=100, description="further tries after a fault of the application"
    )
    steps: Steps = Field(description="what is done, in order")


ACTS: dict[str, type[Form]] = {
    "open": OpenForm, "tap": TapForm, "click": TapForm, "type": TypeForm, "press": PressForm,
    "scroll": ScrollForm, "drag": DragForm, "wait_for": WaitForForm, "assert": AssertForm,
    "ask": AskForm, "tool": ToolForm, "run": RunForm, "if": IfForm, "for_each": ForEachForm,
    "repeat": RepeatForm, "try": TryForm, "subflow": SubflowForm, "log": LogForm,
    "screenshot": ScreenshotForm,
}  # fmt: skip
SET = "set"  # beside the forms: its keys are the script's own variables
# Those that change something: only they can be `once`, or have something expected of them.
ACTING = frozenset({
    "open", "tap", "click", "type", "press", "scroll", "drag", "tool", "run", "subflow",
})  # fmt: skip
# Those that a fault of the application can make fail, so that only they can be tried again.
TRIED_AGAIN = frozenset({
    "open", "tap", "click", "type", "press", "scroll", "drag", "ask",
})  # fmt: skip
BRANCHING = frozenset({"if", "for_each", "repeat", "try", "subflow"})  # they hold other steps


def unheeded(act: str) -> tuple[str, ...]:
    """The options that mean nothing for an act."""
    found = () if act in ACTING else ("once", "expect")
    return found if act in TRIED_AGAIN else (*found, "retries")
