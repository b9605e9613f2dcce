"""Sign-in: accounts are made by administrators, never by visitors."""

from __future__ import annotations

import logging
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import ResetPasswordForm
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse

from vigie.config.mail import NO_MAIL
from vigie.directory.models import Staff
from vigie.errors import Unavailable

logger = logging.getLogger(__name__)


class MailNotSent(Unavailable):
    """The e-mail could not be sent. Ask an administrator for a link to choose a password."""

    code = "mail_not_sent"


class ClosedAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def post_login(self, request: HttpRequest, user: Staff, **details: Any) -> HttpResponse:
        """Open the screens in the language of the person's account; the page's button changes it until next time."""
        response: HttpResponse = super().post_login(request, user, **details)
        if user.language in dict(settings.LANGUAGES):
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, samesite="Lax")
        return response

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Raises: MailNotSent."""
        try:
            super().send_mail(template_prefix, email, context)
        except (SMTPException, OSError) as error:
            logger.exception("no e-mail left by %s:%s", settings.EMAIL_HOST, settings.EMAIL_PORT)
            raise MailNotSent from error


class PasswordByMail(ResetPasswordForm):  # type: ignore[misc]
    """The question for a link to choose a new password; refused where no e-mail is sent, known address or not."""

    @property
    def sends_mail(self) -> bool:
        return bool(settings.EMAIL_BACKEND != NO_MAIL)

    def clean(self) -> dict[str, Any]:
        if not self.sends_mail:
            raise ValidationError("no e-mail is sent", code="no_mail")  # the page says it, in place of the form
        return dict(super().clean())
