"""What customers read: a title and a sentence for each kind of message, the same in a push, in the inbox and by mail.

They stand on locked screens, so they hold no price and no address; mails show those beside them. Whatever a message no
longer says (of one who has been erased it says nothing), there are words for.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from customerbackend.times import zone_or_utc


@dataclass(frozen=True, slots=True)
class Wording:
    """A message as somebody reads it."""

    title: str
    text: str


Words = tuple[Any, Any]  # title and text, not translated yet
Data = Mapping[str, Any]


def word_message(kind: str, data: Data, language: str) -> Wording:
    """The words of a message to a customer; of a kind that is not known, that there is news."""
    with translation.override(language or settings.LANGUAGE_CODE):
        title, text = WORDS.get(kind, word_news)(data)
        return Wording(str(title), str(text))


def word_news(data: Data) -> Words:
    """When there is nothing better to say."""
    return _("News for you"), _("Open the app to see it.")


BY_STATUS: Mapping[str, Words] = {
    "waiting_for_payment": (_("One step left"), _("Pay for your order, and we will start on it.")),
    "scheduled": (_("Your order is planned"), _("We will start cooking in time for the moment that you chose.")),
    "processing": (_("We have your order"), _("The kitchen knows of it and will start soon.")),
    "cooking": (_("Your order is being cooked"), _("Our cooks are on it.")),
    "ready": (_("Your order is ready"), _("It is packed and waits for the courier.")),
    "in_delivery": (_("Your order is on its way"), _("The courier is coming to you.")),
    "delivered": (_("Enjoy your meal!"), _("Your order has been delivered.")),
    "undelivered": (_("We could not hand over your order"), _("Open it to see what happens next.")),
    "cancelled": (_("Your order has been cancelled"), _("If you have paid for it, the money goes back to you.")),
}
BY_STATUS_AT_THE_COUNTER: Mapping[str, Words] = {
    "ready": (_("Your order is ready"), _("Come and get it while it is fresh.")),
    "delivered": (_("Enjoy your meal!"), _("Your order has been picked up.")),
}


def word_status(data: Data) -> Words:
    """Where the order stands now."""
    status = data.get("status", "")
    if data.get("delivery_method") == "pickup" and status in BY_STATUS_AT_THE_COUNTER:
        return BY_STATUS_AT_THE_COUNTER[status]
    return BY_STATUS.get(status) or (_("News about your order"), _("Open it to see how it stands."))


def word_late(data: Data) -> Words:
    """By when it should be there now, by the clock of the place."""
    title = _("Your order will be late")
    if "delivered_to" not in data:
        return title, _("It takes longer than we said. Sorry for the wait.")
    moment = datetime.fromisoformat(data["delivered_to"]).astimezone(zone_or_utc(data.get("time_zone", "UTC")))
    at_the_counter = data.get("delivery_method") == "pickup"
    text = (
        _("It should be ready by {time}. Sorry for the wait.")
        if at_the_counter
        else _("It should be with you by {time}. Sorry for the wait.")
    )
    return title, text.format(time=f"{moment:%H:%M}")


def word_adjusted(data: Data) -> Words:
    """That less is owed, and why."""
    if data.get("kind") == "item_removed":
        return _("Your order has changed"), _("Something in it was not to be had. You do not pay for that.")
    return _("Your order costs less"), _("We have lowered what you pay for it. What you paid above that goes back.")


def word_new_device(data: Data) -> Words:
    """Where somebody has signed in, as far as that is known."""
    title = _("A new device has signed in")
    if not data.get("device_name"):
        return title, _("If it was not you, change your password at once.")
    text = _("“{device}” has signed in to your account. If it was not you, change your password at once.")
    return title, text.format(device=data["device_name"])


def always(title: Any, text: Any) -> Callable[[Data], Words]:
    """Words that do not depend on what the message says."""
    return lambda data: (title, text)


WORDS: Mapping[str, Callable[[Data], Words]] = {
    "order_status": word_status,
    "order_late": word_late,
    "order_adjusted": word_adjusted,
    "payment_failed": always(_("The payment did not go through"), _("Try again, or pay in another way.")),
    "refund_succeeded": always(_("Your money is on its way back"), _("It can take your bank a few days to show it.")),
    "rate_order": always(_("How was your order?"), _("A few stars are enough, and help us to get better.")),
    "new_device": word_new_device,
    "password_changed": always(
        _("Your password has been changed"), _("If it was not you, reset it at once and write to us.")
    ),
    "email_changed": always(_("Your email address has been changed"), _("If it was not you, write to us at once.")),
    "account_erased": always(
        _("Your account has been erased"), _("Nothing is left of it but sums in our books, without a name.")
    ),
}
