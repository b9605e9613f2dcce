"""Short spoken answers, in the words people use."""

import pytest

from vigie.callbot import understand

YES_FR = [
    "oui", "Oui.", "OUI !", "ouais", "ouiiii", "euh oui", "oui oui", "bah oui", "tout à fait", "c'est ça",
    "C’est bien ça", "exact",
    "exactement", "absolument", "affirmatif", "bien sûr", "d'accord", "ok", "effectivement", "en effet", "si",
    "mais si", "je confirme",
    "oui c'est exact", "oui, tout à fait", "je dirais que oui", "ben ouais", "volontiers", "euh... oui, voilà",
]  # fmt: skip
NO_FR = [
    "non", "Non.", "NON !", "nan", "nooon", "euh non", "non non", "ben non", "pas du tout", "négatif", "aucun",
    "aucune", "jamais",
    "absolument pas", "certainement pas", "bien sûr que non", "pas vraiment", "pas encore", "ce n'est pas ça",
    "c'est pas ça", "non merci",
    "c'est faux", "je ne crois pas", "non, pas du tout", "personne", "pas exactement", "pas à ma connaissance",
    "je dirais que non",
    "du tout", "faux", "non ça le fait en permanence et on est une vingtaine dans le service",
]  # fmt: skip
UNCLEAR_FR = [
    "", "euh", "je ne sais pas", "j'sais pas", "peut-être", "oui et non", "oui non attendez", "mouais", "ça dépend",
    "bonjour",
    "pas sûr", "tard du tour", "pas de problème", "hein ?", "comment ?", "le site de Lyon", "je ne sais pas si oui",
    "c'est pas faux",
    "oui bonjour mon compte est verrouillé depuis hier soir", "allô oui bonjour", "non c'est bien ça", "un peu",
    "sans doute", "merci",
]  # fmt: skip
YES_EN = [
    "yes",
    "Yes.",
    "yeah",
    "yep",
    "um, yes",
    "correct",
    "that's right",
    "absolutely",
    "of course",
    "I do",
    "it is",
    "sure",
    "ok",
]
NO_EN = [
    "no", "nope", "nah", "not at all", "negative", "no one", "nobody", "not really", "not yet", "of course not",
    "I don't think so",
    "that's not right", "absolutely not", "it isn't", "no thanks", "wrong", "no it's not", "I do not",
    "that is not correct", "never",
]  # fmt: skip
UNCLEAR_EN = [
    "",
    "um",
    "I don't know",
    "maybe",
    "not sure",
    "yes and no",
    "it depends",
    "no idea",
    "what?",
    "no problem",
    "hello",
]


@pytest.mark.parametrize("text", YES_FR)
def test_a_clear_french_yes_is_a_yes(text: str) -> None:
    reading = understand.yes_or_no(text, language="fr")

    assert reading is not None
    assert (reading.value, reading.words, reading.language) == ("yes", text, "fr")


@pytest.mark.parametrize("text", NO_FR)
def test_a_french_no_in_any_words_is_a_no(text: str) -> None:
    reading = understand.yes_or_no(text, language="fr")

    assert reading is not None
    assert reading.value == "no"


@pytest.mark.parametrize("text", UNCLEAR_FR)
def test_an_unclear_french_answer_is_neither(text: str) -> None:
    assert understand.yes_or_no(text, language="fr") is None


@pytest.mark.parametrize("text", YES_EN)
def test_a_clear_english_yes_is_a_yes(text: str) -> None:
    reading = understand.yes_or_no(text, language="en")

    assert reading is not None
    assert (reading.value, reading.language) == ("yes", "en")


@pytest.mark.parametrize("text", NO_EN)
def test_an_english_no_in_any_words_is_a_no(text: str) -> None:
    reading = understand.yes_or_no(text, language="en")

    assert reading is not None
    assert reading.value == "no"


@pytest.mark.parametrize("text", UNCLEAR_EN)
def test_an_unclear_english_answer_is_neither(text: str) -> None:
    assert understand.yes_or_no(text, language="en") is None


