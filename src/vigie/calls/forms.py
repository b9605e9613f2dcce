"""The settings of welcome and routing as an administrator fills them in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vigie.callbot.script import OPTIONAL_QUESTIONS, Question, Recording, WhenClosed
from vigie.calls.rules.policies import ClosedInQueue, RoutingPolicy, Way, WelcomePolicy, to_body
from vigie.directory.forms.base import Form

WAYS = [
    (Way.CALLBACK.value, _("Offer to be called back")),
    (Way.ONCALL.value, _("Ring the fallback numbers")),
    (Way.MESSAGE.value, _("Say so, and end the call")),
]
QUESTIONS = {
    Question.PLACE: _("Confirm the site known from the number"),
    Question.CODE: _("Code of the equipment or site, on the keypad"),
    Question.TOPIC: _("What it is about"),
    Question.DESCRIPTION: _("What happens, in a few words"),
    Question.IMPACT: _("Operations stopped, hindered, or not touched"),
    Question.DANGER: _("Whether somebody is in danger"),
    Question.CALLED_BEFORE: _("Whether they have called about it before"),
}
SENTENCES = ("greeting", "closed", "no_agent", "goodbye")


class RoutingForm(Form):
    """A routing policy; seconds everywhere."""

    reserve = forms.IntegerField(label=_("Agents kept free for critical calls"), min_value=0, max_value=100)
    required = forms.CharField(
        label=_("Skills every call needs"),
        required=False,
        help_text=_("Codes separated by commas, beside the language."),
    )
    preferred = forms.CharField(label=_("Skills preferred"), required=False)
    relax_after_s = forms.FloatField(label=_("Wait before a call may go without its skills (s)"), min_value=0)
    cap_s = forms.FloatField(label=_("Longest wait before a call goes like a critical one (s)"), min_value=1)
    critical_base = forms.FloatField(label=_("Head start of a critical call (s)"), min_value=0)
    hindered_base = forms.FloatField(label=_("Head start when operations are hindered (s)"), min_value=0)
    angry_s = forms.FloatField(label=_("Head start of a caller at the end of their tether (s)"), min_value=0)
    ring_s = forms.FloatField(label=_("How long an agent rings (s)"), min_value=1)
    wrap_up_s = forms.FloatField(label=_("Wrap-up after a call (s)"), min_value=0)
    announce_every_s = forms.FloatField(label=_("A word to those who wait, every (s)"), min_value=10)
    overflow_after_s = forms.FloatField(label=_("Longest wait in the queue (s)"), min_value=1)
    overflow = forms.ChoiceField(label=_("Then"), choices=WAYS)
    leave_empty = forms.ChoiceField(label=_("When nobody is logged in"), choices=WAYS)
    closed_in_queue = forms.ChoiceField(
        label=_("When the hotline closes while people wait"),
        choices=[
            (ClosedInQueue.SERVE.value, _("They are told, and served")),
            (ClosedInQueue.TELL.value, _("They are told that it is closed")),
        ],
    )
    service_level_s = forms.FloatField(label=_("An answer counts as fast within (s)"), min_value=0)
    short_abandon_s = forms.FloatField(label=_("Leaving sooner than this is not counted (s)"), min_value=0)
    call_back_abandoned = forms.BooleanField(label=_("Propose a call-back to known callers who left"), required=False)
    fallback_numbers = forms.CharField(
        label=_("Numbers of last resort, in order"),
        required=False,
        help_text=_("Rung when nobody is logged in, and by the exchange itself when vigie does not answer."),
    )

    fallback_trunk = forms.CharField(label=_("Line used to ring them"), required=False, max_length=60)

    @staticmethod
    def initial_of(policy: RoutingPolicy) -> dict[str, Any]:
        body = to_body(policy)
        lists = {name: ", ".join(body[name]) for name in ("required", "preferred", "fallback_numbers")}
        bases = {f"{name}_base": body["base"][name] for name in ("critical", "hindered")}
        return {**body, **lists, **bases}

    def body(self, policy: RoutingPolicy) -> dict[str, Any]:
        """Return the body typed, what the screen does not show being kept from `policy`."""
        typed, body = dict(self.cleaned_data), to_body(policy)
        for name in ("critical", "hindered"):
            body["base"][name] = typed.pop(f"{name}_base")
        for name in ("required", "preferred", "fallback_numbers"):
            typed[name] = [part.strip() for part in typed[name].replace("\n", ",").split(",") if part.strip()]
        return {**body, **typed}


class WelcomeForm(Form):
    """A welcome policy, and the client's own wording of a few sentences in one language."""

    questions = forms.MultipleChoiceField(
        label=_("Questions"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(question.value, QUESTIONS[question]) for question in Question if question in OPTIONAL_QUESTIONS],
    )
    when_closed = forms.ChoiceField(
        label=_("When the hotline is closed"),
        choices=[
            (WhenClosed.CALLBACK.value, _("Offer to be called back")),
            (WhenClosed.MESSAGE.value, _("Say so, and end the call")),
            (WhenClosed.HUMAN.value, _("Take the call as in opening hours")),
        ],
        help_text=_("Operations stopped or danger always reach a person."),
    )
    recording_mode = forms.ChoiceField(
        label=_("Recording"),
        choices=[
            (Recording.NONE.value, _("Nothing is recorded")),
            (Recording.NOTICE.value, _("Recorded, and the caller is told")),
            (Recording.ASK.value, _("Recorded if the caller says yes")),
        ],
    )
    retention_days = forms.IntegerField(label=_("Recordings are kept for (days)"), min_value=1, max_value=3650)
    code_length = forms.IntegerField(
        label=_("Digits of a code"), min_value=0, max_value=10, help_text=_("0: any length, ended by the hash key.")
    )
    silence_ms = forms.IntegerField(label=_("Silence before asking again (ms)"), min_value=2000, max_value=15000)
    tries = forms.IntegerField(label=_("Times a question is put before a person takes over"), min_value=1, max_value=3)

    @staticmethod
    def initial_of(policy: WelcomePolicy) -> dict[str, Any]:
        body = to_body(policy)
        recording = body.pop("recording")
        return {**body, "recording_mode": recording["mode"], "retention_days": recording["retention_days"]}

    def body(self, wording: dict[str, dict[str, str]]) -> dict[str, Any]:
        typed = dict(self.cleaned_data)
        recording = {"mode": typed.pop("recording_mode"), "retention_days": typed.pop("retention_days")}
        return {**typed, "recording": recording, "wording": wording}
