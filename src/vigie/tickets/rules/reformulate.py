"""
The text an agent reads back: what the caller said, in plain sentences, for a yes or a correction.

It tells facts only. It never says when or whether anything will be solved (L1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from vigie.tickets.rules.vocabulary import Facts, is_known

_SENTENCES: Mapping[str, Mapping[str, str]] = {
    "fr": {
        "opening": "Je reprends, pour être sûr de vous avoir bien compris.",
        "symptom": "Vous constatez ceci : {value}.",
        "equipment": "Cela concerne : {value}.",
        "site": "Lieu : {value}.",
        "since": "Depuis : {value}.",
        "context": "Cela se produit dans ces circonstances : {value}.",
        "frequency.once": "C'est arrivé une seule fois.",
        "frequency.sometimes": "Cela arrive de temps en temps.",
        "frequency.often": "Cela arrive souvent.",
        "frequency.permanent": "C'est permanent.",
        "affected": "Sont touchés : {value}.",
        "scope.one_person": "Une seule personne est concernée.",
        "scope.several_people": "Plusieurs personnes sont concernées.",
        "scope.department": "Tout un service est concerné.",
        "scope.whole_site": "Tout le site est concerné.",
        "scope.public": "Le public est concerné.",
        "consequence.discomfort": "C'est une gêne, le travail continue.",
        "consequence.hindered": "Le travail continue en partie.",
        "consequence.stopped": "L'activité est arrêtée.",
        "safety.yes": "Il y a un danger pour des personnes.",
        "safety.no": "Personne n'est en danger.",
        "quality.yes": "La qualité du produit ou l'environnement est en jeu.",
        "attempts": "Ont déjà été essayés : {value}.",
        "attempt": "{action} ({result})",
        "workaround.yes": "Vous avez un moyen de continuer autrement.",
        "workaround.partial": "Vous pouvez continuer autrement, en partie.",
        "workaround.no": "Vous n'avez pas de moyen de continuer autrement.",
        "workaround_how": "Moyen de continuer : {value}.",
        "closing": "Est-ce bien cela ?",
        "solved": "réglé",
        "better": "mieux",
        "no_effect": "sans effet",
        "worse": "pire",
        "not_possible": "pas pu être fait",
    },
    "en": {
        "opening": "Let me say it back, to be sure that I understood you.",
        "symptom": "This is what you see: {value}.",
        "equipment": "It concerns: {value}.",
        "site": "Place: {value}.",
        "since": "Since: {value}.",
        "context": "It happens in these circumstances: {value}.",
        "frequency.once": "It happened once.",
        "frequency.sometimes": "It happens from time to time.",
        "frequency.often": "It happens often.",
        "frequency.permanent": "It is there all the time.",
        "affected": "Affected: {value}.",
        "scope.one_person": "One person is concerned.",
        "scope.several_people": "Several people are concerned.",
        "scope.department": "A whole department is concerned.",
        "scope.whole_site": "The whole site is concerned.",
        "scope.public": "The public is concerned.",
        "consequence.discomfort": "It is uncomfortable, work goes on.",
        "consequence.hindered": "Work goes on in part.",
        "consequence.stopped": "Operations have stopped.",
        "safety.yes": "Somebody is in danger.",
        "safety.no": "Nobody is in danger.",
        "quality.yes": "The quality of the product or the environment is at stake.",
        "attempts": "Already tried: {value}.",
        "attempt": "{action} ({result})",
        "workaround.yes": "You have another way to go on.",
        "workaround.partial": "You have another way to go on, in part.",
        "workaround.no": "You have no other way to go on.",
        "workaround_how": "Other way to go on: {value}.",
        "closing": "Is that right?",
        "solved": "solved",
        "better": "better",
        "no_effect": "no effect",
        "worse": "worse",
        "not_possible": "could not be done",
    },
}
LANGUAGES = tuple(_SENTENCES)
_ORDER = (
    "symptom",
    "equipment",
    "site",
    "since",
    "context",
    "frequency",
    "affected",
    "scope",
    "consequence",
    "safety",
    "quality",
    "attempts",
    "workaround",
    "workaround_how",
)


@dataclass(frozen=True, slots=True)
class Tried:
    """An action already tried; `result` is a code of AttemptResult."""

    action: str
    result: str


def reformulate(
    facts: Facts, *, tried: Iterable[Tried] = (), names: Mapping[str, str] | None = None, language: str = "fr"
) -> str:
    """
    Say back what is known, one sentence a fact; empty when nothing worth reading back is known.

    `names` are those of the site and the equipment. A language we do not speak is answered in English.
    """
    words = _SENTENCES.get(language, _SENTENCES["en"])
    actions = [words["attempt"].format(action=_bare(t.action), result=words[t.result]) for t in tried]
    parts: dict[str, str] = {
        **{name: _bare(str(facts[name])) for name in _ORDER if is_known(facts, name)},
        **{name: text for name, text in (names or {}).items() if text},
        **({"attempts": " ; ".join(actions)} if actions else {}),
    }
    sentences = list(filter(None, (_sentence(name, parts, words.get) for name in _ORDER)))
    return " ".join([words["opening"], *sentences, words["closing"]]) if sentences else ""


def _sentence(name: str, parts: Mapping[str, str], words: Callable[[str], str | None]) -> str:
    if name not in parts:
        return ""
    text = words(f"{name}.{parts[name]}") or words(name)
    return text.replace("{value}", parts[name]) if text else ""


def _bare(text: str) -> str:
    """Return the text on one line, without its final stop: the sentence has its own."""
    return " ".join(text.split()).rstrip(" .;,")
