"""Registrations at the same moment: a token has one owner, and nobody has more devices than may be."""

from functools import partial

import pytest

from notifications.devices import MOST
from notifications.models import Device
from tests.clients import signed_in
from tests.factories import make_customer
from tests.notifications.push.steps import FCM_TOKEN, register
from tests.servers import another_connection, wait_until, waiting_for_a_lock
from tests.threads import run_together

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_customers_who_register_one_token_exactly_one_has_it():
    people = [signed_in(make_customer(login)) for login in ("alice", "bob")]
    for _ in range(5):
        Device.objects.all().delete()
        body = {"kind": "fcm", "token": FCM_TOKEN}
        answers = run_together(*[partial(api.post, "devices", body) for api in people])
        assert [answer.status for answer in answers] == [201, 201]
        [device] = Device.objects.all()
        lists = [[each["id"] for each in api.get("devices").json["data"]] for api in people]
        assert sorted(lists) == [[], [str(device.id)]]
        assert str(device.id) in [answer.json["id"] for answer in answers]


def test_one_customer_who_registers_many_at_once_has_twenty():
    alice = signed_in(make_customer("alice"))
    for number in range(MOST):
        register(alice, kind="fcm", token=f"old-{number}")
    news = [partial(alice.post, "devices", {"kind": "fcm", "token": f"new-{number}"}) for number in range(8)]
    with another_connection() as other:
        # The oldest is held until everybody has come to where it has to go.
        other.cursor().execute("SELECT 1 FROM notifications_device WHERE token = 'old-0' FOR UPDATE")

        def release() -> None:
            wait_until(lambda: len(waiting_for_a_lock()) == len(news))
            other.commit()

        *answers, _ = run_together(*news, release)
    assert {answer.status for answer in answers} == {201}
    assert Device.objects.count() == MOST
    assert Device.objects.filter(token__startswith="new-").count() == 8
