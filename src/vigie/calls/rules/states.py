"""The words of a call's life. Stored as they are; translated in `labels`."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class CallState(StrEnum):
    ARRIVING = "arriving"  # the INVITE is here, nobody has answered yet
    BOT = "bot"  # the attendant talks with the caller
    QUEUED = "queued"
    RINGING = "ringing"  # still queued for the caller; an agent's screen rings
    TALKING = "talking"
    HELD = "held"
    REJOINING = "rejoining"  # the agent's audio is gone; the caller waits with music
    LEAVING = "leaving"  # a last message plays, then we hang up
    FALLBACK = "fallback"  # the node rings the numbers of last resort by itself
    ENDED = "ended"


WAITING = (CallState.QUEUED, CallState.RINGING)
WITH_AGENT = (CallState.TALKING, CallState.HELD, CallState.REJOINING)
LIVE = tuple(state for state in CallState if state is not CallState.ENDED)


class Outcome(StrEnum):
    """How a call ended: exactly one per call."""

    ANSWERED = "answered"  # a human took it
    ABANDONED_IN_BOT = "abandoned_in_bot"
    SHORT_ABANDON = "short_abandon"  # left the queue before the client's threshold
    ABANDONED = "abandoned"
    CLOSED = "closed"  # told that the hotline is closed
    OVERFLOW = "overflow"  # waited past the client's limit, and was told or offered a call-back
    LEAVE_EMPTY = "leave_empty"  # nobody was left to take it
    CALLBACK = "callback"  # chose to be called back
    ATTACHED = "attached"  # counted with a major incident
    UNKNOWN_NUMBER = "unknown_number"
    TECHNICAL_REFUSED = "technical_refused"
    LOST_WITH_NODE = "lost_with_node"
    FALLBACK_ANSWERED = "fallback_answered"  # the node rang somebody by itself
    FALLBACK_EXHAUSTED = "fallback_exhausted"  # the node rang everybody and nobody answered


class Stakes(IntEnum):
    """What the call is about to cost, as far as the caller said: the base of its place in the queue."""

    COMFORT = 1  # operation is not touched
    UNKNOWN = 2  # nobody has said yet
    HINDERED = 3
    CRITICAL = 4  # operation stopped, danger


class AgentState(StrEnum):
    OFFLINE = "offline"
    AVAILABLE = "available"
    RINGING = "ringing"
    TALKING = "talking"
    WRAP_UP = "wrap_up"
    AWAY = "away"


class AwayReason(StrEnum):
    """Why an agent is away. The first six are chosen, the others are found out."""

    BREAK = "break"
    LUNCH = "lunch"
    MEETING = "meeting"
    TRAINING = "training"
    TICKETS = "tickets"  # finishing written work
    OTHER = "other"
    RONA = "rona"  # redirected on no answer
    MICROPHONE = "microphone"  # revoked, or none
    AUDIO_LOST = "audio_lost"
    NO_HEARTBEAT = "no_heartbeat"  # the page is closed or asleep
    TAKEN_OVER = "taken_over"


CHOSEN_REASONS = tuple(AwayReason)[:6]
BACK_BY_ITSELF = (AwayReason.AUDIO_LOST, AwayReason.NO_HEARTBEAT)  # over as soon as page and sound are there again


class OfferOutcome(StrEnum):
    PENDING = "pending"
    TAKEN = "taken"
    REJECTED = "rejected"
    NO_ANSWER = "no_answer"
    CALLER_LEFT = "caller_left"
    WITHDRAWN = "withdrawn"  # the agent's audio or page went away, or somebody else took the call


class Consent(StrEnum):
    """What may be recorded of a call."""

    NONE = "none"  # the client records nothing
    NOTICED = "noticed"  # told by the notice
    ASKED = "asked"  # not answered yet: nothing may be recorded
    ACCEPTED = "accepted"
    REFUSED = "refused"


MAY_RECORD = (Consent.NOTICED, Consent.ACCEPTED)


class Audio(StrEnum):
    """The state of the agent's browser leg."""

    NONE = "none"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    LOST = "lost"


class Microphone(StrEnum):
    OK = "ok"
    REVOKED = "revoked"
    NONE = "none"


class ProposalReason(StrEnum):
    ABANDONED = "abandoned"
    ASKED = "asked"
    LEAVE_EMPTY = "leave_empty"
    OVERFLOW = "overflow"
    CLOSED = "closed"
    LOST_WITH_NODE = "lost_with_node"
