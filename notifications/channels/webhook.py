"""Webhooks to the services of kitchen, warehouse, couriers and staff, as Standard Webhooks has them
(https://www.standardwebhooks.com): the id of the message, the time and a signature in headers, and as the body
`{type, timestamp, data}`.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from django.conf import settings
from standardwebhooks import Webhook

from customerbackend.times import rfc3339
from notifications.channels import http
from notifications.channels.base import NotDelivered, Parcel

GONE, TOO_MANY = 410, 429


def compose_body(parcel: Parcel) -> str:
    """What is sent, and signed."""
    return json.dumps(
        {"type": parcel.kind, "timestamp": rfc3339(parcel.created_at), "data": parcel.data}, ensure_ascii=False
    )


def sign(parcel: Parcel, body: str, now: datetime) -> dict[str, str]:
    """The headers that show whom it is from, signed by each of the endpoint's secrets."""
    signatures = [Webhook(secret).sign(str(parcel.message_id), now, body) for secret in parcel.target["secrets"]]
    return {
        "webhook-id": str(parcel.message_id),
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def send(parcel: Parcel) -> int:
    """POST the message to the endpoint. Any answer from 200 to 299 means that it has arrived. Raises NotDelivered."""
    body = compose_body(parcel)
    headers = {"Content-Type": "application/json", **sign(parcel, body, datetime.now(UTC))}
    try:
        answer = http.post(
            parcel.target["url"],
            body=body.encode(),
            headers=headers,
            allow_private=settings.WEBHOOKS_TO_PRIVATE_ADDRESSES,
        )
    except http.LiesInside as fault:
        raise NotDelivered(str(fault)) from fault
    except http.NoAnswer as fault:
        raise NotDelivered(str(fault), is_outlet_unwell=True) from fault
    if not 200 <= answer.status_code < 300:
        raise refused(answer)
    return answer.status_code


def refused(answer: http.Answer) -> NotDelivered:
    """What an answer means that does not say that it has arrived. Somebody can mend all but "gone", even a redirect: it
    is sent again later.
    """
    code = answer.status_code
    return NotDelivered(
        f"answered {code}",
        status_code=code,
        is_target_closed=code == GONE,
        is_outlet_unwell=code == TOO_MANY or code >= 500,
        retry_seconds=read_retry_after(answer.headers, datetime.now(UTC)),
    )


def read_retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """In how many seconds the other side wants to be asked again (RFC 9110, 10.2.3); None where it does not say so."""
    text = headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit() and len(text) < 10:
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds())
