"""What templates show: ready rows, so that a template neither asks nor computes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from vigie.actors import Actor
from vigie.directory.models import Contact, Equipment, Site
from vigie.directory.rules import Hours
from vigie.tickets import labels
from vigie.tickets.labels import Label
from vigie.tickets.models import Commitment, Draft, Fact, Pause, Ticket
from vigie.tickets.queries import criticality_policy, current_facts, fields_at, service_levels_at
from vigie.tickets.rules.clocks import WARN_AT, Span, elapsed
from vigie.tickets.rules.fields import FieldKind, Fields
from vigie.tickets.rules.vocabulary import CHOICES, REFERENCES, Criticality, FactValue, Source

LONG = ("symptom", "context", "affected", "workaround_how")
FORM: tuple[tuple[str, Label, tuple[str, ...]], ...] = (
    ("what", _("What happens"), ("type", "symptom", "context", "since", "frequency", "title")),
    ("where", _("Where"), ("equipment", "site", "environment", "contact")),
    ("stakes", _("What is at stake"), ("consequence", "safety", "quality", "scope", "affected")),
    ("meanwhile", _("Meanwhile"), ("workaround", "workaround_how", "perceived_urgency", "called_before")),
)
MOST_CHOICES = 500


@dataclass(frozen=True, slots=True)
class Choice:
    code: str
    label: Label
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class FieldRow:
    """
    One field of the qualification.

    `shape` is line, long, radio, select, number or date; `seen` the revision on screen; `said` what is known of where
    it comes from.
    """

    ticket_id: int
    name: str
    label: Label
    shape: str
    value: str
    seen: int
    choices: tuple[Choice, ...] = ()
    unit: str = ""
    words: str = ""
    source: Label = ""
    at: datetime | None = None
    before: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Return the name as an HTML id."""
        return self.name.replace(".", "-")


@dataclass(frozen=True, slots=True)
class Section:
    code: str
    title: Label
    fields: tuple[FieldRow, ...]


def sections(ticket: Ticket, *, reader: Actor) -> tuple[Section, ...]:
    """Return the whole qualification form, the client's own fields last; who called only to those who may know it."""
    current, fields = current_facts(ticket), fields_at(ticket)
    _, policy = criticality_policy(ticket.client_id)
    hidden = set() if "quality" in policy.asked or "quality" in current else {"quality"}
    hidden |= set() if reader.may("caller.see", client_id=ticket.client_id) else {"contact"}
    found = [
        Section(code, title, tuple(field_row(ticket, name, current, fields) for name in names if name not in hidden))
        for code, title, names in FORM
    ]
    if fields.own:
        own = tuple(field_row(ticket, item.name, current, fields) for item in fields.own)
        found.append(Section("own", ticket.client.name, own))
    return tuple(found)


def field_row(ticket: Ticket, name: str, current: Mapping[str, Fact], fields: Fields) -> FieldRow:
    """Return one field with what is known of it."""
    fact = current.get(name)
    deduced = "" if fact else _deduced(ticket, name)
    value = deduced if fact is None or fact.value is None else str(fact.value)
    choices = tuple(Choice(code, label, code == value) for code, label in _choices(ticket, name, fields))
    own = next((item for item in fields.own if item.name == name), None)
    return FieldRow(
        ticket_id=ticket.pk,
        name=name,
        label=labels.fact_label(name, fields),
        shape=_shape(name, own.kind if own else None),
        value=value,
        seen=fact.revision if fact else 0,
        choices=choices,
        unit=own.unit if own else "",
        words=fact.words if fact and fact.words != value else "",
        source=_source(fact) if fact else labels.FACTS["equipment"] if deduced else "",
        at=fact.at if fact else None,
    )


def _source(fact: Fact) -> Label:
    return labels.SOURCES[fact.source] if fact.value is not None and fact.source != Source.AGENT else ""


def _deduced(ticket: Ticket, name: str) -> str:
    """Return what the equipment says by itself: where it stands and what kind of system it is."""
    if ticket.equipment is None:
        return ""
    return {"environment": ticket.equipment.environment, "site": str(ticket.equipment.site_id or "")}.get(name, "")


def _shape(name: str, own: FieldKind | None) -> str:
    if own:
        return {"text": "line", "number": "number", "choice": "select", "date": "date"}[own.value]
    if name in REFERENCES or name in ("type", "environment"):
        return "select"
    return "radio" if name in CHOICES else "long" if name in LONG else "line"


def _choices(ticket: Ticket, name: str, fields: Fields) -> Iterable[tuple[str, Label]]:
    if name in CHOICES:
        return [(code, labels.VALUES[name][code]) for code in CHOICES[name]]
    if name in REFERENCES:
        return [(str(pk), text) for pk, text in _references(ticket, name)]
    own = next((item for item in fields.own if item.name == name), None)
    return [(code, labels.in_language(texts)) for code, texts in own.choices.items()] if own else []


