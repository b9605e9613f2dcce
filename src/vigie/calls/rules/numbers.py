"""What a telephone number means, whichever way it was written."""

from __future__ import annotations

import phonenumbers

NOBODY = frozenset({"", "anonymous", "unavailable", "unknown", "restricted", "private", "invalid"})


def e164(number: str, *, region: str) -> str:
    """
    Return `number` as ``+33…``, read as somebody in `region` (ISO 3166, "FR") would dial it.

    What is not a number (an extension, a SIP name) comes back as it is; a withheld number comes back empty.
    """
    plain = number.strip()
    if plain.lower() in NOBODY:
        return ""
    for written in (plain, f"+{plain}"):
        try:
            parsed = phonenumbers.parse(written, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_possible_number(parsed):
            return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return plain


def region_of(number: str) -> str:
    """Return the country of an E.164 number as ISO 3166, "FR" when it has none."""
    try:
        found = phonenumbers.region_code_for_country_code(phonenumbers.parse(number, None).country_code or 33)
    except phonenumbers.NumberParseException:
        return "FR"
    return found if found and found != "ZZ" else "FR"
