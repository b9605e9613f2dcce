"""Calls and agents of one moment, as the database holds them."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

from cast import Cast
from vigie.calls.models import AgentPresence, Call, QueueEntry
from vigie.calls.rules.states import AgentState, Audio, CallState, Microphone, Outcome, Stakes
from vigie.directory.models import Staff


def now() -> datetime:
    """Return the moment that the pages under test live in: they read the real clock."""
    return datetime.now(UTC)


def make_call(cast: Cast, *, state: CallState = CallState.BOT, ago_s: float = 60, **fields: object) -> Call:
    return Call.objects.create(
        leg=uuid.uuid4().hex,
        node="fake",
        client=cast.client,
        caller_id=cast.caller_id,
        contact=cast.contact,
        site=cast.site,
        equipment=cast.equipment,
        state=state,
        arrived_at=now() - timedelta(seconds=ago_s),
        **fields,
    )


def make_waiting(cast: Cast, *, stakes: Stakes = Stakes.UNKNOWN, ago_s: float = 60, **fields: object) -> Call:
    since = now() - timedelta(seconds=ago_s)
    call = make_call(cast, state=CallState.QUEUED, ago_s=ago_s, stakes=stakes, queued_at=since, **fields)
    QueueEntry.objects.create(call=call, client=cast.client, entered_at=since, stakes=stakes)
    return call


def make_talking(cast: Cast, agent: Staff, *, ago_s: float = 60) -> Call:
    since = now() - timedelta(seconds=ago_s)
    call = make_call(cast, state=CallState.TALKING, ago_s=ago_s, queued_at=since, agent=agent, taken_at=since)
    make_present(agent, AgentState.TALKING, call=call)
    return call


def make_ended(cast: Cast, *, waited_s: float, answered: bool) -> Call:
    arrived = now() - timedelta(seconds=waited_s + 1)
    left = arrived + timedelta(seconds=waited_s)
    return make_call(
        cast,
        state=CallState.ENDED,
        ago_s=waited_s + 1,
        queued_at=arrived,
        taken_at=left if answered else None,
        agent=cast.agent if answered else None,
        ended_at=left,
        outcome=Outcome.ANSWERED if answered else Outcome.ABANDONED,
    )


def make_present(agent: Staff, state: AgentState = AgentState.AVAILABLE, *, call: Call | None = None) -> AgentPresence:
    return AgentPresence.objects.create(
        staff=agent,
        state=state,
        call=call,
        since=now() - timedelta(minutes=3),
        heartbeat_at=now(),
        audio=Audio.CONNECTED,
        microphone=Microphone.OK,
    )
