"""Old messages go with their deliveries, but for those that still wait; tries go sooner."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from customerbackend.ids import new_id
from notifications.models import Attempt, Delivery, Message
from notifications.purging import purge_attempts, purge_messages
from tests.notifications.conftest import make_endpoint
from tests.notifications.telling import deliver, tell

pytestmark = pytest.mark.django_db


def ago(days):
    return timezone.now() - timedelta(days=days)


def purge(*options):
    output = StringIO()
    call_command("purge_messages", *options, stdout=output)
    return output.getvalue().splitlines()


def test_after_ninety_days_a_message_goes_with_all_that_came_of_it(kitchen, endpoint):
    old, young = tell(at=ago(91)), tell(at=ago(89))
    deliver()
    assert (Delivery.objects.count(), Attempt.objects.count()) == (2, 2)
    assert purge() == ["1 messages deleted.", "0 tries deleted.", "0 devices deleted."]
    assert [str(message.id) for message in Message.objects.all()] == [young]
    assert [str(delivery.message_id) for delivery in Delivery.objects.all()] == [young]
    assert Attempt.objects.get().delivery.message_id == Message.objects.get().id
    assert old != young


def test_what_still_waits_stays(kitchen, endpoint):
    kitchen.answer = lambda event: 503
    tell(at=ago(200))
    deliver()
    not_addressed = tell(at=ago(200), due_at=timezone.now() + timedelta(days=1))
    assert Delivery.objects.get().state == "pending"
    assert purge() == ["0 messages deleted.", "0 tries deleted.", "0 devices deleted."]
    assert Message.objects.count() == 2
    Delivery.objects.update(state="dead", finished_at=timezone.now())
    assert purge() == ["1 messages deleted.", "0 tries deleted.", "0 devices deleted."]
    assert str(Message.objects.get().id) == not_addressed


def test_one_of_several_deliveries_that_waits_keeps_the_message(kitchen, endpoint):
    make_endpoint(kitchen)
    tell(at=ago(200))
    deliver()
    Delivery.objects.filter(target_id=endpoint.id).update(state="pending", finished_at=None)
    assert purge() == ["0 messages deleted.", "0 tries deleted.", "0 devices deleted."]


def test_what_was_tried_is_forgotten_after_thirty_days(kitchen, endpoint):
    tell()
    tell()
    deliver()
    first = Attempt.objects.earliest("id")
    Attempt.objects.filter(id=first.id).update(at=ago(31))
    assert purge() == ["0 messages deleted.", "1 tries deleted.", "0 devices deleted."]
    assert [attempt.id for attempt in Attempt.objects.all()] == [first.id + 1]
    assert Delivery.objects.count() == 2


def test_the_days_can_be_said_and_are_one_at_least(kitchen, endpoint):
    tell(at=ago(3))
    deliver()
    with pytest.raises(CommandError, match=r"^Messages are kept for a day at least\.$"):
        purge("--days", "0")
    assert purge("--days", "2") == ["1 messages deleted.", "0 tries deleted.", "0 devices deleted."]


def test_it_goes_batch_by_batch_to_the_end(kitchen, endpoint):
    for _ in range(5):
        tell(subject_id=new_id(), at=ago(100))
    deliver()
    assert purge_attempts(timezone.now(), batch=2) == 5
    assert purge_messages(ago(90), batch=2) == 5
    assert not Message.objects.exists()
