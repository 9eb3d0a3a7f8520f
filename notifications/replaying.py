"""Sending again: to an endpoint what happened in a span of time, and single deliveries that have come to an end."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customerbackend.errors import Refusal
from customerbackend.statements import Statement, in_transaction
from notifications.claiming import WAKE_WORKERS
from notifications.contacts import read_contacts
from notifications.endpoints import EndpointIsOff, lock_endpoint
from notifications.kinds import SECURITY, SERVICE_KINDS, TEST, kind_of
from notifications.models import Channel, Delivery, Device, Endpoint, Mailbox, Message

State = Delivery.State

# Its id is of version 7, as all of ours are: lists go by it. What is being sent at this moment is left alone. What has
# been erased is not told again.
REPLAY = Statement(
    "replay_messages",
    "uuid, timestamptz, timestamptz, text[], timestamptz",
    f"""
    INSERT INTO notifications_delivery AS known (id, message_id, position, channel, outlet, target_id, lane, address,
        state, attempts, wanted_at, due_at, leased_until, claim_id, note, finished_at)
    SELECT (lpad(to_hex((extract(epoch FROM $5) * 1000)::bigint), 12, '0') || '7'
            || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid,
        message.id, message.position, 'webhook', endpoint.id::text, endpoint.id,
        COALESCE(message.subject_id, message.id), '', 'pending', 0, $5, $5, NULL, NULL, '', NULL
    FROM notifications_endpoint AS endpoint JOIN notifications_message AS message
        ON message.recipient_kind = endpoint.recipient_kind
        AND (endpoint.kinds = '{{}}' OR message.kind = ANY (endpoint.kinds))
        AND (endpoint.branch_ids = '{{}}' OR message.recipient_id = ANY (endpoint.branch_ids))
    WHERE endpoint.id = $1 AND message.created_at >= $2 AND message.created_at < $3
        AND message.addressed_at IS NOT NULL AND message.data <> '{{}}'::jsonb
        AND message.kind <> '{TEST}' AND ($4 = '{{}}' OR message.kind = ANY ($4))
    ORDER BY message.position
    ON CONFLICT (message_id, target_id) DO UPDATE SET state = 'pending', attempts = 0, wanted_at = $5, due_at = $5,
        leased_until = NULL, claim_id = NULL, note = '', finished_at = NULL
    WHERE known.state <> 'pending' OR known.leased_until IS NULL OR known.leased_until <= $5""",
)


class BadTimeRange(Refusal):
    """The span has no length, or has not begun."""

    default_code = "bad_time_range"
    title = _("The time range is not possible")
    default_detail = _("The end must be later than the beginning, and the beginning must have passed.")


class UnknownKinds(Refusal):
    """Endpoints are not told such kinds."""

    default_code = "unknown_kinds"
    title = _("Unknown kinds of messages")

    def __init__(self, unknown: Collection[str]) -> None:
        super().__init__(
            _("There are no such kinds of messages: %(kinds)s.") % {"kinds": ", ".join(sorted(unknown))},
            kinds=sorted(unknown),
        )


@in_transaction
def replay_messages(*, endpoint_id: UUID, begin: datetime, end: datetime, kinds: Sequence[str] = ()) -> int:
    """Send to the endpoint, once more or for the first time, all that was written from `begin` until before `end` and
    that it subscribes to now, of these kinds if any are given: under the same ids, what is about one thing in its
    order. How many messages that are. Locks the endpoint.

    Raises NotFound, EndpointIsOff, BadTimeRange, UnknownKinds.
    """
    now = timezone.now()
    if not begin < end or begin >= now:
        raise BadTimeRange()
    if unknown := set(kinds) - set(SERVICE_KINDS):
        raise UnknownKinds(unknown)
    if not lock_endpoint(endpoint_id).is_on:
        raise EndpointIsOff()
    count = REPLAY.run(endpoint_id, begin, end, list(kinds), now)
    WAKE_WORKERS.row()
    return count


@in_transaction
def send_again(*, delivery_ids: Collection[UUID]) -> int:
    """Send deliveries again that have come to an end, each to where it went; how many these are.

    Left out are those that still wait, whose target is there no more, and whose message has been erased. Mail goes to
    the address that the recipient has now. Locks the deliveries; a fixed number of statements.
    """
    ended = Delivery.objects.select_for_update(of=("self",)).select_related("message").exclude(state=State.PENDING)
    chosen = ended.filter(id__in=delivery_ids).order_by("position", "id")
    deliveries = [each for each in chosen if not is_erased(each.message)]
    addresses = read_addresses([each for each in deliveries if each.channel == Channel.EMAIL])
    targets = {each.target_id for each in deliveries}
    there = {
        Channel.EMAIL: set(addresses),
        Channel.PUSH: set(Device.objects.filter(id__in=targets).values_list("id", flat=True)),
        Channel.WEBHOOK: set(Endpoint.objects.filter(id__in=targets).values_list("id", flat=True)),
    }
    again, now = [each for each in deliveries if each.target_id in there[Channel(each.channel)]], timezone.now()
    for delivery in again:
        delivery.state, delivery.attempts, delivery.note = State.PENDING, 0, ""
        delivery.wanted_at = delivery.due_at = now
        delivery.finished_at = delivery.leased_until = delivery.claim_id = None
        delivery.address = addresses.get(delivery.target_id, "") if delivery.channel == Channel.EMAIL else ""
    changed = ("state", "attempts", "note", "wanted_at", "due_at", "finished_at", "leased_until", "claim_id", "address")
    Delivery.objects.bulk_update(again, changed)
    WAKE_WORKERS.row()
    return len(again)


def is_erased(message: Message) -> bool:
    """Whether nothing is left of the message; those about security may have nothing to say."""
    return not message.data and kind_of(message.kind).preference != SECURITY


def read_addresses(mails: Sequence[Delivery]) -> dict[UUID, str]:
    """Where these mails go now: the mailboxes of staff, and the verified addresses of customers."""
    targets = {mail.target_id for mail in mails}
    addresses = dict(Mailbox.objects.filter(id__in=targets).values_list("id", "address"))
    contacts = read_contacts(targets - set(addresses))
    return addresses | {target: contact.email for target, contact in contacts.items() if contact.email}
