"""Use cases on calls, queues and agents."""

from vigie.calls.actions.agents import NotOnShift
from vigie.calls.actions.arrival import receive_call
from vigie.calls.actions.attendant import rescue_call, start_dialogue
from vigie.calls.actions.audio import AudioElsewhere, NoNode, attach_audio, note_answer, note_connected
from vigie.calls.actions.callbacks import AlreadyDone, finish_callback
from vigie.calls.actions.diverting import close_callback_offer
from vigie.calls.actions.ending import end_call
from vigie.calls.actions.nodes import (
    close_lost_call,
    compare_legs,
    doubt_call,
    end_node_at,
    forget_old_traffic,
    lose_dead_browser,
    note_failure,
    note_fallback,
    note_node,
    note_peer_hold,
    note_trunk,
    trust_call,
)
from vigie.calls.actions.offering import (
    AlreadyTaken,
    CallerLeft,
    NoSound,
    NotOffered,
    end_whisper,
    lapse_offer,
    note_bridged,
    reject_call,
    take_call,
)
from vigie.calls.actions.playing import finish_play, note_silence, press_key
from vigie.calls.actions.presence import (
    NoMicrophone,
    OnACall,
    Pulse,
    UnknownReason,
    change_state,
    end_due_wrap_up,
    finish_wrap_up,
    lose_browser,
    notice_silent_page,
    take_pulse,
)
from vigie.calls.actions.queueing import speak_to_waiting
from vigie.calls.actions.recordings import delete_due_recording, hear_recording, note_recording
from vigie.calls.actions.routing import offer_calls
from vigie.calls.actions.talking import NotTalking, give_up_rejoining, hang_up_call, hold_call, resume_call

__all__ = [
    "AlreadyDone",
    "AlreadyTaken",
    "AudioElsewhere",
    "CallerLeft",
    "NoMicrophone",
    "NoNode",
    "NoSound",
    "NotOffered",
    "NotOnShift",
    "NotTalking",
    "OnACall",
    "Pulse",
    "UnknownReason",
    "attach_audio",
    "change_state",
    "close_callback_offer",
    "close_lost_call",
    "compare_legs",
    "delete_due_recording",
    "doubt_call",
    "end_call",
    "end_due_wrap_up",
    "end_node_at",
    "end_whisper",
    "finish_callback",
    "finish_play",
    "finish_wrap_up",
    "forget_old_traffic",
    "give_up_rejoining",
    "hang_up_call",
    "hear_recording",
    "hold_call",
    "lapse_offer",
    "lose_browser",
    "lose_dead_browser",
    "note_answer",
    "note_bridged",
    "note_connected",
    "note_failure",
    "note_fallback",
    "note_node",
    "note_peer_hold",
    "note_recording",
    "note_silence",
    "note_trunk",
    "notice_silent_page",
    "offer_calls",
    "press_key",
    "receive_call",
    "reject_call",
    "rescue_call",
    "resume_call",
    "speak_to_waiting",
    "start_dialogue",
    "take_call",
    "take_pulse",
    "trust_call",
]
