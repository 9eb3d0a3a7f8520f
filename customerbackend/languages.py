"""Which language a customer is answered in."""

from functools import lru_cache

from django.conf import settings
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header

LANGUAGES = ("en", "ru")


MAX_HEADER = 500


def language_from_header(accept_language: str) -> str:
    """The first of our languages that an Accept-Language header (RFC 9110) asks for, else the deployment's own."""
    return wanted_language(accept_language) or settings.LANGUAGE_CODE


def wanted_language(accept_language: str) -> str | None:
    """The first of our languages that the header asks for; None where it asks for none of them."""
    # Cut before it is remembered. One character more than is read lets the parser see that the last may have been cut.
    return first_of_ours(accept_language[: MAX_HEADER + 1])


@lru_cache(maxsize=1024)
def first_of_ours(accept_language: str) -> str | None:
    """The same, remembered."""
    for wanted, weight in parse_accept_lang_header(accept_language):
        if wanted == "*" or weight == 0:
            break
        try:
            return get_supported_language_variant(wanted)
        except LookupError:
            continue
    return None
