"""The kinds of messages that customers get: by which ways, whether they may be switched off, and how long they hold.

What a kind says stands in `notifications.wording`. Services and staff get whatever kinds they subscribe to.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from notifications.models import Channel


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

# What customers switch, in the order in which they are shown.
PREFERENCES = tuple(dict.fromkeys(kind.preference for kind in KINDS.values()))
NEWEST_ONLY = [name for name, kind in KINDS.items() if kind.newest_only]
