from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower

from vigie.directory.roles import Role

E164 = RegexValidator(r"^\+[1-9]\d{4,14}$", "+33…")
CODE = RegexValidator(r"^[0-9]{2,10}$", "2-10 digits")


class Environment(models.TextChoices):
    """The kind of world a caller's equipment lives in."""

    IT = "it"
    SOFTWARE = "software"
    INDUSTRIAL = "industrial"
    PHARMACEUTICAL = "pharmaceutical"
    INFRASTRUCTURE = "infrastructure"
    CONNECTED = "connected_service"


class Client(models.Model):
    """A company whose hotline the operator holds."""

    name = models.CharField(max_length=120)
    code = models.SlugField(max_length=30, unique=True)
    timezone = models.CharField(max_length=60, default="Europe/Paris")
    languages = models.JSONField(default=list)  # ISO 639-1, the first one is spoken first
    environments = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class HotlineNumber(models.Model):
    """A telephone number that reaches a client's hotline."""

    client = models.ForeignKey(Client, models.PROTECT, related_name="numbers")
    number = models.CharField(max_length=20, unique=True, validators=[E164])
    label = models.CharField(max_length=80, blank=True)
    language = models.CharField(max_length=8, blank=True)

    def __str__(self) -> str:
        return self.number


class PolicyKind(models.TextChoices):
    """What a client may settle for itself. Each kind's body is read by the package named beside it."""

    HOURS = "hours"  # directory: weekly hours, holidays, exceptional days
    WELCOME = "welcome"  # calls: what the callbot says and asks, recording and consent
    ROUTING = "routing"  # calls: skills, ageing, reserve, overflow, leave-empty
    CRITICALITY = "criticality"  # tickets: consequences, scope, matrix
    FIELDS = "fields"  # tickets: the client's own questions
    SERVICE_LEVELS = "service_levels"  # tickets: commitments per criticality
    ESCALATION = "escalation"  # escalation: groups, accept-by delays, what a hand-over needs


class Policy(models.Model):
    """One version of one of a client's settings. Never changed: a new version replaces it."""

    client = models.ForeignKey(Client, models.PROTECT, related_name="policies")
    kind = models.CharField(max_length=20, choices=PolicyKind.choices)
    version = models.PositiveIntegerField()
    body = models.JSONField()
    note = models.CharField(max_length=200, blank=True)
    author = models.ForeignKey("directory.Staff", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["client", "kind", "-version"]
        constraints = [models.UniqueConstraint(fields=["client", "kind", "version"], name="policy_one_per_version")]

    def __str__(self) -> str:
        return f"{self.client_id} {self.kind} v{self.version}"


class Site(models.Model):
    client = models.ForeignKey(Client, models.PROTECT, related_name="sites")
    name = models.CharField(max_length=120)
    spoken_name = models.CharField(max_length=120, blank=True)
    code = models.CharField(max_length=10, validators=[CODE], help_text="keypad")
    address = models.CharField(max_length=240, blank=True)
    access = models.TextField(blank=True)
    subdivision = models.CharField(max_length=20, blank=True)  # of the holiday calendar, as "57" or "Alsace-Moselle"
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["client", "code"], name="site_code_once_per_client")]

    def __str__(self) -> str:
        return self.name


class Equipment(models.Model):
    """A configuration item: what stops, and what its stopping costs."""

    class Weight(models.IntegerChoices):
        MINOR = 1
        NORMAL = 2
        IMPORTANT = 3
        VITAL = 4

    client = models.ForeignKey(Client, models.PROTECT, related_name="equipment")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="equipment")
    name = models.CharField(max_length=120)
    spoken_name = models.CharField(max_length=120, blank=True)
    code = models.CharField(max_length=10, validators=[CODE], help_text="keypad")
    environment = models.CharField(max_length=20, choices=Environment.choices)
    weight = models.PositiveSmallIntegerField(choices=Weight.choices, default=Weight.NORMAL)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "equipment"
        constraints = [models.UniqueConstraint(fields=["client", "code"], name="equipment_code_once_per_client")]

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    """Somebody who calls for a client."""

    client = models.ForeignKey(Client, models.PROTECT, related_name="contacts")
    name = models.CharField(max_length=120)
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="contacts")
    job = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=8, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ContactNumber(models.Model):
    client = models.ForeignKey(Client, models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="numbers")
    number = models.CharField(max_length=20, validators=[E164])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "number"], name="contact_number_once_per_client")]

    def __str__(self) -> str:
        return self.number


class Staff(AbstractUser):
    """Somebody who works on the hotline or watches it."""

    language = models.CharField(max_length=8, blank=True)
    phone = models.CharField(max_length=20, blank=True, validators=[E164])

    class Meta(AbstractUser.Meta):
        constraints = [models.UniqueConstraint(Lower("email"), condition=~models.Q(email=""), name="staff_email_once")]

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class Membership(models.Model):
    """A role held for one client, or for every client when `client` is empty."""

    staff = models.ForeignKey(Staff, models.CASCADE, related_name="memberships")
    client = models.ForeignKey(Client, models.CASCADE, null=True, blank=True, related_name="memberships")
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["staff", "client", "role"], name="membership_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.role} {self.client_id or '*'}"


class StaffSkill(models.Model):
    """What somebody can take: `client:conditia`, `environment:software`, `language:fr`, or any other code."""

    class Level(models.IntegerChoices):
        LEARNING = 1
        ABLE = 2
        EXPERT = 3

    staff = models.ForeignKey(Staff, models.CASCADE, related_name="skills")
    skill = models.CharField(max_length=60)
    level = models.PositiveSmallIntegerField(choices=Level.choices, default=Level.ABLE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "skill"], name="staff_skill_once")]

    def __str__(self) -> str:
        return f"{self.skill}:{self.level}"


class Group(models.Model):
    """A support group of one tier. Without client it serves every client."""

    client = models.ForeignKey(Client, models.PROTECT, null=True, blank=True, related_name="groups")
    name = models.CharField(max_length=80)
    tier = models.PositiveSmallIntegerField(choices=[(1, "N1"), (2, "N2"), (3, "N3")])
    supervisor = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    members = models.ManyToManyField(Staff, related_name="support_groups", blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["tier", "name"]

    def __str__(self) -> str:
        return self.name
