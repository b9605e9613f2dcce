"""Where e-mail leaves by, read from one address. Without it none is sent, and the screens say so."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

NO_MAIL = "django.core.mail.backends.dummy.EmailBackend"
TIMEOUT_S = 10
_PORTS = {("smtp", False): 25, ("smtp", True): 587, ("smtps", False): 465}
_OPTIONS = {"starttls", "from"}


def mail_settings(url: str) -> dict[str, Any]:
    """
    Return Django's settings for ``smtp://user:password@host:port?starttls=1&from=hotline@example.org``.

    ``smtps://`` is encrypted from the first byte. `user` and `password` are percent-encoded.
    Raises: ValueError, with what is wrong; never with the password.
    """
    if not url:
        return {"EMAIL_BACKEND": NO_MAIL}
    parts = urlsplit(url)
    options = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
    starttls = options.get("starttls", "0") not in ("", "0")
    if (parts.scheme, starttls) not in _PORTS:
        raise ValueError("smtp:// or smtps:// is expected; starttls goes with smtp:// only")
    if not parts.hostname or parts.path.strip("/") or set(options) - _OPTIONS:
        raise ValueError("smtp://user:password@host:port?starttls=1&from=address is expected")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not (user + password).isascii():
        raise ValueError("a user and a password of ASCII characters are expected: Python's SMTP client knows no others")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or _PORTS[parts.scheme, starttls],
        "EMAIL_HOST_USER": user,
        "EMAIL_HOST_PASSWORD": password,
        "EMAIL_USE_TLS": starttls,
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": TIMEOUT_S,
        "DEFAULT_FROM_EMAIL": options.get("from") or f"vigie@{parts.hostname}",
    }
