"""What the network says of a caller and of a number dialled."""

from __future__ import annotations

import phonenumbers

from vigie.directory.phones import NotANumber, e164

NOBODY = frozenset({"", "anonymous", "unavailable", "unknown", "restricted", "private", "invalid"})


def as_e164(number: str, *, region: str) -> str:
    """
    Return `number` as ``+33…``, read as somebody in `region` (ISO 3166, "FR") would dial it.

    What is not a number (an extension, a SIP name) comes back as it is; a withheld number comes back empty.
    """
    plain = number.strip()
    if plain.lower() in NOBODY:
        return ""
    for written in (plain, f"+{plain}"):
        try:
            return e164(written, region=region)
        except NotANumber:
            continue
    return plain


def region_of(number: str) -> str:
    """Return the country of an E.164 number as ISO 3166, "FR" when it has none."""
    try:
        found = phonenumbers.region_code_for_country_code(phonenumbers.parse(number, None).country_code or 33)
    except phonenumbers.NumberParseException:
        return "FR"
    return found if found and found != "ZZ" else "FR"
