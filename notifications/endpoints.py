"""What staff do with endpoints: new secrets, a test, the end of one."""

import base64
import secrets
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotFound

from customerbackend.errors import Refusal
from customerbackend.statements import Statement, in_transaction
from notifications.addressing import WAIT_FOR_TURN, NewMessage, compose_delivery
from notifications.claiming import WAKE_WORKERS
from notifications.kinds import TEST
from notifications.messages import compose_message, write_messages
from notifications.models import Channel, Delivery, Endpoint, Message

OLD_SECRET_SIGNS = timedelta(hours=24)
SECRET_BYTES = 32

DROP_WAITING = Statement(
    "drop_waiting",
    "uuid, text, timestamptz",
    """
    UPDATE notifications_delivery SET state = 'dropped', note = $2, finished_at = $3, address = ''
    WHERE target_id = $1 AND state = 'pending'""",
)


class EndpointIsOff(Refusal):
    """Nothing is sent to an endpoint that is off."""

    status_code = 409
    default_code = "endpoint_is_off"
    title = _("The endpoint is off")
    default_detail = _("The endpoint is off. Switch it on first.")


def check_url(url: str) -> None:
    """Raise ValidationError unless webhooks can be sent to this address: by https, and by http only where they may go
    to the company's own network; without a password and without a fragment. Where its name leads is looked at when
    something is sent.
    """
    schemes = ("https", "http") if settings.WEBHOOKS_TO_PRIVATE_ADDRESSES else ("https",)
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise ValidationError(_("This is not an address.")) from None
    if parts.scheme not in schemes:
        raise ValidationError(_("The address must begin with %(scheme)s://."), params={"scheme": schemes[0]})
    if not host or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise ValidationError(_("This is not an address."))
    if parts.username is not None or parts.password is not None:
        raise ValidationError(_("The address must not hold a password: what is sent is signed."))
    if parts.fragment:
        raise ValidationError(_("The address must not have a part after a #."))


def make_secret() -> str:
    """A new secret, in the form that Standard Webhooks gives it."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


@in_transaction
def rotate_secret(*, endpoint_id: UUID) -> None:
    """Give the endpoint a new secret. The one until now signs beside it for a day; one from before that no longer.
    Locks the endpoint. Raises NotFound.
    """
    endpoint = lock_endpoint(endpoint_id)
    endpoint.previous_secret, endpoint.secret = endpoint.secret, make_secret()
    endpoint.previous_until = timezone.now() + OLD_SECRET_SIGNS
    endpoint.save(update_fields=["secret", "previous_secret", "previous_until"])


@in_transaction
def send_test(*, endpoint_id: UUID) -> UUID:
    """Have the worker send an event of the type `test` to this endpoint alone, whatever it subscribes to; the message.
    Locks the endpoint. Raises NotFound, EndpointIsOff.
    """
    endpoint, now = lock_endpoint(endpoint_id), timezone.now()
    if not endpoint.is_on:
        raise EndpointIsOff()
    composed = compose_message(
        kind=TEST, recipient_kind=endpoint.recipient_kind, recipient_id=endpoint.id, subject_id=endpoint.id, at=now,
        data={"endpoint": endpoint.name},
    )  # fmt: skip
    write_messages(composed)
    message = Message.objects.get(id=composed["id"])
    message.addressed_at = now  # so that it goes nowhere else
    message.save(update_fields=["addressed_at"])
    about = NewMessage(
        message.id, message.position, message.kind, message.recipient_kind, message.recipient_id, message.subject_id,
        message.address, message.due_at, message.created_at,
    )  # fmt: skip
    Delivery.objects.create(**compose_delivery(about, Channel.WEBHOOK, str(endpoint.id), endpoint.id, now))
    return message.id


@in_transaction
def delete_endpoint(*, endpoint_id: UUID) -> None:
    """Delete the endpoint; what waits for it is not sent any more. Waits for whoever addresses messages, who may have
    read it, and keeps others from that until it is gone.
    """
    WAIT_FOR_TURN.row()
    Endpoint.objects.filter(id=endpoint_id).delete()
    DROP_WAITING.run(endpoint_id, "target gone", timezone.now())
    WAKE_WORKERS.row()


def lock_endpoint(endpoint_id: UUID) -> Endpoint:
    """The endpoint, its row locked. Raises NotFound."""
    endpoint = Endpoint.objects.select_for_update().filter(id=endpoint_id).first()
    if endpoint is None:
        raise NotFound()
    return endpoint
