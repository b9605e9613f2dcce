"""Every sentence that callers may hear, so that it is rendered before anyone calls."""

from __future__ import annotations

from collections.abc import Iterator

from vigie.callbot.prompts import invitations, placeholders, prompt, sentences, speaks, spell, text
from vigie.calls.queries import welcome_of
from vigie.directory.models import Client
from vigie.telephony.voice import Phrase

POSITIONS = 9  # further back, the sentence is rendered when it is needed


def phrases_to_render() -> list[Phrase]:
    """Return the sentences of every client in service, the first ones a caller hears first; no doubles."""
    clients = list(Client.objects.filter(is_active=True))
    spoken = [phrase for client in clients for phrase in _of_client(client)]
    languages = {language for client in clients for language in client.languages if speaks(language)} | {"fr", "en"}
    common = [phrase for language in sorted(languages) for phrase in _common(language)]
    return list(dict.fromkeys(spoken + common))


def _of_client(client: Client) -> Iterator[Phrase]:
    welcome = welcome_of(client.pk)
    for language in client.languages or ["fr"]:
        own = welcome.wording.get(language, {})
        for code, sentence in {**sentences(language), **invitations().get(language, {}), **own}.items():
            names = placeholders(sentence)
            if code in own and not names:
                yield Phrase(text(prompt(code, language), own=own), language)
            elif names == {"client"}:
                yield Phrase(text(prompt(code, language, client=client.name), own=own), language)


def _common(language: str) -> Iterator[Phrase]:
    for code, sentence in sentences(language).items():
        if not placeholders(sentence):
            yield Phrase(text(prompt(code, language)), language, key=code)
    for position in range(2, POSITIONS + 1):
        yield Phrase(text(prompt("queue_position", language, position=str(position))), language)
    for other in invitations():
        if other != language:
            yield Phrase(text(prompt("choose_language", other, key=spell("9", other))), other)
