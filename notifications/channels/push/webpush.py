"""Web Push: a POST to the address that the browser gave, encrypted for the browser (RFC 8291) and signed by our key
(VAPID, RFC 8292). Sent by django-push-notifications, over a session that reaches no address inside.
"""

import json
from dataclasses import dataclass
from functools import partial
from typing import Any

import requests
from push_notifications.exceptions import WebPushError
from push_notifications.webpush import webpush_send_message
from py_vapid import VapidException
from requests_hardened.ip_filter import InvalidIPAddress

from notifications.channels.base import NotDelivered, Parcel
from notifications.channels.http import session
from notifications.channels.push.content import Push
from notifications.channels.push.fcm import retry_after


@dataclass(slots=True)
class Subscription:
    """What django-push-notifications takes for a device. It switches off one that is gone, and saves it: a row of ours
    is removed by whoever records what came of a delivery.
    """

    registration_id: str
    p256dh: str
    auth: str
    active: bool = True
    application_id: str | None = None
    browser: str = ""

    def save(self) -> None:
        """There is nothing to save."""


def compose(push: Push) -> str:
    """What the app's service worker gets."""
    content: dict[str, Any] = {"title": push.title, "body": push.text, "tag": push.tag, "data": dict(push.data)}
    return json.dumps(content, ensure_ascii=False)


def send(parcel: Parcel, push: Push) -> int:
    """Send to the browser's push service. Raises NotDelivered."""
    target = parcel.target
    subscription = Subscription(target["token"], target["p256dh"], target["auth"])
    headers = {"Topic": push.tag, "Urgency": "high" if push.is_urgent else "normal"}
    try:
        webpush_send_message(
            subscription,
            compose(push),
            ttl=push.seconds,
            headers=headers,
            requests_session=session(allow_private=False),
        )
    except InvalidIPAddress as fault:
        raise NotDelivered("the address lies inside", is_final=True) from fault
    except WebPushError as fault:
        raise judge(getattr(fault.__context__, "response", None)) from fault
    except requests.exceptions.InvalidURL as fault:
        raise NotDelivered("no address", is_final=True) from fault
    except requests.RequestException as fault:
        # One push service of several is unwell, not the outlet; anybody can register an address that never answers.
        raise NotDelivered(type(fault).__name__) from fault
    except (ValueError, VapidException) as fault:  # a key that is none, an address that cannot be signed for
        raise NotDelivered(type(fault).__name__, is_final=True) from fault
    if not subscription.active:
        raise NotDelivered("gone", is_target_gone=True)
    return 201


def judge(answer: requests.Response | None) -> NotDelivered:
    """What an answer means (RFC 8030, 5 and 8.4). It does not make the whole outlet unwell: there are many services."""
    if answer is None:
        return NotDelivered("no answer")
    refused = partial(NotDelivered, f"answered {answer.status_code}", status_code=answer.status_code)
    if answer.status_code == 429 or answer.status_code >= 500:
        return refused(retry_seconds=retry_after(answer))
    return refused(is_final=True)
