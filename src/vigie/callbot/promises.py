"""Find words that commit to a time or a result. Nothing vigie says or writes may, unless a contract or a human did."""

from __future__ import annotations

import re

# A commitment somebody really made is a placeholder whose name says so: {committed_at}, {{ ticket.commitment }}.
_COMMITTED = re.compile(r"\{+[^{}]*commit[^{}]*\}+|%\([^)]*commit[^)]*\)[a-z]")
_PLACEHOLDER = re.compile(r"\{+[^{}]*\}+|%\([^)]*\)[a-z]")
_NUMBER = (
    r"(?:\d+|⟨\w*⟩|une?|deux|trois|quatre|cinq|six|dix|quinze|vingt|trente|quelques|les|moins d(?:e |[' ’]un)e?"
    r"|an?|one|two|three|four|five|ten|fifteen|twenty|thirty|a few|some|the next|less than \w+)"
)
_UNIT_FR = r"(?:secondes?|minutes?|heures?|jours?|semaines?|instants?|journée)"
_UNIT_EN = r"(?:seconds?|minutes?|hours?|days?|weeks?|moments?)"
_REPAIR_FR = r"(?:résoudre|réparer|régler|rétablir|corriger|dépanner|solutionner)"
_REPAIRED_FR = r"(?:résolu|réparé|réglé|rétabli|corrigé|dépanné|remis en service|solutionné)\w*"
_REPAIRED_EN = r"(?:fixed|resolved|solved|repaired|restored|sorted|up and running|back to normal)"
_DAY_FR = r"(?:ce soir|demain|midi|minuit|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)"
_DAY_EN = r"(?:tonight|tomorrow|noon|midnight|monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
_WE_WILL = (
    r"(?:we|i|they|he|she|team|technician|engineer)"
    r"(?: will| shall|[’']ll| are going to| is going to|[’']re going to|[’']m going to)"
)

_PATTERNS: dict[str, tuple[str, ...]] = {
    "fr": (
        rf"\b(?:dans|sous|d[’']ici|en)(?: (?:à peu près|environ|moins de))? {_NUMBER}(?: \w+)?? {_UNIT_FR}\b",
        rf"\b(?:avant|d[’']ici|dès) (?:{_DAY_FR}|la fin|\d+ ?h|⟨\w*⟩)",
        r"\b(?:immédiat\w*|tout de suite|aussitôt|instantané\w*|incessamment|bientôt|sur[- ]le[- ]champ)\b",
        r"\b(?:sans délai|sans tarder|sans attendre|dès que possible|(?:au|le) plus (?:vite|tôt|rapide))\b",
        r"\b(?:brefs|meilleurs) délais\b",
        r"\b(?:rapidement|très vite|vite fait|promptement|d[’']un moment à l[’']autre)\b",
        rf"\b(?:sera|seront|serez|va être|vont être|aura été) (?:\w+ ){{0,2}}?{_REPAIRED_FR}\b",
        rf"\b(?:allons|on va|je vais|il va|elle va|vont|va) (?:\w+ ){{0,2}}?{_REPAIR_FR}\b",
        r"\b(?:résou|répare|régle|rétabli|corrige|dépanne)(?:d?rons|d?ra|d?rai|d?ront)\b",
        r"\b(?:garanti\w*|promet\w*|promis\w*|à coup sûr|sans faute|assurément)\b",
        r"\b(?:temps|durée|délai) d[’']attente (?:estimé|prévu|est|de)\b",
    ),
    "en": (
        rf"\b(?:in|within|under)(?: (?:about|around))? {_NUMBER}(?: \w+)?? {_UNIT_EN}\b",
        r"\bin less than\b|\bno later than\b",
        rf"\bby (?:{_DAY_EN}|the end|\d+|⟨\w*⟩ ?(?:o[’']clock|am|pm))",
        r"\b(?:immediate(?:ly)?|instant(?:ly)?|(?:right|straight) away|at once|shortly|momentarily)\b",
        r"\b(?:promptly|quickly|swiftly|rapidly)\b",
        r"\b(?:as soon as possible|asap|in no time|any (?:minute|moment) now|without delay|soonest)\b",
        r"(?<!as )\bsoon\b(?! as)",
        rf"\b(?:will|shall|is going to|are going to|[’']ll) (?:\w+ ){{0,2}}?(?:be |get )?{_REPAIRED_EN}\b",
        rf"\b{_WE_WILL} (?:\w+ )?(?:fix|solve|resolve|repair|restore|sort)\b",
        r"\b(?:guarante\w*|promis\w*|without fail)\b",
        r"\b(?:estimated|expected) (?:wait|time|delay)",
    ),
}
_COMPILED = {lang: tuple(re.compile(p, re.IGNORECASE) for p in patterns) for lang, patterns in _PATTERNS.items()}
# "We cannot promise", "sans promettre", "n'est pas garanti": the opposite of a promise.
_DENIED = re.compile(
    r"\b(?:ne|n[’']\w+|sans|aucune?|jamais|ni|cannot|can[’']t|not|never|no|without|don[’']t)(?: [\w’']+){0,3} $",
    re.IGNORECASE,
)


def promises(text: str, *, language: str) -> list[str]:
    """
    Return the words of `text` that promise a time or a result, in reading order.

    Placeholders whose name contains "commit" stand for a commitment that exists, and may follow "in" or "by". A
    language without rules is checked against all of them.
    """
    plain = _PLACEHOLDER.sub("⟨⟩", _COMMITTED.sub("§", text))
    found = []
    for pattern in _COMPILED.get(language, tuple(p for ps in _COMPILED.values() for p in ps)):
        found += [(m.start(), m[0]) for m in pattern.finditer(plain) if not _DENIED.search(plain[: m.start()])]
    return [words for _, words in sorted(found)]
