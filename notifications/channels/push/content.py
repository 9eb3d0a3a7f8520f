"""What a push says: two lines for the lock screen and, for the app, which message it was. Never an address or a
price.
"""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from notifications.channels.base import Parcel
from notifications.kinds import kind_of
from notifications.wording import word_message

# How long providers keep a push at most for a device that is off: four weeks.
LONGEST_SECONDS = 28 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Push:
    """A push as every provider takes it in its own words.

    Of those with the same `tag` a device shows the last one: a status takes the place of the one before, and what comes
    twice is seen once. `is_newest_only`: the provider itself need not keep the ones before either. After `seconds` it
    is not to be shown any more.
    """

    title: str
    text: str
    data: Mapping[str, str]
    tag: str
    is_newest_only: bool
    is_urgent: bool
    seconds: int


def compose_push(parcel: Parcel, now: datetime) -> Push:
    """The push of a parcel, which has not expired, in the customer's language."""
    kind = kind_of(parcel.kind)
    words = word_message(parcel.kind, parcel.data, parcel.language)
    left = LONGEST_SECONDS if parcel.expires_at is None else int((parcel.expires_at - now).total_seconds())
    told = {"event_id": str(parcel.message_id), "kind": parcel.kind}
    told |= {name: str(parcel.data[name]) for name in ("order_id", "status") if parcel.data.get(name)}
    subject = f"{parcel.kind} {parcel.subject_id}" if kind.newest_only else str(parcel.message_id)
    return Push(
        title=words.title,
        text=words.text,
        data=told,
        # 32 letters of base64url are what the Topic of Web Push takes, which is the least of all (RFC 8030, 5.4).
        tag=urlsafe_b64encode(hashlib.sha256(subject.encode()).digest()[:24]).decode(),
        is_newest_only=kind.newest_only,
        is_urgent=kind.about_running_order,
        seconds=max(1, min(left, LONGEST_SECONDS)),
    )
