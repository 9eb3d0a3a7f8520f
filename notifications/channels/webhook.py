"""Webhooks to the services of kitchen, warehouse, couriers and staff, as Standard Webhooks has them
(https://www.standardwebhooks.com): the id of the message, the time and a signature in headers, and as the body
`{type, timestamp, data}`.
"""

import json
from datetime import UTC, datetime

import requests
from django.conf import settings
from requests_hardened.ip_filter import InvalidIPAddress
from standardwebhooks import Webhook

from customerbackend.times import rfc3339
from notifications.channels.base import NotDelivered, Parcel
from notifications.channels.http import session


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
        way = session(may_go_inside=settings.WEBHOOKS_TO_PRIVATE_ADDRESSES)
        status_code = way.post(parcel.target["url"], data=body.encode(), headers=headers).status_code
    except InvalidIPAddress as fault:
        raise NotDelivered("the address lies inside") from fault
    except requests.RequestException as fault:
        raise NotDelivered(type(fault).__name__, is_outlet_unwell=True) from fault
    if not 200 <= status_code < 300:
        raise NotDelivered(f"answered {status_code}", status_code=status_code, is_outlet_unwell=status_code >= 500)
    return status_code