def test_an_english_yes_is_understood_in_a_french_dialogue_and_says_so() -> None:
    reading = understand.yes_or_no("yes it is", language="fr")

    assert reading is not None
    assert (reading.value, reading.language) == ("yes", "en")


@pytest.mark.parametrize(
    "text",
    [
        "zéro", "press zero", "je souhaite être mis en relation avec un agent", "un opérateur humain", "un humain !",
        "Un humain", "humain", "passez-moi quelqu'un", "Passez moi quelqu’un s'il vous plaît",
        "je veux parler à une vraie personne",
        "je voudrais parler à un technicien s'il vous plaît", "une personne", "une personne s'il vous plaît",
        "quelqu'un", "un conseiller",
        "opérateur", "un opérateur svp", "je veux pas parler à un robot", "pas un robot",
        "je ne veux pas parler à une machine",
        "euh non mais je préférerais avoir quelqu'un au bout du fil là", "est-ce que je peux parler à quelqu'un ?",
        "il y a quelqu'un ?",
        "mettez-moi en relation avec un responsable", "je veux parler à un responsable",
        "transférez-moi vers le support",
        "je peux avoir une vraie personne", "j'aimerais parler avec un être humain", "un agent", "un technicien",
        "le standard",
        "je veux un humain", "donnez-moi un conseiller", "est-ce que je pourrais avoir quelqu'un ?",
        "j'ai besoin de parler à quelqu'un",
        "operator", "agent please", "agent", "a person please", "a human", "speak to a human",
        "I want to talk to a real person",
        "can I speak to someone", "put me through to someone", "representative", "get me a human",
        "I'd like to speak to an agent please",
        "is anyone there?", "talk to a person", "human please", "I don't want to talk to a machine", "customer service",
    ],
)  # fmt: skip
def test_asking_for_a_person_is_understood_whatever_the_words(text: str) -> None:
    assert understand.wants_human(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "", "oui", "non", "personne", "personne n'est en danger", "non, personne",
        "on est quatre opérateurs à l'arrêt en zone de pesée",
        "les opérateurs tournent en manuel", "deux opérateurs attendent",
        "il faut que quelqu'un intervienne tout de suite",
        "le logiciel des ressources humaines est lent", "c'est une erreur humaine", "le technicien est déjà passé hier",
        "l'agent de maintenance est absent", "j'ai eu quelqu'un hier au téléphone", "pas besoin de parler à quelqu'un",
        "je ne veux pas parler à quelqu'un", "la machine ne démarre pas", "le robot de palettisation se met en défaut",
        "the backup agent is down", "human resources software", "nobody", "no one", "the robot is stuck",
        "I don't need an agent",
        "the machine does not start", "la personne d'astreinte est prévenue",
    ],
)  # fmt: skip
def test_speaking_of_people_is_not_asking_for_one(text: str) -> None:
    assert understand.wants_human(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("arrêtée", "stopped"), ("complètement arrêtée", "stopped"), ("c'est à l'arrêt", "stopped"),
        ("tout est bloqué", "stopped"),
        ("on ne peut plus travailler", "stopped"), ("plus rien ne marche", "stopped"),
        ("personne ne peut travailler", "stopped"),
        ("c'est bloquant", "stopped"), ("la production est stoppée", "stopped"), ("oui elle est arrêtée", "stopped"),
        ("gênée", "hindered"), ("on est ralentis", "hindered"), ("au ralenti", "hindered"),
        ("un peu gênés", "hindered"),
        ("partiellement", "hindered"), ("on peut travailler mais c'est lent", "hindered"),
        ("elle n'est pas arrêtée mais ralentie", "hindered"),
        ("on arrive à travailler mais on perd du temps", "hindered"), ("on continue en mode dégradé", "hindered"),
        ("pas touchée", "unaffected"), ("pas du tout", "unaffected"), ("aucun impact", "unaffected"),
        ("rien de grave", "unaffected"),
        ("non, ça n'empêche pas de travailler", "unaffected"), ("pas gênée du tout", "unaffected"),
        ("pas d'impact", "unaffected"),
        ("elle n'est pas touchée", "unaffected"), ("tout fonctionne normalement", "unaffected"),
    ],
)  # fmt: skip
def test_impact_is_read_in_french(text: str, value: str) -> None:
    reading = understand.impact(text, language="fr")

    assert reading is not None
    assert reading.value == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("stopped", "stopped"), ("completely stopped", "stopped"), ("everything is down", "stopped"),
        ("we can't work", "stopped"),
        ("nothing works", "stopped"), ("at a standstill", "stopped"), ("hindered", "hindered"),
        ("it's slow", "hindered"),
        ("we can still work", "hindered"), ("partly", "hindered"), ("not stopped but slow", "hindered"),
        ("not affected", "unaffected"),
        ("not at all", "unaffected"), ("no impact", "unaffected"), ("it isn't affected", "unaffected"),
        ("nothing serious", "unaffected"),
    ],
)  # fmt: skip
def test_impact_is_read_in_english(text: str, value: str) -> None:
    reading = understand.impact(text, language="en")

    assert reading is not None
    assert reading.value == value


