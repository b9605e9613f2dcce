"""A call comes in."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from vigie.actors import CALLER
from vigie.callbot.dialogue import State
from vigie.callbot.prompts import prompt
from vigie.callbot.script import Recording
from vigie.calls import queries
from vigie.calls.actions import lines
from vigie.calls.models import Call
from vigie.calls.rules.numbers import as_e164, region_of
from vigie.calls.rules.states import CallState, Consent, Outcome
from vigie.directory.models import HotlineNumber
from vigie.journal.actions import record
from vigie.telephony.protocol import Answer

_CONSENT = {Recording.NONE: Consent.NONE, Recording.NOTICE: Consent.NOTICED, Recording.ASK: Consent.ASKED}


@transaction.atomic
def receive_call(leg: str, *, node: str, caller_id: str, dialled: str, at: datetime) -> Call:
    """
    Take note of a call, find whose hotline it is for and who calls, and answer it.

    The caller is looked for among the contacts of the client dialled only: numbers can be forged. A call to a number
    that belongs to nobody is answered too, to be told so. A call that is known already is left as it is.
    """
    known = Call.objects.filter(leg=leg).first()
    if known is not None:
        return known
    hotline = queries.hotline_dialled(dialled)
    if hotline is None:
        return _receive_stray(leg, node=node, caller_id=caller_id, dialled=dialled, at=at)
    call = _known_call(leg, hotline, node=node, caller_id=caller_id, at=at)
    topics = (f"queue-{call.client_id}", "wallboard")
    facts = {"hotline": hotline.pk, "contact": call.contact_id, "withheld": not call.caller_id}
    record("call.arrived", call, client_id=call.client_id, by=CALLER, at=at, topics=topics, **facts)
    lines.order(node, Answer(leg=leg), at=at)
    return call


def _known_call(leg: str, hotline: HotlineNumber, *, node: str, caller_id: str, at: datetime) -> Call:
    client = hotline.client
    number = as_e164(caller_id, region=region_of(hotline.number))
    known = queries.contact_calling(client, number)
    contact = known.contact if known is not None else None
    languages = client.languages or ["fr"]
    spoken = contact.language if contact is not None and contact.language in languages else hotline.language
    return Call.objects.create(
        leg=leg,
        node=node,
        client=client,
        hotline=hotline,
        caller_id=number,
        dialled=hotline.number,
        contact=contact,
        language=spoken or languages[0],
        consent=_CONSENT[queries.welcome_of(client.pk).recording.mode],
        dialogue=State().to_json(),
        arrived_at=at,
    )


def _receive_stray(leg: str, *, node: str, caller_id: str, dialled: str, at: datetime) -> Call:
    call = Call.objects.create(
        leg=leg,
        node=node,
        caller_id=as_e164(caller_id, region="FR")[:60],
        dialled=dialled[:60],
        state=CallState.LEAVING,
        leaving_as=Outcome.UNKNOWN_NUMBER,
        arrived_at=at,
    )
    record("call.unknown_number", call, client_id=None, by=CALLER, at=at, topics=("wallboard",), dialled=dialled[:60])
    lines.order(node, Answer(leg=leg), at=at)
    both = (prompt("unknown_number", "fr"), prompt("unknown_number", "en"))
    lines.say(call, *both, then=lines.HANGUP, interruptible=False, at=at)
    call.save()
    return call
