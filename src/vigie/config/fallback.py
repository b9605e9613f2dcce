"""The fallback plan: what the node does for each hotline while nobody here answers."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import msgspec
import phonenumbers

from vigie.callbot.prompts import Prompt, prompt
from vigie.calls.actions.lines import sound_files, voice
from vigie.calls.queries import routing_of
from vigie.directory.models import HotlineNumber
from vigie.telephony.fallback import NumberPlan, Plan
from vigie.telephony.protocol import Trunk

DEFAULT_LANGUAGE = "fr"


def write_plan(path: Path, *, trunks: Iterable[Trunk]) -> bool:
    """Write the plan for every hotline, in one stroke; return whether it has changed."""
    body = msgspec.json.encode(plan(trunk=next((trunk.name for trunk in trunks), "")))
    if path.exists() and path.read_bytes() == body:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_bytes(body)
    os.replace(fresh, path)
    return True


def plan(*, trunk: str) -> Plan:
    """Return what to do for each number, written in every way the network may send it, and for any other."""
    numbers = {"*": _number_plan((), language=DEFAULT_LANGUAGE, client_id=None, trunk=trunk)}
    for hotline in HotlineNumber.objects.select_related("client").filter(client__is_active=True):
        client = hotline.client
        language = hotline.language or (client.languages or [DEFAULT_LANGUAGE])[0]
        policy = routing_of(client.pk)
        one = _number_plan(
            policy.fallback_numbers,
            language=language,
            client_id=client.pk,
            trunk=policy.fallback_trunk or trunk,
            caller_id=hotline.number,
        )
        numbers.update(dict.fromkeys(_ways_to_write(hotline.number), one))
    return Plan(numbers=numbers)


def _number_plan(
    ring: tuple[str, ...], *, language: str, client_id: int | None, trunk: str, caller_id: str = ""
) -> NumberPlan:
    def said(code: str) -> tuple[str, ...]:
        spoken: Prompt = prompt(code, language)
        return sound_files([spoken], client_id=client_id)

    return NumberPlan(
        greeting=said("fallback_greeting"),
        ring=ring,
        music=str(voice().music()),
        apology=said("fallback_exhausted"),
        trunk=trunk,
        caller_id=caller_id,
    )


def _ways_to_write(number: str) -> tuple[str, ...]:
    """Return `+33199…`, `33199…`, `0033199…` and `0199…`."""
    parsed = phonenumbers.parse(number, None)
    national = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
    digits = "".join(sign for sign in national if sign.isdecimal())
    return number, number.removeprefix("+"), f"00{number.removeprefix('+')}", digits
