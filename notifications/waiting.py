"""How much waits to be told, for how long, and what has been given up: whether the worker keeps up with its work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from customerbackend.statements import Statement
from notifications.models import Channel

# What is held back, for quiet hours or until its time, does not wait yet. Of what is tried again the first time counts.
READ_WAITING = Statement(
    "read_waiting_messages",
    "timestamptz",
    """
    SELECT 'new', count(*), COALESCE(EXTRACT(EPOCH FROM $1 - min(COALESCE(due_at, created_at))), 0), 0
    FROM notifications_message WHERE addressed_at IS NULL AND COALESCE(due_at, created_at) <= $1
    UNION ALL
    SELECT channel, count(*), EXTRACT(EPOCH FROM $1 - min(wanted_at)), 0
    FROM notifications_delivery WHERE state = 'pending' AND wanted_at <= $1 GROUP BY channel
    UNION ALL
    SELECT channel, 0, 0, count(*) FROM notifications_delivery WHERE state = 'dead' GROUP BY channel""",
)
NEW = "new"


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits to leave by one channel; `new`: what no worker has looked at yet."""

    channel: str
    messages: int
    oldest_seconds: float
    dead: int


def read_waiting(now: datetime | None = None) -> Sequence[Waiting]:
    """What waits, by channel, the channels by which nothing does included. One statement."""
    found = {channel: Waiting(channel, 0, 0.0, 0) for channel in (NEW, *Channel.values)}
    for channel, messages, seconds, dead in READ_WAITING.rows(now or timezone.now()):
        known = found[channel]
        found[channel] = Waiting(
            channel, known.messages + messages, known.oldest_seconds + float(seconds), known.dead + dead
        )
    return list(found.values())