def _references(ticket: Ticket, name: str) -> list[tuple[int, str]]:
    if name == "equipment":
        equipment = Equipment.objects.filter(client_id=ticket.client_id, is_active=True)
        if ticket.site_id:
            equipment = equipment.filter(site_id__in=[ticket.site_id, None]) | equipment.filter(site=None)
        return [(row.pk, f"{row.name} ({row.code})") for row in equipment[:MOST_CHOICES]]
    model = Site if name == "site" else Contact
    rows = model.objects.filter(client_id=ticket.client_id, is_active=True)[:MOST_CHOICES]
    return [(row.pk, row.name) for row in rows]


@dataclass(frozen=True, slots=True)
class ClockRow:
    """One commitment drawn: `percent` of the target that has run, `state` as a badge, `ran` and `target` as lengths."""

    kind: Label
    state: str
    percent: int
    due_at: datetime | None
    met_at: datetime | None
    breached_at: datetime | None
    ran: timedelta
    target: timedelta


def clock_rows(ticket: Ticket, *, at: datetime) -> tuple[ClockRow, ...]:
    """Return the commitments of a ticket as they stand at `at`."""
    spans = [Span(pause.started_at, pause.ended_at) for pause in Pause.objects.filter(ticket=ticket)]
    rows = []
    for commitment in Commitment.objects.filter(ticket=ticket).select_related("calendar").order_by("-kind"):
        levels = service_levels_at(ticket.client_id, commitment.levels_version)
        hours = levels.hours_for(ticket.level, Hours.from_body(commitment.calendar.body))
        until = commitment.met_at or at
        ran = elapsed(hours, started_at=commitment.started_at, until=until, pauses=spans)
        target = timedelta(seconds=commitment.target_s)
        percent = min(100, int(100 * ran / target))
        state = _clock_state(commitment, ran / target, is_paused=any(span.end is None for span in spans), at=at)
        rows.append(
            ClockRow(
                labels.COMMITMENTS[commitment.kind],
                state,
                percent,
                commitment.due_at,
                commitment.met_at,
                commitment.breached_at,
                ran,
                target,
            )
        )
    return tuple(rows)


def _clock_state(commitment: Commitment, share: float, *, is_paused: bool, at: datetime) -> str:
    is_late = commitment.due_at is not None and (commitment.met_at or at) >= commitment.due_at
    if commitment.breached_at is not None or is_late:
        return "late"
    if commitment.met_at is not None:
        return "met"
    if is_paused:
        return "paused"
    return "at_risk" if share >= WARN_AT else "running"


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A ticket in a list."""

    id: int
    number: int
    client: str
    title: str
    type: Label
    state: str
    state_label: Label
    level: Criticality
    provisional: bool
    perceived: Label
    assignee: str
    place: str
    opened_at: datetime
    due_at: datetime | None


def ticket_row(ticket: Ticket, *, due_at: datetime | None = None) -> TicketRow:
    """Return a ticket with `client`, `site`, `equipment` and `assignee` at hand, as lists show it."""
    return TicketRow(
        id=ticket.pk,
        number=ticket.number,
        client=ticket.client.name,
        title=ticket.title,
        type=labels.TYPES.get(ticket.type, ""),
        state=ticket.state,
        state_label=labels.STATES[ticket.state],
        level=ticket.level,
        provisional=ticket.provisional and not ticket.override,
        perceived=labels.VALUES["perceived_urgency"].get(ticket.perceived_urgency, ""),
        assignee=str(ticket.assignee) if ticket.assignee else "",
        place=" · ".join(str(part) for part in (ticket.equipment, ticket.site) if part),
        opened_at=ticket.opened_at,
        due_at=due_at,
    )


@dataclass(frozen=True, slots=True)
class Rights:
    """What the reader may do with a ticket: buttons that would be refused are not shown."""

    qualify: bool
    comment: bool
    override: bool
    resolve: bool


def rights(reader: Actor, ticket: Ticket) -> Rights:
    """Return what `reader` may do on this ticket."""

    def may(right: str) -> bool:
        return reader.may(right, client_id=ticket.client_id)

    return Rights(may("ticket.qualify"), may("ticket.comment"), may("ticket.override"), may("ticket.resolve"))


def drafts_of(ticket: Ticket, staff_id: int) -> dict[str, str]:
    """Return what the reader typed on this ticket and has not sent."""
    return dict(Draft.objects.filter(ticket=ticket, staff_id=staff_id).values_list("field", "text"))


def value_text(value: FactValue) -> str:
    return "" if value is None else str(value)
