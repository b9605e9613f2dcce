"""Settings are read once, and every mistake is told at once."""

from __future__ import annotations

import pytest

from vigie.config.env import UnreadableSettings, read


def test_every_wrong_name_and_value_is_reported_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_WEB_PORT", "eight thousand")
    monkeypatch.setenv("VIGIE_SIP_PORT", "70000")
    monkeypatch.setenv("VIGIE_WEBPORT", "8000")
    monkeypatch.setenv("VIGIE_SRTP", "maybe")

    with pytest.raises(UnreadableSettings) as refusal:
        read()

    named = [line.split(":")[0] for line in str(refusal.value).splitlines()]
    assert named == ["VIGIE_SIP_PORT", "VIGIE_SRTP", "VIGIE_WEBPORT", "VIGIE_WEB_PORT"]


def test_settings_may_be_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VIGIE_HOME", raising=False)

    env = read()

    assert (env.web_host, env.web_port, env.sip_port) == ("127.0.0.1", 8000, 5060)
    assert env.home.is_absolute()
