"""What follows a prompt that has been said, and a key pressed outside the attendant's questions."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from vigie.callbot.dialogue import Digit, PromptEnded, Silence
from vigie.calls.actions import lines
from vigie.calls.actions.attendant import TALKS_TO_BOT, advance_dialogue, lock_call
from vigie.calls.actions.diverting import answer_callback_offer
from vigie.calls.actions.offering import WHISPER, end_whisper
from vigie.calls.rules.states import CallState


@transaction.atomic
def finish_play(leg: str, *, token: str, at: datetime) -> None:
    """Go on after a prompt: music, the end of the call, or the whisper's bridge. An older prompt changes nothing."""
    if token.startswith(WHISPER):
        end_whisper(token, at=at)
        return
    call = lock_call(leg)
    if call is None or call.play_token != token or call.state == CallState.ENDED:
        return
    if call.after_play == lines.MUSIC:
        lines.play_music(call, at=at)
        call.save(update_fields=["play_token", "after_play"])
    elif call.after_play == lines.HANGUP:
        lines.hang_up(call, at=at)
    elif call.state == CallState.BOT:
        advance_dialogue(leg, PromptEnded(), at=at)


@transaction.atomic
def press_key(leg: str, *, digit: str, at: datetime) -> None:
    """Give a key to whoever waits for one: the attendant, or the offer of a call-back."""
    call = lock_call(leg)
    if call is None:
        return
    if call.state in TALKS_TO_BOT:
        advance_dialogue(leg, Digit(digit), at=at)
    elif call.state == CallState.QUEUED:
        answer_callback_offer(call, digit, at=at)


@transaction.atomic
def note_silence(leg: str, *, token: str, at: datetime) -> None:
    """Let the attendant ask again. A silence that crossed a key comes after an older prompt, and changes nothing."""
    call = lock_call(leg)
    if call is not None and call.play_token == token:
        advance_dialogue(leg, Silence(), at=at)
