"""A new secret signs at once, and the one before it beside it for a day."""

import base64
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from rest_framework.exceptions import NotFound
from standardwebhooks import Webhook, WebhookVerificationError

from customerbackend.ids import new_id
from notifications.endpoints import make_secret, rotate_secret
from notifications.models import Endpoint
from tests.notifications.receiver import SECRET, Receiver
from tests.notifications.telling import deliver, tell

pytestmark = pytest.mark.django_db


class Listener:
    """Keeps every request as it came."""

    def __init__(self, receiver: Receiver) -> None:
        self.came: list[tuple[dict[str, str], bytes]] = []
        receiver.take = self.take  # type: ignore[method-assign]

    def take(self, headers: dict[str, str], body: bytes) -> int:
        self.came.append((headers, body))
        return 204

    def is_signed_with(self, secret: str) -> bool:
        """Whether the request that came last is."""
        headers, body = self.came[-1]
        try:
            Webhook(secret).verify(body, headers)
        except WebhookVerificationError:
            return False
        return True


@pytest.fixture
def listener(kitchen: Receiver) -> Listener:
    return Listener(kitchen)


def told_at(moment: datetime) -> Any:
    """Tell and deliver something when it is so late."""
    with time_machine.travel(moment):
        tell(at=moment)
        deliver()


def test_the_headers_are_those_of_standard_webhooks(listener: Listener, endpoint: Endpoint) -> None:
    message_id = tell()
    deliver()
    [(headers, _)] = listener.came
    assert headers["webhook-id"] == message_id
    assert abs(int(headers["webhook-timestamp"]) - timezone.now().timestamp()) < 60
    [signature] = headers["webhook-signature"].split(" ")
    assert signature.startswith("v1,")
    assert headers["content-type"] == "application/json"
    assert headers["user-agent"] == "customerbackend"
    assert listener.is_signed_with(SECRET)
    assert not listener.is_signed_with(make_secret())


def test_the_old_secret_signs_beside_the_new_one_for_a_day(listener: Listener, endpoint: Endpoint) -> None:
    rotate_secret(endpoint_id=endpoint.id)
    endpoint.refresh_from_db()
    assert endpoint.previous_secret == SECRET
    told_at(timezone.now() + timedelta(hours=23, minutes=59))
    with time_machine.travel(timezone.now() + timedelta(hours=23, minutes=59)):
        assert len(listener.came[-1][0]["webhook-signature"].split(" ")) == 2
        assert listener.is_signed_with(SECRET) and listener.is_signed_with(endpoint.secret)
    told_at(timezone.now() + timedelta(hours=24, minutes=1))
    with time_machine.travel(timezone.now() + timedelta(hours=24, minutes=1)):
        assert len(listener.came[-1][0]["webhook-signature"].split(" ")) == 1
        assert listener.is_signed_with(endpoint.secret) and not listener.is_signed_with(SECRET)
    assert len(listener.came) == 2


def test_the_secret_before_the_old_one_signs_no_longer(listener: Listener, endpoint: Endpoint) -> None:
    rotate_secret(endpoint_id=endpoint.id)
    rotate_secret(endpoint_id=endpoint.id)
    tell()
    deliver()
    assert not listener.is_signed_with(SECRET)


def test_secrets_are_of_32_random_bytes() -> None:
    one, other = make_secret(), make_secret()
    assert one != other
    for secret in (one, other):
        assert secret.startswith("whsec_")
        assert len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) == 32


def test_an_endpoint_that_is_not_there_has_none() -> None:
    with pytest.raises(NotFound):
        rotate_secret(endpoint_id=new_id())
