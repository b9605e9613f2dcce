"""Who a client is."""

from __future__ import annotations

from zoneinfo import available_timezones

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from vigie.directory import labels
from vigie.directory.actions import Identity
from vigie.directory.forms.base import Form


class IdentityForm(Form):
    name = forms.CharField(label=_("Name of the company"), max_length=120)
    code = forms.SlugField(
        label=_("Short code"),
        max_length=30,
        required=False,
        help_text=_("In reports and skills, as “conditia”. Made from the name when left empty."),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages spoken on the hotline"),
        choices=list(labels.LANGUAGES.items()),
        widget=forms.CheckboxSelectMultiple,
        initial=["fr"],
    )
    first_language = forms.ChoiceField(
        label=_("Language spoken first"), choices=list(labels.LANGUAGES.items()), initial="fr"
    )
    environments = forms.MultipleChoiceField(
        label=_("What kind of equipment is supported"),
        choices=list(labels.ENVIRONMENTS.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("It decides which questions are asked and which agents are looked for."),
    )
    timezone = forms.ChoiceField(
        label=_("Time zone"), choices=[(z, z.replace("_", " ")) for z in sorted(available_timezones()) if "/" in z]
    )

    def clean_code(self) -> str:
        code: str = slugify(self.cleaned_data["code"] or self.cleaned_data.get("name", ""))[:30]
        if not code:
            raise forms.ValidationError(_("Choose a short code in letters and digits."))
        return code

    def identity(self) -> Identity:
        """Return what was typed, once it is valid."""
        typed = self.cleaned_data
        first = typed["first_language"]
        languages = (first, *(code for code in typed["languages"] if code != first))
        return Identity(typed["name"], typed["code"], typed["timezone"], languages, tuple(typed["environments"]))

    @staticmethod
    def initial_of(identity: Identity) -> dict[str, object]:
        return {
            "name": identity.name,
            "code": identity.code,
            "timezone": identity.timezone,
            "languages": list(identity.languages),
            "first_language": next(iter(identity.languages), "fr"),
            "environments": list(identity.environments),
        }
