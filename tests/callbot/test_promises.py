"""No sentence commits to a time or a result that nobody committed to."""

import pytest

from vigie.callbot.promises import promises


@pytest.mark.parametrize(
    "text",
    [
        "Un technicien vous répond dans 5 minutes.", "Un technicien vous répond dans cinq minutes.",
        "Nous arrivons sous deux heures.",
        "Votre problème sera résolu.", "La panne sera très vite réparée.", "Nous allons régler votre problème.",
        "Nous intervenons immédiatement.",
        "On s'en occupe tout de suite.", "Réponse dans les plus brefs délais.", "Vous serez rappelé rapidement.",
        "Dès que possible.",
        "Nous vous rappelons au plus vite.", "Un conseiller prendra bientôt votre appel.",
        "Nous vous garantissons une réponse.",
        "Nous vous promettons une solution.", "Ce sera fait avant ce soir.", "Ce sera fait d'ici demain.",
        "dans quelques instants",
        "Temps d'attente estimé : 3 minutes.", "dans moins d'une heure", "Vous serez rappelé dans {minutes} minutes.",
        "Vous serez rappelé dans %(count)d minutes.", "Nous résoudrons cela.", "Le service va être rétabli.",
        "sans délai",
        "Le service sera rétabli avant {time}.", "Ne quittez pas, nous arrivons tout de suite.",
    ],
)  # fmt: skip
def test_a_french_promise_is_found(text: str) -> None:
    assert promises(text, language="fr")


@pytest.mark.parametrize(
    "text",
    [
        "Someone will answer in 5 minutes.", "We will call you back within two hours.", "Your problem will be fixed.",
        "It will soon be resolved.",
        "We'll fix it.", "We will resolve your issue.", "Immediately.", "Right away!",
        "An agent will be with you shortly.",
        "as soon as possible", "We guarantee an answer.", "I promise.", "It will be ready by tomorrow.",
        "no later than noon", "in a moment",
        "in a few minutes", "Estimated wait: three minutes.", "We will call back in {minutes} minutes.",
        "The service will be restored.",
        "You will be called back quickly.", "in {{ minutes }} minutes", "We are going to fix this.",
    ],
)  # fmt: skip
def test_an_english_promise_is_found(text: str) -> None:
    assert promises(text, language="en")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Ne quittez pas.", "fr"), ("Vous êtes en position {position}.", "fr"),
        ("Nous ne pouvons pas garantir de délai.", "fr"),
        ("Sans promettre de date, voici ce que nous savons.", "fr"),
        ("Votre contrat prévoit une réponse dans {commitment_delay}.", "fr"),
        ("Vous serez rappelé avant {committed_at}.", "fr"), ("Un incident est en cours.", "fr"),
        ("Le ticket a été résolu.", "fr"),
        ("Depuis 5 minutes.", "fr"), ("L'appel dure depuis deux heures.", "fr"),
        ("Avez-vous résolu le problème ?", "fr"),
        ("You are number {position} in the queue.", "en"), ("We cannot promise a time.", "en"),
        ("Answer due by {committed_at}.", "en"),
        ("Opened %(n)s minutes ago.", "en"), ("The ticket was resolved.", "en"),
        ("As soon as the agent picks up, the music stops.", "en"),
        ("Please hold the line.", "en"), ("Resolved by the agent", "en"), ("Closed by 3 agents", "fr"),
    ],
)  # fmt: skip
def test_the_truth_is_not_taken_for_a_promise(text: str, language: str) -> None:
    assert promises(text, language=language) == []


def test_the_words_of_the_promise_are_given_in_reading_order() -> None:
    found = promises("Rappel dans 5 minutes, ce sera résolu tout de suite.", language="fr")

    assert found == ["dans 5 minutes", "sera résolu", "tout de suite"]


def test_a_language_without_rules_is_checked_against_all_of_them() -> None:
    assert promises("asap", language="de") == ["asap"]
