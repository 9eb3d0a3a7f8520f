"""Somebody who is told: an endpoint of the kitchen, on loopback."""

from collections.abc import Iterator

import pytest
from django.utils import timezone

from customerbackend.ids import new_id
from notifications.models import Device, Endpoint
from tests.notifications.receiver import SECRET, Receiver, receiving


@pytest.fixture
def webhooks_stay_here(settings) -> None:
    """Webhooks may go to this machine."""
    settings.WEBHOOKS_TO_PRIVATE_ADDRESSES = True


@pytest.fixture
def kitchen(webhooks_stay_here) -> Iterator[Receiver]:
    """The kitchen's service."""
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def endpoint(db, kitchen) -> Endpoint:
    """Where the kitchen is told, of every branch."""
    return make_endpoint(kitchen)


def make_endpoint(receiver: Receiver, **fields) -> Endpoint:
    """An endpoint that leads to the receiver."""
    plain = {"name": f"kitchen {new_id()}", "recipient_kind": "kitchen", "url": receiver.url, "secret": SECRET}
    return Endpoint.objects.create(**{**plain, **fields})


@pytest.fixture
def pushed(alice, settings):
    """Alice, with a device that pushes go to."""
    settings.PUSH_KINDS = ["fcm"]
    about = {"recipient_id": alice.customer.id, "session_id": alice.customer.sessions.get().id}
    Device.objects.create(kind="fcm", token="t", created_at=timezone.now(), **about)
    return alice
