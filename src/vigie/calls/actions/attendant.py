"""The attendant's conversation: the dialogue decides, this carries it out."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from vigie.actors import CALLBOT
from vigie.callbot.dialogue import (
    BadState,
    CodeResolved,
    Fact,
    Finished,
    Input,
    Learned,
    LookUpCode,
    Output,
    Reason,
    Say,
    Started,
    State,
    ToHuman,
    advance,
)
from vigie.callbot.script import Script
from vigie.calls import queries
from vigie.calls.actions import lines
from vigie.calls.actions.callbacks import propose
from vigie.calls.actions.last_resort import note_last_resort_answered
from vigie.calls.actions.queueing import enter_queue
from vigie.calls.actions.routing import reroute
from vigie.calls.models import Call, CallFact
from vigie.calls.rules.outcomes import LEFT_AS, stakes_of
from vigie.calls.rules.states import CallState, Consent, Outcome, ProposalReason
from vigie.directory.models import Equipment
from vigie.journal.actions import announce, record

TALKS_TO_BOT = (CallState.BOT, CallState.LEAVING)


@transaction.atomic
def start_dialogue(leg: str, *, at: datetime) -> None:
    """Let the attendant speak, now that the line is open; or join the caller with a number of last resort."""
    call = lock_call(leg)
    if call is None:
        note_last_resort_answered(leg, at=at)
        return
    if call.state != CallState.ARRIVING or call.client_id is None:
        return
    call.state, call.answered_at = CallState.BOT, at
    _advance(call, Started(), at=at)
    announce(f"queue-{call.client_id}", "wallboard", f"call-{call.pk}")


@transaction.atomic
def advance_dialogue(leg: str, event: Input, *, at: datetime) -> None:
    """Give the dialogue what the caller did, and do what it answers: speak, keep a fact, fetch a human, end."""
    call = lock_call(leg)
    if call is not None and call.state in TALKS_TO_BOT and call.dialogue is not None:
        _advance(call, event, at=at)


def take_up(call: Call, *, at: datetime) -> None:
    """Go on with a caller whom the node kept company by itself: the question again, or the music."""
    match call.state:
        case CallState.BOT if call.client_id is not None:
            _advance(call, Started(), at=at)
        case CallState.HELD:
            lines.hold(call, at=at)
        case CallState.QUEUED | CallState.RINGING | CallState.REJOINING:
            lines.play_music(call, at=at)
    call.save()


def lock_call(leg: str) -> Call | None:
    """Return the call of this leg, locked; None for the legs of browsers."""
    return (
        Call.objects.select_for_update(of=("self",)).select_related("client", "contact__site").filter(leg=leg).first()
    )


def _advance(call: Call, event: Input, *, at: datetime) -> None:
    script = queries.script_of(call)
    learned: list[str] = []
    events = [event]
    while events:
        step = advance(_state(call), events.pop(0), script)
        call.dialogue = step.state.to_json()
        for output in step.outputs:
            if isinstance(output, LookUpCode):
                events.append(_resolve(call, output))
            elif isinstance(output, Learned):
                _keep(call, output, at=at)
                learned.append(output.fact)
            else:
                _do(call, output, script, at=at)
    call.save()
    if learned:
        topics = (f"queue-{call.client_id}",)
        record("call.facts_learned", call, client_id=call.client_id, by=CALLBOT, at=at, topics=topics, names=learned)


def _state(call: Call) -> State:
    try:
        return State.from_json(call.dialogue or "{}")
    except BadState:  # written by another version: begin again rather than lose the caller
        return State()


def _resolve(call: Call, wanted: LookUpCode) -> CodeResolved:
    place = queries.place_with_code(call.client_id, wanted.digits) if call.client_id is not None else None
    if place is None:
        return CodeResolved()
    kind = Fact.EQUIPMENT if isinstance(place, Equipment) else Fact.SITE
    return CodeResolved(kind, str(place.pk), place.spoken_name or place.name)


def _keep(call: Call, learned: Learned, *, at: datetime) -> None:
    CallFact.objects.update_or_create(
        call=call,
        name=learned.fact,
        defaults={
            "value": learned.value,
            "words": learned.words,
            "source": learned.source,
            "confidence": learned.confidence,
            "at": at,
        },
    )
    match learned.fact:
        case Fact.LANGUAGE:
            call.language = learned.value
        case Fact.SITE:
            call.site_id = int(learned.value)
        case Fact.EQUIPMENT:
            call.equipment = Equipment.objects.get(pk=int(learned.value))
            call.site_id = call.equipment.site_id or call.site_id
        case Fact.RECORDING_REFUSED:
            call.consent = Consent.REFUSED if learned.value == "yes" else Consent.ACCEPTED


def _do(call: Call, output: Output, script: Script, *, at: datetime) -> None:
    match output:
        case Say():
            lines.say(
                call,
                *output.prompts,
                silence_ms=output.silence_ms,
                interruptible=output.interruptible,
                at=at,
            )
        case ToHuman():
            call.language, call.is_angry = output.language, output.angry
            call.handoff_reason, call.stakes = output.reason, stakes_of(output.reason, output.stakes)
            call.after_play, call.leaving_as = lines.MUSIC, ""
            enter_queue(call, at=at, by=CALLBOT)
            reroute(at=at)
        case Finished():
            call.state, call.leaving_as = CallState.LEAVING, LEFT_AS[output.finish]
            call.after_play = lines.HANGUP
            if call.leaving_as == Outcome.CALLBACK:
                propose(call, ProposalReason.ASKED, at=at)


@transaction.atomic
def rescue_call(leg: str, *, at: datetime) -> None:
    """Bring a caller whom the attendant cannot serve straight to a human."""
    call = lock_call(leg)
    if call is None or call.client_id is None or call.state not in (CallState.ARRIVING, CallState.BOT):
        return
    call.handoff_reason = Reason.BOT_FAILED
    call.answered_at = call.answered_at or at
    lines.play_music(call, at=at)
    enter_queue(call, at=at, by=CALLBOT)
    call.save()
    reroute(at=at)
