"""
The conversation as a pure state machine.

``advance(state, event, script) -> Step(state, outputs)``. The state is stored after every step, so that any
process can go on with the call: give it `Started` again and it puts the same question, nothing is asked twice.
"""

from vigie.callbot.dialogue.machine import advance
from vigie.callbot.dialogue.messages import (
    CodeResolved,
    Digit,
    Fact,
    Finish,
    Finished,
    Heard,
    HumanDemanded,
    Input,
    Learned,
    LookUpCode,
    Output,
    PromptEnded,
    Reason,
    Say,
    Silence,
    Source,
    Stakes,
    Started,
    ToHuman,
)
from vigie.callbot.dialogue.state import BadState, Ending, State
from vigie.callbot.dialogue.steps import Step

__all__ = [
    "BadState",
    "CodeResolved",
    "Digit",
    "Ending",
    "Fact",
    "Finish",
    "Finished",
    "Heard",
    "HumanDemanded",
    "Input",
    "Learned",
    "LookUpCode",
    "Output",
    "PromptEnded",
    "Reason",
    "Say",
    "Silence",
    "Source",
    "Stakes",
    "Started",
    "State",
    "Step",
    "ToHuman",
    "advance",
]
