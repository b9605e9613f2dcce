"""Telephone numbers as people write them, and as the network wants them. Pure."""

from __future__ import annotations

import phonenumbers

from vigie.errors import Invalid


class NotANumber(Invalid):
    """This is not a telephone number that can be rung."""

    code = "not_a_number"


def e164(text: str, *, region: str) -> str:
    """
    Return the number written in `text` as ``+33…``, read as dialled from `region` (ISO 3166-1, "FR").

    A number that no operator has given out yet is taken, as long as its length is possible: the plans of some countries
    change faster than any list. Raises: NotANumber.
    """
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        raise NotANumber(text=text) from error
    if not phonenumbers.is_possible_number(number) or number.extension:
        raise NotANumber(text=text)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
