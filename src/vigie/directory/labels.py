"""What codes are called on screen."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from vigie.directory.roles import Role
from vigie.directory.sheets import Fault, SheetKind
from vigie.errors import Refused

Label = str | Promise

ROLES: dict[str, Label] = {
    Role.AGENT: _("Hotline agent (N1)"),
    Role.EXPERT2: _("Expert (N2)"),
    Role.EXPERT3: _("Expert (N3)"),
    Role.ONCALL: _("On-call person"),
    Role.TECHNICIAN: _("Field technician"),
    Role.SUPERVISOR: _("Supervisor"),
    Role.TRAINER: _("Trainer"),
    Role.CLIENT_MANAGER: _("Client manager"),
    Role.ADMINISTRATOR: _("Administrator"),
}

ENVIRONMENTS: dict[str, Label] = {
    "it": _("IT"),
    "software": _("Software"),
    "industrial": _("Industrial"),
    "pharmaceutical": _("Pharmaceutical"),
    "infrastructure": _("Infrastructure"),
    "connected_service": _("Connected service"),
}

WEIGHTS: dict[str, Label] = {
    "minor": pgettext_lazy("weight of an equipment", "Minor"),
    "normal": pgettext_lazy("weight of an equipment", "Normal"),
    "important": pgettext_lazy("weight of an equipment", "Important"),
    "vital": pgettext_lazy("weight of an equipment", "Vital"),
}

LANGUAGES: dict[str, Label] = {
    "fr": _("French"),
    "en": _("English"),
    "de": _("German"),
    "es": _("Spanish"),
    "it": _("Italian"),
    "nl": _("Dutch"),
    "pt": _("Portuguese"),
}

SKILL_LEVELS: dict[int, Label] = {
    1: pgettext_lazy("skill level", "Learning"),
    2: pgettext_lazy("skill level", "Able"),
    3: pgettext_lazy("skill level", "Expert"),
}

TIERS: dict[int, Label] = {1: _("Level 1"), 2: _("Level 2"), 3: _("Level 3")}

DAYS: dict[str, Label] = {
    "mon": _("Monday"),
    "tue": _("Tuesday"),
    "wed": _("Wednesday"),
    "thu": _("Thursday"),
    "fri": _("Friday"),
    "sat": _("Saturday"),
    "sun": _("Sunday"),
}

COUNTRIES: dict[str, Label] = {
    "FR": _("France"),
    "BE": _("Belgium"),
    "CH": _("Switzerland"),
    "DE": _("Germany"),
    "ES": _("Spain"),
    "GB": _("United Kingdom"),
    "IE": _("Ireland"),
    "IT": _("Italy"),
    "LU": _("Luxembourg"),
    "NL": _("Netherlands"),
    "PT": _("Portugal"),
    "CA": _("Canada"),
    "US": _("United States"),
}

FRENCH_SUBDIVISIONS: dict[str, Label] = {
    "": _("Metropolitan France"),
    "Alsace-Moselle": _("Alsace and Moselle (local law)"),
    "971": _("Guadeloupe"),
    "972": _("Martinique"),
    "973": _("French Guiana"),
    "974": _("Réunion"),
    "976": _("Mayotte"),
    "BL": _("Saint Barthélemy"),
    "MF": _("Saint Martin"),
    "NC": _("New Caledonia"),
    "PF": _("French Polynesia"),
    "PM": _("Saint Pierre and Miquelon"),
    "WF": _("Wallis and Futuna"),
}

YES_NO: dict[str, Label] = {"yes": _("Yes"), "no": _("No")}

POLICIES: dict[str, Label] = {
    "hours": _("Opening hours"),
    "welcome": _("Welcome"),
    "routing": _("Routing"),
    "criticality": _("Criticality"),
    "fields": _("Fields"),
    "service_levels": _("Service levels"),
    "escalation": _("Escalation"),
}

SHEETS: dict[SheetKind, Label] = {
    SheetKind.NUMBERS: _("Hotline numbers"),
    SheetKind.SITES: _("Sites"),
    SheetKind.EQUIPMENT: _("Equipment"),
    SheetKind.CONTACTS: _("Contacts"),
}

COLUMNS: dict[str, Label] = {
    "number": _("Number"),
    "label": pgettext_lazy("of a telephone number", "Label"),
    "language": _("Language"),
    "code": _("Keypad code"),
    "name": _("Name"),
    "spoken_name": _("Spoken as"),
    "address": _("Address"),
    "access": _("How to get in"),
    "subdivision": _("Holidays"),
    "is_active": pgettext_lazy("of a row", "In use"),
    "site": _("Site"),
    "environment": _("Environment"),
    "weight": _("Weight"),
    "job": _("Job"),
    "numbers": _("Telephone numbers"),
    "email": _("E-mail"),
}

FAULTS: dict[Fault, Label] = {
    Fault.EMPTY: _("This cell is needed."),
    Fault.TOO_LONG: _("This text is too long."),
    Fault.NOT_A_CODE: _("A keypad code has 2 to 10 digits and nothing else."),
    Fault.NOT_A_NUMBER: _("This is not a telephone number that can be rung."),
    Fault.NOT_AN_EMAIL: _("This is not an e-mail address."),
    Fault.UNKNOWN: _("This is not one of the known choices."),
    Fault.TWICE: _("The same value stands on another row."),
    Fault.TAKEN: _("Another row has this value already."),
    Fault.MOVED: _("Somebody changed this meanwhile."),
}

HOURS_FAULTS: dict[str, Label] = {
    "bad_time": _("A time is not readable. Write for example 08:30-12:00 13:30-18:00."),
    "ends_before_it_starts": _("An opening ends before it starts."),
    "overlap": _("Two openings overlap."),
    "bad_date": _("A date is not readable."),
    "bad_day": _("A day is not readable."),
    "bad_timezone": _("This time zone is not known."),
    "unknown_holidays": _("No calendar of public holidays is known for this place."),
    "never_open": _("The hotline would never open."),
}

# The parts of settings, as the comparison of two versions names them: paths are read from the outside in.
PARTS: dict[str, Label] = {
    **DAYS,
    **POLICIES,
    **ENVIRONMENTS,
    **YES_NO,
    "timezone": _("Time zone"),
    "always": _("Open day and night"),
    "week": _("Week"),
    "days": _("Exceptional days"),
    "labels": _("Reasons"),
    "holidays": _("Public holidays"),
    "country": _("Country"),
    "subdivision": _("Region"),
    "questions": _("Questions"),
    "when_closed": _("When closed"),
    "recording": _("Recording"),
    "mode": _("Way"),
    "retention_days": _("Kept for (days)"),
    "code_length": _("Length of a code"),
    "silence_ms": _("Silence (ms)"),
    "tries": _("Tries"),
    "wording": _("Wording"),
    "base": _("Head start (s)"),
    "slope": _("Ageing"),
    "comfort": _("Operations not touched"),
    "unknown": _("Not known yet"),
    "hindered": _("Operations hindered"),
    "critical": _("Operations stopped or danger"),
    "cap_s": _("Longest wait before going first (s)"),
    "angry_s": _("Head start in distress (s)"),
    "reserve": _("Agents kept for critical calls"),
    "required": _("Skills needed"),
    "preferred": _("Skills preferred"),
    "relax_after_s": _("Skills widened after (s)"),
    "ring_s": _("Ringing time (s)"),
    "wrap_up_s": _("Wrap-up time (s)"),
    "rejoin_s": _("Time to come back (s)"),
    "announce_every_s": _("Message every (s)"),
    "overflow_after_s": _("Overflow after (s)"),
    "overflow": _("Overflow"),
    "leave_empty": _("When nobody is there"),
    "closed_in_queue": _("When it closes meanwhile"),
    "short_abandon_s": _("Short abandon (s)"),
    "service_level_s": _("Service level (s)"),
    "call_back_abandoned": _("Call back those who left"),
    "fallback_numbers": _("Fallback numbers"),
    "impact": _("Impact"),
    "urgency": _("Urgency"),
    "start": _("Starts at"),
    "points": _("Points"),
    "matrix": _("Grid"),
    "levels": _("Levels"),
    "at_least": _("At least"),
    "consequence": _("Consequence"),
    "scope": _("Scope"),
    "workaround": _("Workaround"),
    "frequency": _("Frequency"),
    "safety": _("Safety"),
    "quality": _("Quality"),
    "equipment_weight": _("Weight of the equipment"),
    "discomfort": _("Discomfort"),
    "stopped": _("Operations stopped"),
    "targets": _("Targets (minutes)"),
    "take_charge": _("Taking in charge"),
    "resolve": _("Resolution"),
    "round_the_clock": _("Day and night"),
    "count_resolved_as": _("Time spent resolved"),
    "label": _("Wording"),
    "kind": _("Kind"),
    "choices": _("Choices"),
    "unit": _("Unit"),
    "needs": _("What a hand-over needs"),
    "needs_for": _("What one level or group needs"),
    "routes": _("Destinations"),
    "accept_within": _("Time to answer"),
    "minutes": _("Minutes"),
    "clock": _("Clock"),
    "supervisor": _("Supervisor"),
    "tier": _("Level"),
    "group": _("Group"),
    "environment": _("Environment"),
}

READINESS: dict[str, Label] = {
    "identity": _("Name, languages and environments"),
    "numbers": _("At least one hotline number"),
    "hours": _("Opening hours"),
    "sites": _("At least one site"),
    "equipment": _("At least one equipment"),
    "contacts": _("Known callers"),
    "agents": _("An agent who takes calls"),
    "languages": _("An agent for each language"),
    "experts": _("A level 2 group with members"),
    "group_supervisor": _("A named supervisor for the level 2 group"),
    "settings": _("Welcome, routing, criticality, service levels and escalation looked at"),
}

READINESS_ADVICE: dict[str, Label] = {
    "identity": _("Say which languages are spoken and what kind of equipment is supported."),
    "numbers": _("Without a number, no call can reach this hotline."),
    "hours": _("Until they are set, the hotline is open day and night."),
    "sites": _("A caller is asked for a site code; without sites nobody can be sent anywhere."),
    "equipment": _("Equipment gives every incident its weight and its history."),
    "contacts": _("A known caller is recognised and not asked who he is."),
    "agents": _("Give somebody the role of hotline agent for this client."),
    "languages": _("Give an agent the skill of each language that the hotline announces."),
    "experts": _("What an agent cannot settle must reach an expert: name a group."),
    "group_supervisor": _("Refusals and late hand-overs are told to a person."),
    "settings": _("The standard settings hold until you change them. Have a look at each."),
}


def skill_label(code: str, *, clients: dict[str, str]) -> str:
    """Return how a skill code reads; `clients` are names by client code."""
    family, _sep, name = code.partition(":")
    if family == "client":
        return gettext("Client: %(name)s") % {"name": clients.get(name, name)}
    if family == "environment":
        return gettext("Environment: %(name)s") % {"name": ENVIRONMENTS.get(name, name)}
    if family == "language":
        return gettext("Language: %(name)s") % {"name": LANGUAGES.get(name, name)}
    return code


def part_label(code: str) -> str:
    """Return how one step of a path inside settings reads; an unknown one is shown as it is, without underscores."""
    return str(PARTS.get(code, code.replace("_", " ")))


REFUSALS: dict[str, Label] = {
    "code_taken": _("Another client has this code already."),
    "client_moved": _("Somebody else changed this client meanwhile."),
    "policy_moved": _("Somebody else saved a newer version meanwhile."),
    "staff_moved": _("Somebody else changed this account meanwhile."),
    "group_moved": _("Somebody else changed this group meanwhile."),
    "username_taken": _("Somebody has this user name or this e-mail already."),
    "own_account": _("Nobody takes the keys away from himself: ask another administrator."),
    "forbidden": _("Your role does not allow this."),
}


def refusal(error: Refused) -> str:
    """Return what a refusal says to the person who asked."""
    return str(REFUSALS.get(error.code, str(error)))


CHANGES: dict[str, Label] = {
    "client.created": _("Client created"),
    "client.changed": _("Identity changed"),
    "client.activated": _("Hotline opened"),
    "client.deactivated": _("Hotline closed"),
    "hotline_number.created": _("Hotline number added"),
    "hotline_number.changed": _("Hotline number changed"),
    "hotline_number.removed": _("Hotline number removed"),
    "site.created": _("Site added"),
    "site.changed": _("Site changed"),
    "equipment.created": _("Equipment added"),
    "equipment.changed": _("Equipment changed"),
    "contact.created": _("Contact added"),
    "contact.changed": _("Contact changed"),
    "group.created": _("Group created"),
    "group.changed": _("Group changed"),
    "staff.created": _("Account opened"),
    "staff.roles_changed": _("Roles changed"),
}
