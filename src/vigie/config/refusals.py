"""What people read when something is refused: one sentence per code."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vigie.errors import VigieError

MESSAGES: dict[str, Promise] = {
    # everywhere
    "refused": _("This is not possible now."),
    "invalid": _("What was sent cannot be used as it is."),
    "not_found": _("There is nothing here."),
    "forbidden": _("Your role does not allow this."),
    "unavailable": _("Something outside does not answer."),
    # directory
    "client_moved": _("Somebody else changed this client meanwhile."),
    "client_not_ready": _("Something needed for the first call is missing."),
    "code_taken": _("Another client has this code already."),
    "group_moved": _("Somebody else changed this group meanwhile."),
    "policy_moved": _("Somebody else saved a newer version meanwhile."),
    "sheet_refused": _("Some cells cannot be taken; nothing was saved."),
    "own_account": _("Nobody takes the keys away from himself."),
    "staff_moved": _("Somebody else changed this account meanwhile."),
    "username_taken": _("Somebody has this user name or this e-mail already."),
    "unreadable_file": _("This file has no row of headings that vigie knows."),
    "not_a_number": _("This is not a telephone number that can be rung."),
    "hours_invalid": _("These opening hours cannot be used."),
    "never_opens": _("With these hours the hotline would not open in the next thirty years."),
    # calls
    "not_on_shift": _("You are not signed in to the telephone."),
    "audio_elsewhere": _("Another page holds your telephone. Take it over to use this one."),
    "no_node": _("The telephone exchange does not answer."),
    "no_audio_answer": _("The telephone exchange did not answer the browser's sound."),
    "callback_done": _("Somebody has dealt with this call-back already."),
    "already_taken": _("Somebody else has taken this call."),
    "caller_left": _("The caller has hung up."),
    "no_sound": _("Your browser's sound is not connected: connect your headset first."),
    "not_offered": _("This call does not ring for you."),
    "no_microphone": _("The browser does not let vigie use the microphone."),
    "on_a_call": _("Finish the call first."),
    "unknown_reason": _("This is not a reason for being away."),
    "not_talking": _("This call is not on the line with you."),
    "bad_policy": _("This setting cannot be used as it is."),
    # tickets
    "ticket_closed": _("This ticket is closed."),
    "ticket_ended": _("This ticket is resolved or closed: reopen it first."),
    "already_paused": _("The clocks of this ticket are already paused."),
    "not_paused": _("The clocks of this ticket are running."),
    "stale_save": _("Somebody else changed this meanwhile. Both texts are kept."),
    "text_needed": _("There is nothing to keep: the text is empty."),
    "not_resolved": _("This ticket is not resolved."),
    "resolution_incomplete": _("Say what it was and what was done."),
    "motive_needed": _("Say why."),
    "outside_perimeter": _(
        "This lies outside the perimeter of your level: hand it to the expert, or pass it to who answers for it."
    ),
    "no_override": _("The criticality of this ticket is the computed one."),
    "service_levels_invalid": _("These service levels cannot be used."),
    "criticality_policy_invalid": _("This criticality policy cannot be used."),
    "fields_invalid": _("These fields cannot be used."),
    "unknown_fact": _("This ticket has no such field."),
    "value_refused": _("This value does not fit the field."),
    # escalation
    "already_decided": _("%(winner)s has already decided on this hand-over."),
    "already_answered": _("This question has its answer."),
    "already_handed_over": _("This ticket already waits for somebody to accept it."),
    "nothing_written": _("A few words are needed."),
    "tier_moved": _("The ticket has changed tier meanwhile."),
    "already_settled": _("%(winner)s has already decided on this alert."),
    "unreadable_form": _("The form came back with something that vigie did not put there."),
    "unreadable_policy": _("The escalation settings cannot be used."),
    "group_disabled": _("This group does not receive tickets any more."),
    "handover_incomplete": _("The hand-over lacks what the receiver needs."),
    "not_an_emergency": _("Only a danger, stopped operations or criticality P1 may go before it is complete."),
    "ping_pong_frozen": _("These two groups have sent it back twice: their supervisor decides now."),
    "refusal_unexplained": _("A refusal says what is missing or what has to change."),
    "wrong_destination": _("This group cannot receive this ticket from where it stands."),
    # steering
    "not_waiting": _("This call does not wait any more."),
    "needs_a_person": _(
        "Operations have stopped or somebody may be in danger: this caller is put through to a person."
    ),
    "cannot_be_called_back": _("This caller's number is withheld: nobody could call back."),
    # sign-in
    "mail_not_sent": _("The e-mail could not be sent. Ask an administrator for a link to choose a password."),
    # demonstration
    "unknown_scenario": _("There is no scenario of this name."),
    "unreadable_scenario": _("The scenario file does not say what to do."),
}


def message_of(error: VigieError) -> str:
    """Return the sentence for the code of `error`, its details filled in, or the error's own words when it has some."""
    own_words = str(error)
    if own_words != (error.__doc__ or "").strip():
        return gettext(own_words)
    sentence = str(MESSAGES.get(error.code) or gettext(own_words))
    return sentence % error.details if "%(" in sentence else sentence
