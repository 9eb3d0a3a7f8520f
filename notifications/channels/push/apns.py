"""Apple's push service over HTTP/2, by token key: https://developer.apple.com/documentation/usernotifications

aioapns sends. django-push-notifications would open a connection for each push, which Apple takes for an attack; here
one event loop in a thread of its own keeps a connection that all threads share.
"""

import asyncio
import tempfile
import threading
from functools import cache, partial

from aioapns import APNs, ConnectionError, NotificationRequest, PushType
from aioapns.common import NotificationResult
from aioapns.exceptions import MaxAttemptsExceeded
from django.conf import settings

from notifications.channels.base import SEND_SECONDS, NotDelivered, Parcel
from notifications.channels.push.content import Push
from notifications.channels.push.trust import Trust
from notifications.push_keys import read_apns_key

TRIES_TO_CONNECT = 2
URGENT, NORMAL = 10, 5

GONE = ("Unregistered", "ExpiredToken")
# Of a device that is none of ours, and of all devices when APNS_SANDBOX or APNS_TOPIC is wrong.
GONE_OR_OURS = ("BadDeviceToken", "DeviceTokenNotForTopic")

trust = Trust()
_making = threading.Lock()


class Client:
    """The connection to Apple, and the thread that serves it."""

    def __init__(self) -> None:
        key = read_apns_key()
        self._loop = asyncio.new_event_loop()
        self._apns = self._loop.run_until_complete(self._begin(key))
        self._thread = threading.Thread(target=self._loop.run_forever, name="apns loop", daemon=True)
        self._thread.start()

    async def _begin(self, key: str) -> APNs:
        with tempfile.NamedTemporaryFile("w", suffix=".p8") as file:  # it reads a file, at once; only we may
            file.write(key)
            file.flush()
            return APNs(
                key=file.name,
                key_id=settings.APNS_KEY_ID,
                team_id=settings.APNS_TEAM_ID,
                topic=settings.APNS_TOPIC,
                use_sandbox=settings.APNS_SANDBOX,
                max_connections=2,
                max_connection_attempts=TRIES_TO_CONNECT,
                err_func=say_nothing,
            )

    def send(self, request: NotificationRequest) -> NotificationResult:
        """Send from any thread. Raises OSError (TimeoutError among them) and what aioapns raises."""
        waiting = asyncio.run_coroutine_threadsafe(self._send(request), self._loop)
        return waiting.result(SEND_SECONDS)

    async def _send(self, request: NotificationRequest) -> NotificationResult:
        try:
            return await asyncio.wait_for(self._apns.send_notification(request), SEND_SECONDS - 1)
        except TimeoutError:
            # aioapns would stumble over what nobody waits for any more, and leave the others of the connection waiting.
            for connection in self._apns.pool.connections:
                connection.requests.pop(request.notification_id, None)
            raise

    def close(self) -> None:
        """End connection and thread."""
        self._loop.call_soon_threadsafe(self._apns.pool.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def say_nothing(request: NotificationRequest, result: NotificationResult) -> None:
    """What failed is written down with its delivery; aioapns would log it too."""


@cache
def make_client() -> Client:
    return Client()


def client() -> Client:
    """The one of this process."""
    with _making:
        return make_client()


def forget_client() -> None:
    """Have the next push read the settings anew."""
    with _making:
        if make_client.cache_info().currsize:
            make_client().close()
        make_client.cache_clear()
    trust.forget()


def compose(parcel: Parcel, push: Push) -> NotificationRequest:
    """The request. A connection tells answers apart by this id, so it is the delivery's: a message may be for several
    devices. What comes twice takes the place of the first by the tag.
    """
    return NotificationRequest(
        device_token=parcel.target["token"],
        message={"aps": {"alert": {"title": push.title, "body": push.text}, "sound": "default"}, **push.data},
        notification_id=str(parcel.delivery_id),
        time_to_live=push.seconds,
        priority=URGENT if push.is_urgent else NORMAL,
        collapse_key=push.tag,
        push_type=PushType.ALERT,
    )


def send(parcel: Parcel, push: Push) -> int:
    """Send by APNs. Raises NotDelivered."""
    try:
        result = client().send(compose(parcel, push))
    # ValueError: a key that is none, which is the operator's to put right.
    except (ConnectionError, MaxAttemptsExceeded, OSError, ValueError) as fault:
        raise NotDelivered(type(fault).__name__, is_outlet_unwell=True) from fault
    if not result.is_successful:
        raise judge(result)
    trust.note_accepted()
    return 200


def judge(result: NotificationResult) -> NotDelivered:
    """What an answer means: …/usernotifications/handling-notification-responses-from-apns"""
    status_code, reason = int(result.status), result.description or ""
    refused = partial(NotDelivered, f"answered {status_code} {reason}", status_code=status_code)
    if status_code == 410 or reason in GONE:
        return refused(is_target_gone=True)
    if reason in GONE_OR_OURS:
        return refused(is_final=True, is_target_gone=trust.is_earned)
    if reason == "TooManyRequests":  # to this device
        return refused()
    if status_code in (403, 429) or status_code >= 500:  # 403: our key
        return refused(is_outlet_unwell=True)
    return refused(is_final=True)
