"""What messages say to people."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

STATUS_TEXTS = {
    "waiting_for_payment": _("It waits to be paid."),
    "scheduled": _("It is scheduled."),
    "processing": _("We have it and are getting it ready."),
    "cooking": _("It is being cooked."),
    "ready": _("It is ready."),
    "in_delivery": _("It is on its way."),
    "delivered": _("It has been delivered. Enjoy!"),
    "undelivered": _("It could not be delivered."),
    "cancelled": _("It was cancelled."),
}


@dataclass(frozen=True, slots=True)
class Wording:
    """A message in words, on one line each."""

    title: str
    text: str


def word_message(kind: str, data: Mapping[str, Any], language: str) -> Wording:
    """The message in this language (by default the deployment's own), fit for a lock screen."""
    with translation.override(language or settings.LANGUAGE_CODE):
        if kind == "order_status" and data.get("status") in STATUS_TEXTS:
            title = gettext("Order %(number)s") % {"number": data.get("number", "")}
            return Wording(title, str(STATUS_TEXTS[data["status"]]))
        return Wording(settings.COMPANY_NAME, gettext("There is news for you in the app."))
