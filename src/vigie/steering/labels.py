"""What the codes of the wallboard are called on screen."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vigie.steering.rules import QueueMotive

QUEUE_MOTIVES: dict[str, Promise] = {
    QueueMotive.CONTEXT: _("Graver than it looks"),
    QueueMotive.LONG_WAIT: _("Has waited long"),
    QueueMotive.CLIENT_ASKS: _("The client asks for it"),
    QueueMotive.CAPACITY: _("More calls than people"),
    QueueMotive.WRONG_PLACE: _("Meant for somebody else"),
}

CALLER_NOT_SHOWN = _("Not shown to your role")
