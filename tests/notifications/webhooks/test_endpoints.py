"""A test goes to one endpoint alone; one that is off is told nothing; one that is deleted leaves nothing waiting."""

import threading

import pytest
from django.db import IntegrityError, connections, transaction

from customerbackend.ids import new_id
from notifications.addressing import TAKE_TURN
from notifications.endpoints import EndpointIsOff, delete_endpoint, send_test
from notifications.models import Delivery, Endpoint, Message
from tests.notifications.conftest import make_endpoint
from tests.notifications.receiver import Receiver, describe
from tests.notifications.telling import deliver, tell


@pytest.mark.django_db
def test_a_test_event_goes_to_this_endpoint_alone_whatever_it_subscribes_to(kitchen: Receiver) -> None:
    endpoint = make_endpoint(kitchen, name="Kitchen of Mitte", kinds=["order_cancelled"], branch_ids=[new_id()])
    make_endpoint(kitchen)
    message_id = send_test(endpoint_id=endpoint.id)
    deliver()
    deliver()
    assert describe(kitchen.came) == [("test", {"endpoint": "Kitchen of Mitte"})]
    assert kitchen.ids == [str(message_id)]
    [delivery] = Delivery.objects.all()
    assert (delivery.message_id, delivery.target_id, delivery.state) == (message_id, endpoint.id, "delivered")


@pytest.mark.django_db
def test_no_test_is_sent_to_one_that_is_off(endpoint: Endpoint) -> None:
    Endpoint.objects.update(is_on=False)
    with pytest.raises(EndpointIsOff):
        send_test(endpoint_id=endpoint.id)
    assert Message.objects.count() == Delivery.objects.count() == 0


@pytest.mark.django_db
def test_while_it_is_off_nothing_is_made_for_it_and_what_waits_stays(kitchen: Receiver, endpoint: Endpoint) -> None:
    kitchen.answer = lambda event: 500
    waiting = tell()
    deliver()
    Endpoint.objects.update(is_on=False)
    Delivery.objects.update(due_at="2026-01-01T00:00Z")
    tell()
    kitchen.answer = lambda event: 204
    deliver()
    assert list(Delivery.objects.values_list("state", "attempts")) == [("pending", 1)]
    Endpoint.objects.update(is_on=True)
    deliver()
    assert kitchen.ids == [waiting, waiting]


@pytest.mark.django_db
def test_what_waits_for_one_that_is_deleted_is_dropped(kitchen: Receiver, endpoint: Endpoint) -> None:
    other = make_endpoint(kitchen)
    tell()
    deliver()
    kitchen.answer = lambda event: 500
    tell()
    deliver()
    delete_endpoint(endpoint_id=endpoint.id)
    assert list(Endpoint.objects.all()) == [other]
    mine = Delivery.objects.filter(target_id=endpoint.id).order_by("position")
    assert [(each.state, each.note, each.finished_at is None) for each in mine] == [
        ("delivered", "", False), ("dropped", "target gone", False),
    ]  # fmt: skip
    assert Delivery.objects.get(target_id=other.id, state="pending")


@pytest.mark.django_db(transaction=True)
def test_deleting_waits_for_whoever_may_be_writing_deliveries_for_it(kitchen: Receiver) -> None:
    endpoint = make_endpoint(kitchen)
    message_id = tell()
    has_ended = threading.Event()

    def delete() -> None:
        delete_endpoint(endpoint_id=endpoint.id)
        connections.close_all()
        has_ended.set()

    thread = threading.Thread(target=delete)
    with transaction.atomic():
        assert TAKE_TURN.row() == (True,)  # the worker has read the endpoints, and now
        thread.start()
        assert not has_ended.wait(0.3)
        message = Message.objects.get(id=message_id)
        Delivery.objects.create(
            message=message, position=message.position, channel="webhook", outlet=str(endpoint.id),
            target_id=endpoint.id, lane=message.id, wanted_at=message.created_at, due_at=message.created_at,
        )  # fmt: skip
    thread.join()
    assert list(Delivery.objects.values_list("state", "note")) == [("dropped", "target gone")]


@pytest.mark.django_db
def test_one_that_is_on_was_not_switched_off(endpoint: Endpoint) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Endpoint.objects.update(off_note="answered 410")