@pytest.mark.parametrize(
    "text",
    ["", "euh", "oui", "je ne sais pas", "elle n'est pas arrêtée", "la ligne trois", "bloquée ou plutôt ralentie"],
)
def test_an_unclear_impact_is_asked_again(text: str) -> None:
    assert understand.impact(text, language="fr") is None


@pytest.mark.parametrize(
    "text",
    [
        "la ligne de conditionnement est arrêtée depuis six heures trente", "toute l'usine est arrêtée",
        "la fabrication est stoppée",
        "plus rien ne marche", "on ne peut plus travailler", "on est à l'arrêt", "la production est à l'arrêt complet",
        "the whole plant is down", "production has stopped", "we can't work at all", "nobody can work",
    ],
)  # fmt: skip
def test_a_stop_told_in_passing_is_heard(text: str) -> None:
    assert understand.stopped(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "", "le robot s'est arrêté une seule fois hier depuis il tourne bien", "la production continue",
        "la ligne n'est pas arrêtée",
        "mon compte est bloqué", "la production est ralentie", "on arrive à travailler", "the printer stopped once",
        "the line is not stopped",
        "the line is running slow",
    ],
)  # fmt: skip
def test_what_still_runs_is_not_a_stop(text: str) -> None:
    assert understand.stopped(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "il y a le feu", "y'a un incendie dans l'atelier", "il y a un blessé", "un collègue est blessé",
        "ça sent le gaz", "fuite de gaz",
        "une personne est bloquée dans l'ascenseur", "une personne est en danger", "cette personne est blessée",
        "il est inconscient", "quelqu'un est en danger", "there is a fire", "someone is hurt",
        "a man is trapped in the lift", "I smell gas", "gas leak", "he is not breathing",
    ],
)  # fmt: skip
def test_named_dangers_are_heard_in_any_sentence(text: str) -> None:
    assert understand.threat(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "", "personne n'est en danger", "pas de blessé", "aucun danger",
        "y a personne de bloqué mais plusieurs personnes âgées",
        "l'alarme incendie est en défaut", "le pare-feu ne répond plus", "le feu rouge du carrefour est éteint",
        "nobody is hurt",
        "no danger", "the firewall is down", "the fire alarm panel shows an error",
        "une fuite d'huile sous le compresseur",
    ],
)  # fmt: skip
def test_no_danger_is_invented(text: str) -> None:
    assert understand.threat(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("oui", "yes"), ("oui, il y a un blessé", "yes"), ("oui une personne est en danger", "yes"), ("non", "no"),
        ("personne", "no"), ("non personne", "no"), ("personne n'est en danger", "no"),
        ("aucun danger", "no"), ("tout le monde va bien", "no"), ("pas du tout", "no"), ("nobody", "no"),
        ("no one is hurt", "no"), ("yes", "yes"),
    ],
)  # fmt: skip
def test_danger_is_answered(text: str, value: str) -> None:
    reading = understand.danger(text, language="fr")

    assert reading is not None
    assert reading.value == value


