"""The kinds of messages. Of those that customers get: by which ways, whether they may be switched off, and how long
they hold; what they say stands in `notifications.wording`. Of those that services and staff can subscribe to: who gets
them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notifications.models import Channel, Recipient


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of message is told.

    `preference` names what a customer switches on and off; kinds may share one. A kind `about_running_order` is not
    held back in quiet hours. Of a kind that is `newest_only` an older message about the same thing is not pushed or
    mailed any more once there is a newer one. `for_seconds` is how long a push or mail of it makes sense.
    """

    preference: str
    push: bool = True
    email: bool = False
    about_running_order: bool = False
    newest_only: bool = False
    for_seconds: int | None = None

    def is_on_by_default(self, channel: Channel) -> bool:
        """Whether it goes by this way where the customer has not said otherwise."""
        return {Channel.PUSH: self.push, Channel.EMAIL: self.email}.get(channel, False)


HOUR = 3600
DAY = 24 * HOUR
SECURITY = "security"  # cannot be switched off

KINDS: Mapping[str, Kind] = {
    "order_status": Kind("order_status", about_running_order=True, newest_only=True, for_seconds=HOUR),
    "order_late": Kind("order_late", about_running_order=True, newest_only=True, for_seconds=HOUR),
    "order_adjusted": Kind("order_adjusted", email=True, about_running_order=True, for_seconds=DAY),
    "payment_failed": Kind("payment_failed", about_running_order=True, newest_only=True, for_seconds=HOUR),
    "refund_succeeded": Kind("refund_succeeded", email=True, for_seconds=3 * DAY),
    "rate_order": Kind("rate_order", for_seconds=DAY),
    "new_device": Kind(SECURITY, email=True, for_seconds=3 * DAY),
    "password_changed": Kind(SECURITY, email=True, for_seconds=3 * DAY),
    "email_changed": Kind(SECURITY, email=True, for_seconds=3 * DAY),
    "account_erased": Kind(SECURITY, push=False, email=True, for_seconds=3 * DAY),
}

# One that a later release writes while a worker of this one still runs.
UNKNOWN = Kind("")


def kind_of(name: str) -> Kind:
    """The kind of this name, as customers are told it; one that is not known is pushed as news."""
    return KINDS.get(name, UNKNOWN)


# What customers switch, in the order in which they are shown.
PREFERENCES = tuple(dict.fromkeys(kind.preference for kind in KINDS.values()))
NEWEST_ONLY = [name for name, kind in KINDS.items() if kind.newest_only]


@dataclass(frozen=True, slots=True)
class ServiceKind:
    """Whom one kind of message is told to, and what has happened then, in words for staff."""

    told_to: tuple[Recipient, ...]
    label: str | Promise


TEST = "test"  # sent to one endpoint when staff ask for it, whatever it subscribes to

SERVICE_KINDS: Mapping[str, ServiceKind] = {
    "order_accepted": ServiceKind((Recipient.KITCHEN,), _("An order is to be cooked")),
    "order_adjusted": ServiceKind(
        (Recipient.KITCHEN, Recipient.COURIER),
        _("Something of an order is not to be cooked; other money is to be taken"),
    ),
    "store_to_warehouse": ServiceKind((Recipient.WAREHOUSE,), _("Ingredients are to be fetched from the store")),
    "warehouse_to_kitchen": ServiceKind((Recipient.WAREHOUSE,), _("Ingredients are to be brought to the kitchen")),
    "delivery_requested": ServiceKind((Recipient.COURIER,), _("A courier is needed for an order")),
    "order_ready": ServiceKind((Recipient.COURIER,), _("An order can be picked up")),
    "order_cancelled": ServiceKind(
        (Recipient.KITCHEN, Recipient.WAREHOUSE, Recipient.COURIER, Recipient.STAFF), _("An order is cancelled")
    ),
    "low_rating": ServiceKind((Recipient.STAFF,), _("A customer was not content")),
    "stock_short": ServiceKind((Recipient.STAFF,), _("Ingredients for an order are lacking")),
    "payment_lost": ServiceKind((Recipient.STAFF,), _("Money that was set aside for an order cannot be had any more")),
    "refund_failed": ServiceKind((Recipient.STAFF,), _("Money could not be given back")),
}
