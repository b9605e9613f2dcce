"""E-mail leaves by the server that the installation names; without one, nobody is told that it left."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import Settings

from cast import Cast, signed_in
from vigie.config.env import UnreadableSettings, read
from vigie.config.mail import NO_MAIL, mail_settings

pytestmark = pytest.mark.django_db
PASSWORD = "s3cr:t/@"


class Post(Controller):
    """A real SMTP server on loopback that keeps what it is given."""

    def __init__(self) -> None:
        self.received: list[tuple[str, list[str], Message]] = []
        self.logins: list[tuple[bytes, bytes]] = []
        super().__init__(
            self, hostname="127.0.0.1", port=_free_port(), authenticator=self.check, auth_require_tls=False
        )

    def check(self, server: SMTP, session: Session, envelope: Envelope, how: str, given: LoginPassword) -> AuthResult:
        self.logins.append((given.login, given.password))
        return AuthResult(success=True)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        mail = message_from_bytes(envelope.content or b"")
        self.received.append((envelope.mail_from or "", list(envelope.rcpt_tos), mail))
        return "250 OK"


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def post() -> Iterator[Post]:
    server = Post()
    server.start()
    yield server
    server.stop()


def use(settings: Settings, url: str) -> None:
    for name, value in mail_settings(url).items():
        setattr(settings, name, value)


def ask_for_a_link(address: str) -> tuple[int, str]:
    answer = Browser().post(reverse("account_reset_password"), {"email": address}, follow=True)
    return answer.status_code, answer.content.decode()


@pytest.fixture
def forgetful(conditia: Cast) -> str:
    conditia.agent.email = "agent@conditia.example"
    conditia.agent.save(update_fields=["email"])
    return conditia.agent.email


def test_a_forgotten_password_is_chosen_anew_by_mail(post: Post, forgetful: str, settings: Settings) -> None:
    use(settings, f"smtp://hotline%40ours:s3cr%3At%2F%40@127.0.0.1:{post.port}?from=hotline@ours.example")

    status, _page = ask_for_a_link(forgetful)

    assert status == 200
    assert post.logins == [(b"hotline@ours", PASSWORD.encode())]
    [(sender, receivers, mail)] = post.received
    assert (sender, receivers) == ("hotline@ours.example", [forgetful])
    text = str(mail.get_payload(decode=True), "utf-8") if not mail.is_multipart() else ""
    link = next(word for word in text.split() if "/accounts/password/reset/key/" in word)
    assert Browser().get(link, follow=True).status_code == 200


@pytest.mark.parametrize("address", ["agent@conditia.example", "nobody@conditia.example"])
def test_a_server_that_is_not_there_is_said_and_is_no_crash(forgetful: str, settings: Settings, address: str) -> None:
    use(settings, f"smtp://127.0.0.1:{_free_port()}")

    status, page = ask_for_a_link(address)

    assert status == 503
    assert "administrat" in page


@pytest.mark.parametrize("address", ["agent@conditia.example", "nobody@conditia.example"])
def test_without_a_server_nobody_is_told_that_a_mail_left(forgetful: str, settings: Settings, address: str) -> None:
    use(settings, "")

    before, (status, page) = Browser().get(reverse("account_reset_password")), ask_for_a_link(address)

    assert (before.status_code, status) == (200, 200)
    assert "administrat" in page and "administrat" in before.content.decode()
    assert 'name="email"' not in page


def test_an_administrator_can_still_hand_out_a_link(conditia: Cast, settings: Settings) -> None:
    use(settings, "")

    page = signed_in(conditia.administrator).post(reverse("directory:staff_password", args=[conditia.agent.pk]))

    assert "/accounts/password/reset/key/" in page.content.decode()


@pytest.mark.parametrize(
    ("url", "port", "starttls", "tls"),
    [
        ("smtp://mail.example", 25, False, False),
        ("smtp://mail.example?starttls=1", 587, True, False),
        ("smtp://mail.example:2525?starttls=0", 2525, False, False),
        ("smtps://user:secret@mail.example", 465, False, True),
    ],
)
def test_the_address_says_how_the_connection_is_encrypted(url: str, port: int, starttls: bool, tls: bool) -> None:
    found = mail_settings(url)

    assert (found["EMAIL_PORT"], found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == (port, starttls, tls)
    assert found["DEFAULT_FROM_EMAIL"] == "vigie@mail.example"


@pytest.mark.parametrize(
    "url",
    [
        "mail.example:25",
        "http://user:s3cret@mail.example",
        "smtps://user:s3cret@mail.example?starttls=1",
        "smtp://user:s3cret@mail.example?tls=1",
        "smtp://user:s3cret@mail.example:many",
        "smtp://user:s3cret%C3%A9@mail.example",
        "smtp://",
    ],
)
def test_an_address_that_cannot_be_read_stops_the_start_and_tells_no_password(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("VIGIE_SMTP_URL", url)

    with pytest.raises(UnreadableSettings, match="VIGIE_SMTP_URL") as refusal:
        read()

    assert "s3cret" not in str(refusal.value)


def test_no_address_means_no_mail() -> None:
    assert mail_settings("") == {"EMAIL_BACKEND": NO_MAIL}
