"""How vigie shows a moment, a length of time, a telephone number, a state."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import phonenumbers
from django import template
from django.core import signing
from django.templatetags.static import static
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from vigie.config.badges import CRITICALITIES, STATES, Badge
from vigie.directory.models import Staff

LIVE_SALT = "vigie.live"

register = template.Library()


@register.simple_tag
def icon(name: str, title: str = "", css: str = "") -> SafeString:
    """Draw a Tabler icon of the sprite. Without title it is an ornament that screen readers skip."""
    address = f"{static('vendor/tabler-icons/sprite.svg')}#{name}"
    if title:
        return format_html(
            '<svg class="icon {}" role="img" aria-label="{}"><use href="{}"></use></svg>', css, title, address
        )
    return format_html('<svg class="icon {}" aria-hidden="true"><use href="{}"></use></svg>', css, address)


@register.filter
def ago(at: datetime | None) -> SafeString | str:
    """Show how long ago `at` was, kept up to date by the page, with the full date as title."""
    return _moment(at, "ago")


@register.filter
def elapsed(at: datetime | None) -> SafeString | str:
    """Show a clock that counts up from `at`: 04:12, then 1:04:12."""
    return _moment(at, "up")


@register.filter
def countdown(at: datetime | None) -> SafeString | str:
    """Show a clock that counts down to `at`, and turns to lateness after it."""
    return _moment(at, "down")


def _moment(at: datetime | None, kind: str) -> SafeString | str:
    if at is None:
        return "—"
    local = timezone.localtime(at)
    shown = formats.date_format(local, "SHORT_DATETIME_FORMAT")
    return format_html(
        '<time class="tabular" datetime="{}" title="{}" data-live-clock="{}">{}</time>',
        at.isoformat(),
        formats.date_format(local, "DATETIME_FORMAT"),
        kind,
        shown,
    )


@register.filter
def duration(length: timedelta | float | None) -> str:
    """Write a length of time (timedelta, or seconds) as mm:ss, or h:mm:ss past an hour."""
    if length is None:
        return "—"
    seconds = int(length.total_seconds() if isinstance(length, timedelta) else length)
    sign, seconds = ("−", -seconds) if seconds < 0 else ("", seconds)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{sign}{hours}:{minutes:02}:{seconds:02}" if hours else f"{sign}{minutes:02}:{seconds:02}"


@register.filter
def phone(number: str | None) -> str:
    """Write a number as people read it: +33199004120 becomes 01 99 00 41 20, other countries keep their prefix."""
    if not number:
        return ""
    try:
        parsed = phonenumbers.parse(number, "FR")
    except phonenumbers.NumberParseException:
        return number
    kind = phonenumbers.PhoneNumberFormat
    shown = phonenumbers.format_number(parsed, kind.NATIONAL if parsed.country_code == 33 else kind.INTERNATIONAL)
    return shown.replace(" ", "\u00a0")


@register.simple_tag
def criticality_badge(criticality: Any, label: str = "") -> SafeString:
    """Show a criticality by text, icon and colour together."""
    return _badge(CRITICALITIES, criticality, label)


@register.simple_tag
def state_badge(state: Any, label: str = "") -> SafeString:
    """Show the state of a call, an agent, a ticket, a clock or a hand-over by text, icon and colour together."""
    return _badge(STATES, state, label)


def _badge(badges: dict[str, Badge], value: Any, label: str) -> SafeString:
    code = str(getattr(value, "value", value) if value not in (None, "") else "unknown").lower()
    badge = badges.get(code, Badge("secondary", "point", code.replace("_", " ")))
    return format_html(
        '<span class="badge bg-{}-lt">{}<span>{}</span></span>', badge.colour, icon(badge.icon), label or badge.label
    )


@register.simple_tag(takes_context=True)
def page_topics(context: template.Context) -> SafeString:
    """Return the signed topics of the page: what the view gave, and the person's own."""
    user = context.get("user")
    if not isinstance(user, Staff):
        return SafeString("")
    return SafeString(signed_topics(user, [*(context.get("topics") or []), f"agent-{user.pk}"]))


@register.simple_tag(takes_context=True)
def live_topics(context: template.Context, *topics: str) -> SafeString:
    """Let a fragment that came later listen to topics the page did not know of."""
    user = context.get("user")
    if not isinstance(user, Staff):
        return SafeString("")
    return format_html(
        '<span hidden data-live-topics="{}" data-live-names="{}"></span>',
        signed_topics(user, list(topics)),
        " ".join(topics),
    )


def signed_topics(user: Staff, topics: list[str]) -> str:
    """Sign what `user` may listen to; the live process checks it (`config/live.py`)."""
    return signing.dumps({"u": user.pk, "t": sorted(set(topics))}, salt=LIVE_SALT, compress=True)
