"""
The three invented client companies. Any likeness is chance; every number lies in ARCEP's ranges kept for fiction.

Source: ARCEP decision 2018-0881, annex: 01 99 00 xx xx, 02 61 91 xx xx, 03 53 01 xx xx, 04 65 71 xx xx, 05 36 49 xx xx
and 06 39 98 xx xx are never given to a subscriber.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vigie.directory.models import Environment, Equipment

MINOR, NORMAL, IMPORTANT, VITAL = Equipment.Weight


@dataclass(frozen=True, slots=True)
class Thing:
    code: str
    name: str
    spoken_name: str
    environment: Environment
    weight: Equipment.Weight = NORMAL


@dataclass(frozen=True, slots=True)
class Place:
    code: str
    name: str
    address: str
    access: str = ""
    subdivision: str = ""
    things: tuple[Thing, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    job: str
    place: str  # the code of a Place
    numbers: tuple[str, ...]
    language: str = "fr"


@dataclass(frozen=True, slots=True)
class Company:
    code: str
    name: str
    hotline: str
    languages: tuple[str, ...]
    environments: tuple[Environment, ...]
    hours: dict[str, Any]
    places: tuple[Place, ...]
    people: tuple[Person, ...]
    hotline_label: str = "Ligne principale"


OFFICE = [["08:30", "12:00"], ["13:30", "18:00"]]
SHIFTS = [["05:00", "21:00"]]
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _week(days: str, slots: list[list[str]]) -> dict[str, list[list[str]]]:
    return {day: (slots if mark != "-" else []) for day, mark in zip(WEEK, days, strict=True)}


CONDITIA = Company(
    code="conditia",
    name="Conditia",
    hotline="+33199001001",
    languages=("fr", "en"),
    environments=(Environment.PHARMACEUTICAL, Environment.INDUSTRIAL),
    hours={
        "timezone": "Europe/Paris",
        "week": {**_week("xxxxx--", SHIFTS), "sat": [["06:00", "13:00"]]},
        "always": False,
        "holidays": {"country": "FR", "subdivision": ""},
        "days": {},
    },
    places=(
        Place(
            "12",
            "Atelier de conditionnement, Évreux",
            "4 rue des Tilleuls, 27000 Évreux",
            "Badge au poste de garde, sas et tenue propre obligatoires avant la zone de conditionnement.",
            things=(
                Thing("1204", "Ligne blister 2", "ligne blister deux", Environment.PHARMACEUTICAL, VITAL),
                Thing("1205", "Encartonneuse 2", "encartonneuse deux", Environment.PHARMACEUTICAL, VITAL),
                Thing("1206", "Trieuse pondérale 2", "trieuse pondérale deux", Environment.PHARMACEUTICAL, IMPORTANT),
                Thing("1207", "Étiqueteuse flacons 1", "étiqueteuse flacons un", Environment.PHARMACEUTICAL),
                Thing("1210", "Serveur de sérialisation", "serveur de sérialisation", Environment.SOFTWARE, VITAL),
                Thing("1215", "Caméra de contrôle des codes", "caméra de contrôle", Environment.CONNECTED, IMPORTANT),
                Thing("1220", "Banderoleuse de palettes", "banderoleuse", Environment.INDUSTRIAL),
            ),
        ),
        Place(
            "14",
            "Magasin et expédition, Évreux",
            "6 rue des Tilleuls, 27000 Évreux",
            "Entrée des transporteurs, quai 3.",
            things=(
                Thing("1401", "Terminaux de préparation", "terminaux de préparation", Environment.CONNECTED, IMPORTANT),
                Thing("1402", "Chambre froide 2-8 °C", "chambre froide", Environment.PHARMACEUTICAL, VITAL),
                Thing("1403", "Imprimante d'expédition", "imprimante d'expédition", Environment.IT, MINOR),
            ),
        ),
        Place(
            "18",
            "Laboratoire de contrôle, Louviers",
            "11 allée du Moulin, 27400 Louviers",
            "Sonner à l'accueil du laboratoire, blouse fournie.",
            things=(
                Thing("1801", "Dissolutest 3", "dissolutest trois", Environment.PHARMACEUTICAL, IMPORTANT),
                Thing("1802", "Poste de suivi des échantillons", "poste échantillons", Environment.SOFTWARE),
            ),
        ),
    ),
    people=(
        Person("Odile Marchand", "Cheffe d'atelier", "12", ("+33199002001",)),
        Person("Yann Le Bihan", "Conducteur de ligne", "12", ("+33639980011",)),
        Person("Fatou Diarra", "Responsable maintenance", "12", ("+33261910012", "+33639980012")),
        Person("Bastien Roche", "Chef d'équipe de nuit", "12", ("+33639980013",)),
        Person("Helen Whitlock", "Serialisation lead", "12", ("+33261910014",), "en"),
        Person("Mireille Castan", "Responsable magasin", "14", ("+33261910015",)),
        Person("Loïc Dumas", "Cariste préparateur", "14", ("+33639980016",)),
        Person("Agnès Tellier", "Technicienne de laboratoire", "18", ("+33261910017",)),
    ),
)

PLATEAU = Company(
    code="plateau",
    name="Eaux et Réseaux du Plateau",
    hotline="+33199001002",
    languages=("fr",),
    environments=(Environment.INFRASTRUCTURE, Environment.CONNECTED),
    hours={
        "timezone": "Europe/Paris",
        "week": _week("xxxxx--", [["07:30", "12:00"], ["13:00", "18:30"]]),
        "always": False,
        "holidays": {"country": "FR", "subdivision": "Alsace-Moselle"},
        "days": {},
    },
    places=(
        Place(
            "33",
            "Station de pompage du Haut-Plateau",
            "Route de la Crête, 57400 Sarrebourg",
            "Portail fermé, clé au coffret du local transformateur. Travail isolé interdit de nuit.",
            subdivision="Alsace-Moselle",
            things=(
                Thing("3310", "Groupe de pompage principal", "groupe de pompage", Environment.INFRASTRUCTURE, VITAL),
                Thing("3311", "Variateur de la pompe 2", "variateur pompe deux", Environment.INDUSTRIAL, IMPORTANT),
                Thing("3312", "Analyseur de chlore", "analyseur de chlore", Environment.CONNECTED, VITAL),
                Thing("3315", "Groupe électrogène", "groupe électrogène", Environment.INFRASTRUCTURE, IMPORTANT),
            ),
        ),
        Place(
            "35",
            "Réservoir des Trois-Bornes",
            "Chemin des Trois-Bornes, 57870 Walscheid",
            "Piste forestière, véhicule tout-terrain en hiver.",
            subdivision="Alsace-Moselle",
            things=(
                Thing("3501", "Télégestion du réservoir", "télégestion", Environment.CONNECTED, VITAL),
                Thing("3502", "Sonde de niveau", "sonde de niveau", Environment.CONNECTED, IMPORTANT),
                Thing("3503", "Alarme anti-intrusion", "alarme intrusion", Environment.CONNECTED),
            ),
        ),
        Place(
            "38",
            "Poste de relèvement de la Plaine",
            "12 rue du Canal, 67700 Saverne",
            "Trappe sous caméra, prévenir la permanence avant l'ouverture.",
            subdivision="Alsace-Moselle",
            things=(
                Thing("3801", "Pompes de relèvement", "pompes de relèvement", Environment.INFRASTRUCTURE, VITAL),
                Thing("3802", "Automate du poste", "automate du poste", Environment.INDUSTRIAL, IMPORTANT),
            ),
        ),
        Place(
            "30",
            "Centre de conduite",
            "1 place de la République, 57400 Sarrebourg",
            things=(
                Thing("3001", "Supervision du réseau", "supervision", Environment.SOFTWARE, VITAL),
                Thing("3002", "Téléphonie d'astreinte", "téléphonie d'astreinte", Environment.IT, IMPORTANT),
                Thing("3003", "Portail des agents de terrain", "portail terrain", Environment.SOFTWARE),
            ),
        ),
    ),
    people=(
        Person("Gilles Koenig", "Ingénieur de permanence", "30", ("+33199002002",)),
        Person("Nathalie Schmitt", "Opératrice de conduite", "30", ("+33353010021",)),
        Person("Régis Humbert", "Agent d'exploitation", "33", ("+33639980022",)),
        Person("Sandrine Oberlé", "Agente d'exploitation", "35", ("+33639980023",)),
        Person("Julien Vogel", "Électromécanicien", "38", ("+33639980024",)),
        Person("Monique Barth", "Responsable qualité de l'eau", "30", ("+33353010025",)),
    ),
)

LOGIMETRIE = Company(
    code="logimetrie",
    name="Logimétrie",
    hotline="+33199001003",
    languages=("fr", "en"),
    environments=(Environment.SOFTWARE, Environment.IT),
    hours={
        "timezone": "Europe/Paris",
        "week": _week("xxxxx--", OFFICE),
        "always": False,
        "holidays": {"country": "FR", "subdivision": ""},
        "days": {},
    },
    places=(
        Place(
            "50",
            "Plateforme hébergée",
            "Centre de données, 31000 Toulouse",
            things=(
                Thing("5001", "Export de paie", "export de paie", Environment.SOFTWARE, VITAL),
                Thing("5002", "Gestion des temps", "gestion des temps", Environment.SOFTWARE, IMPORTANT),
                Thing("5003", "Portail salarié", "portail salarié", Environment.SOFTWARE),
                Thing("5004", "Connecteur comptable", "connecteur comptable", Environment.SOFTWARE, IMPORTANT),
                Thing("5005", "Authentification unique", "authentification", Environment.IT, VITAL),
                Thing("5006", "Planificateur d'équipes", "planificateur", Environment.SOFTWARE),
                Thing("5007", "Interface de programmation", "interface", Environment.SOFTWARE, IMPORTANT),
            ),
        ),
        Place(
            "51",
            "Support, Toulouse",
            "3 boulevard des Platanes, 31000 Toulouse",
            things=(Thing("5101", "Badgeuses connectées", "badgeuses", Environment.CONNECTED, IMPORTANT),),
        ),
    ),
    people=(
        Person("Clara Fontaine", "Responsable paie, client Ateliers du Midi", "50", ("+33199002003",)),
        Person("Stéphane Aubry", "Gestionnaire de paie, client Transvallée", "50", ("+33536490031",)),
        Person("Margaret Doyle", "HR systems manager, customer Northbridge Foods", "50", ("+33536490032",), "en"),
        Person("Peter Lindqvist", "IT administrator, customer Kestrel Marine", "50", ("+33536490033",), "en"),
        Person("Amina Belkacem", "Chargée des temps, client Clinique des Pins", "50", ("+33465710034",)),
        Person("Rémi Castaing", "Intégrateur partenaire", "51", ("+33639980035",)),
        Person("Sylvie Arnaud", "Comptable, client Menuiserie Arnoux", "50", ("+33465710036",)),
    ),
)

COMPANIES = (CONDITIA, PLATEAU, LOGIMETRIE)
