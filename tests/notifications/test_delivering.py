"""Messages are brought to their targets in the order in which they were written, and tried again when that fails."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from customerbackend.ids import new_id
from notifications.models import Attempt, Delivery, Message
from tests.notifications.conftest import make_endpoint
from tests.notifications.telling import deliver, tell

pytestmark = pytest.mark.django_db


def states():
    return list(Delivery.objects.order_by("position").values_list("state", "attempts", "note"))


def test_what_was_written_arrives_once(kitchen, endpoint):
    told = tell(data={"number": "4711", "lines": [{"name": "Борщ 🍲"}]})
    deliver()
    deliver()
    [event] = kitchen.came
    assert (event["id"], event["type"], event["data"]) == (
        told, "order_accepted", {"number": "4711", "lines": [{"name": "Борщ 🍲"}]},
    )  # fmt: skip
    assert states() == [("delivered", 1, "")]
    assert list(Attempt.objects.values_list("status_code", "error")) == [(204, "")]


def test_messages_about_one_thing_arrive_in_their_order(kitchen, endpoint):
    about = new_id()
    told = [tell(subject_id=about) for _ in range(20)]
    deliver()
    assert kitchen.ids == told


def test_what_failed_waits_for_its_next_try_and_holds_back_only_what_is_about_the_same(kitchen, endpoint):
    about = new_id()
    first, second, other = tell(subject_id=about), tell(subject_id=about), tell()
    kitchen.answer = lambda event: 503 if event["id"] == first else 204
    deliver()
    assert sorted(kitchen.ids) == sorted([first, other])
    assert states() == [("pending", 1, "answered 503"), ("pending", 0, ""), ("delivered", 1, "")]
    kitchen.answer = lambda event: 204
    Delivery.objects.filter(state="pending").update(due_at=timezone.now())
    deliver()
    assert kitchen.ids[2:] == [first, second]
    assert [state for state, _, _ in states()] == ["delivered"] * 3


def test_each_endpoint_gets_what_it_subscribes_to(kitchen, endpoint):
    mine, foreign = new_id(), new_id()
    make_endpoint(kitchen, recipient_kind="warehouse")
    make_endpoint(kitchen, is_on=False)
    make_endpoint(kitchen, kinds=["order_cancelled"])
    make_endpoint(kitchen, branch_ids=[foreign])
    tell(recipient_id=mine)
    deliver()
    assert Delivery.objects.get().target_id == endpoint.id


def test_what_is_rolled_back_is_not_told(kitchen, endpoint):
    with pytest.raises(ValueError), transaction.atomic():
        tell()
        raise ValueError
    deliver()
    assert kitchen.came == []


def test_nothing_is_told_before_its_time(kitchen, endpoint):
    tell(due_at=timezone.now() + timedelta(hours=1))
    deliver()
    assert kitchen.came == []
    assert Message.objects.get().addressed_at is None
