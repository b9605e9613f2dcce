"""Accounts, roles, skills and groups."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from vigie.directory import labels
from vigie.directory.actions import GroupValues, Person
from vigie.directory.forms.base import Form
from vigie.directory.models import Client, Staff
from vigie.directory.phones import NotANumber, e164
from vigie.directory.roles import Role
from vigie.directory.sheets import Fault

EVERYWHERE = "everywhere"


class PersonForm(Form):
    first_name = forms.CharField(label=_("First name"), max_length=150)
    last_name = forms.CharField(label=_("Last name"), max_length=150)
    username = forms.RegexField(
        r"^[\w.@+-]+$", label=_("User name"), max_length=150, help_text=_("Letters, digits and . @ + - _ only.")
    )
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(
        label=_("Telephone"), required=False, max_length=40, help_text=_("Rung when nobody answers in the browser.")
    )
    language = forms.ChoiceField(
        label=_("Language of the screens"),
        choices=[("", _("As the browser asks")), ("fr", "Français"), ("en", "English")],
        required=False,
    )

    def clean_phone(self) -> str:
        text = str(self.cleaned_data["phone"]).strip()
        try:
            return e164(text, region="FR") if text else ""
        except NotANumber as error:
            raise forms.ValidationError(str(labels.FAULTS[Fault.NOT_A_NUMBER])) from error

    def person(self) -> Person:
        """Return what was typed, once it is valid."""
        return Person(**{name: self.cleaned_data[name] for name in Person.__dataclass_fields__})


class FirstRoleForm(Form):
    role = forms.ChoiceField(label=_("First role"), choices=[(r.value, labels.ROLES[r]) for r in Role])
    client = forms.ChoiceField(label=_("For which client"))

    def __init__(self, *args: object, clients: list[Client], may_everywhere: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        choices: list[tuple[str, labels.Label]] = [(str(client.pk), client.name) for client in clients]
        if may_everywhere:
            choices.append((EVERYWHERE, _("Every client")))
        field = self.fields["client"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    @property
    def client_id(self) -> int | None:
        chosen = self.cleaned_data["client"]
        return None if chosen == EVERYWHERE else int(chosen)


class GroupForm(Form):
    name = forms.CharField(label=_("Name of the group"), max_length=80)
    tier = forms.TypedChoiceField(label=_("Level"), coerce=int, choices=list(labels.TIERS.items()), initial=2)
    supervisor = forms.ModelChoiceField(
        label=_("Supervisor"),
        queryset=Staff.objects.none(),
        required=False,
        empty_label=_("Nobody yet"),
        help_text=_("Told by name when hand-overs are refused twice or stay unanswered."),
    )
    members = forms.ModelMultipleChoiceField(
        label=_("Members"), queryset=Staff.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    is_active = forms.BooleanField(label=_("This group receives hand-overs"), required=False, initial=True)

    def __init__(self, *args: object, people: list[int], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for name in ("supervisor", "members"):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = Staff.objects.filter(pk__in=people).order_by("last_name", "first_name")

    def values(self) -> GroupValues:
        """Return what was typed, once it is valid."""
        typed = self.cleaned_data
        supervisor = typed["supervisor"]
        return GroupValues(
            typed["name"],
            typed["tier"],
            supervisor.pk if supervisor else None,
            tuple(sorted(member.pk for member in typed["members"])),
            typed["is_active"],
        )
