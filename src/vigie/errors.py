"""
The one tree of errors.

A class says once what it means: its docstring is the default message, its ``code`` is stable for machines and its
``status`` is what the web door answers. Doors translate; nobody else does.
"""

from __future__ import annotations

from typing import Any, ClassVar


class VigieError(Exception):
    """Something went wrong."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500

    def __init__(self, message: str = "", **details: Any) -> None:
        super().__init__(message or (self.__doc__ or "").strip())
        self.details = details


class Refused(VigieError):
    """Understood, but not now."""

    code = "refused"
    status = 409


class Invalid(Refused):
    """What was sent cannot be used as it is."""

    code = "invalid"
    status = 422


class NotFound(Refused):
    """There is nothing here."""

    code = "not_found"
    status = 404


class Forbidden(Refused):
    """Your role does not allow this."""

    code = "forbidden"
    status = 403


class Unavailable(VigieError):
    """Something outside does not answer. ``permanent`` says that a retry cannot help."""

    code = "unavailable"
    status = 503

    def __init__(self, message: str = "", *, permanent: bool = False, **details: Any) -> None:
        super().__init__(message, **details)
        self.permanent = permanent
