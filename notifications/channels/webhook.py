"""Webhooks to the services of kitchen, warehouse, couriers and staff, as Standard Webhooks has them
(https://www.standardwebhooks.com): the id of the message, the time and a signature in headers, and as the body
`{type, timestamp, data}`.
"""

import json
import threading
from datetime import UTC, datetime

import requests
from django.conf import settings
from requests_hardened import Config, HTTPSession
from requests_hardened.ip_filter import InvalidIPAddress
from standardwebhooks import Webhook

from customerbackend.times import rfc3339
from notifications.channels.base import NotDelivered, Parcel

CONNECT_SECONDS, ANSWER_SECONDS = 3.0, 7.0

_of_thread = threading.local()


def session() -> requests.Session:
    """The thread's own session: it keeps connections, follows no redirect and goes to no address inside."""
    if not hasattr(_of_thread, "session"):
        _of_thread.session = HTTPSession(
            Config(
                ip_filter_enable=not settings.WEBHOOKS_TO_PRIVATE_ADDRESSES,
                ip_filter_allow_loopback_ips=False,
                never_redirect=True,
                default_timeout=(CONNECT_SECONDS, ANSWER_SECONDS),
                user_agent_override="customerbackend",
            )
        )
        _of_thread.session.trust_env = False  # no proxy and no password that lies about on the machine
    return _of_thread.session


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
        # The answer's body is not read: how much of it there is, the other side decides.
        with session().post(parcel.target["url"], data=body.encode(), headers=headers, stream=True) as answer:
            status_code = answer.status_code
    except InvalidIPAddress as fault:
        raise NotDelivered("the address lies inside") from fault
    except requests.RequestException as fault:
        raise NotDelivered(type(fault).__name__, is_outlet_unwell=True) from fault
    if not 200 <= status_code < 300:
        raise NotDelivered(f"answered {status_code}", status_code=status_code, is_outlet_unwell=status_code >= 500)
    return status_code
