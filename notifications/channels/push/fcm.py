"""Firebase Cloud Messaging, by its HTTP v1 API: https://firebase.google.com/docs/cloud-messaging/send/v1-api

django-push-notifications builds the message, Firebase's own package sends it. The former's `send_message` is not used:
it updates tables that we do not have, and takes a payload that is found invalid for a device that is gone.
"""

import threading
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache, partial

import firebase_admin
import requests
from firebase_admin import exceptions, messaging
from google.auth.exceptions import GoogleAuthError
from push_notifications.gcm import dict_to_fcm_message

from notifications.channels.base import NotDelivered, Parcel
from notifications.channels.push.content import Push
from notifications.channels.push.trust import Trust
from notifications.push_keys import read_fcm_credentials

# A token may have to be fetched before: both together keep within SEND_SECONDS.
CONNECT_SECONDS, ANSWER_SECONDS = 2.0, 3.0

trust = Trust()
_making = threading.Lock()


@cache
def make_app() -> firebase_admin.App:
    """What Firebase's package keeps connections and the access token in. It repeats nothing by itself: it would wait
    in our thread for as long as the other side says.
    """
    app = firebase_admin.initialize_app(
        firebase_admin.credentials.Certificate(read_fcm_credentials()),
        options={"httpTimeout": (CONNECT_SECONDS, ANSWER_SECONDS)},
        name="customerbackend",
    )
    client = messaging._get_messaging_service(app)._client
    for prefix in list(client.session.adapters):
        client.session.mount(prefix, requests.adapters.HTTPAdapter(pool_maxsize=100))
    return app


def firebase() -> firebase_admin.App:
    """The one app of this process."""
    with _making:
        return make_app()


def forget_app() -> None:
    """Have the next push read the settings anew."""
    with suppress(ValueError):
        firebase_admin.delete_app(firebase_admin.get_app("customerbackend"))
    make_app.cache_clear()
    trust.forget()


def compose(token: str, push: Push) -> messaging.Message:
    """The message for Android, and for apps on other systems that get theirs by FCM."""
    # fmt: off
    message = dict_to_fcm_message(
        dict(push.data), to=token, title=push.title, body=push.text, tag=push.tag,
        collapse_key=push.tag if push.is_newest_only else None,
        priority="high" if push.is_urgent else "normal", time_to_live=push.seconds,
    )
    # fmt: on
    message.android.data = None  # it stands beside
    message.notification = messaging.Notification(title=push.title, body=push.text)
    expiration = str(int(datetime.now(UTC).timestamp()) + push.seconds)
    message.apns = messaging.APNSConfig(headers={"apns-collapse-id": push.tag, "apns-expiration": expiration})
    message.webpush = messaging.WebpushConfig(headers={"TTL": str(push.seconds), "Topic": push.tag})
    return message


def send(parcel: Parcel, push: Push) -> int:
    """Send by FCM. Raises NotDelivered."""
    message = compose(parcel.target["token"], push)
    try:
        app = firebase()
    except (OSError, ValueError) as fault:  # FCM_CREDENTIALS: the operator's to put right
        raise NotDelivered(type(fault).__name__, is_outlet_unwell=True) from fault
    try:
        messaging.send(message, app=app)
    except exceptions.FirebaseError as fault:
        raise judge(fault) from fault
    except (GoogleAuthError, OSError) as fault:  # no access token
        raise NotDelivered(type(fault).__name__, is_outlet_unwell=True) from fault
    except ValueError as fault:  # what the package refuses to send
        raise NotDelivered(type(fault).__name__, is_final=True) from fault
    trust.note_accepted()
    return 200


def judge(fault: exceptions.FirebaseError) -> NotDelivered:
    """What an answer means: https://firebase.google.com/docs/cloud-messaging/error-codes"""
    answer = fault.http_response
    status_code = None if answer is None else answer.status_code
    refused = partial(NotDelivered, f"{type(fault).__name__} {fault.code}", status_code=status_code)
    if isinstance(fault, messaging.UnregisteredError):
        return refused(is_target_gone=True)
    if isinstance(fault, messaging.SenderIdMismatchError):
        return refused(is_final=True, is_target_gone=trust.is_earned)
    if isinstance(fault, messaging.ThirdPartyAuthError):  # the project's own key for APNs or Web Push: of one platform
        return refused()
    if status_code is None or status_code in (401, 403, 429) or status_code >= 500:
        return refused(is_outlet_unwell=True, retry_seconds=retry_after(answer))
    return refused(is_final=True)  # INVALID_ARGUMENT: our payload is at fault as likely as the token


def retry_after(answer: requests.Response | None) -> float | None:
    """The seconds of Retry-After, given as such or as a date (RFC 9110, 10.2.3)."""
    given = "" if answer is None else answer.headers.get("Retry-After", "").strip()
    if given.isascii() and given.isdigit():
        return float(given[:9])
    try:
        return max(0.0, (parsedate_to_datetime(given) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None
