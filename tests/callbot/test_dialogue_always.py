"""What holds in every conversation, whatever the caller does and however the client configured it."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from callbot.talk import Talk
from vigie.callbot.dialogue import (
    CodeResolved,
    Digit,
    Ending,
    Fact,
    Heard,
    HumanDemanded,
    Input,
    PromptEnded,
    Say,
    Silence,
    Started,
    State,
    ToHuman,
    advance,
)
from vigie.callbot.prompts import text
from vigie.callbot.script import OPTIONAL_QUESTIONS, Incident, Named, Question, Recording, Script, WhenClosed

WORDS = [
    "oui", "non", "peut-être", "une panne", "comment on fait", "on est ralentis", "pas touchée", "je ne l'ai pas",
    "yes", "no", "English please",
    "en français", "elle fait un drôle de bruit depuis ce matin", "the thing over there is odd today", "", "deux",
    "autre chose", "euh",
]  # fmt: skip
MOST_STEPS = 200

named = st.none() | st.builds(Named, st.sampled_from(["1", "2"]), st.just("Lyon {site}"))
scripts = st.builds(
    Script,
    client=st.just("Orvane"),
    languages=st.sampled_from([("fr",), ("en",), ("fr", "en"), ("fr", "en", "de"), ("en", "xx"), ("de", "fr")]),
    caller_language=st.sampled_from(["", "fr", "en", "de"]),
    questions=st.frozensets(st.sampled_from(sorted(OPTIONAL_QUESTIONS))) | st.just(OPTIONAL_QUESTIONS),
    code_length=st.sampled_from([0, 0, 3]),
    site=named,
    equipment=named,
    contact=named,
    is_open=st.booleans(),
    when_closed=st.sampled_from(WhenClosed),
    recording=st.sampled_from(Recording),
    incident=st.none() | st.builds(Incident, id=st.just("7"), may_attach=st.booleans()),
    ears=st.booleans(),
)
heard = st.builds(
    Heard,
    st.sampled_from(WORDS) | st.text(max_size=20),
    st.sampled_from([0.1, 0.6, 1.0]),
    st.sampled_from(["", "fr", "en", "de"]),
)
digits = st.builds(Digit, st.sampled_from("123456789*#A"))
resolved = st.just(CodeResolved()) | st.builds(
    CodeResolved, st.sampled_from([Fact.SITE, Fact.EQUIPMENT]), st.just("5"), st.just("Pompe")
)
moves = st.one_of(digits, digits, heard, heard, st.just(Silence()), resolved)
events = st.one_of(moves, moves, moves, st.just(Started()), st.just(PromptEnded()))


def played(script: Script, happened: list[Input]) -> Talk:
    talk = Talk(script)
    for event in happened:
        talk.give(event)
    return talk


def to_the_end(talk: Talk) -> int:
    """Let the caller fall silent for ever, and return how many silences it took."""
    for count in range(MOST_STEPS):
        if talk.state.ending is not Ending.NONE:
            return count
        talk.give(Silence())
    return MOST_STEPS


@given(scripts, st.lists(events, max_size=25))
def test_zero_brings_a_human_in_one_step_from_everywhere_but_inside_a_code(
    script: Script, happened: list[Input]
) -> None:
    state = played(script, happened).state

    step = advance(state, Digit("0"), script)

    if state.ending is not Ending.HUMAN and not state.typed:
        assert isinstance(step.outputs[-1], ToHuman)


@given(scripts, st.lists(events, max_size=25), st.sampled_from(["un humain !", "a person please", "il y a le feu"]))
def test_the_right_words_bring_a_human_in_one_step_from_everywhere(
    script: Script, happened: list[Input], words: str
) -> None:
    state = played(script, happened).state

    step = advance(state, Heard(words, 0.1), script)

    assert state.ending is Ending.HUMAN or isinstance(step.outputs[-1], ToHuman)


@given(scripts, st.lists(events, max_size=25))
def test_a_human_demanded_from_outside_comes_in_one_step(script: Script, happened: list[Input]) -> None:
    state = played(script, happened).state

    step = advance(state, HumanDemanded(), script)

    assert state.ending is Ending.HUMAN or isinstance(step.outputs[-1], ToHuman)


@given(scripts, st.lists(events, max_size=40))
def test_no_question_is_missed_a_fourth_time(script: Script, happened: list[Input]) -> None:
    talk = Talk(script)

    for event in happened:
        talk.give(event)
        assert talk.state.misses <= 3
        assert talk.state.misses < 3 or talk.state.ending is Ending.HUMAN


@given(scripts, st.lists(moves.filter(lambda event: event != Digit("9")), max_size=40))
def test_no_question_is_asked_twice(script: Script, happened: list[Input]) -> None:
    talk = played(script, [Started(), *happened])

    first_time = [
        say.question
        for say in talk.all(Say)
        if say.question and not any(prompt.code.startswith(("again_", "resuming")) for prompt in say.prompts)
    ]
    # A change of language puts the same question in the new one: the caller could not have answered the first.
    languages = 1 + talk.state.language_switches
    assert all(first_time.count(question) <= languages for question in Question)
    assert len(talk.state.settled) == len(set(talk.state.settled))


@given(scripts, st.lists(events, max_size=25))
def test_a_conversation_ends_when_the_caller_falls_silent(script: Script, happened: list[Input]) -> None:
    talk = played(script, [Started(), *happened])

    assert to_the_end(talk) <= 6


@given(scripts, st.lists(digits | heard, min_size=MOST_STEPS, max_size=MOST_STEPS), st.booleans())
@settings(max_examples=30)
def test_a_conversation_ends_whatever_the_caller_does(
    script: Script, happened: list[Input], code_is_known: bool
) -> None:
    talk = Talk(script).start()

    for event in happened:
        talk.give(event)
        if talk.state.looking_up:
            talk.give(CodeResolved(Fact.SITE, "5", "Pompe") if code_is_known else CodeResolved())

    assert talk.state.ending is not Ending.NONE


@given(scripts, st.lists(events, max_size=25))
def test_a_state_survives_its_json_and_the_same_input_gives_the_same_step(
    script: Script, happened: list[Input]
) -> None:
    state = State()

    for event in happened:
        step = advance(state, event, script)
        assert State.from_json(step.state.to_json()) == step.state
        assert advance(state, event, script) == step
        state = step.state


@given(scripts, st.lists(events, max_size=25))
def test_everything_said_has_words(script: Script, happened: list[Input]) -> None:
    talk = played(script, [Started(), *happened])

    assert all(text(prompt) for say in talk.all(Say) for prompt in say.prompts)
    assert all(say.prompts for say in talk.all(Say))


@given(scripts, st.lists(events, max_size=25), events)
def test_a_lost_process_changes_nothing_to_what_comes_next(script: Script, happened: list[Input], event: Input) -> None:
    state = played(script, [Started(), *happened]).state

    resumed = advance(state, Started(), script).state

    assert advance(resumed, event, script) == advance(state, event, script)


@given(scripts, st.lists(events, max_size=30))
def test_an_unclear_caller_never_agrees_to_anything(script: Script, happened: list[Input]) -> None:
    unclear = [event for event in happened if isinstance(event, Silence | PromptEnded)]
    maybe = [Heard("peut-être"), Heard("oui et non"), Heard("pas de problème"), Heard("oui", 0.1)]

    talk = played(replace(script, caller_language=script.languages[0]), [Started(), *unclear, *maybe])

    assert not {Fact.SITE, Fact.EQUIPMENT, Fact.INCIDENT, Fact.DANGER, Fact.CALLBACK, Fact.RECORDING_REFUSED} & {
        learned.fact for learned in talk.state.facts
    }
