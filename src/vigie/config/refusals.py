"""What people read when something is refused: one sentence per code."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vigie.errors import VigieError

MESSAGES: dict[str, Promise] = {
    "refused": _("This is not possible now."),
    "invalid": _("What was sent cannot be used as it is."),
    "not_found": _("There is nothing here."),
    "forbidden": _("Your role does not allow this."),
    "unavailable": _("Something outside does not answer."),
}


def message_of(error: VigieError) -> str:
    """Return the sentence for the code of `error`, or the error's own words when it was given some."""
    own_words = str(error)
    if own_words != (error.__doc__ or "").strip():
        return gettext(own_words)
    return str(MESSAGES.get(error.code) or gettext(own_words))
