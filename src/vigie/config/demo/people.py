"""The operator's people in the demonstration: one account at least for each role."""

from __future__ import annotations

from dataclasses import dataclass

from vigie.directory.roles import Role

PASSWORD = "demo-vigie-2026"  # noqa: S105 - shown on the sign-in page of a demonstration, on purpose

ALL = ("conditia", "plateau", "logimetrie")
LANGUAGES = ("fr", "en")


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody to sign in as. `clients` empty: the role is held everywhere. `skills` are code → level."""

    username: str
    first_name: str
    last_name: str
    role: Role
    try_this: str  # an English msgid, translated on the sign-in page
    clients: tuple[str, ...] = ()
    skills: tuple[tuple[str, int], ...] = ()
    language: str = "fr"


def _skills(*clients: str, **levels: int) -> tuple[tuple[str, int], ...]:
    """Return skills for `clients`, then by name: a language we speak, or an environment."""
    known = [(f"client:{client}", 2) for client in clients]
    return tuple(
        known + [(f"{'language' if name in LANGUAGES else 'environment'}:{name}", n) for name, n in levels.items()]
    )


ACCOUNTS = (
    Account(
        "camille",
        "Camille",
        "Perrin",
        Role.AGENT,
        "Take calls, understand, qualify, resolve or hand over",
        ALL,
        _skills(*ALL, fr=3, pharmaceutical=3, industrial=2, infrastructure=2, software=2, it=2, connected_service=2),
    ),
    Account(
        "sofia",
        "Sofia",
        "Almeida",
        Role.AGENT,
        "Take calls in French and in English",
        ALL,
        _skills(*ALL, fr=3, en=3, software=3, it=3, pharmaceutical=2, industrial=1, infrastructure=1),
        "en",
    ),
    Account(
        "hugo",
        "Hugo",
        "Lemaire",
        Role.AGENT,
        "Take night calls for infrastructure",
        ALL,
        _skills(*ALL, fr=3, en=1, infrastructure=3, connected_service=3, industrial=2, software=1),
    ),
    Account(
        "karim",
        "Karim",
        "Haddad",
        Role.EXPERT2,
        "Receive hand-overs: accept, ask, refuse with a reason",
        ALL,
        _skills(*ALL, fr=3, en=2, pharmaceutical=3, industrial=3, infrastructure=3, software=2),
    ),
    Account(
        "nadia",
        "Nadia",
        "Ferrand",
        Role.EXPERT2,
        "Receive the software publisher's hand-overs",
        ("logimetrie", "conditia"),
        _skills("logimetrie", "conditia", fr=3, en=3, software=3, it=3),
    ),
    Account(
        "ines",
        "Inès",
        "Delmas",
        Role.EXPERT3,
        "Take what level 2 could not settle",
        ALL,
        _skills(*ALL, fr=3, en=3, pharmaceutical=3, software=3, infrastructure=3),
    ),
    Account(
        "luc",
        "Luc",
        "Moreau",
        Role.SUPERVISOR,
        "Watch calls, agents and critical tickets live",
        (),
        _skills(fr=3, en=2),
    ),
    Account("anna", "Anna", "Keller", Role.ADMINISTRATOR, "Set up a new client in an hour, without code"),
    Account("paul", "Paul", "Girard", Role.CLIENT_MANAGER, "See what happened on Conditia's sites", ("conditia",)),
    Account(
        "theo",
        "Théo",
        "Rivière",
        Role.TECHNICIAN,
        "Read what happened and what was tried before going on site",
        ("conditia", "plateau"),
        _skills("conditia", "plateau", fr=3, industrial=3, infrastructure=3),
    ),
    Account("jeanne", "Jeanne", "Caron", Role.TRAINER, "Look for cases worth learning from"),
    Account(
        "marc",
        "Marc",
        "Vidal",
        Role.ONCALL,
        "Answer for the network outside hours",
        ("plateau",),
        _skills("plateau", fr=3, infrastructure=3),
    ),
)


@dataclass(frozen=True, slots=True)
class Team:
    """A support group of one tier; `client` empty: of every client."""

    name: str
    tier: int
    members: tuple[str, ...]
    client: str = ""


SUPERVISOR = "luc"
TEAMS = (
    Team("Hotline N1", 1, ("camille", "sofia", "hugo")),
    Team("Experts conditionnement N2", 2, ("karim", "nadia"), "conditia"),
    Team("Experts réseaux N2", 2, ("karim",), "plateau"),
    Team("Experts logiciel N2", 2, ("nadia", "karim"), "logimetrie"),
    Team("Ingénierie N3", 3, ("ines",)),
)
