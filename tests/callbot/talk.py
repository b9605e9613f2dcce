"""A conversation in a test: keys and words in, what was said and learned out."""

from dataclasses import dataclass, field
from typing import TypeVar

from vigie.callbot.dialogue import (
    CodeResolved,
    Digit,
    Finished,
    Heard,
    Input,
    Learned,
    LookUpCode,
    Output,
    Say,
    Silence,
    Started,
    State,
    ToHuman,
    advance,
)
from vigie.callbot.script import Question, Script

T = TypeVar("T")


@dataclass
class Talk:
    """One call. Every state goes through JSON, as it does in the database."""

    script: Script
    state: State = field(default_factory=State)
    outputs: list[Output] = field(default_factory=list)

    def give(self, event: Input) -> list[Output]:
        step = advance(self.state, event, self.script)
        self.state = State.from_json(step.state.to_json())
        self.outputs += step.outputs
        return list(step.outputs)

    def start(self) -> "Talk":
        self.give(Started())
        return self

    def press(self, keys: str) -> list[Output]:
        return [output for key in keys for output in self.give(Digit(key))]

    def say(self, text: str, confidence: float = 0.9, language: str = "") -> list[Output]:
        return self.give(Heard(text, confidence, language))

    def stay_silent(self) -> list[Output]:
        return self.give(Silence())

    def resolve(self, found: CodeResolved) -> list[Output]:
        return self.give(found)

    @property
    def facts(self) -> dict[str, str]:
        return {str(learned.fact): learned.value for learned in self.all(Learned)}

    @property
    def asked(self) -> list[Question]:
        """The questions put, each as often as it was put in its first wording."""
        return [
            say.question
            for say in self.all(Say)
            if say.question is not None and not any(p.code.startswith(("again_", "resuming")) for p in say.prompts)
        ]

    @property
    def last_said(self) -> list[str]:
        return [prompt.code for prompt in self.all(Say)[-1].prompts]

    @property
    def human(self) -> ToHuman | None:
        found = self.all(ToHuman)
        assert len(found) <= 1, "a call goes to a human once"
        return found[0] if found else None

    @property
    def finish(self) -> Finished | None:
        found = self.all(Finished)
        return found[0] if found else None

    @property
    def searches(self) -> list[str]:
        return [search.digits for search in self.all(LookUpCode)]

    def all(self, kind: type[T]) -> list[T]:
        return [output for output in self.outputs if isinstance(output, kind)]
