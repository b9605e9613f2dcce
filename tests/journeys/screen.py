"""What people do on their screens, by the addresses that their browsers use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.test import Client as Browser
from django.urls import reverse

from cast import signed_in
from vigie.directory.models import Staff

HTMX = {"HX-Request": "true", "Accept": "application/json"}


@dataclass(slots=True)
class Screen:
    """One member of the staff in front of a browser."""

    browser: Browser

    @classmethod
    def of(cls, staff: Staff) -> Screen:
        return cls(signed_in(staff))

    def read(self, name: str, *args: object, **query: object) -> str:
        """Return the page or fragment of that address name."""
        answer = self.browser.get(reverse(name, args=args), query)
        assert answer.status_code == 200, (name, answer.status_code)
        return str(answer.content.decode())

    def do(self, name: str, *args: object, **fields: object) -> tuple[int, dict[str, Any]]:
        """Post to that address name; return the status, and the refusal when there is one."""
        answer = self.browser.post(reverse(name, args=args), fields, headers=HTMX)
        is_json = answer.headers.get("Content-Type", "").startswith("application/json")
        return answer.status_code, answer.json() if is_json else {}

    def must(self, name: str, *args: object, **fields: object) -> None:
        """Post to that address name, and be obeyed."""
        status, refusal = self.do(name, *args, **fields)
        assert status in (200, 204, 302), (name, status, refusal)
