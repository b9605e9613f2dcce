"""What is said to the node about one call: prompts, music, bridges. Written now, sent after the commit."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from datetime import datetime
from functools import cache

from django.conf import settings
from django.db import connection

from vigie.callbot.prompts import Prompt, prompt, text
from vigie.calls.models import AgentPresence, Call, NodeCommand
from vigie.calls.queries import welcome_of
from vigie.telephony.protocol import Bridge, Command, Hangup, Hold, Play, Unbridge, encode
from vigie.telephony.voice import NothingToSay, UnknownLanguage, Voice

PHONE_CHANNEL = "phone"
MUSIC, HANGUP = "music", "hangup"


@cache
def voice() -> Voice:
    """Return the prompts of this installation."""
    return Voice(settings.ENV.home / "prompts", studio_dir=settings.ENV.home / "studio")


def order(node: str, *commands: Command, at: datetime) -> None:
    """Leave `commands` for `node`, in that order; the door sends them after the commit."""
    NodeCommand.objects.bulk_create(
        NodeCommand(node=node, body=json.loads(encode(command)), at=at) for command in commands
    )
    with connection.cursor() as cursor:
        cursor.execute("select pg_notify(%s, '')", [PHONE_CHANNEL])


def sound_files(prompts: Iterable[Prompt], *, client_id: int | None) -> tuple[str, ...]:
    """Return the files that say `prompts`, in the client's own words where it has some."""
    wording = welcome_of(client_id).wording if client_id is not None else {}
    return tuple(_file(spoken, own=wording.get(spoken.language, {})) for spoken in prompts)


def _file(spoken: Prompt, *, own: dict[str, str] | object) -> str:
    words = text(spoken, own=own if isinstance(own, dict) else None)
    try:
        if spoken.values:
            return str(voice().render(words, spoken.language))
        return str(voice().prompt(spoken.code, words, spoken.language))
    except (UnknownLanguage, NothingToSay):
        return str(voice().render(text(prompt(spoken.code, "fr", **dict(spoken.values))), "fr"))


def say(
    call: Call,
    *codes: str | Prompt,
    then: str = "",
    silence_ms: int = 0,
    interruptible: bool = True,
    at: datetime,
) -> None:
    """
    Say prompts to the caller in the call's language, then go on to `then` (music, hangup or nothing).

    The caller of this function saves `play_token` and `after_play` with the rest of the call.
    """
    prompts = [code if isinstance(code, Prompt) else prompt(code, call.language) for code in codes]
    call.play_token, call.after_play = uuid.uuid4().hex, then
    files = sound_files(prompts, client_id=call.client_id)
    order(
        call.node,
        Play(
            leg=call.leg,
            token=call.play_token,
            files=files,
            interruptible=interruptible,
            silence_ms=silence_ms,
        ),
        at=at,
    )


def play_music(call: Call, *, at: datetime) -> None:
    """Loop the waiting music to the caller."""
    call.play_token, call.after_play = uuid.uuid4().hex, ""
    files = (str(voice().music()),)
    order(call.node, Play(leg=call.leg, token=call.play_token, files=files, loop=True, interruptible=False), at=at)


def hold(call: Call, *, at: datetime) -> None:
    call.play_token, call.after_play = "", ""
    order(call.node, Hold(leg=call.leg, music=str(voice().music())), at=at)


def bridge(call: Call, presence: AgentPresence, *, at: datetime) -> None:
    """Join caller and agent; the caller's leg comes first, which keeps the events of a call in order."""
    call.play_token, call.after_play = "", ""
    order(call.node, Bridge(legs=(call.leg, presence.browser_leg)), at=at)


def part(call: Call, *, at: datetime) -> None:
    order(call.node, Unbridge(leg=call.leg), at=at)


def hang_up(call: Call, *, at: datetime) -> None:
    order(call.node, Hangup(leg=call.leg), at=at)