@pytest.mark.parametrize("text", ["", "je ne sais pas", "sans aucun doute", "pas de problème", "peut-être"])
def test_an_unclear_answer_about_danger_is_not_an_answer(text: str) -> None:
    assert understand.danger(text, language="fr") is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("un incident technique", "incident"), ("une panne", "incident"), ("ma machine ne marche plus", "incident"),
        ("j'ai un problème", "incident"),
        ("l'imprimante du secrétariat ne sort plus rien", "incident"), ("de l'aide", "assistance"),
        ("comment on fait pour exporter la liste", "assistance"),
        ("une question d'utilisation", "assistance"), ("je rappelle pour mon ticket", "follow_up"),
        ("j'ai déjà appelé hier pour cette panne", "follow_up"),
        ("le suivi de ma demande", "follow_up"), ("autre chose", "other"), ("something is broken", "incident"),
        ("how do I export a list", "assistance"),
        ("my ticket", "follow_up"), ("something else", "other"), ("it's not working", "incident"),
    ],
)  # fmt: skip
def test_the_topic_is_read(text: str, value: str) -> None:
    reading = understand.topic(text, language="fr")

    assert reading is not None
    assert reading.value == value


@pytest.mark.parametrize(
    ("text", "key"),
    [("un", "1"), ("deux", "2"), ("tapez trois", "3"), ("le premier", "1"), ("2", "2"), ("option deux", "2"),
     ("one", "1"), ("press two", "2"), ("zéro", "0")],
)  # fmt: skip
def test_a_key_may_be_said(text: str, key: str) -> None:
    assert understand.key(text, language="fr") == key


@pytest.mark.parametrize("text", ["", "deux machines sur trois", "oui", "onze", "un deux"])
def test_numbers_inside_sentences_are_not_keys(text: str) -> None:
    assert understand.key(text, language="fr") is None


@pytest.mark.parametrize(
    "text", ["j'en peux plus", "au secours", "à l'aide", "je panique", "I'm begging you", "I can't take it anymore"]
)
def test_distress_is_heard(text: str) -> None:
    assert understand.distress(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "merde",
        "bande d'incapables",
        "putain de machine",
        "c'est inadmissible",
        "fuck this",
        "this is ridiculous",
        "j'en ai marre",
    ],
)
def test_anger_is_heard(text: str) -> None:
    assert understand.anger(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "j'ai besoin d'aide",
        "mon écran est noir",
        "help with printing",
        "le condensateur",
        "shipping is late",
        "le contrôle",
    ],
)
def test_calm_words_are_neither_anger_nor_distress(text: str) -> None:
    assert understand.distress(text) is None
    assert understand.anger(text) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("English please", "en"), ("in English", "en"), ("do you speak English?", "en"), ("anglais", "en"),
        ("I don't speak French", "en"),
        ("en français s'il vous plaît", "fr"), ("français", "fr"), ("Sprechen Sie Deutsch?", "de"),
        ("auf Deutsch bitte", "de"), ("en español", "es"),
    ],
)  # fmt: skip
def test_asking_for_a_language_is_understood(text: str, code: str) -> None:
    assert understand.language_asked(text) == code


@pytest.mark.parametrize(
    "text", ["", "oui", "le clavier anglais ne marche pas", "my screen is black", "le site de Dieppe"]
)
def test_no_language_is_asked_for(text: str) -> None:
    assert understand.language_asked(text) is None


@pytest.mark.parametrize(
    "text", ["je ne l'ai pas", "je n'ai pas de code", "non", "quel code ?", "I don't have it", "no code"]
)
def test_not_having_the_code_is_understood(text: str) -> None:
    assert understand.without_code(text, language="fr")


def test_plain_words_have_no_accents_case_or_stretched_letters() -> None:
    assert understand.plain("  Ouiiii, l’Équipe n°3 : ARRÊTÉE ! ") == "oui l equipe n 3 arretee"
